"""Raw bytes of a CI log into clean numbered lines, in one pass and bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from bot.text import sanitize

# Longer lines are cut before any pattern sees them (contract T29).
MAX_LINE = 2_000
# Bytes of one line kept before decoding: UTF-8 needs up to four a character, and
# escape sequences go away afterwards.
_MAX_RAW = 4 * MAX_LINE
_STEP = 1 << 20
# Bytes at the start that tell how a log is encoded, and the share of them that must.
_SNIFFED = 4_096
_MOSTLY = 0.8
_GONE = (*range(0, 9), *range(11, 32), *range(127, 160), 0xFEFF)
_CONTROL = dict.fromkeys(_GONE)


def lines(data: bytes | Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a log, cleaned, each at most 2,000 characters long.

    Takes the whole log or its pieces in order, in UTF-8 or UTF-16. Undecodable bytes
    become U+FFFD; colour codes, controls, byte order marks, time stamps of GitHub and
    Jenkins and what a carriage return wrote over are gone. One line of the log is one
    item, so that numbers hold.
    """
    pieces = _steps(data) if isinstance(data, bytes) else data
    for raw in _raw_lines(_utf8(pieces)):
        yield clean(raw.decode("utf-8", "replace"))


def clean(line: str) -> str:
    """Reduce one line to the text a terminal would show in the end."""
    if not line.replace("\t", " ").isprintable():
        line = sanitize.drawn(line).translate(_CONTROL)
    return _without_stamp(line)[:MAX_LINE].rstrip()


def _steps(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _STEP):
        yield data[at : at + _STEP]


def _utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Rewrite UTF-16, which PowerShell writes into files, as UTF-8."""
    decoder: codecs.IncrementalDecoder | None = None
    is_first = True
    for piece in pieces:
        if is_first and piece:
            is_first, encoding = False, _wide(piece[:_SNIFFED])
            if encoding:
                decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield decoder.decode(piece).encode("utf-8", "replace") if decoder else piece


def _wide(start: bytes) -> str:
    """Name the encoding of a text in characters of two bytes; "" for any other."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = (len(start) + 1) // 2
    for encoding, first in (("utf-16-be", 0), ("utf-16-le", 1)):
        # Every other byte of plain words is none, and none of the rest.
        empty, full = start[first::2].count(0), start[1 - first :: 2].count(0)
        if empty > _MOSTLY * half and not full:
            return encoding
    return ""


def _raw_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        first, *others = piece.split(b"\n")
        rest = (rest + first[:_MAX_RAW])[:_MAX_RAW]
        for line in others:
            yield rest
            rest = line[:_MAX_RAW]
    if rest:
        yield rest


def _without_stamp(line: str) -> str:
    if _is_stamped(line):
        return line.partition("Z")[2].removeprefix(" ")
    if line.startswith("[") and _is_stamped(line[1:32]):
        # Jenkins puts its clock into brackets.
        return line.partition("]")[2].removeprefix(" ")
    if "\t" in line:
        # `gh run view --log` writes job, step, stamped text.
        *_, last = line.split("\t", 2)
        if _is_stamped(last.lstrip("\ufeff")):
            return last.partition("Z")[2].removeprefix(" ")
    return line


def _is_stamped(line: str) -> bool:
    return (
        len(line) > 19
        and line[4] == "-"
        and line[10] == "T"
        and line[13] == ":"
        and line[:4].isdigit()
        and "Z" in line[19:30]
    )
