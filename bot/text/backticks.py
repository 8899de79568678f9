"""Where inline code stands in Markdown text: the one scanner both directions use."""

from __future__ import annotations

import re
from bisect import bisect_right

Ranges = list[tuple[int, int]]

# A backslash before a run of backticks escapes one of it.
_MARKS = re.compile(r"\\.|`+", re.DOTALL)
_RUNS = re.compile(r"`+")
_BARE_PIPE = re.compile(r"(?:[^\\|]|\\.)*+\|", re.DOTALL)
# A line that may be the second row of a table, whatever container it stands in.
_DELIMITER = re.compile(r"^[ \t>]*[|:-](?=[^\n]{0,2000}[|:])[|: \t-]*$", re.MULTILINE)


def spans(text: str, *, in_table: bool = False) -> Ranges:
    """Find the code spans of one paragraph as (start, end), in linear time.

    A table cuts its rows at `|` before it looks for code; with `in_table` a span
    that holds a bare pipe is therefore none (in both readings).
    """
    closers: dict[int, list[int]] = {}
    for run in _RUNS.finditer(text):
        closers.setdefault(len(run[0]), []).append(run.start())
    found: Ranges = []
    position = 0
    while mark := _MARKS.search(text, position):
        position = mark.end()
        if not mark[0].startswith("`"):
            continue
        size = len(mark[0])
        starts = closers.get(size, [])
        index = bisect_right(starts, mark.start())
        if index == len(starts):
            continue
        end = starts[index] + size
        if in_table and has_bare_pipe(text[mark.end() : starts[index]]):
            continue
        found.append((mark.start(), end))
        position = end
    return found


def has_bare_pipe(text: str) -> bool:
    """Whether `text` holds a `|` that a table would cut at."""
    return "|" in text and _BARE_PIPE.match(text) is not None


def may_hold_table(text: str) -> bool:
    """Whether some line of `text` could be a table's delimiter row."""
    return "|" in text and _DELIMITER.search(text) is not None


def inside(position: int, ranges: Ranges) -> bool:
    """Whether `position` lies in one of the sorted, disjoint `ranges`."""
    index = bisect_right(ranges, (position, len(ranges) and ranges[-1][1])) - 1
    return index >= 0 and ranges[index][0] <= position < ranges[index][1]
