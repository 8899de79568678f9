"""Where a finding stands: its lines in the diff as GitHub has it, its quote on them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.context import diff
from bot.context.diff import FileDiff, Hunk, Line

Side = Literal["LEFT", "RIGHT"]

# A quote this far from the lines it was given for was miscounted, not invented.
NEAR = 3
# More lines than that point at nothing: the quote's own lines are taken.
MOST_LINES = 30
MOST_QUOTE = 2_000
_MOST_PLACES = 50

NO_PATH = "path not in the change"
NO_LINES = "lines not in the diff"
NO_QUOTE = "quote not found there"


@dataclass(frozen=True, slots=True)
class Span:
    """Lines `start` to `end` (1-based, both counted) of one side of a diff.

    `is_moved` says that they are not the lines that were claimed.
    """

    start: int
    end: int
    side: Side = "RIGHT"
    is_moved: bool = False


def located(
    claimed: Span, quote: str, *, original: FileDiff | None, shown: Sequence[FileDiff]
) -> Span | str:
    """Find where a finding may stand, or say in a few words why nowhere.

    `original` is the file as the diff has it: only there a comment may stand (R17).
    `shown` is what the model read of the file, whose lines the quote must be. A quote
    that stands elsewhere in the diff, and only once or near, takes the finding there.
    """
    if original is None or not shown:
        return NO_PATH
    ranges = commentable(original, claimed.side)
    hunk = next((each for each in ranges if claimed.end in each), None)
    if hunk is None or claimed.start not in hunk or claimed.start > claimed.end:
        return NO_LINES
    for quoted in _readings(quote):
        found = _nearest(
            claimed, _places(quoted, shown, ranges=ranges, claimed=claimed)
        )
        if found is not None:
            return found
        if any(_beside(quoted, shown, claimed)):
            return claimed
    return NO_QUOTE


def commentable(file: FileDiff, side: Side) -> tuple[range, ...]:
    """Lines of one side on which a review comment may stand, one range a hunk."""
    if side == "RIGHT":
        return diff.right_ranges(file)
    if not diff.right_ranges(file):
        return ()
    return tuple(
        range(hunk.old_start, hunk.old_start + hunk.old_count)
        for hunk in file.hunks
        if any(line.mark != " " for line in hunk.lines)
    )


def _nearest(claimed: Span, places: list[tuple[int, int]]) -> Span | None:
    if not places:
        return None

    def distance(place: tuple[int, int]) -> int:
        return max(place[0] - claimed.end, claimed.start - place[1], 0)

    start, end = min(places, key=distance)
    far = distance((start, end))
    if far == 0 and claimed.end - claimed.start < MOST_LINES:
        return claimed
    if far > NEAR and len(places) > 1:
        return None
    return Span(start, min(end, start + MOST_LINES - 1), claimed.side, is_moved=True)


def _places(
    quoted: str,
    shown: Sequence[FileDiff],
    *,
    ranges: Sequence[range],
    claimed: Span,
) -> list[tuple[int, int]]:
    """Where the quote stands on the claimed side, if a comment may stand there."""
    return [
        (start, end)
        for file in shown
        for hunk in file.hunks
        for start, end in _in_hunk(quoted, hunk, claimed.side)
        if any(start in each and end in each for each in ranges)
    ]


def _beside(
    quoted: str, shown: Sequence[FileDiff], claimed: Span
) -> Iterator[tuple[int, int]]:
    """Where the quote is what the claimed lines' own hunk has on the other side."""
    other: Side = "LEFT" if claimed.side == "RIGHT" else "RIGHT"
    for file in shown:
        for hunk in file.hunks:
            if any(_number(line, claimed.side) == claimed.end for line in hunk.lines):
                yield from _in_hunk(quoted, hunk, other)


def _in_hunk(quoted: str, hunk: Hunk, side: Side) -> Iterator[tuple[int, int]]:
    numbers: list[int] = []
    starts: list[int] = []
    texts: list[str] = []
    offset = 0
    for line in hunk.lines:
        text = " ".join(line.text.split())
        if text and _number(line, side):
            numbers.append(_number(line, side))
            starts.append(offset)
            texts.append(text)
            offset += len(text) + 1
    joined = "\n".join(texts)
    at = joined.find(quoted)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        last = at + len(quoted) - 1
        yield (
            numbers[bisect_right(starts, at) - 1],
            numbers[bisect_right(starts, last) - 1],
        )
        at = joined.find(quoted, last + 1)


def _number(line: Line, side: Side) -> int:
    return line.new if side == "RIGHT" else line.old


def _readings(quote: str) -> Iterator[str]:
    """The quote as it was given, then without the marks of a diff before its lines."""
    lines = [" ".join(line.split()) for line in quote[:MOST_QUOTE].split("\n")]
    lines = [line for line in lines if line]
    if lines:
        yield "\n".join(lines)
    if lines and all(line[0] in "+-" for line in lines):
        bare = [line[1:].strip() for line in lines]
        if any(bare):
            yield "\n".join(line for line in bare if line)
