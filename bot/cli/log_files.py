"""Logs as people have them: plain, packed by gzip, or GitHub's archive of a run."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bot.context import archive
from bot.errors import UsageError

# Bytes of a log that are read, unpacked: a packed log may claim to be any size.
MAX_BYTES = 1 << 30
# Logs of one archive that are read.
MAX_LOGS = 300
_STEP = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_NUMBER = re.compile(r"(\d{1,9})_")

TOO_LONG = "the log is longer than 1 GiB; cut it first"
DAMAGED = "the packed log is damaged; unpack it to see how far it reads"
PIPED = "an archive cannot be read from a pipe; give the name of its file"
NO_LOGS = "the archive holds no log (no *.txt or *.log that can be read)"


@dataclass(frozen=True, slots=True)
class LogFile:
    """One log, to be read once; `name` is its name in an archive, else ""."""

    name: str
    pieces: Iterator[bytes]


def opened(file: BinaryIO) -> list[LogFile]:
    """Return the log that a file is, or those of the jobs that an archive holds.

    Reading one raises `UsageError` where it is damaged, or where all of them together
    are longer than `MAX_BYTES`.
    """
    start, meter = file.read(_STEP), _Meter()
    if not start.startswith(_ZIP):
        return [LogFile("", meter.bounded(_of_file(start, file)))]
    if not file.seekable():
        raise UsageError(PIPED)
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError) as exc:
        raise UsageError(DAMAGED) from exc
    names = _of_jobs(packed)
    if not names:
        raise UsageError(NO_LOGS)
    return [LogFile(name, meter.bounded(_entry(packed, name))) for name in names]


class _Meter:
    """Counts what is unpacked, of all logs of an archive together."""

    def __init__(self) -> None:
        self._size = 0

    def bounded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._size += len(piece)
            if self._size > MAX_BYTES:
                raise UsageError(TOO_LONG)
            yield piece


def _of_file(start: bytes, file: BinaryIO) -> Iterator[bytes]:
    piece = start
    unpacker = _Unpacker() if piece.startswith(_GZIP) else None
    while piece:
        yield from unpacker.feed(piece) if unpacker else (piece,)
        piece = file.read(_STEP)
    if unpacker is not None and not unpacker.is_done:
        raise UsageError(DAMAGED)


def _of_jobs(packed: zipfile.ZipFile) -> list[str]:
    """The logs of whole jobs; beside them GitHub packs each step's once more."""
    entries = filter(archive.is_plain, packed.infolist())
    names = [e.filename for e in entries if e.filename.endswith((".txt", ".log"))]
    whole = [name for name in names if "/" not in name]
    return sorted(whole or names, key=_order)[:MAX_LOGS]


def _order(name: str) -> tuple[str, int, str]:
    folder, _, last = name.rpartition("/")
    number = _NUMBER.match(last)
    return folder, int(number[1]) if number else 0, last


def _entry(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with packed.open(name) as entry:
            while piece := entry.read(_STEP):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as exc:
        raise UsageError(DAMAGED) from exc


class _Unpacker:
    """Unpacks gzip in bounded steps; several members may follow one another."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def is_done(self) -> bool:
        return self._inner.eof

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._inner.eof:
                self._inner = zlib.decompressobj(wbits=31)
            try:
                yield self._inner.decompress(packed, _STEP)
            except zlib.error as exc:
                raise UsageError(DAMAGED) from exc
            packed = self._inner.unconsumed_tail or self._inner.unused_data
