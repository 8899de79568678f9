"""Steps that fail without a word: no line of the log tells their cause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from bot.context import log_marks, log_signals, log_weighing
from bot.context.log_ends import GENERIC
from bot.context.log_features import Page
from bot.context.log_shapes import Chunk

# The kinds of the chunks that show the step, and what was written right before it.
STEP, BEFORE = "step", "before"
_MOST_BEFORE = 3
_TYPED, _RUN = "$ ", "##[group]Run "
# A step that is somebody's action: what it writes is about itself.
_ACTION = re.compile(r"##\[group\]Run [^\s@]{1,200}@\S{1,200}$")


def chunks(page: Page, chosen: Sequence[Chunk], *, budget: int) -> list[Chunk]:
    """Return the failed step from its beginning to its end, then what stands before it.

    That is what was `chosen` in its stead and has a word of trouble, or else the last
    lines of the step before; of neither, what an action wrote about itself.

    Nothing where it wrote any line of its own, where another step failed with one, and
    where the log does not say which command failed.
    """
    failed = [place for place, code in page.exits if code]
    places = {number: at for at, number in enumerate(page.numbers) if number}
    if not failed or not all(place in places for place in failed):
        return []
    spans = [_span(page, places[place]) for place in failed]
    own = _own(page)
    first, last = spans[-1]
    is_told = any(own.intersection(range(a, b + 1)) for a, b in spans)
    if first == last or is_told or 0 in page.numbers[first:last]:
        return []
    shown = (max(first, last - budget + 1), last)
    loud = [
        replace(each, kind=BEFORE, score=0.0)
        for each in chosen
        if each.end < page.numbers[first]
        and _is_loud(each)
        and not _is_of_action(page, places.get(each.start, 0))
    ]
    before = loud or _last_words(page, first, own)
    return [_chunk(page, shown, STEP), *_within(before, budget - (last - first + 1))]


def _is_loud(chunk: Chunk) -> bool:
    lines = chunk.text.split("\n")
    return any(log_signals.weight(line)[1] >= GENERIC.weight for line in lines)


def _last_words(page: Page, first: int, own: Set[int]) -> list[Chunk]:
    begin = first
    while begin - 1 in own and first - begin < _MOST_BEFORE:
        begin -= 1
    if begin == first or _is_of_action(page, begin):
        return []
    return [_chunk(page, (begin, first - 1), BEFORE)]


def _is_of_action(page: Page, at: int) -> bool:
    before = page.lines[at::-1]
    head = next((line for line in before if line.startswith(_RUN)), "")
    return _ACTION.match(head) is not None


def _within(found: Sequence[Chunk], room: int) -> Iterator[Chunk]:
    for each in found:
        room -= each.end - each.start + 1
        if room >= 0:
            yield each


def _chunk(page: Page, span: tuple[int, int], kind: str) -> Chunk:
    first, last = span
    text = "\n".join(page.lines[first : last + 1])
    return Chunk(page.numbers[first], page.numbers[last], kind, 0.0, text)


def _span(page: Page, last: int) -> tuple[int, int]:
    """Index of the line that began what ended here; `last` itself where none did."""
    before = max((p for p, _ in page.exits if p < page.numbers[last]), default=0)
    typed: int | None = None
    for at in range(last - 1, -1, -1):
        line = page.lines[at]
        if line.startswith(_RUN):
            return at, last
        if page.numbers[at] <= before:
            break
        # A command that was typed follows those that went well.
        typed = at if typed is None and line.startswith(_TYPED) else typed
    return (last if typed is None else typed), last


def _own(page: Page) -> set[int]:
    """The lines that the work wrote, not the CI system around it."""
    scripts = log_weighing.scripts(page.lines)
    return {
        at
        for at, line in enumerate(page.lines)
        if line and at not in scripts and log_marks.mark(line) is None
    }
