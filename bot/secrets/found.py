"""Where a secret stands, and a text as seen by who undoes a disguise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Found:
    """A secret from `start` to `end` (exclusive) of a text."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class View:
    """What is read, and from where to where in the text a stretch of it stood."""

    text: str
    source: Callable[[int, int], tuple[int, int]]


def merged(found: Iterable[Found]) -> list[Found]:
    """Sort, and make one of those that overlap; the first to begin gives the kind."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if kept and one.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = Found(last.start, max(last.end, one.end), last.kind)
        else:
            kept.append(one)
    return kept
