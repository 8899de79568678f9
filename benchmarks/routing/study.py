"""The whole study: every router asked about repositories it was not trained on."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.routing import contenders, figures, money, sentences
from benchmarks.routing.contenders import Contender, Guess
from benchmarks.routing.figures import Bootstrap, Confidence, Figure, Part
from benchmarks.routing.money import Bill, Call, Prices
from benchmarks.routing.rows import Row, folds
from bot import policy as policies
from bot.classify import FALLBACK, labels, rules
from bot.events import Event

TEXT = "routebot, text alone"
CAUTIOUS = "routebot, in doubt triage"
LABELLED = "routebot, labels first"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a contender said: a guess a row, the flips, seconds a decision."""

    guesses: list[Guess]
    flips: dict[str, Figure | None]
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; `confidence` is None for a router without one."""

    name: str
    figures: dict[str, Figure | None]
    macro_f1: float
    guesses: list[Guess]
    confidence: Confidence | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """What 100 events cost one way, USD: the first calls, and those asked again."""

    name: str
    first_usd: float
    again_usd: float


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """Where a label decides: its share of the rows, and both accuracies there."""

    share: float
    label_strict: float | None
    label_runner_up: float | None
    text_strict: float | None
    text_runner_up: float | None


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that is printed, but for times."""

    rows: list[Row]
    other_events: int
    other_right: int
    trained: str
    results: list[Result]
    streams: list[Stream]
    largest: str
    ask_usd: float
    label_facts: LabelFacts
    skipped: list[str] = field(default_factory=list)


def run(everything: Sequence[Row], *, count: int, seed: int) -> Study:
    """Ask every router about every issue; progress goes to stderr."""
    rows = [row for row in everything if row.event == "issues"]
    prices = money.default_prices()
    bills = prices.bills(rows)
    held = folds(rows, count, seed=seed)
    over = Bootstrap((row.repo for row in rows), seed=seed)
    table = _Table(rows, bills, prices, over)
    own = contenders.routebot(rows)
    asked = _asked(own, rows, held, over=over)
    threshold = prices.policy.confidence_threshold
    doubtful = [_cautious(guess, threshold) for guess in asked.guesses]
    ruled = _by_labels(rows)
    labelled = [
        Guess(task, 1.0) if task else guess
        for task, guess in zip(ruled, asked.guesses, strict=True)
    ]
    results = [
        table.line(TEXT, asked, threshold=threshold),
        table.line(CAUTIOUS, Asked(doubtful, {}, 0.0)),
        table.line(LABELLED, Asked(labelled, {}, 0.0), threshold=threshold),
    ]
    baselines, skipped = contenders.others(rows)
    for each in baselines:
        results.append(table.line(each.name, _asked(each, rows, held, over=over)))
    others = [row for row in everything if row.event != "issues"]
    return Study(
        rows=rows,
        other_events=len(others),
        other_right=sum(_by_rule(row) == row.task for row in others),
        trained=_trained(rows, held),
        results=results,
        streams=table.streams(results),
        largest=bills[0].largest_model,
        ask_usd=100 * sum(bill.ask_usd for bill in bills) / len(bills),
        label_facts=_label_facts(rows, ruled, asked.guesses),
        skipped=skipped,
    )


def say(words: str) -> None:
    """Tell whoever waits."""
    print(words, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class _Table:
    rows: list[Row]
    bills: list[Bill]
    prices: Prices
    over: Bootstrap

    def line(
        self, name: str, asked: Asked, *, threshold: float | None = None
    ) -> Result:
        found = figures.headline(
            self.rows,
            asked.guesses,
            bills=self.bills,
            prices=self.prices,
            over=self.over,
        )
        sure = None
        if threshold is not None:
            sure = figures.confidence(self.rows, asked.guesses, threshold=threshold)
        return Result(
            name,
            found | asked.flips,
            figures.macro_f1(self.rows, asked.guesses),
            asked.guesses,
            sure,
            asked.seconds or None,
        )

    def streams(self, results: Sequence[Result]) -> list[Stream]:
        """Return what the events cost each way; the labels' own way first."""
        right = [b.by_task[r.task] for r, b in zip(self.rows, self.bills, strict=True)]
        ways = {"every event in its right class": right}
        for one in results:
            named = zip(self.rows, one.guesses, self.bills, strict=True)
            ways[one.name] = [
                self.prices.taken(row, guess.task, bill) for row, guess, bill in named
            ]
        ways["all on balanced"] = [bill.baseline for bill in self.bills]
        ways["all on the largest model"] = [bill.largest for bill in self.bills]
        return [self._stream(name, taken, right) for name, taken in ways.items()]

    def _stream(
        self, name: str, taken: Sequence[Call], right: Sequence[Call]
    ) -> Stream:
        spent = [
            self.prices.spent(call, needed)
            for call, needed in zip(taken, right, strict=True)
        ]
        first, again = (
            100 * sum(each) / len(right) for each in zip(*spent, strict=True)
        )
        return Stream(name, first, again)


def _asked(
    contender: Contender,
    rows: Sequence[Row],
    held: Sequence[Sequence[int]],
    *,
    over: Bootstrap,
) -> Asked:
    guesses: dict[int, Guess] = {}
    parts: dict[str, list[Part]] = {}
    seconds = 0.0
    for number, fold in enumerate(held, start=1):
        say(f"{contender.name}: fold {number} of {len(held)}")
        out = set(fold)
        guesser = contender.train([r for n, r in enumerate(rows) if n not in out])
        mine = [rows[n] for n in fold]
        started = time.perf_counter()
        said = guesser(mine)
        seconds += time.perf_counter() - started
        guesses |= dict(zip(fold, said, strict=True))
        if not contender.is_slow:
            _count_flips(parts, mine, said, guesser=guesser)
    flips = {name: over.figure(found) for name, found in parts.items()}
    return Asked([guesses[n] for n in range(len(rows))], flips, seconds / len(rows))


def _count_flips(
    parts: dict[str, list[Part]],
    rows: Sequence[Row],
    said: Sequence[Guess],
    *,
    guesser: contenders.Guesser,
) -> None:
    class_of = money.default_prices().class_of
    changed = sentences.variants(rows)
    for one, guess in zip(changed, guesser([c.row for c in changed]), strict=True):
        before, after = said[one.place].task, guess.task
        for unit, differs in (
            ("class", class_of[before] != class_of[after]),
            ("task", before != after),
        ):
            name = f"{unit}_flips_{one.kind}"
            parts.setdefault(name, []).append(Part(one.row.repo, differs))


def _cautious(guess: Guess, threshold: float) -> Guess:
    is_sure = (guess.confidence or 0.0) >= threshold
    return guess if is_sure else Guess(FALLBACK, guess.confidence)


def _by_labels(rows: Sequence[Row]) -> list[str]:
    known = labels.of(policies.default().labels)
    event = Event("issues", "opened")
    found = [
        rules.label_verdict(event, labels=known, trusted=row.labels) for row in rows
    ]
    return [verdict.task if verdict else "" for verdict in found]


def _by_rule(row: Row) -> str:
    found = rules.decide(row.as_event)
    return found.task if found else ""


def _trained(rows: Sequence[Row], held: Sequence[Sequence[int]]) -> str:
    if reason := contenders.why_shipped(rows):
        return f"the shipped weights, not retrained: {reason}"
    return f"retrained for each of {len(held)} folds grouped by repository"


def _label_facts(
    rows: Sequence[Row], ruled: Sequence[str], guesses: Sequence[Guess]
) -> LabelFacts:
    there = [
        (row, task, guess.task)
        for row, task, guess in zip(rows, ruled, guesses, strict=True)
        if task
    ]

    def share(marks: list[bool]) -> float | None:
        return sum(marks) / len(marks) if marks else None

    return LabelFacts(
        share=len(there) / len(rows),
        label_strict=share([task == row.task for row, task, _ in there]),
        label_runner_up=share([task in row.answers for row, task, _ in there]),
        text_strict=share([task == row.task for row, _, task in there]),
        text_runner_up=share([task in row.answers for row, _, task in there]),
    )
