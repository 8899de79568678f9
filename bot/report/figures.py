"""The ledger added up: money, time, corrections; pure arithmetic over entries."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot import overrides
from bot.acceptance import KINDS, Posted
from bot.entries import Entry

DEAREST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of money: USD; `unpriced` answers are not in `usd`."""

    name: str
    runs: int
    calls: int
    usd: float
    baseline: float
    largest: float
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that answers of a class took: half, and nine of ten, were quicker."""

    name: str
    answers: int
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread and what it cost, USD."""

    repository: str
    number: int
    runs: int
    usd: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of all that was posted of one kind, as counts."""

    kind: str
    posted: int
    taken: int
    open: int
    left: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows. Money in USD, `minutes` of runners rounded up a run.

    `baseline` and `largest` are of the answers whose cost there is known, `comparable`
    what those same answers cost. `confusion` counts (routed, overridden), `threads`
    those that a text or a model routed.
    """

    since: str
    until: str
    total: Row
    comparable: float
    minutes: int
    waited: float
    tasks: tuple[Row, ...]
    classes: tuple[Row, ...]
    models: tuple[Row, ...]
    days: tuple[Row, ...]
    latencies: tuple[Latency, ...]
    outcomes: tuple[tuple[str, int], ...]
    confusion: tuple[tuple[str, str, int], ...]
    threads: int
    accepted: tuple[Accepted, ...]
    reactions: tuple[tuple[str, int, int], ...]
    claims: tuple[tuple[str, int], ...]
    dearest: tuple[Thread, ...]
    notes: tuple[str, ...] = ()


def of(
    entries: Sequence[Entry],
    *,
    since: str,
    notes: Sequence[str] = (),
    posted: Sequence[Posted] = (),
) -> Figures:
    """Add up a ledger; an empty one gives zeros."""
    paid = [e for e in entries if e.record.calls]
    # What ran on somebody's own machine took no runner.
    there = [e.record.seconds for e in entries if e.source != "local"]
    compared = [e for e in paid if None not in (e.record.usd, e.record.baseline_usd)]
    return Figures(
        since=since,
        until=max((e.record.at for e in entries), default=since),
        total=_row("all", entries),
        comparable=sum(e.record.usd or 0.0 for e in compared),
        minutes=sum(max(math.ceil(seconds / 60), 1) for seconds in there),
        waited=sum(e.record.seconds for e in entries) / 60,
        tasks=_rows(entries, lambda e: e.record.task),
        classes=_rows(entries, lambda e: e.record.model_class or "none asked"),
        models=_rows(paid, lambda e: e.record.route or "none answered"),
        days=tuple(
            sorted(_rows(entries, lambda e: e.record.at[:10]), key=lambda r: r.name)
        ),
        latencies=_latencies(paid),
        outcomes=_outcomes(entries),
        confusion=_confusion(entries),
        threads=len({(e.repository, e.number) for e in entries if _is_routed(e)}),
        accepted=_accepted(posted),
        reactions=_reactions(entries),
        claims=_claims(paid),
        dearest=_dearest(entries),
        notes=tuple(notes),
    )


def _rows(entries: Iterable[Entry], name: Callable[[Entry], str]) -> tuple[Row, ...]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for each in entries:
        groups[name(each)].append(each)
    rows = [_row(key, group) for key, group in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-row.usd, row.name)))


def _row(name: str, entries: Sequence[Entry]) -> Row:
    records = [e.record for e in entries]
    return Row(
        name,
        runs=len(records),
        calls=sum(r.calls for r in records),
        usd=sum(r.usd or 0.0 for r in records),
        baseline=sum(r.baseline_usd or 0.0 for r in records),
        largest=sum(r.largest_usd or 0.0 for r in records),
        unpriced=sum(r.usd is None for r in records),
    )


def _latencies(paid: Sequence[Entry]) -> tuple[Latency, ...]:
    groups: dict[str, list[float]] = defaultdict(list)
    for each in paid:
        groups[each.record.model_class].append(each.record.seconds)
    return tuple(
        Latency(name, len(took), _share(took, 0.5), _share(took, 0.9))
        for name, took in sorted(groups.items())
    )


def _share(values: Iterable[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def _outcomes(entries: Sequence[Entry]) -> tuple[tuple[str, int], ...]:
    records = [e.record for e in entries]
    return (
        ("answered by a model", sum(r.outcome == "answered" for r in records)),
        ("findings only, as wanted", sum(r.outcome == "findings" for r in records)),
        ("degraded to findings", sum(r.outcome == "degraded" for r in records)),
        ("escalated one class up", sum(bool(r.escalated_from) for r in records)),
        ("fell back to another model", sum(bool(r.fallbacks) for r in records)),
        ("stepped down for a budget", sum(r.cause == "budget" for r in records)),
        ("handed over to another task", sum(bool(r.redirected_from) for r in records)),
    )


def _confusion(entries: Sequence[Entry]) -> tuple[tuple[str, str, int], ...]:
    found = overrides.of(entries)
    counts = Counter((each.routed.record.task, each.task) for each in found)
    return tuple((a, b, n) for (a, b), n in sorted(counts.items()))


def _is_routed(entry: Entry) -> bool:
    return bool(entry.number) and entry.record.via not in ("command", "rule")


def _accepted(posted: Sequence[Posted]) -> tuple[Accepted, ...]:
    counts = Counter((each.kind, each.state) for each in posted)
    rows = [
        Accepted(
            kind,
            sum(n for (name, _), n in counts.items() if name == kind),
            taken=counts[kind, "taken"],
            open=counts[kind, "open"],
            left=counts[kind, "left"],
            unknown=counts[kind, "unknown"],
        )
        for kind in KINDS
    ]
    return tuple(row for row in rows if row.posted)


def _reactions(entries: Iterable[Entry]) -> tuple[tuple[str, int, int], ...]:
    """Add up by task; the records of one comment share its reactions."""
    comments = {
        (e.repository, e.number, e.record.task): (e.thumbs_up, e.thumbs_down)
        for e in entries
        if e.source == "comment"
    }
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_, _, task), (up, down) in comments.items():
        sums[task][0] += up
        sums[task][1] += down
    return tuple((t, up, down) for t, (up, down) in sorted(sums.items()) if up or down)


def _claims(paid: Iterable[Entry]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for each in paid:
        counts[each.record.task] += each.record.dropped
    return tuple((task, count) for task, count in sorted(counts.items()) if count)


def _dearest(entries: Iterable[Entry]) -> tuple[Thread, ...]:
    threads = overrides.automatic(entries)
    sums = [
        Thread(name, number, len(group), sum(e.record.usd or 0.0 for e in group))
        for (name, number), group in threads.items()
    ]
    dear = sorted((t for t in sums if t.usd), key=lambda t: (-t.usd, t.number))
    return tuple(dear[:DEAREST])
