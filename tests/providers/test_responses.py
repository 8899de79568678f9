"""The bill and the sources in the Responses format."""

from __future__ import annotations

import pytest

from bot.catalog import Route
from bot.errors import ProviderError, TooLarge
from bot.providers import Request, openai, xai
from tests.model_formats import RESPONSES, Answer, Tokens


def _events(answer: Answer) -> list[dict[str, object]]:
    return [dict(data) for _, data in RESPONSES.events(answer, "grok")]


def test_the_stated_bill_is_preferred_in_usd() -> None:
    answer = Answer("x", usage=Tokens(ticks=37_756_000))
    usage = xai.PROVIDER.read(_events(answer)).usage
    assert usage.usd == pytest.approx(0.0037756)


def test_bare_addresses_read_count_as_sources() -> None:
    events = _events(Answer("x"))
    listed = ["https://x.example/1", "https://x.example/1", "javascript:alert(1)", 3]
    events[-1]["response"] = {**events[-1]["response"], "citations": listed}  # type: ignore[dict-item]
    found = xai.PROVIDER.read(_events(Answer("x"))[:-1] + events[-1:]).citations
    assert [citation.url for citation in found] == ["https://x.example/1"]


def test_a_failed_response_for_length_is_too_large() -> None:
    with pytest.raises(TooLarge):
        xai.PROVIDER.read(_events(Answer("x", stop="window")))


def test_an_incomplete_response_without_a_reason_may_be_tried_again() -> None:
    event = {"type": "response.incomplete", "response": {}}
    with pytest.raises(ProviderError) as caught:
        xai.PROVIDER.read([event])
    assert caught.value.retryable


def test_openai_is_asked_to_list_what_it_read() -> None:

    request = Request("s", "u", web_search=True)
    body = openai.PROVIDER.build(request, Route("openai", "m"), "k").body
    assert body["include"] == ["web_search_call.action.sources"]
    assert body["store"] is False
