"""Anthropic: the Messages format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.catalog import Route
from bot.errors import ProviderError, Refused, TooLarge
from bot.providers import Completion, HttpRequest, Provider, Request, Usage
from bot.wire import faults, read
from bot.wire.schema import strict

_VERSION = "2026-10-21"
_CACHED = {"cache_control": {"type": "ephemeral"}}
# Fewer than the rounds after which the server would pause its turn.
_SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 8}
# Search results always carry citations, which the enforced format does not allow.
_SCHEMA_IN_WORDS = (
    "\n\nAnswer with one JSON object and nothing else. It fits this JSON Schema:\n{}"
)
_STOPS: Mapping[str, ProviderError | None] = {
    "end_turn": None,
    "stop_sequence": None,
    "refusal": Refused("the model declined to answer"),
    "model_context_window_exceeded": TooLarge("prompt and answer pass the window"),
    "max_tokens": ProviderError("the answer was longer than its limit in tokens"),
    "pause_turn": ProviderError("the search was not finished in one turn"),
}


def _build(request: Request, route: Route, key: str) -> HttpRequest:
    body: dict[str, Any] = {
        "model": route.model,
        "max_tokens": request.max_output,
        "system": _system(request),
        "messages": [{"role": "user", "content": _content(request)}],
        "stream": True,
    }
    output = _output_config(request, route)
    if output:
        body["output_config"] = output
    if request.web_search:
        body["tools"] = [_SEARCH]
    headers = {"x-api-key": key, "anthropic-version": _VERSION}
    return HttpRequest("/v1/messages", headers, body)


def _system(request: Request) -> str:
    if request.schema is None or not request.web_search:
        return request.system
    schema = json.dumps(strict(request.schema), separators=(",", ":"))
    return request.system + _SCHEMA_IN_WORDS.format(schema)


def _content(request: Request) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = [{"type": "text", "text": request.user, **_CACHED}]
    if request.added:
        content.append({"type": "text", "text": request.added})
    return content


def _output_config(request: Request, route: Route) -> dict[str, Any]:
    output: dict[str, Any] = {}
    if route.effort:
        output["effort"] = route.effort
    if request.schema is not None and not request.web_search:
        output["format"] = {"type": "json_schema", "schema": strict(request.schema)}
    return output


@dataclass(slots=True)
class _Answer:
    model: str = ""
    text: list[str] = field(default_factory=list)
    usage: dict[str, Any] = field(default_factory=dict)
    sources: list[Mapping[str, Any]] = field(default_factory=list)
    cited: list[Mapping[str, Any]] = field(default_factory=list)
    stop: str = ""

    def take_usage(self, usage: object) -> None:
        # Counts are cumulative; a later event leaves out or nulls what did not change.
        known = read.mapping(usage).items()
        self.usage.update({key: value for key, value in known if value is not None})


def _read(events: Iterable[Mapping[str, Any]]) -> Completion:
    answer = _Answer()
    for event in events:
        kind = read.text(event.get("type"))
        if kind == "error":
            raise faults.in_stream(event)
        if kind == "message_stop":
            return _finish(answer)
        take = _EVENTS.get(kind)
        if take is not None:
            take(answer, event)
    raise ProviderError("the stream ended before the answer did", retryable=True)


def _replay(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A whole message holds what a stream opens, fills and closes block by block."""
    if answer.get("type") == "error":
        yield answer
        return
    yield {"type": "message_start", "message": answer}
    for block in read.objects(answer.get("content")):
        yield {"type": "content_block_start", "content_block": block}
        text = {"type": "text_delta", "text": block.get("text")}
        yield {"type": "content_block_delta", "delta": text}
        for citation in read.objects(block.get("citations")):
            cited = {"type": "citations_delta", "citation": citation}
            yield {"type": "content_block_delta", "delta": cited}
    yield {"type": "message_delta", "delta": answer}
    yield {"type": "message_stop"}


def _start(answer: _Answer, event: Mapping[str, Any]) -> None:
    message = read.mapping(event.get("message"))
    answer.model = read.text(message.get("model"))
    answer.take_usage(message.get("usage"))


def _block(answer: _Answer, event: Mapping[str, Any]) -> None:
    block = read.mapping(event.get("content_block"))
    if block.get("type") == "server_tool_use":
        answer.text.clear()  # what is said before a search is not the answer
    if block.get("type") == "web_search_tool_result":
        answer.sources.extend(read.objects(block.get("content")))


def _delta(answer: _Answer, event: Mapping[str, Any]) -> None:
    delta = read.mapping(event.get("delta"))
    if delta.get("type") == "text_delta":
        answer.text.append(read.text(delta.get("text")))
    if delta.get("type") == "citations_delta":
        answer.cited.append(read.mapping(delta.get("citation")))


def _message(answer: _Answer, event: Mapping[str, Any]) -> None:
    answer.stop = read.text(read.mapping(event.get("delta")).get("stop_reason"))
    answer.take_usage(event.get("usage"))


_EVENTS = {
    "message_start": _start,
    "content_block_start": _block,
    "content_block_delta": _delta,
    "message_delta": _message,
}


def _finish(answer: _Answer) -> Completion:
    unknown = ProviderError("the answer stopped for an unknown reason")
    error = _STOPS.get(answer.stop, unknown)
    if error is not None:
        raise type(error)(str(error))
    text = "".join(answer.text)
    if not text.strip():
        raise ProviderError("the answer is empty", retryable=True)
    return Completion(
        text,
        model=answer.model,
        usage=_usage(answer.usage),
        citations=read.citations([*answer.cited, *answer.sources]),
    )


def _usage(usage: Mapping[str, Any]) -> Usage:
    cached = read.count(usage.get("cache_read_input_tokens"))
    written = read.count(usage.get("cache_creation_input_tokens"))
    searches = read.mapping(usage.get("server_tool_use")).get("web_search_requests")
    return Usage(
        # The provider counts what was cached apart; everywhere else it is included.
        input_tokens=read.count(usage.get("input_tokens")) + cached + written,
        output_tokens=read.count(usage.get("output_tokens")),
        cached_tokens=cached,
        searches=read.count(searches),
    )


PROVIDER = Provider(
    name="anthropic",
    base_url="https://api.anthropic.com",
    efforts=("low", "medium", "high", "xhigh", "max"),
    has_web_search=True,
    build=_build,
    read=_read,
    replay=_replay,
    key_variable="ANTHROPIC_API_KEY",
)
