"""The figures: shares and means over events, with intervals over repositories."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.routing.contenders import Guess
from benchmarks.routing.money import Bill, Prices
from benchmarks.routing.rows import REASONING, Row

RESAMPLES = 1_000
BINS = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, with the middle 95 % of it over resampled repositories."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Part:
    """One event's share in a ratio: the repository, what is counted, out of what."""

    repo: str
    top: float
    out_of: float = 1.0


class Bootstrap:
    """Resampled repositories, the same ones for every figure, so that they compare."""

    def __init__(self, repos: Iterable[str], *, seed: int) -> None:
        self.place = {repo: place for place, repo in enumerate(sorted(set(repos)))}
        chance, size = random.Random(seed), len(self.place)
        self.draws = [chance.choices(range(size), k=size) for _ in range(RESAMPLES)]

    def figure(self, parts: Iterable[Part], *, times: float = 1.0) -> Figure | None:
        """Return sum of tops by sum of bottoms, `times` a unit; None of nothing."""
        tops, bottoms = [0.0] * len(self.place), [0.0] * len(self.place)
        for part in parts:
            tops[self.place[part.repo]] += part.top
            bottoms[self.place[part.repo]] += part.out_of
        if not sum(bottoms):
            return None
        ratios = []
        for draw in self.draws:
            if bottom := sum(bottoms[place] for place in draw):
                ratios.append(times * sum(tops[place] for place in draw) / bottom)
        ratios.sort()
        return Figure(
            times * sum(tops) / sum(bottoms),
            ratios[int(0.025 * len(ratios))],
            ratios[min(len(ratios) - 1, int(0.975 * len(ratios)))],
        )


def headline(
    rows: Sequence[Row],
    guesses: Sequence[Guess],
    *,
    bills: Sequence[Bill],
    prices: Prices,
    over: Bootstrap,
) -> dict[str, Figure | None]:
    """Return what routing is judged by, in the order of weight."""
    pairs = list(zip(rows, guesses, bills, strict=True))
    classes = prices.class_of

    def ratio(marks: Iterable[tuple[Row, float]], times: float = 1.0) -> Figure | None:
        return over.figure((Part(r.repo, top) for r, top in marks), times=times)

    return {
        "regret_usd": ratio(
            ((r, prices.regret(r, g.task, b)) for r, g, b in pairs), 100
        ),
        "regret_usd_runner_up": ratio(
            ((r, prices.lenient_regret(r, g.task, b)) for r, g, b in pairs), 100
        ),
        "underpowered": ratio(
            (r, g.task not in REASONING)
            for r, g, _ in pairs
            if r.is_clear and r.task in REASONING
        ),
        "overpowered": ratio(
            (r, g.task in REASONING)
            for r, g, _ in pairs
            if r.is_clear and r.task not in REASONING
        ),
        "class_runner_up": ratio(
            (r, classes[g.task] in {classes[a] for a in r.answers}) for r, g, _ in pairs
        ),
        "class_strict": ratio(
            (r, classes[g.task] == classes[r.task]) for r, g, _ in pairs
        ),
        "task_strict": ratio((r, g.task == r.task) for r, g, _ in pairs),
        "task_runner_up": ratio((r, g.task in r.answers) for r, g, _ in pairs),
    }


def macro_f1(rows: Sequence[Row], guesses: Sequence[Guess]) -> float:
    """Return the mean over the tasks that occur of each one's F1."""
    named = Counter(guess.task for guess in guesses)
    meant = Counter(row.task for row in rows)
    hits = Counter(
        r.task for r, g in zip(rows, guesses, strict=True) if r.task == g.task
    )
    each = [2 * hits[task] / (named[task] + meant[task]) for task in sorted(meant)]
    return sum(each) / len(each)


@dataclass(frozen=True, slots=True)
class Bin:
    """Guesses of about one confidence: how many, the mean said, the share right."""

    count: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """What the confidence is worth; `ece` is against the first label.

    `asked` is the share of events below the threshold, `rest` the accuracy of the
    others (strict, with the runner-up, None where none is left).
    """

    surest_half_strict: float
    surest_half_runner_up: float
    ece: float
    threshold: float
    asked: float
    rest_strict: float | None
    rest_runner_up: float | None
    bins: tuple[Bin, ...]


def confidence(
    rows: Sequence[Row], guesses: Sequence[Guess], *, threshold: float
) -> Confidence:
    """Measure the confidence of guesses that all have one."""
    said = [guess.confidence or 0.0 for guess in guesses]
    strict = [r.task == g.task for r, g in zip(rows, guesses, strict=True)]
    lenient = [g.task in r.answers for r, g in zip(rows, guesses, strict=True)]
    surest = sorted(range(len(rows)), key=lambda n: -said[n])[: len(rows) // 2]
    rest = [n for n, sure in enumerate(said) if sure >= threshold]
    bins = _bins(said, strict)
    gaps = (one.count * abs(one.said - one.right) for one in bins)
    return Confidence(
        surest_half_strict=_mean(strict, surest) or 0.0,
        surest_half_runner_up=_mean(lenient, surest) or 0.0,
        ece=sum(gaps) / len(rows),
        threshold=threshold,
        asked=1 - len(rest) / len(rows),
        rest_strict=_mean(strict, rest),
        rest_runner_up=_mean(lenient, rest),
        bins=bins,
    )


def _mean(marks: Sequence[bool], places: Sequence[int]) -> float | None:
    return sum(marks[n] for n in places) / len(places) if places else None


def _bins(said: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    filled: dict[int, list[int]] = {}
    for number, sure in enumerate(said):
        filled.setdefault(min(int(sure * BINS), BINS - 1), []).append(number)
    return tuple(
        Bin(
            len(inside),
            sum(said[n] for n in inside) / len(inside),
            sum(right[n] for n in inside) / len(inside),
        )
        for _, inside in sorted(filled.items())
    )


def confusion(meant: Sequence[str], named: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count what each label was called: meant → named → how often."""
    counts = Counter(zip(meant, named, strict=True))
    names = sorted({*meant, *named})
    return {
        one: {other: counts[one, other] for other in names}
        for one in names
        if one in meant
    }
