"""Server-sent events: bytes in, one JSON object an event out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.errors import ProviderError

_END = "[DONE]"


def events(chunks: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    """Decode a stream of bytes, cut anywhere, into its JSON events.

    Comments, event names and the closing `[DONE]` of Chat Completions carry nothing
    of their own: every format repeats its event's type inside the data. Raises
    `ProviderError` (retryable) for data that is not a JSON object.
    """
    data: list[str] = []
    for line in _lines(chunks):
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield from _event("\n".join(data))
            data = []
    # A last event without its blank line was cut, even if it happens to parse.


def _event(data: str) -> Iterator[Mapping[str, Any]]:
    if data.strip() == _END:
        return
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as exc:
        raise ProviderError("the stream is not JSON", retryable=True) from exc
    if not isinstance(value, dict):
        raise ProviderError("the stream is not JSON objects", retryable=True)
    yield value


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    # Joined only when a line ends: a long line in many chunks stays linear.
    pending: list[bytes] = []
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            line = b"".join((*pending, piece))
            pending.clear()
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
        pending.append(rest)
