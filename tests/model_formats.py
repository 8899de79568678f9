"""One answer in each of the three wire formats, streamed and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Stop = Literal["end", "length", "refusal", "window", "pause"]
Event = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an answer is billed: `input` includes `cached`; ticks are xAI's."""

    input: int = 120
    output: int = 40
    cached: int = 20
    ticks: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says; `drip` are seconds between events."""

    text: str
    usage: Tokens = Tokens()
    citations: tuple[tuple[str, str], ...] = ()
    stop: Stop = "end"
    drip: float = 0.0
    preamble: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One wire format.

    `schema(body)` finds the JSON Schema a request asks for; `error(type, message)`
    is the body of an error response, `broken(type)` the error event of a stream.
    """

    name: str
    events: Callable[[Answer, str], Iterator[Event]]
    whole: Callable[[Answer, str], Mapping[str, Any]]
    schema: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    error: Callable[[str, str], Mapping[str, Any]]
    broken: Callable[[str], Event]
    is_named: bool = True  # events carry an `event:` line
    closing: bytes = b""


def pieces(text: str, size: int = 12) -> Iterator[str]:
    """Cut a text into deltas."""
    for start in range(0, len(text), size):
        yield text[start : start + size]


# --- Anthropic Messages ---------------------------------------------------------

_MESSAGE_STOPS = {
    "end": "end_turn",
    "length": "max_tokens",
    "refusal": "refusal",
    "window": "model_context_window_exceeded",
    "pause": "pause_turn",
}


def _message_usage(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    return {
        "input_tokens": usage.input - usage.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": usage.output,
    }


def _searches(answer: Answer) -> dict[str, Any] | None:
    if not answer.citations:
        return None
    return {"web_search_requests": 1, "web_fetch_requests": 0}


def _search_blocks(answer: Answer) -> list[dict[str, Any]]:
    if not answer.citations:
        return []
    results = [
        {
            "type": "web_search_result",
            "url": url,
            "title": title,
            "encrypted_content": "opaque",
            "page_age": None,
        }
        for url, title in answer.citations
    ]
    return [
        {
            "type": "server_tool_use",
            "id": "srvtoolu_1",
            "name": "web_search",
            "input": {"query": "loopback"},
        },
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srvtoolu_1",
            "content": results,
        },
    ]


def _location(url: str, title: str) -> dict[str, Any]:
    return {
        "type": "web_search_result_location",
        "url": url,
        "title": title,
        "cited_text": "quoted",
        "encrypted_index": "opaque",
    }


def _message(answer: Answer, model: str, content: list[Any]) -> dict[str, Any]:
    return {
        "id": "msg_loopback",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**_message_usage(answer), "output_tokens": 1},
    }


def _text_block(index: int, text: str, located: list[Any]) -> Iterator[Event]:
    block = {"type": "text", "text": ""}
    yield "content_block_start", {"index": index, "content_block": block}
    yield "ping", {}
    for piece in pieces(text):
        delta = {"type": "text_delta", "text": piece}
        yield "content_block_delta", {"index": index, "delta": delta}
    for citation in located:
        delta = {"type": "citations_delta", "citation": citation}
        yield "content_block_delta", {"index": index, "delta": delta}
    yield "content_block_stop", {"index": index}


def _message_events(answer: Answer, model: str) -> Iterator[Event]:
    for name, data in _bare_message_events(answer, model):
        yield name, {"type": name, **data}


def _bare_message_events(answer: Answer, model: str) -> Iterator[Event]:
    yield "message_start", {"message": _message(answer, model, [])}
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    yield "content_block_start", {"index": 0, "content_block": thinking}
    thought = {"type": "thinking_delta", "thinking": "not part of the answer"}
    yield "content_block_delta", {"index": 0, "delta": thought}
    yield "content_block_stop", {"index": 0}
    index = 1
    if answer.preamble:
        yield from _text_block(index, answer.preamble, [])
        index += 1
    for block in _search_blocks(answer):
        yield "content_block_start", {"index": index, "content_block": block}
        yield "content_block_stop", {"index": index}
        index += 1
    located = [_location(*citation) for citation in answer.citations[:1]]
    yield from _text_block(index, answer.text, located)
    usage = {"output_tokens": answer.usage.output, "input_tokens": None}
    delta = {"stop_reason": _MESSAGE_STOPS[answer.stop], "stop_sequence": None}
    searches = _searches(answer)
    counted = {**usage, "server_tool_use": searches} if searches else usage
    yield "message_delta", {"delta": delta, "usage": counted}
    yield "message_stop", {}


def _message_whole(answer: Answer, model: str) -> Mapping[str, Any]:
    content = [*_search_blocks(answer), {"type": "text", "text": answer.text}]
    return {
        **_message(answer, model, content),
        "stop_reason": _MESSAGE_STOPS[answer.stop],
        "usage": {**_message_usage(answer), "server_tool_use": _searches(answer)},
    }


def _message_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    return schema if isinstance(schema, dict) else None


def _message_error(kind: str, message: str) -> Mapping[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}}


MESSAGES = Format(
    name="messages",
    events=_message_events,
    whole=_message_whole,
    schema=_message_schema,
    error=_message_error,
    broken=lambda kind: ("error", _message_error(kind, "broken off")),
)


# --- OpenAI and xAI Responses ---------------------------------------------------


def _annotations(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "type": "url_citation",
            "url": url,
            "title": title,
            "start_index": 0,
            "end_index": 1,
        }
        for url, title in answer.citations[:1]
    ]


def _part(answer: Answer) -> dict[str, Any]:
    if answer.stop == "refusal":
        return {"type": "refusal", "refusal": "I cannot help with that."}
    return {
        "type": "output_text",
        "text": answer.text,
        "annotations": _annotations(answer),
        "logprobs": [],
    }


def _output(answer: Answer) -> list[dict[str, Any]]:
    status = "incomplete" if answer.stop == "length" else "completed"
    message = {
        "id": "msg_loopback",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": [_part(answer)],
    }
    if not answer.citations:
        return [message]
    sources = [{"type": "url", "url": url} for url, _ in answer.citations]
    action = {"type": "search", "query": "loopback", "sources": sources}
    search = {"id": "ws_1", "type": "web_search_call", "status": "completed"}
    said = {"type": "output_text", "text": answer.preamble, "annotations": []}
    commentary = {**message, "id": "msg_0", "phase": "commentary", "content": [said]}
    before = [commentary] if answer.preamble else []
    return [*before, {**search, "action": action}, message]


def _responses_usage(usage: Tokens) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "input_tokens": usage.input,
        "input_tokens_details": {
            "cached_tokens": usage.cached,
            "cache_write_tokens": 0,
        },
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input + usage.output,
    }
    return {**counts, "cost_in_usd_ticks": usage.ticks} if usage.ticks else counts


_RESPONSE_STATUS = {"length": "incomplete", "window": "failed"}


def _response(answer: Answer, model: str, status: str) -> dict[str, Any]:
    is_running = status == "in_progress"
    incomplete = {"reason": "max_output_tokens"} if status == "incomplete" else None
    too_long = {"code": "context_length_exceeded", "message": "too long"}
    return {
        "id": "resp_loopback",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": status,
        "model": model,
        "output": [] if is_running else _output(answer),
        "usage": None if is_running else _responses_usage(answer.usage),
        "error": too_long if status == "failed" else None,
        "incomplete_details": incomplete,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
    }


def _responses_events(answer: Answer, model: str) -> Iterator[Event]:
    for number, (name, data) in enumerate(_bare_responses_events(answer, model)):
        yield name, {"type": name, "sequence_number": number, **data}


def _bare_responses_events(answer: Answer, model: str) -> Iterator[Event]:
    running = _response(answer, model, "in_progress")
    yield "response.created", {"response": running}
    yield "response.in_progress", {"response": running}
    for index, item in enumerate(_output(answer)):
        yield from _item_events(index, item)
    status = _RESPONSE_STATUS.get(answer.stop, "completed")
    yield f"response.{status}", {"response": _response(answer, model, status)}


def _item_events(index: int, item: dict[str, Any]) -> Iterator[Event]:
    started = {**item, "status": "in_progress"}
    if item["type"] == "message":
        started["content"] = []
    yield "response.output_item.added", {"output_index": index, "item": started}
    if item["type"] == "message":
        where = {"item_id": item["id"], "output_index": index, "content_index": 0}
        yield from _part_events(where, item["content"][0])
    yield "response.output_item.done", {"output_index": index, "item": item}


def _part_events(where: dict[str, Any], part: dict[str, Any]) -> Iterator[Event]:
    key = "refusal" if part["type"] == "refusal" else "text"
    name = "refusal" if key == "refusal" else "output_text"
    empty = {**part, key: ""}
    yield "response.content_part.added", {**where, "part": empty}
    for piece in pieces(part[key]):
        yield f"response.{name}.delta", {**where, "delta": piece, "logprobs": []}
    done = {**where, key: part[key], "logprobs": []}
    yield f"response.{name}.done", done
    yield "response.content_part.done", {**where, "part": part}


def _responses_whole(answer: Answer, model: str) -> Mapping[str, Any]:
    return _response(answer, model, _RESPONSE_STATUS.get(answer.stop, "completed"))


def _responses_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schema = ((body.get("text") or {}).get("format") or {}).get("schema")
    return schema if isinstance(schema, dict) else None


def _openai_error(kind: str, message: str) -> Mapping[str, Any]:
    error = {"message": message, "type": kind, "param": None, "code": kind}
    return {"error": error}


def _responses_broken(kind: str) -> Event:
    data = {"type": "error", "code": kind, "message": "broken off", "param": None}
    return "error", {**data, "sequence_number": 99}


RESPONSES = Format(
    name="responses",
    events=_responses_events,
    whole=_responses_whole,
    schema=_responses_schema,
    error=_openai_error,
    broken=_responses_broken,
)


# --- Chat Completions -----------------------------------------------------------

_CHAT_STOPS = {"length": "length", "refusal": "content_filter"}


def _chat_usage(usage: Tokens) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }


def _chunk(model: str, choices: list[Any]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-loopback",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": model,
        "choices": choices,
    }


def _choice(delta: dict[str, Any], finish: str | None = None) -> list[dict[str, Any]]:
    return [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]


def _chat_events(answer: Answer, model: str) -> Iterator[Event]:
    yield "", _chunk(model, _choice({"role": "assistant", "content": ""}))
    for piece in pieces(answer.text):
        yield "", _chunk(model, _choice({"content": piece}))
    yield "", _chunk(model, _choice({}, _CHAT_STOPS.get(answer.stop, "stop")))
    yield "", {**_chunk(model, []), "usage": _chat_usage(answer.usage)}


def _chat_whole(answer: Answer, model: str) -> Mapping[str, Any]:
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    finish = _CHAT_STOPS.get(answer.stop, "stop")
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": finish,
        "logprobs": None,
    }
    return {
        **_chunk(model, [choice]),
        "object": "chat.completion",
        "usage": _chat_usage(answer.usage),
    }


def _chat_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schema = (body.get("response_format") or {}).get("json_schema") or {}
    found = schema.get("schema")
    return found if isinstance(found, dict) else None


CHAT = Format(
    name="chat",
    events=_chat_events,
    whole=_chat_whole,
    schema=_chat_schema,
    error=_openai_error,
    broken=lambda kind: ("", _openai_error(kind, "broken off")),
    is_named=False,
    closing=b"data: [DONE]\n\n",
)
