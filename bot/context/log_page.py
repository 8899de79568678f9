"""What is left of a scanned log to choose from: its end, and windows before that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.context import log_scan
from bot.context.log_features import Page
from bot.context.log_scan import Scan

# Blank lines where lines are left out, so that strangers are no neighbours.
_SEPARATION = 4
# From this weight on the rules know a cause; it has so many lines around it.
_SURE = 7
_LEAD, _TRAIL = 3, 12


def of(scan: Scan) -> Page:
    """Return the page of a scanned log."""
    pairs = list(_pairs(scan))
    return Page(
        lines=[line for _, line in pairs],
        numbers=[number for number, _ in pairs],
        exits=list(scan.exits),
        total=scan.number,
        suspect=_suspect(scan),
        known=frozenset(_known(scan)),
    )


def _known(scan: Scan) -> Iterator[int]:
    first = scan.number - len(scan.recent) + 1
    for number, (_, is_known) in enumerate(scan.recent, first):
        if is_known:
            yield number


def _suspect(scan: Scan) -> tuple[int, int, int] | None:
    best = min(scan.windows, key=log_scan.rank, default=None)
    if best is None or best.score < _SURE:
        return None
    first = max(best.start, best.peak - _LEAD)
    return first, min(best.end, best.peak + _TRAIL), best.peak


def _pairs(scan: Scan) -> Iterator[tuple[int, str]]:
    first = scan.number - len(scan.recent) + 1
    reached = 0
    for window in scan.windows:
        if window.start < first:
            lines = window.lines[: first - window.start]
            yield from _after(reached, window.start, lines)
            reached = window.start + len(lines) - 1
    yield from _after(reached, first, [line for line, _ in scan.recent])


def _after(reached: int, start: int, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    if reached and start > reached + 1:
        yield from [(0, "")] * _SEPARATION
    yield from enumerate(lines, start)
