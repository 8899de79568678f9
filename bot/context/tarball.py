"""A repository's `.tar.gz`, read while it comes in: in memory, under caps.

The library's own reader follows headers into one another without end, fills the holes
of sparse files, and takes seconds for what is 512 bytes a file here.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from bot.context import archive

# In bytes, entries and seconds. What an archive says of its own sizes counts for
# nothing beside what came out of it.
MAX_PACKED = 192 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_KEPT = 160 * 1024 * 1024
MAX_FILE = 400_000
MAX_ENTRIES = 250_000
SECONDS = 45.0
_BLOCK = 512
_PIECE = 1024 * 1024
_MAX_EXTENDED = 64 * 1024
_REGULAR = frozenset(b"0\0")
_EXTENDED, _GLOBAL, _LONG_NAME = b"x"[0], b"g"[0], b"L"[0]

NO_ARCHIVE = "it is no readable tar.gz"
TOO_LARGE = "it is larger than is read"
TOO_SLOW = "it took longer than is waited for"


@dataclass(slots=True)
class Unpacked:
    """The files by path, and why there are not more of them ("" for no reason)."""

    files: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""


class _Stopped(Exception):
    pass


def unpack(
    chunks: Iterable[bytes],
    *,
    wanted: Callable[[str], bool],
    now: Callable[[], float] = time.monotonic,
) -> Unpacked:
    """Read the regular text files whose path is `wanted`.

    The archive's one folder at the top is no part of a path. Nothing is written
    anywhere. Links, devices, sparse files and names that climb are passed over; of two
    files of one name the first counts. Past a cap, or where the archive breaks off,
    what was read before stays. Never raises for what `chunks` hold, only what they
    raise themselves: then nothing stays.
    """
    found = Unpacked()
    stream = _Stream(chunks, now=now)
    kept = 0
    try:
        for path, size in _entries(stream):
            if size > MAX_FILE or path in found.files or not wanted(path):
                stream.skip(_padded(size))
                continue
            content = stream.take(_padded(size))[:size]
            if b"\0" in content:
                continue
            kept += size
            if kept > MAX_KEPT:
                raise _Stopped(TOO_LARGE)
            found.files[path] = content
    except _Stopped as stopped:
        found.problem = str(stopped)
    return found


def _entries(stream: _Stream) -> Iterator[tuple[str, int]]:
    """Path and size of each regular file; the caller takes or skips its content."""
    path, size_of_next = "", -1
    for _ in range(MAX_ENTRIES):
        block = stream.take(_BLOCK)
        if not any(block):
            return
        _verify(block)
        kind, size = block[156], _number(block[124:136])
        if kind in (_EXTENDED, _LONG_NAME):
            text = stream.take(_padded(_limited(size)))[:size]
            if kind == _EXTENDED:
                path, size_of_next = _extended(text)
            else:
                path = _decoded(text)
            continue
        size = size_of_next if size_of_next >= 0 else size
        named = (path or _name(block)).partition("/")[2]
        if kind in _REGULAR and archive.is_below(named):
            yield named, size
        else:
            stream.skip(_padded(size))
        if kind != _GLOBAL:
            path, size_of_next = "", -1
    raise _Stopped(TOO_LARGE)


def _verify(block: bytes) -> None:
    told = _number(block[148:156])
    if sum(block) - sum(block[148:156]) + 8 * 32 != told:
        raise _Stopped(NO_ARCHIVE)


def _number(text: bytes) -> int:
    digits = text.strip(b" \0")
    # Anything else is the other notation, for files of more than eight gigabytes.
    if not all(0x30 <= digit <= 0x37 for digit in digits):
        raise _Stopped(NO_ARCHIVE)
    return int(digits, 8) if digits else 0


def _limited(size: int) -> int:
    if size > _MAX_EXTENDED:
        raise _Stopped(NO_ARCHIVE)
    return size


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:262] == b"ustar" else b""
    return _decoded(prefix + b"/" + name if prefix else name)


def _decoded(name: bytes) -> str:
    """A name, "" for what is no UTF-8: such a file is passed over."""
    try:
        return name.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _extended(text: bytes) -> tuple[str, int]:
    """Path and size out of records like `23 path=a/long/name`, "" and -1 without."""
    path, size = "", -1
    while text:
        length, _, _ = text.partition(b" ")
        if not length.isdigit() or len(length) > 6 or int(length) <= len(length):
            raise _Stopped(NO_ARCHIVE)
        record, text = text[len(length) + 1 : int(length)], text[int(length) :]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        if key == b"path":
            path = _decoded(value)
        elif key == b"size" and value.isdigit() and len(value) < 14:
            size = int(value)
    return path, size


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


class _Stream:
    """The unpacked bytes in order; stops at every cap."""

    def __init__(self, chunks: Iterable[bytes], *, now: Callable[[], float]) -> None:
        self._pieces = self._unpacked(chunks, now)
        self._buffer = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        end = self._at + count
        if end <= len(self._buffer):
            found = self._buffer[self._at : end]
            self._at = end
            return found
        parts = [self._buffer[self._at :]]
        count -= len(parts[0])
        while count > 0:
            piece = self._next()
            parts.append(piece[:count])
            self._buffer, self._at = piece, min(count, len(piece))
            count -= len(piece)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Pass over `count` bytes, keeping none of them."""
        left = len(self._buffer) - self._at
        while count > left:
            count -= left
            self._buffer, self._at = self._next(), 0
            left = len(self._buffer)
        self._at += count

    def _next(self) -> bytes:
        piece = next(self._pieces, None)
        if piece is None:
            raise _Stopped(NO_ARCHIVE)
        return piece

    @staticmethod
    def _unpacked(chunks: Iterable[bytes], now: Callable[[], float]) -> Iterator[bytes]:
        packed = unpacked = 0
        until = now() + SECONDS
        inflate = zlib.decompressobj(wbits=31)
        for chunk in chunks:
            packed += len(chunk)
            while chunk and not inflate.eof:
                try:
                    piece = inflate.decompress(chunk, _PIECE)
                except zlib.error as exc:
                    raise _Stopped(NO_ARCHIVE) from exc
                chunk = inflate.unconsumed_tail
                unpacked += len(piece)
                if packed > MAX_PACKED or unpacked > MAX_UNPACKED:
                    raise _Stopped(TOO_LARGE)
                if now() > until:
                    raise _Stopped(TOO_SLOW)
                yield piece
