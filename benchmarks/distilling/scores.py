"""The figures of one tool over labelled logs, with intervals over repositories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from benchmarks.distilling.logs import Labelled
from benchmarks.routing.figures import Bootstrap, Figure, Part

MISSED = float("inf")


@dataclass(frozen=True, slots=True)
class Score:
    """One log: `rank` is the place of the first marked line, `MISSED` for none."""

    case: Labelled
    chosen: tuple[int, ...]
    recall: float
    precision: float
    rank: float

    @property
    def hit(self) -> bool:
        """Whether any marked line was chosen."""
        return self.rank != MISSED


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; `rank` is the median, None where most logs are missed."""

    name: str
    hit: Figure
    recall: Figure
    precision: Figure
    used: float
    rank: float | None


def score(case: Labelled, chosen: Sequence[int]) -> Score:
    """Judge the lines that a tool chose, best first; a line counts once."""
    shown = tuple(dict.fromkeys(chosen))
    right = sum(number in case.marked for number in shown)
    places = (n for n, number in enumerate(shown, start=1) if number in case.marked)
    return Score(
        case,
        shown,
        recall=right / len(case.marked),
        precision=right / len(shown) if shown else 0.0,
        rank=next(places, MISSED),
    )


def line(name: str, scores: Sequence[Score], over: Bootstrap) -> Line:
    """Sum up the scores of one tool; logs weigh the same, whatever their length."""

    def figure(values: Iterable[float]) -> Figure:
        parts = (
            Part(one.case.repo, top) for one, top in zip(scores, values, strict=True)
        )
        found = over.figure(parts)
        assert found is not None
        return found

    rank = median(one.rank for one in scores)
    return Line(
        name,
        figure(one.hit for one in scores),
        figure(one.recall for one in scores),
        figure(one.precision for one in scores),
        mean(len(one.chosen) for one in scores),
        None if rank == MISSED else rank,
    )
