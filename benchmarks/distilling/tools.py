"""What is compared: routebot, and what one would do without a tool."""

from __future__ import annotations

import re

from benchmarks.distilling import logs
from benchmarks.distilling.logs import Labelled
from bot.context import log

# Words of trouble; a line around which to look, and what a marked line may lack.
TROUBLE = re.compile(
    r"error|fail|exception|fatal|panic|abort|cannot|not found|undefined|denied"
    r"|timed out|killed",
    re.IGNORECASE,
)
BEFORE, AFTER = 2, 3


def routebot(case: Labelled, *, budget: int, with_passed: bool) -> list[int]:
    """Return the lines that `routebot distill` shows, best chunk first."""
    passed = logs.data(case.passed) if with_passed and case.passed else None
    found = log.distill(logs.data(case.file), budget=budget, passed=passed)
    return [n for c in found.chunks for n in range(c.start, c.end + 1)]


def tail(case: Labelled, size: int) -> list[int]:
    """Return the last `size` lines, the last one first: a reader scrolls up."""
    total = len(logs.lines(case.file))
    return list(range(total, max(total - size, 0), -1))


def around_words(case: Labelled, size: int) -> list[int]:
    """Return lines around words of trouble, the last such place first."""
    text = logs.lines(case.file)
    chosen: dict[int, None] = {}
    for number in range(len(text), 0, -1):
        if len(chosen) >= size:
            break
        if TROUBLE.search(text[number - 1]):
            last = min(number + AFTER, len(text))
            chosen |= dict.fromkeys(range(max(number - BEFORE, 1), last + 1))
    return list(chosen)[:size]


def perfect(case: Labelled, size: int) -> list[int]:
    """Return what a tool would that knows the marks: as many as the budget allows."""
    return sorted(case.marked)[:size]
