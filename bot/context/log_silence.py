"""Steps that fail without a word: no line of the log tells their cause."""

from __future__ import annotations

from bot.context import log_marks, log_weighing
from bot.context.log_features import Page
from bot.context.log_shapes import Chunk

# The kind of the chunk that shows the step.
KIND = "step"
_TYPED = "$ "


def step(page: Page, *, budget: int) -> Chunk | None:
    """Return the lines that show the failed step, from its beginning to its end.

    None where it wrote any line of its own, where another step failed with one, and
    where the log does not say which command failed.
    """
    failed = [place for place, code in page.exits if code]
    places = {number: at for at, number in enumerate(page.numbers) if number}
    if not failed or not all(place in places for place in failed):
        return None
    spans = [_span(page, places[place]) for place in failed]
    own = _own(page)
    first, last = spans[-1]
    is_told = any(own.intersection(range(a, b + 1)) for a, b in spans)
    if first == last or is_told or 0 in page.numbers[first:last]:
        return None
    first = max(first, last - budget + 1)
    lines = page.lines[first : last + 1]
    start, end = page.numbers[first], page.numbers[last]
    return Chunk(start, end, KIND, 0.0, "\n".join(lines))


def _span(page: Page, last: int) -> tuple[int, int]:
    """Index of the line that began what ended here; `last` itself where none did."""
    before = max((p for p, _ in page.exits if p < page.numbers[last]), default=0)
    typed: int | None = None
    for at in range(last - 1, -1, -1):
        line = page.lines[at]
        if line.startswith("##[group]Run "):
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
