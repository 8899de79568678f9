"""Where a finding stands: its lines in the diff as GitHub has it, its quote on them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.context import diff
from bot.context.diff import FileDiff, Hunk, Line, Side

SIDES: tuple[Side, ...] = ("RIGHT", "LEFT")

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


@dataclass(frozen=True, slots=True)
class _Text:
    """One side of a hunk: its lines that hold anything, joined, and their numbers."""

    joined: str
    numbers: tuple[int, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One changed file, made ready for many findings.

    `ranges` are the lines of each side on which a finding may stand, a range a hunk.
    """

    ranges: Mapping[Side, Sequence[range]]
    hunks: Sequence[Mapping[Side, _Text]]


def page(original: FileDiff, shown: Sequence[FileDiff]) -> Page:
    """Make a file ready: where a comment may stand, and what the model read of it.

    `original` is the file as the diff has it; `shown` may hold more lines around it, or
    some of its hunks. What we compared ourselves counts here, too: whether GitHub takes
    a comment there (R17) is looked at before one is posted.
    """
    compared = replace(original, is_rebuilt=False)
    ranges = {side: commentable(compared, side) for side in SIDES}
    hunks = [
        {side: _text(hunk, side) for side in SIDES}
        for file in shown
        for hunk in file.hunks
    ]
    return Page(ranges, hunks)


def commentable(file: FileDiff, side: Side) -> tuple[range, ...]:
    """Lines of one side on which a review comment may stand, one range a hunk."""
    right = diff.right_ranges(file)
    if side == "RIGHT" or not right:
        return right
    return tuple(
        range(hunk.old_start, hunk.old_start + hunk.old_count)
        for hunk in file.hunks
        if any(line.mark != " " for line in hunk.lines)
    )


def located(claimed: Span, quote: str, page: Page) -> Span | str:
    """Find where a finding may stand, or say in a few words why nowhere.

    The quote must stand on the claimed lines, or be what their hunk has on the other
    side. A quote that stands elsewhere in the diff, once or near, takes the finding
    there.
    """
    ranges = page.ranges[claimed.side]
    is_placed = any(claimed.start in each and claimed.end in each for each in ranges)
    if not is_placed or claimed.start > claimed.end:
        return NO_LINES
    for quoted in _readings(quote):
        found = _nearest(claimed, _places(quoted, claimed.side, page))
        if found is not None:
            return found
        if any(_beside(quoted, claimed, page)):
            return claimed
    return NO_QUOTE


def _places(quoted: str, side: Side, page: Page) -> list[tuple[int, int]]:
    """Where the quote stands on this side, if a finding may stand there."""
    return [
        (start, end)
        for hunk in page.hunks
        for start, end in _in_text(quoted, hunk[side])
        if any(start in each and end in each for each in page.ranges[side])
    ]


def _beside(quoted: str, claimed: Span, page: Page) -> Iterator[tuple[int, int]]:
    """Where the quote is what the claimed lines' own hunk has on the other side."""
    other: Side = "LEFT" if claimed.side == "RIGHT" else "RIGHT"
    for hunk in page.hunks:
        numbers = hunk[claimed.side].numbers
        if numbers and numbers[0] <= claimed.end <= numbers[-1]:
            yield from _in_text(quoted, hunk[other])


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


def _in_text(quoted: str, text: _Text) -> Iterator[tuple[int, int]]:
    at = text.joined.find(quoted)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        last = at + len(quoted) - 1
        first_line = bisect_right(text.starts, at) - 1
        last_line = bisect_right(text.starts, last) - 1
        yield text.numbers[first_line], text.numbers[last_line]
        at = text.joined.find(quoted, last + 1)


def _text(hunk: Hunk, side: Side) -> _Text:
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
    return _Text("\n".join(texts), tuple(numbers), tuple(starts))


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
