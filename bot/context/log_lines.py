"""Raw bytes of a CI log into clean numbered lines, in one pass and bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.text import sanitize

# Longer lines are cut before any pattern sees them (contract T29).
MAX_LINE = 2_000
# Bytes of one line kept before decoding: UTF-8 needs up to four a character, and
# escape sequences go away afterwards.
_MAX_RAW = 4 * MAX_LINE
_STEP = 1 << 20
_GONE = (*range(0, 9), *range(11, 32), *range(127, 160), 0xFEFF)
_CONTROL = dict.fromkeys(_GONE)


def lines(data: bytes | Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a log, cleaned, each at most 2,000 characters long.

    Takes the whole log or its pieces in order. Undecodable bytes become U+FFFD; colour
    codes, controls, byte order marks, GitHub's time stamps and what a carriage return
    wrote over are gone. One line of the log is one item, so that numbers hold.
    """
    for raw in _raw_lines(_steps(data) if isinstance(data, bytes) else data):
        yield clean(raw.decode("utf-8", "replace"))


def clean(line: str) -> str:
    """Reduce one line to the text a terminal would show in the end."""
    if not line.replace("\t", " ").isprintable():
        line = sanitize.drawn(line).translate(_CONTROL)
    return _without_stamp(line)[:MAX_LINE].rstrip()


def _steps(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _STEP):
        yield data[at : at + _STEP]


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
