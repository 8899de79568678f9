"""Any server that speaks Chat Completions: llama.cpp, Ollama, vLLM, a gateway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.catalog import Route
from bot.errors import ProviderError, Refused
from bot.providers import Completion, HttpRequest, Provider, Request, Usage
from bot.wire import faults, read
from bot.wire.schema import strict

# Grammars enforce these; without them a small model never closes its lists.
_BOUNDS = frozenset({"minItems", "maxItems", "minimum", "maximum"})


def _build(request: Request, route: Route, key: str) -> HttpRequest:
    body: dict[str, Any] = {
        "model": route.model,
        "messages": [
            {"role": "system", "content": request.system},
            {"role": "user", "content": request.user_text},
        ],
        "max_tokens": request.max_output,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": request.schema_name,
                "schema": strict(request.schema, keep=_BOUNDS),
                "strict": True,
            },
        }
    if route.effort:
        body["reasoning_effort"] = route.effort
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return HttpRequest("/chat/completions", headers, body)


def _read(events: Iterable[Mapping[str, Any]]) -> Completion:
    text: list[str] = []
    model = finish = ""
    usage: Mapping[str, Any] = {}
    for event in events:
        if event.get("error"):
            raise faults.in_stream(event)
        model = read.text(event.get("model")) or model
        usage = read.mapping(event.get("usage")) or usage
        for choice in read.objects(event.get("choices")):
            delta = read.mapping(choice.get("delta"))
            if read.text(delta.get("refusal")):
                raise Refused("the model declined to answer")
            text.append(read.text(delta.get("content")))
            finish = read.text(choice.get("finish_reason")) or finish
    _check(finish, "".join(text))
    return Completion("".join(text), model=model, usage=_usage(usage))


def _replay(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A whole answer says in `message` what a stream says in many `delta`."""
    choices = read.objects(answer.get("choices"))
    whole = [{**choice, "delta": choice.get("message")} for choice in choices]
    yield {**answer, "choices": whole}


def _check(finish: str, text: str) -> None:
    if not finish:
        raise ProviderError("the stream ended before the answer did", retryable=True)
    if finish == "content_filter":
        raise Refused("the model declined to answer (content_filter)")
    if finish == "length":
        raise ProviderError("the answer was longer than its limit in tokens")
    if finish != "stop":
        raise ProviderError("the answer stopped for an unknown reason")
    if not text.strip():
        raise ProviderError("the answer is empty", retryable=True)


def _usage(usage: Mapping[str, Any]) -> Usage:
    cached = read.mapping(usage.get("prompt_tokens_details")).get("cached_tokens")
    return Usage(
        input_tokens=read.count(usage.get("prompt_tokens")),
        output_tokens=read.count(usage.get("completion_tokens")),
        cached_tokens=read.count(cached),
    )


PROVIDER = Provider(
    name="compatible",
    base_url="",
    efforts=("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    has_web_search=False,
    build=_build,
    read=_read,
    replay=_replay,
    key_variable="ROUTEBOT_COMPATIBLE_API_KEY",
    needs_key=False,
)
