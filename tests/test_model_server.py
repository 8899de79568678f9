"""The loopback model speaks as the providers' own clients expect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from tests import schema_values
from tests.model_server import FAULTS, KEY, ModelServer, Tokens

anthropic: Any = pytest.importorskip("anthropic")
openai: Any = pytest.importorskip("openai")

USER = [{"role": "user", "content": "Is it a bug?"}]
SEARCH = [{"type": "web_search_20250305", "name": "web_search"}]
SOURCES = [("https://a.example/1", "One")]


class Verdict(BaseModel):
    kind: Literal["bug", "question"]
    lines: list[int]


VERDICT = Verdict(kind="bug", lines=[3, 4])


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def messages(server: ModelServer) -> Iterator[Any]:
    with anthropic.Anthropic(api_key=KEY, base_url=server.url, max_retries=0) as client:
        yield client.messages


@pytest.fixture
def client(server: ModelServer) -> Iterator[Any]:
    base_url = server.base_urls["openai"]
    with openai.OpenAI(api_key=KEY, base_url=base_url, max_retries=0) as made:
        yield made


def test_anthropics_client_reads_a_whole_message(
    server: ModelServer, messages: Any
) -> None:
    server.answer("hello", usage=Tokens(input=100, output=5, cached=60))
    message = messages.create(model="m", max_tokens=9, messages=USER)
    assert message.content[-1].text == "hello"
    assert message.usage.input_tokens == 40
    assert message.usage.cache_read_input_tokens == 60
    assert message.stop_reason == "end_turn"


def test_anthropics_client_reads_a_stream(server: ModelServer, messages: Any) -> None:
    server.answer("hello in several pieces")
    with messages.stream(model="m", max_tokens=9, messages=USER) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == "hello in several pieces"
    assert final.stop_reason == "end_turn"
    assert [block.type for block in final.content] == ["thinking", "text"]
    assert final.usage.output_tokens == 40


def test_anthropics_client_reads_structured_output(
    server: ModelServer, messages: Any
) -> None:
    server.answer(VERDICT)
    parsed = messages.parse(
        model="m", max_tokens=9, messages=USER, output_format=Verdict
    )
    assert parsed.parsed_output == VERDICT


def test_anthropics_client_reads_citations(server: ModelServer, messages: Any) -> None:
    server.answer("found", citations=SOURCES)
    with messages.stream(
        model="m", max_tokens=9, messages=USER, tools=SEARCH
    ) as stream:
        final = stream.get_final_message()
    assert final.content[-1].citations[0].url == "https://a.example/1"
    assert final.usage.server_tool_use.web_search_requests == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rate_limited", "RateLimitError"),
        ("overloaded", "InternalServerError"),
        ("unauthorized", "AuthenticationError"),
        ("too_long", "BadRequestError"),
    ],
)
def test_anthropics_client_knows_the_faults(
    server: ModelServer, messages: Any, fault: str, error: str
) -> None:
    server.fail(fault)
    with pytest.raises(getattr(anthropic, error)) as caught:
        messages.create(model="m", max_tokens=9, messages=USER)
    assert caught.value.status_code == FAULTS[fault].status
    assert caught.value.body["error"]["type"] == FAULTS[fault].type


def test_anthropics_client_sees_an_error_inside_a_stream(
    server: ModelServer, messages: Any
) -> None:
    server.fail("error_event")
    with (
        pytest.raises(anthropic.APIStatusError),
        messages.stream(model="m", max_tokens=9, messages=USER) as stream,
    ):
        stream.get_final_message()


def test_openais_client_reads_a_whole_response(
    server: ModelServer, client: Any
) -> None:
    server.answer("hello", usage=Tokens(input=100, output=5, cached=60))
    response = client.responses.create(model="m", input="hi")
    assert response.output_text == "hello"
    assert response.status == "completed"
    assert response.usage.input_tokens_details.cached_tokens == 60


def test_openais_client_reads_a_streamed_response(
    server: ModelServer, client: Any
) -> None:
    server.answer("hello in several pieces", citations=SOURCES, preamble="Looking.")
    with client.responses.stream(model="m", input="hi") as stream:
        deltas = [e.delta for e in stream if e.type == "response.output_text.delta"]
        final = stream.get_final_response()
    assert "".join(deltas) == "Looking.hello in several pieces"
    answer = final.output[-1].content[0]
    assert answer.text == "hello in several pieces"
    assert answer.annotations[0].url == "https://a.example/1"


def test_openais_client_reads_structured_output(
    server: ModelServer, client: Any
) -> None:
    server.answer(VERDICT)
    response = client.responses.parse(model="m", input="hi", text_format=Verdict)
    assert response.output_parsed == VERDICT


def test_openais_client_reads_streamed_structured_output(
    server: ModelServer, client: Any
) -> None:
    server.answer(VERDICT)
    with client.responses.stream(model="m", input="hi", text_format=Verdict) as stream:
        final = stream.get_final_response()
    assert final.output_parsed == VERDICT


def test_openais_client_reads_a_refusal(server: ModelServer, client: Any) -> None:
    server.answer("no", stop="refusal")
    response = client.responses.create(model="m", input="hi")
    assert response.output[-1].content[0].type == "refusal"


def test_openais_client_reads_chat_completions(
    server: ModelServer, client: Any
) -> None:
    server.answer("hello")
    whole = client.chat.completions.create(model="m", messages=USER)
    assert whole.choices[0].message.content == "hello"
    server.answer("hello in several pieces")
    chunks = list(
        client.chat.completions.create(
            model="m",
            messages=USER,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert said == "hello in several pieces"
    assert chunks[-1].usage.completion_tokens == 40


def test_openais_client_parses_chat_completions(
    server: ModelServer, client: Any
) -> None:
    server.answer(VERDICT)
    parsed = client.chat.completions.parse(
        model="m", messages=USER, response_format=Verdict
    )
    assert parsed.choices[0].message.parsed == VERDICT


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("quota", "RateLimitError"),
        ("unauthorized", "AuthenticationError"),
        ("server_error", "InternalServerError"),
        ("bad_request", "BadRequestError"),
    ],
)
def test_openais_client_knows_the_faults(
    server: ModelServer, client: Any, fault: str, error: str
) -> None:
    server.fail(fault)
    with pytest.raises(getattr(openai, error)) as caught:
        client.responses.create(model="m", input="hi")
    assert caught.value.code == FAULTS[fault].type


def test_a_script_is_used_up_in_order_and_then_the_default_answers(
    server: ModelServer, client: Any
) -> None:
    server.answer("one")
    server.answer({"two": 2})
    said = [client.responses.create(model="m", input="x").output_text for _ in "123"]
    assert said[:2] == ["one", '{"two": 2}']
    assert said[2]


def test_a_callable_sees_the_request_and_answers(
    server: ModelServer, client: Any
) -> None:
    server.respond = lambda request: f"you said {request.body['input']}"
    assert client.responses.create(model="m", input="x").output_text == "you said x"


def test_without_a_script_the_schema_is_filled(
    server: ModelServer, client: Any
) -> None:
    response = client.responses.parse(model="m", input="hi", text_format=Verdict)
    assert response.output_parsed == Verdict(kind="bug", lines=[])


def test_requests_are_recorded(server: ModelServer, client: Any) -> None:
    client.responses.create(model="m", input="hi")
    (request,) = server.requests
    assert request.path == "/v1/responses"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["input"] == "hi"


def test_a_wrong_key_is_refused(server: ModelServer) -> None:
    base_url = server.base_urls["openai"]
    with (
        openai.OpenAI(api_key="wrong", base_url=base_url, max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.responses.create(model="m", input="hi")


def test_an_open_schema_is_refused_as_the_providers_do(
    server: ModelServer, client: Any
) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    for broken in (schema, {**schema, "additionalProperties": False}):
        form = {"type": "json_schema", "name": "x", "schema": broken, "strict": True}
        with pytest.raises(openai.BadRequestError):
            client.responses.create(model="m", input="hi", text={"format": form})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "Nothing stands out."),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "maximum": 0}, 0),
        ({"type": "number", "minimum": 0, "maximum": 1}, 0.5),
        ({"enum": ["b", "a"]}, "b"),
        ({"const": 3}, 3),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"type": ["null", "string"]}, None),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        (
            {
                "$defs": {"A": {"type": "object", "properties": {"n": {"const": 1}}}},
                "type": "object",
                "properties": {"a": {"$ref": "#/$defs/A"}},
            },
            {"a": {"n": 1}},
        ),
    ],
)
def test_fills_a_schema_with_the_smallest_value(
    schema: dict[str, Any], value: object
) -> None:
    assert schema_values.fill(schema) == value
    assert json.dumps(value)
