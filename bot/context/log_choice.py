"""From chances of lines to the chunks that are shown: the likeliest runs of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from bot.context import log_marks, log_model, log_signals, log_weighing
from bot.context.log_ends import ENDS, GENERIC
from bot.context.log_features import Page
from bot.context.log_grammars import Category
from bot.context.log_linters import LINTERS
from bot.context.log_shapes import Chunk
from bot.context.log_tools import TOOLS

# How much of its neighbours' chance a line has: causes stand in blocks.
_SPREAD = 0.4
# Lines this much less likely than the likeliest are left out even if there is room.
_WORTH = 0.05
# From this weight on a line is a tool's own report.
_REPORT = 8
# Lines between two likely runs that are shown with them.
_GAP = 2
_LAST_WORDS = frozenset(end.category for end in ENDS if end.tool == "runner")
_BY_KIND: dict[str, Category] = {category: category for category in get_args(Category)}
_TOLD = frozenset(grammar.category for grammar in (*LINTERS, *TOOLS)) - {"error"}
# What an exit code tells where the lines tell no more than that something broke.
_KILLED: dict[int, Category] = {137: "out_of_memory", 139: "crash"}
_UNCLEAR = frozenset({"error", "crash"})
# Lines between them and the end of the log, at the most.
_NEAR = 40
# The kind of a chunk in which no line has a word of trouble.
UNWORDED = "unworded"


def chunks(page: Page, *, budget: int) -> list[Chunk]:
    """Return the chunks that most likely tell the cause, best first, within `budget`.

    A chunk's score is the chance that the cause is at its likeliest line, 0 to 1.
    """
    raw = log_model.chances(page, log_model.shipped())
    chances = log_weighing.weighed(page, raw)
    spread = _spread(chances)
    found = []
    for first, last in runs(page, chances, budget=budget):
        lines = page.lines[first : last + 1]
        found.append(
            Chunk(
                start=page.numbers[first],
                end=page.numbers[last],
                kind=_kind(lines),
                score=round(max(spread[first : last + 1]), 3),
                text="\n".join(lines),
            )
        )
    return found


def category(chosen: Sequence[Chunk], *, exit_code: int | None, total: int) -> Category:
    """Say what sort of trouble the chunks tell of.

    `exit_code`: of the last command that says so; `total`: lines of the log, at whose
    end the runner's own last words outweigh everything before.
    """
    last_words = [c for c in chosen if c.kind in _LAST_WORDS and total - c.end < _NEAR]
    kinds = [chunk.kind for chunk in (*last_words, *chosen) if chunk.kind in _BY_KIND]
    if kinds[:1] == [GENERIC.category]:
        # "Error" alone says next to nothing; what a tool reports elsewhere says more.
        kinds = [*(kind for kind in kinds if kind in _TOLD), *kinds]
    kind = _BY_KIND[kinds[0]] if kinds else "error" if exit_code else "no_error_found"
    return _KILLED.get(exit_code or 0, kind) if kind in _UNCLEAR else kind


def is_report(chunk: Chunk) -> bool:
    """Say whether some line of a chunk is a tool's or the system's own report."""
    return any(log_signals.weight(x)[1] >= _REPORT for x in chunk.text.split("\n"))


def _kind(lines: Sequence[str]) -> str:
    found = filter(None, map(log_signals.signal, lines))
    best = max(found, key=lambda signal: signal.weight, default=None)
    if best is None or best.weight < GENERIC.weight:
        return UNWORDED
    return best.grammar.category


def runs(page: Page, chances: Sequence[float], *, budget: int) -> list[tuple[int, int]]:
    """Return first and last index of the runs of lines to show, likeliest line first.

    At most `budget` lines in all; no run begins or ends with a blank line.
    """
    spread = _spread(chances)
    order = sorted(range(len(spread)), key=lambda at: (-spread[at], at))[:budget]
    worth = _WORTH * spread[order[0]] if order else 0.0
    taken = sorted(at for at in order if chances[at] and spread[at] >= worth)
    trimmed = (_trimmed(page.lines, *run) for run in _joined(taken))
    found = [run for run in trimmed if run]
    may_join = [bool(c) or not x for c, x in zip(chances, page.lines, strict=True)]
    room = budget - sum(last - first + 1 for first, last in found)
    found = _bridged(found, may_join=may_join, room=room)
    # That a command failed tells something below its last words alone.
    found = [run for run in found if not _is_mark(page.lines, *run)] or found
    found.sort(key=lambda run: (-max(spread[run[0] : run[1] + 1]), run))
    return _reports_first(page, found)


def _is_mark(lines: Sequence[str], first: int, last: int) -> bool:
    return first == last and log_marks.mark(lines[first]) is not None


def _reports_first(
    page: Page, found: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Put what a tool reports before lines that only sound like trouble, or do not."""
    if page.suspect is None or not found or _loudest(page, found[0]) > GENERIC.weight:
        return list(found)
    peak = page.suspect[2]
    told = [
        (first, last)
        for first, last in found
        if page.numbers[first] <= peak <= page.numbers[last]
        and _loudest(page, (first, last)) >= _REPORT
    ]
    return [*told, *(run for run in found if run not in told)]


def _loudest(page: Page, run: tuple[int, int]) -> float:
    lines = page.lines[run[0] : run[1] + 1]
    return max(log_signals.weight(line)[1] for line in lines)


def _spread(chances: Sequence[float]) -> list[float]:
    before = _faded(chances)
    after = _faded(reversed(chances))[::-1]
    return [a + b - own for a, b, own in zip(before, after, chances, strict=True)]


def _faded(chances: Iterable[float]) -> list[float]:
    faded: list[float] = []
    carried = 0.0
    for chance in chances:
        carried = chance + _SPREAD * carried
        faded.append(carried)
    return faded


def _joined(taken: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in taken:
        if found and at == found[-1][1] + 1:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def _trimmed(lines: Sequence[str], first: int, last: int) -> tuple[int, int] | None:
    while first <= last and not lines[first]:
        first += 1
    while last >= first and not lines[last]:
        last -= 1
    return (first, last) if first <= last else None


def _bridged(
    found: Sequence[tuple[int, int]], *, may_join: Sequence[bool], room: int
) -> list[tuple[int, int]]:
    """Join runs that almost touch, while there is room for what lies between."""
    joined: list[tuple[int, int]] = []
    for first, last in found:
        end = joined[-1][1] if joined else -1
        between = first - end - 1
        is_near = bool(joined) and between <= min(_GAP, room)
        if is_near and all(may_join[end + 1 : first]):
            room -= between
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
