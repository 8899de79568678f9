"""Bytes, cut anywhere, into JSON events."""

from __future__ import annotations

import json
import time

import pytest

from bot.errors import ProviderError
from bot.wire import sse

STREAM = (
    b': a comment\r\n\r\nevent: one\r\ndata: {"a": 1}\r\n\r\n'
    b'data: {"b":\ndata:  "\xc3\xbc\\n"}\n\nid: 7\ndata:{"c": [3]}\n\ndata: [DONE]\n\n'
)
EVENTS = [{"a": 1}, {"b": "ü\n"}, {"c": [3]}]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1_000])
def test_reads_the_same_events_however_the_stream_is_cut(size: int) -> None:
    chunks = [STREAM[i : i + size] for i in range(0, len(STREAM), size)]
    assert list(sse.events(chunks)) == EVENTS


def test_a_last_event_without_its_blank_line_is_not_an_event() -> None:
    assert list(sse.events([b'data: {"a": 1}\n\ndata: {"b": 2}\n'])) == [{"a": 1}]


@pytest.mark.parametrize(
    "data", [b"{broken", b"[1]", b'"text"', b"null", b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_no_json_object_breaks_the_stream_off(data: bytes) -> None:
    with pytest.raises(ProviderError) as caught:
        list(sse.events([b"data: " + data + b"\n\n"]))
    assert caught.value.retryable


def test_one_huge_line_in_tiny_chunks_takes_linear_time() -> None:
    line = b"data: " + json.dumps({"a": "x" * 400_000}).encode() + b"\n\n"
    chunks = [line[i : i + 4] for i in range(0, len(line), 4)]
    started = time.perf_counter()
    assert len(list(sse.events(chunks))) == 1
    assert time.perf_counter() - started < 2
