"""A model on loopback: the three wire formats, streamed and whole, faults on demand.

    with ModelServer() as server:
        server.answer({"summary": "…"})
        server.fail("overloaded")
        ask(..., access=Access(keys, server.base_urls, allow_private=True))
        server.requests[-1].body

Scripted answers and faults are used up in order; after them `server.respond(request)`
is asked, which by default fills the schema of the request with the smallest value.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from pydantic import BaseModel

from tests import model_formats, model_rules, schema_values
from tests.model_formats import Answer, Event, Format, Stop, Tokens

KEY = "loopback-key"
_PATHS: Mapping[str, Format] = {
    "/v1/messages": model_formats.MESSAGES,
    "/v1/responses": model_formats.RESPONSES,
    "/responses": model_formats.RESPONSES,
    "/v1/chat/completions": model_formats.CHAT,
    "/chat/completions": model_formats.CHAT,
}
_SCHEMA_IN_WORDS = "JSON Schema:\n"


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names are lower-case."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    format: Format

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON Schema asked for, in the format's own field or in words."""
        found = self.format.schema(self.body)
        system = self.body.get("system")
        if found is None and isinstance(system, str) and _SCHEMA_IN_WORDS in system:
            found = json.loads(system.rpartition(_SCHEMA_IN_WORDS)[2])
        return found

    @property
    def text(self) -> str:
        """Everything the model would read, as one string."""
        return json.dumps(self.body, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """A response gone wrong; `status` 0 means a 200 that breaks in its own way."""

    kind: str
    status: int = 0
    type: str = ""
    message: str = "from the loopback server"
    headers: Mapping[str, str] = field(default_factory=dict)


FAULTS: Mapping[str, Fault] = {
    fault.kind: fault
    for fault in (
        Fault("rate_limited", 429, "rate_limit_error"),
        Fault("quota", 429, "insufficient_quota", "You exceeded your current quota."),
        Fault("overloaded", 529, "overloaded_error"),
        Fault("server_error", 500, "api_error"),
        Fault("unavailable", 503, "unavailable"),
        Fault("unauthorized", 401, "authentication_error"),
        Fault("forbidden", 403, "permission_error"),
        Fault("unknown_model", 404, "not_found_error"),
        Fault("gone", 410, "gone"),
        Fault(
            "too_long",
            400,
            "invalid_request_error",
            "prompt is too long: 250000 tokens > 200000 maximum",
        ),
        Fault("too_many_bytes", 413, ""),
        Fault("bad_request", 400, "invalid_request_error", "unknown field"),
        Fault("redirect", 307, "", headers={"location": "http://127.0.0.1:9/"}),
        Fault("html"),
        Fault("half_json"),
        Fault("list_json"),
        Fault("gzip_bomb"),
        Fault("flood"),
        Fault("cut"),
        Fault("ended"),
        Fault("error_event", type="overloaded_error"),
        Fault("not_json"),
        Fault("reset"),
    )
}

Scripted = Answer | Fault
Said = Answer | str | Mapping[str, Any] | BaseModel


class ModelServer:
    """A context manager; `url` and `base_urls` say where it listens."""

    def __init__(self, *, key: str = KEY) -> None:
        self.key = key
        self.requests: list[Received] = []
        self.respond: Callable[[Received], Said] = fill
        self._script: deque[Scripted] = deque()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.handle_error = _pass_over  # type: ignore[method-assign]
        self._server.model = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The root: the Messages format's base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_urls(self) -> dict[str, str]:
        """The base URL of every provider, by name."""
        v1 = f"{self.url}/v1"
        return {"anthropic": self.url, "openai": v1, "xai": v1, "compatible": v1}

    @property
    def keys(self) -> dict[str, str]:
        """A key that this server takes, for every provider."""
        return dict.fromkeys(self.base_urls, self.key)

    def answer(
        self,
        said: Said,
        *,
        usage: Tokens | None = None,
        citations: Sequence[tuple[str, str]] = (),
        stop: Stop = "end",
        drip: float = 0.0,
        preamble: str = "",
    ) -> None:
        """Queue one answer."""
        self._script.append(
            Answer(
                as_text(said),
                usage=usage or Tokens(),
                citations=tuple(citations),
                stop=stop,
                drip=drip,
                preamble=preamble,
            )
        )

    def fail(self, kind: str, *, times: int = 1, **headers: str) -> None:
        """Queue a fault of `FAULTS`; `headers` such as `retry_after="2"` go along."""
        fault = FAULTS[kind]
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        merged = {**fault.headers, **given}
        scripted = Fault(fault.kind, fault.status, fault.type, fault.message, merged)
        self._script.extend([scripted] * times)

    def next(self, request: Received) -> Scripted:
        """What to say to a request, which is recorded."""
        with self._lock:
            self.requests.append(request)
            if self._script:
                return self._script.popleft()
        said = self.respond(request)
        return said if isinstance(said, Answer) else Answer(as_text(said))


def as_text(said: Said) -> str:
    """The text of an answer given in any convenient form."""
    if isinstance(said, Answer):
        return said.text
    if isinstance(said, BaseModel):
        return said.model_dump_json()
    return said if isinstance(said, str) else json.dumps(said)


def fill(request: Received) -> Answer:
    """Answer a request with the smallest value of its schema, billed by length."""
    schema = request.schema
    text = "Nothing stands out." if schema is None else ""
    if schema is not None:
        text = json.dumps(schema_values.fill(schema))
    usage = Tokens(input=len(request.text) // 4, output=len(text) // 4 + 1, cached=0)
    return Answer(text, usage=usage)


def _pass_over(_request: object, _address: object) -> None:
    """Say nothing when a client goes away in the middle, as it may."""
    error = sys.exc_info()[1]
    if error is not None and not isinstance(error, OSError):
        raise error


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    @property
    def _model(self) -> ModelServer:
        model = self.server.model  # type: ignore[attr-defined]
        assert isinstance(model, ModelServer)
        return model

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        wire = _PATHS.get(self.path)
        if wire is None:
            self._send(404, b"{}")
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Received(self.path, headers, json.loads(raw), wire)
        said = self._model.next(request)
        problem = model_rules.problem(request.body, headers, wire, self._model.key)
        if problem is not None:
            status, kind, message = problem
            self._error(Fault("rules", status, kind, message), wire)
        elif isinstance(said, Fault):
            self._fail(said, request)
        elif request.body.get("stream"):
            model = str(request.body.get("model"))
            self._stream(wire.events(said, model), wire, drip=said.drip)
        else:
            whole = wire.whole(said, str(request.body.get("model")))
            self._send(200, json.dumps(whole).encode())

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self._write(body)

    def _error(self, fault: Fault, wire: Format) -> None:
        body = json.dumps(wire.error(fault.type, fault.message)).encode()
        if not fault.type:  # as an edge answers, before the provider sees anything
            page = b"<html>from the edge</html>"
            self._send(fault.status, page, kind="text/html", headers=fault.headers)
            return
        self._send(fault.status, body, headers=fault.headers)

    def _fail(self, fault: Fault, request: Received) -> None:
        if fault.status:
            self._error(fault, request.format)
            return
        _BREAK[fault.kind](self, fault, request)

    def start_stream(self, **headers: str) -> None:
        """Send the head of a streamed 200."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        """Send one chunk; an empty one ends the body."""
        self._write(b"%x\r\n%s\r\n" % (len(data), data))

    def _write(self, data: bytes) -> None:
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.close_connection = True  # the client went away, as it may

    def _stream(
        self, events: Iterator[Event], wire: Format, *, drip: float = 0.0
    ) -> None:
        self.start_stream()
        for event in events:
            self.chunk(encode(event, wire))
            if self.close_connection:
                return
            if drip:
                time.sleep(drip)
        if wire.closing:
            self.chunk(wire.closing)
        self.chunk(b"")


def encode(event: Event, wire: Format) -> bytes:
    """One event as it stands on the wire."""
    name, data = event
    head = f"event: {name}\n" if wire.is_named else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def _first_events(request: Received) -> list[bytes]:
    answer = Answer("half of an answer that never comes to its end")
    events = list(request.format.events(answer, str(request.body.get("model"))))
    return [encode(event, request.format) for event in events[: len(events) // 2]]


def _html(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler._send(200, b"<html>please log in</html>", kind="text/html")


def _half_json(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler._send(200, b'{"choices": [{"mess', kind="application/json")


def _list_json(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler._send(200, b"[]", kind="application/json")


def _gzip_bomb(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler.start_stream(content_encoding="gzip")
    handler.chunk(gzip.compress(b"data: {}\n\n" * 2_000_000))
    handler.chunk(b"")


def _flood(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler.start_stream()
    for _ in range(80):
        if handler.close_connection:
            return
        handler.chunk(b": " + b"x" * 131_072 + b"\n\n")
    handler.chunk(b"")


def _cut(handler: _Handler, _fault: Fault, request: Received) -> None:
    handler.start_stream()
    for data in _first_events(request):
        handler.chunk(data)
    handler.close_connection = True  # without the chunk that ends a body


def _ended(handler: _Handler, _fault: Fault, request: Received) -> None:
    handler.start_stream()
    for data in _first_events(request):
        handler.chunk(data)
    handler.chunk(b"")


def _error_event(handler: _Handler, fault: Fault, request: Received) -> None:
    handler.start_stream()
    for data in _first_events(request):
        handler.chunk(data)
    handler.chunk(encode(request.format.broken(fault.type), request.format))
    handler.chunk(b"")


def _not_json(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler.start_stream()
    handler.chunk(b"data: {broken\n\n")
    handler.chunk(b"")


def _reset(handler: _Handler, _fault: Fault, _request: Received) -> None:
    handler.close_connection = True  # without a word


_BREAK: Mapping[str, Callable[[_Handler, Fault, Received], None]] = {
    "html": _html,
    "half_json": _half_json,
    "list_json": _list_json,
    "gzip_bomb": _gzip_bomb,
    "flood": _flood,
    "cut": _cut,
    "ended": _ended,
    "error_event": _error_event,
    "not_json": _not_json,
    "reset": _reset,
}
