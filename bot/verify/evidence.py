"""Quotes with their places: what stands where, in what a model was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.context import Section
from bot.verify.claims import is_relative, quote_exists

_START = re.compile(r"^([\w@./+-]{1,300}):(\d{1,7})\n", re.MULTILINE)
_FILE = re.compile(r"file (.{1,400}?)(?: \(.{0,200}\))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands; path "" is none of a file, line 0 none that is known."""

    path: str = ""
    line: int = 0


def found(quote: str, place: Place, *, sections: Sequence[Section]) -> Place | None:
    """Say where a quote really stands, None where nothing that was shown holds it.

    First in the file it is said to stand in, then in any other: path and line are put
    right. Elsewhere (a log, the report, a diff) the path stays if that names it.
    """
    holding = [each for each in _pieces(sections) if quote_exists(quote, each.text)]
    of_file = sorted(
        (each for each in holding if each.path),
        key=lambda each: each.path != place.path,
    )
    is_named = any(not each.path and _names(place.path, each.text) for each in holding)
    for each in of_file:
        if each.path == place.path or not is_named:
            near = place.line - each.first + 1
            line = _line(quote, each.text, near=near)
            return Place(each.path, line + each.first - 1 if line else 0)
    if not holding:
        return None
    return place if is_named else Place()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text that was shown: of a file from its line `first` on, or of none ("")."""

    path: str
    first: int
    text: str


def _pieces(sections: Sequence[Section]) -> Iterator[_Piece]:
    for section in sections:
        path = _path_of(section)
        yield _Piece(path, 1, section.text)
        if path or section.kind != "code":
            continue
        # Definitions stand below a line of their own that says where they come from.
        starts = list(_START.finditer(section.text))
        ends = [*(start.start() for start in starts[1:]), len(section.text)]
        for start, end in zip(starts, ends, strict=False):
            yield _Piece(start[1], int(start[2]), section.text[start.end() : end])


def _names(path: str, text: str) -> bool:
    if not path or not is_relative(path):
        return False
    return (
        re.search(rf"(?:^|[\s\"'`(]|\b[ab]/){re.escape(path)}", text, re.M) is not None
    )


def _path_of(section: Section) -> str:
    match = _FILE.fullmatch(section.name)
    return match[1] if match is not None else ""


def _line(quote: str, text: str, *, near: int) -> int:
    """The line nearest to the one that was said on which the quote begins."""
    first = next((" ".join(q.split()) for q in quote.split("\n") if q.strip()), "")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    numbers = [number for number, line in enumerate(lines, 1) if first in line]
    return min(numbers, key=lambda number: abs(number - near), default=0)
