"""The Responses format, which OpenAI and xAI both speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.catalog import Route
from bot.errors import ProviderError, Refused
from bot.providers import Completion, HttpRequest, Request, Usage
from bot.wire import faults, read
from bot.wire.schema import strict

TICKS_PER_USD = 10_000_000_000  # xAI states the bill in these


def build(request: Request, route: Route, key: str) -> HttpRequest:
    """Make the request; nothing is stored at the provider."""
    body: dict[str, Any] = {
        "model": route.model,
        "instructions": request.system,
        "input": request.user_text,
        "max_output_tokens": request.max_output,
        "store": False,
        "stream": True,
    }
    if request.schema is not None:
        body["text"] = {
            "format": {
                "type": "json_schema",
                "name": request.schema_name,
                "schema": strict(request.schema),
                "strict": True,
            }
        }
    if route.effort:
        body["reasoning"] = {"effort": route.effort}
    if request.web_search:
        body["tools"] = [{"type": "web_search"}]
    return HttpRequest("/responses", {"authorization": f"Bearer {key}"}, body)


def read_stream(events: Iterable[Mapping[str, Any]]) -> Completion:
    """Return the answer of the closing event, which repeats all of it.

    Raises `ProviderError`: `Refused`, `TooLarge`, or retryable for a stream cut short.
    """
    for event in events:
        kind = event.get("type")
        response = read.mapping(event.get("response"))
        if kind == "response.completed":
            return _completion(response)
        if kind == "response.incomplete":
            raise _incomplete(response)
        if kind == "response.failed":
            raise faults.in_stream(response)
        if kind == "error":
            raise faults.in_stream(_error_of(event))
    raise ProviderError("the stream ended before the answer did", retryable=True)


def replay(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give a whole response the closing event that a stream would have had."""
    status = read.text(answer.get("status")) or "failed"
    yield {"type": f"response.{status}", "response": answer}


def _error_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    # Its own `type` is "error" and says nothing; some servers nest the object.
    return event if "error" in event else {**event, "type": None}


def _incomplete(response: Mapping[str, Any]) -> ProviderError:
    reason = read.mapping(response.get("incomplete_details")).get("reason")
    if reason == "content_filter":
        return Refused("the model declined to answer (content_filter)")
    if reason == "max_output_tokens":
        return ProviderError("the answer was longer than its limit in tokens")
    return ProviderError("the answer broke off", retryable=True)


def _completion(response: Mapping[str, Any]) -> Completion:
    parts = tuple(_parts(response))
    if any(part.get("type") == "refusal" for part in parts):
        raise Refused("the model declined to answer")
    text = "".join(read.text(part.get("text")) for part in parts)
    if not text.strip():
        raise ProviderError("the answer is empty", retryable=True)
    return Completion(
        text,
        model=read.text(response.get("model")),
        usage=_usage(response),
        citations=read.citations(_sources(response, parts)),
    )


def _parts(response: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in read.objects(response.get("output")):
        # "commentary" is what a model says between searches, not its answer.
        if item.get("type") == "message" and item.get("phase") != "commentary":
            yield from read.objects(item.get("content"))


def _sources(
    response: Mapping[str, Any], parts: tuple[Mapping[str, Any], ...]
) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        yield from read.objects(part.get("annotations"))
    for call in _searches(response):
        yield from read.objects(read.mapping(call.get("action")).get("sources"))
    # xAI may also list every address it read, bare.
    listed = response.get("citations")
    if isinstance(listed, list):
        yield from ({"url": url} for url in listed)


def _searches(response: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    output = read.objects(response.get("output"))
    return tuple(item for item in output if item.get("type") == "web_search_call")


def _usage(response: Mapping[str, Any]) -> Usage:
    usage = read.mapping(response.get("usage"))
    ticks = read.count(usage.get("cost_in_usd_ticks"))
    billed = read.mapping(read.mapping(response.get("tool_usage")).get("web_search"))
    cached = read.mapping(usage.get("input_tokens_details")).get("cached_tokens")
    return Usage(
        input_tokens=read.count(usage.get("input_tokens")),
        output_tokens=read.count(usage.get("output_tokens")),
        cached_tokens=read.count(cached),
        searches=read.count(billed.get("num_requests")) or len(_searches(response)),
        usd=ticks / TICKS_PER_USD if ticks else None,
    )
