"""Chat Completions as servers at home and gateways bend it."""

from __future__ import annotations

import pytest

from bot.catalog import Route
from bot.errors import ProviderError, Refused
from bot.providers import Request
from bot.providers.compatible import PROVIDER

ROUTE = Route("compatible", "m")


def _chunk(content: str | None = None, finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"delta": {"content": content}, "finish_reason": finish}]}


def test_without_a_key_no_header_is_sent() -> None:
    assert "authorization" not in PROVIDER.build(Request("s", "u"), ROUTE, "").headers


def test_bounds_on_lists_are_kept_for_a_grammar_to_enforce() -> None:
    items = {"type": "array", "items": {"type": "string"}, "maxItems": 3}
    schema = {"type": "object", "properties": {"a": items}}
    body = PROVIDER.build(Request("s", "u", schema=schema), ROUTE, "").body
    sent = body["response_format"]["json_schema"]["schema"]
    assert sent["properties"]["a"]["maxItems"] == 3


def test_a_server_that_counts_nothing_still_answers() -> None:
    completion = PROVIDER.read([_chunk("hel"), _chunk("lo"), _chunk(None, "stop")])
    assert completion.text == "hello"
    assert completion.usage.input_tokens == 0


def test_a_refusal_in_the_delta_is_refused() -> None:
    with pytest.raises(Refused):
        PROVIDER.read([{"choices": [{"delta": {"refusal": "no"}}]}])


def test_a_call_of_a_tool_nobody_offered_is_no_answer() -> None:
    with pytest.raises(ProviderError, match="unknown"):
        PROVIDER.read([_chunk("x", "tool_calls")])


def test_thinking_aloud_is_not_the_answer() -> None:
    thought = {"choices": [{"delta": {"reasoning_content": "hmm"}}]}
    assert PROVIDER.read([thought, _chunk("yes", "stop")]).text == "yes"
