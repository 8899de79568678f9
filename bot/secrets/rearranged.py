"""A text read with its escapes undone, backwards, turned by 13, or drawn together."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from bot.secrets.found import View
from bot.text.sanitize import UNSEEN

_ESCAPE = re.compile(
    r"%([0-9A-Fa-f]{2})|\\u\{?([0-9A-Fa-f]{4,6})\}?|\\x([0-9A-Fa-f]{2})"
    r"|&#[xX]([0-9A-Fa-f]{1,6});?|&#([0-9]{1,7});?|\\([0-3][0-7]{2})|\\(/)"
    "|⟨U\\+[0-9A-F]{4,6}⟩|\x1b\\[[0-9;]{0,20}m"
    f"|{UNSEEN}{{1,2000}}"
)
# Letters that look like ASCII's: full width, and those of mathematics.
_ALIKE = (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800))
_HAS_ALIKE = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]")
_TO_ASCII = {code: unicodedata.normalize("NFKC", chr(code))[:1] for code in _ALIKE}
_ROT13 = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm",
)
# Groups of so many characters, and at least so many of them, each before a separator.
_SPREAD = ((1, 20), (2, 10), (3, 7), (4, 4), (5, 4), (6, 4), (8, 3))
_SEPARATORS = re.compile(r"([ \t\n.,:;|/_*+~-])\1{2,}")
_WORD = re.compile(r"[\w=+/-]{1,20}")
_APART = "\n\0\n"


def views(text: str) -> Iterator[View]:
    """Read `text` backwards, and turned by 13 letters."""
    size = len(text)
    yield View(text[::-1], lambda start, end: (size - end, size - start))
    yield View(text.translate(_ROT13), lambda start, end: (start, end))


def drawn_together(text: str) -> Iterator[View]:
    """Read, without their separators, characters that stand at regular distances."""
    runs = [*_spread(text)]
    if not runs:
        return
    pieces = [run.drawn(text) for run in runs]
    starts = [*accumulate((len(piece) + len(_APART) for piece in pieces), initial=0)]

    def source(start: int, end: int) -> tuple[int, int]:
        index = bisect_right(starts, start) - 1
        run, begin = runs[index], starts[index]
        return run.source(start - begin), run.source(end - 1 - begin) + 1

    yield View(_APART.join(pieces), source)


def undone(text: str) -> Iterator[View]:
    """Read `text` with escapes undone and without what draws nothing, if it has any."""
    parts: list[str] = []
    places, sources = [0], [0]
    position = size = 0
    is_changed = _HAS_ALIKE.search(text) is not None
    if is_changed:
        text = text.translate(_TO_ASCII)
    for match in _ESCAPE.finditer(text):
        plain, character = text[position : match.start()], _unescaped(match)
        parts += (plain, character)
        size += len(plain) + len(character)
        position = match.end()
        places.append(size)
        sources.append(position)
    if not (parts or is_changed):
        return

    def source(place: int) -> int:
        index = bisect_right(places, place) - 1
        return sources[index] + place - places[index]

    whole = "".join((*parts, text[position:]))
    yield View(whole, lambda start, end: (source(start), source(end)))


def _unescaped(match: re.Match[str]) -> str:
    percent, long, short, hexed, decimal, octal, slash = match.groups()
    if slash:
        return "/"
    digits, base = percent or long or short or hexed, 16
    if not digits:
        digits, base = (decimal, 10) if decimal else (octal, 8)
    code = int(digits, base) if digits else -1
    return chr(code) if 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of `group` characters from `start` to `end`, one separator after each."""

    start: int
    end: int
    group: int

    def drawn(self, text: str) -> str:
        characters = [*text[self.start : self.end]]
        del characters[self.group :: self.group + 1]
        return "".join(characters)

    def source(self, place: int) -> int:
        return self.start + place + place // self.group


def _spread(text: str) -> Iterator[_Run]:
    """Find where the same separator stands after every so many characters.

    Every n-th character of the text is looked at as a text of its own: there, such a
    separator is a run.
    """
    for group, least in _SPREAD:
        step = group + 1
        for offset in range(step):
            for run in _SEPARATORS.finditer(text[offset::step]):
                if len(run[0]) < least:
                    continue
                first = offset + step * run.start()
                last = offset + step * (run.end() - 1)
                # A rule across the page is all separators, and so is a table.
                inner = text.count(run[1], first, last + 1) - len(run[0])
                if inner * 8 > last - first:
                    continue
                end = _tail_end(text, last + 1, group)
                # What stands before the first may be a group or the end of a word.
                if first >= group:
                    yield _Run(first - group, end, group)
                yield _Run(first + 1, end, group)


def _tail_end(text: str, start: int, group: int) -> int:
    """Where the last group ends: at `start` if what stands there is a longer word."""
    word = _WORD.match(text, start)
    end = word.end() if word else start
    return end if end <= start + group else start
