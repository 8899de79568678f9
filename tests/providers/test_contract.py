"""What every provider must do, whatever its wire format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel, Field

from bot import providers
from bot.catalog import Route
from bot.errors import ProviderError, RateLimited, Refused, TooLarge
from bot.providers import Completion, Provider, Request
from tests.model_formats import CHAT, MESSAGES, RESPONSES, Answer, Format, Stop, Tokens

FORMATS = {"anthropic": MESSAGES, "compatible": CHAT}
TEXT = '{"kind": "bug", "points": []} ünïcode 日本'


class Point(BaseModel):
    path: str = Field(description="Where.", max_length=200)
    line: int = Field(ge=1)


class Reply(BaseModel):
    kind: Literal["bug", "question"]
    main: Point | None = None
    points: list[Point] = Field(default_factory=list, max_length=5)


REQUEST = Request("Sort issues.", "It crashes.", schema=Reply.model_json_schema())


@pytest.fixture(params=providers.names())
def provider(request: pytest.FixtureRequest) -> Provider:
    return providers.load(request.param)


def wire(provider: Provider) -> Format:
    return FORMATS.get(provider.name, RESPONSES)


def events(provider: Provider, answer: Answer) -> list[Mapping[str, Any]]:
    # Through JSON, as they would come in.
    made = wire(provider).events(answer, "model-1")
    return [json.loads(json.dumps(data)) for _, data in made]


def read(provider: Provider, answer: Answer) -> Completion:
    return provider.read(events(provider, answer))


def build(provider: Provider, request: Request = REQUEST, effort: str = "") -> Any:
    return provider.build(request, Route(provider.name, "model-1", effort), "the-key")


def test_there_are_four_providers() -> None:
    assert providers.names() == ("anthropic", "compatible", "openai", "xai")


def test_is_named_as_its_file_and_found_by_the_route_grammar(
    provider: Provider, request: pytest.FixtureRequest
) -> None:
    assert provider.name in request.node.name
    for effort in provider.efforts:
        text = f"{provider.name}:m@{effort}"
        assert str(Route.parse(text)) == text


def test_has_a_key_variable_and_a_public_address(provider: Provider) -> None:
    assert provider.key_variable.endswith("_API_KEY")
    assert provider.needs_key == bool(provider.base_url)
    assert urlsplit(provider.base_url).scheme in ("https", "")


def test_always_streams_and_never_samples(provider: Provider) -> None:
    body = build(provider).body
    assert body["stream"] is True
    assert body["model"] == "model-1"
    assert not {"temperature", "top_p", "top_k", "seed"} & set(body)


def test_sends_the_key_in_one_header_only(provider: Provider) -> None:
    built = build(provider)
    assert "the-key" not in json.dumps(built.body) + built.path
    assert sum("the-key" in value for value in built.headers.values()) == 1


def test_sends_both_texts_and_the_limit(provider: Provider) -> None:
    request = Request("SYSTEM", "USER", added="ADDED", max_output=1_234)
    body = json.dumps(build(provider, request).body)
    assert body.index("USER") < body.index("ADDED")
    assert "USERADDED" not in body
    assert "SYSTEM" in body
    assert "1234" in body


def test_names_an_effort_only_if_the_route_does(provider: Provider) -> None:
    assert '"high"' in json.dumps(build(provider, effort="high").body)
    assert "effort" not in json.dumps(build(provider).body)


def test_asks_for_a_closed_schema(provider: Provider) -> None:
    schema = wire(provider).schema(build(provider).body)
    assert schema is not None
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["kind", "main", "points"]
    assert schema["$defs"]["Point"]["required"] == ["path", "line"]
    assert "maxLength" not in schema["$defs"]["Point"]["properties"]["path"]


def test_free_text_asks_for_no_schema(provider: Provider) -> None:
    assert wire(provider).schema(build(provider, Request("a", "b")).body) is None


def test_web_search_is_asked_for_where_there_is_one(provider: Provider) -> None:
    body = json.dumps(build(provider, Request("a", "b", web_search=True)).body)
    assert ("web_search" in body) == provider.has_web_search


def test_reads_text_model_and_usage(provider: Provider) -> None:
    usage = Tokens(input=1_000, output=77, cached=600)
    completion = read(provider, Answer(TEXT, usage=usage))
    assert completion.text == TEXT
    assert completion.model == "model-1"
    assert completion.usage.input_tokens == 1_000
    assert completion.usage.output_tokens == 77
    assert completion.usage.cached_tokens == 600
    assert completion.usage.usd is None


def test_reads_the_sources_of_a_search_once_each(provider: Provider) -> None:
    if not provider.has_web_search:
        pytest.skip("no web search in this format")
    sources = (("https://a.example/1", "One"), ("https://b.example/2", "Two"))
    answer = Answer(TEXT, citations=sources, preamble="Let me look that up.")
    completion = read(provider, answer)
    assert [citation.url for citation in completion.citations] == [
        "https://a.example/1",
        "https://b.example/2",
    ]
    assert completion.citations[0].title == "One"
    assert completion.usage.searches == 1
    assert completion.text == TEXT  # without what was said before the search


@pytest.mark.parametrize("stop", ["end", "length", "refusal"])
def test_one_whole_answer_reads_as_its_stream_does(
    provider: Provider, stop: Stop
) -> None:
    answer = Answer(TEXT, citations=(("https://a.example/1", "One"),), stop=stop)

    def outcome(found: Iterable[Mapping[str, Any]]) -> Completion | str:
        try:
            return provider.read(found)
        except ProviderError as exc:
            return repr(exc)

    whole = json.loads(json.dumps(wire(provider).whole(answer, "model-1")))
    streamed = outcome(events(provider, answer))
    assert outcome(provider.replay(whole)) == streamed
    assert isinstance(streamed, Completion) == (stop == "end")


@pytest.mark.parametrize("whole", [{}, {"error": {"type": "api_error"}}, {"a": 1}])
def test_a_whole_answer_that_is_none_is_a_provider_error(
    provider: Provider, whole: Mapping[str, Any]
) -> None:
    with pytest.raises(ProviderError):
        provider.read(provider.replay(whole))


def test_a_stream_cut_anywhere_is_never_an_answer(provider: Provider) -> None:
    whole = events(provider, Answer(TEXT))
    is_chat = provider.name == "compatible"
    # Chat Completions says that it is done before it says what it cost.
    for length in range(len(whole) - (2 if is_chat else 1)):
        with pytest.raises(ProviderError) as caught:
            provider.read(whole[:length])
        assert caught.value.retryable, length


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("overloaded_error", RateLimited),
        ("rate_limit_exceeded", RateLimited),
        ("context_length_exceeded", TooLarge),
        ("content_filter", Refused),
        ("server_error", ProviderError),
        ("insufficient_quota", ProviderError),
    ],
)
def test_an_error_in_the_stream_is_mapped(
    provider: Provider, kind: str, error: type[ProviderError]
) -> None:
    half = events(provider, Answer(TEXT))[:3]
    with pytest.raises(error) as caught:
        provider.read([*half, wire(provider).broken(kind)[1]])
    assert type(caught.value) is error
    is_passing = kind in ("overloaded_error", "rate_limit_exceeded", "server_error")
    assert caught.value.retryable is is_passing


def test_a_refusal_is_refused(provider: Provider) -> None:
    with pytest.raises(Refused):
        read(provider, Answer(TEXT, stop="refusal"))


def test_an_answer_cut_at_its_limit_is_no_answer_and_not_tried_again(
    provider: Provider,
) -> None:
    with pytest.raises(ProviderError, match="limit in tokens") as caught:
        read(provider, Answer(TEXT, stop="length"))
    assert not caught.value.retryable


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_answer_is_worth_another_try(provider: Provider, text: str) -> None:
    with pytest.raises(ProviderError, match="empty") as caught:
        read(provider, Answer(text))
    assert caught.value.retryable


@pytest.mark.parametrize("odd", [None, 7, "text", [], [None], {}, [{}], True])
def test_wrong_types_anywhere_end_as_a_provider_error_or_a_whole_answer(
    provider: Provider, odd: object
) -> None:
    whole = events(provider, Answer(TEXT, citations=(("https://a.example", "A"),)))
    for index, event in enumerate(whole):
        for key in event:
            broken = [*whole[:index], {**event, key: odd}, *whole[index + 1 :]]
            try:
                assert isinstance(provider.read(broken).text, str)
            except ProviderError:
                continue


def test_an_unknown_event_is_passed_over(provider: Provider) -> None:
    whole = events(provider, Answer(TEXT))
    odd = {"type": "something.new", "choices": [], "delta": {"type": "new_delta"}}
    assert provider.read([whole[0], odd, *whole[1:]]).text == TEXT
