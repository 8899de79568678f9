"""The Messages format: caching, stops, counts."""

from __future__ import annotations

import json

import pytest

from bot.catalog import Route
from bot.errors import ProviderError, TooLarge
from bot.providers import Request
from bot.providers.anthropic import PROVIDER
from tests.model_formats import MESSAGES, Answer

ROUTE = Route("anthropic", "model-1", "high")
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def _events(answer: Answer) -> list[dict[str, object]]:
    return [dict(data) for _, data in MESSAGES.events(answer, "model-1")]


def test_caches_the_question_but_not_what_a_second_call_adds() -> None:
    body = PROVIDER.build(Request("s", "question", added="more"), ROUTE, "k").body
    first, second = body["messages"][0]["content"]
    assert first["cache_control"] == {"type": "ephemeral"}
    assert second == {"type": "text", "text": "more"}


def test_effort_and_schema_share_the_output_configuration() -> None:
    body = PROVIDER.build(Request("s", "u", schema=SCHEMA), ROUTE, "k").body
    assert body["output_config"]["effort"] == "high"
    assert body["output_config"]["format"]["type"] == "json_schema"


def test_a_search_asks_for_its_schema_in_words() -> None:
    request = Request("s", "u", schema=SCHEMA, web_search=True)
    body = PROVIDER.build(request, ROUTE, "k").body
    assert "format" not in body["output_config"]
    assert json.loads(body["system"].rpartition("Schema:\n")[2])["required"] == ["a"]
    assert body["tools"][0]["max_uses"] < 10


def test_a_full_window_is_too_large() -> None:
    with pytest.raises(TooLarge):
        PROVIDER.read(_events(Answer("x", stop="window")))


def test_a_paused_turn_is_no_answer_and_not_paid_for_again() -> None:
    with pytest.raises(ProviderError, match="search") as caught:
        PROVIDER.read(_events(Answer("x", stop="pause")))
    assert not caught.value.retryable


def test_a_stop_nobody_knows_is_no_answer() -> None:
    events = _events(Answer("x"))
    events[-2] = {**events[-2], "delta": {"stop_reason": "brand_new"}}
    with pytest.raises(ProviderError, match="unknown"):
        PROVIDER.read(events)


def test_each_raised_error_is_a_new_one() -> None:
    caught = []
    for _ in range(2):
        with pytest.raises(TooLarge) as info:
            PROVIDER.read(_events(Answer("x", stop="window")))
        caught.append(info.value)
    assert caught[0] is not caught[1]


def test_later_usage_replaces_earlier_and_null_changes_nothing() -> None:
    events = _events(Answer("x"))
    events[-2] = {**events[-2], "usage": {"input_tokens": None, "output_tokens": 9}}
    usage = PROVIDER.read(events).usage
    assert usage.input_tokens == 120
    assert usage.output_tokens == 9


def test_what_the_cache_stored_counts_as_input() -> None:
    events = _events(Answer("x"))
    counts = {"cache_creation_input_tokens": 1_000, "output_tokens": 9}
    events[-2] = {**events[-2], "usage": counts}
    assert PROVIDER.read(events).usage.input_tokens == 1_120
