"""The study as text for a terminal, as JSON and as a compact Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from benchmarks.routing import figures, money
from benchmarks.routing.figures import RESAMPLES, Confidence, Figure
from benchmarks.routing.study import TEXT, Result, Study
from benchmarks.routing.timing import Latency, Times
from bot import catalog

MONEY = ("regret_usd", "regret_usd_runner_up")
HEADS = {
    "regret_usd": "regret",
    "regret_usd_runner_up": "regret, runner-up",
    "underpowered": "underpowered",
    "overpowered": "overpowered",
    "class_flips_harmless": "class, harmless",
    "class_flips_hostile": "class, hostile",
    "task_flips_harmless": "task, harmless",
    "task_flips_hostile": "task, hostile",
    "class_strict": "class",
    "class_runner_up": "class or runner-up",
    "task_strict": "task",
    "task_runner_up": "task or runner-up",
}
JUDGED = ("regret_usd", "regret_usd_runner_up", "underpowered", "overpowered")
FLIPS = tuple(name for name in HEADS if "flips" in name)
ACCURACY = ("class_strict", "class_runner_up", "task_strict", "task_runner_up")
# What the compact table shows of it, and by which name.
MARKDOWN = {
    "regret_usd": "regret",
    "underpowered": "under",
    "overpowered": "over",
    "task_strict": "task",
    "task_runner_up": "or second",
    "class_runner_up": "class",
}
WIDTH = 88  # of the lines below a Markdown table


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures come from: the data's name, the arguments and the day."""

    data: str
    folds: int
    seed: int
    date: str


def as_data(study: Study, origin: Origin, latency: Latency | None) -> dict[str, Any]:
    """Return everything as plain data, for JSON."""
    return {
        "schema": 1,
        "origin": asdict(origin) | {"catalogue": catalog.date()},
        "issues": len(study.rows),
        "repositories": len({row.repo for row in study.rows}),
        "weights": study.trained,
        "routers": [_plain(result) for result in study.results],
        "confusion": {unit: matrix for unit, matrix in _matrices(study)},
        "labels": asdict(study.label_facts),
        "streams": [asdict(stream) for stream in study.streams],
        "largest_model": study.largest,
        "ask_usd_per_100": study.ask_usd,
        "decided_by_events": [study.other_right, study.other_events],
        "skipped": study.skipped,
        "latency_ms": asdict(latency) if latency else None,
    }


def _plain(result: Result) -> dict[str, Any]:
    found = asdict(result)
    del found["guesses"]
    return found


def as_text(study: Study, origin: Origin, latency: Latency | None) -> str:
    """Return the tables for a terminal."""
    parts = [_opening(study, origin)]
    for title, names in (
        ("Regret (USD per 100 issues) and reasoning in the clear cases", JUDGED),
        ("Share of routes flipped by one added sentence", FLIPS),
        ("Accuracy", ACCURACY),
    ):
        shown = [r for r in study.results if names[0] in r.figures]
        parts.append(f"{title}\n{_columns(_compared(shown, names))}")
    parts.append(f"Macro-F1 and time a decision\n{_columns(_plainly(study.results))}")
    for result in study.results:
        if result.confidence is not None:
            parts.append(_confidence(result.name, result.confidence))
    parts += [_matrix(unit, matrix) for unit, matrix in _matrices(study)]
    parts += [_labels(study), _streams(study), _aims(study.results[0], latency)]
    if latency is not None:
        parts.append(_latency(latency))
    parts += study.skipped
    return "\n\n".join(parts)


def as_markdown(study: Study, origin: Origin, latency: Latency | None) -> str:
    """Return the two tables that README and docs hold."""
    heads = ["router", *MARKDOWN.values(), "ms"]
    lines = [
        [
            result.name,
            *(_compact(name, result.figures[name]) for name in MARKDOWN),
            "" if result.seconds is None else f"{1000 * result.seconds:.2f}",
        ]
        for result in study.results
    ]
    costs = [
        [s.name, f"{s.first_usd + s.again_usd:.2f}", f"{s.again_usd:.2f}"]
        for s in study.streams
    ]
    tables = [
        _markdown(heads, lines),
        _markdown(["100 issues", "USD", "of it asked again"], costs),
        fill(_caption(study, origin), WIDTH),
    ]
    if latency is not None:
        tables.append(fill(_latency_line(latency), WIDTH))
    return "\n\n".join(tables)


def _opening(study: Study, origin: Origin) -> str:
    repos = len({row.repo for row in study.rows})
    lines = [
        f"{origin.data}: {len(study.rows):,} issues of {repos} repositories, "
        f"seed {origin.seed}, {origin.date}",
        f"routebot's weights: {study.trained}",
        f"prices: catalogue of {catalog.date()}, default policy",
        f"brackets: the middle 95 % over {RESAMPLES:,} resamples of the repositories",
    ]
    if study.other_events:
        lines.append(
            f"decided by the event alone, not counted below: {study.other_right} of "
            f"{study.other_events} pull requests right"
        )
    return "\n".join(lines)


def _compared(results: Sequence[Result], names: Sequence[str]) -> list[list[str]]:
    return [
        ["", *(HEADS[name] for name in names)],
        *(
            [r.name, *(_cell(name, r.figures.get(name)) for name in names)]
            for r in results
        ),
    ]


def _cell(name: str, found: Figure | None) -> str:
    if found is None:
        return "-"
    digits = 2 if name in MONEY else 3
    value, low, high = (f"{x:.{digits}f}" for x in (found.value, found.low, found.high))
    return f"{value} [{low}, {high}]"


def _compact(name: str, found: Figure | None) -> str:
    if found is None:
        return "-"
    if name not in MONEY:
        return f"{found.value:.1%}"
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _plainly(results: Sequence[Result]) -> list[list[str]]:
    return [["", "macro-F1", "ms"]] + [
        [
            r.name,
            f"{r.macro_f1:.3f}",
            "" if r.seconds is None else f"{1000 * r.seconds:.3f}",
        ]
        for r in results
    ]


def _confidence(name: str, found: Confidence) -> str:
    rows = [["said", "right", "issues"]] + [
        [f"{one.said:.2f}", f"{one.right:.2f}", str(one.count)] for one in found.bins
    ]
    return (
        f"Confidence of {name}\n"
        f"expected calibration error {found.ece:.3f}; surest half "
        f"{found.surest_half_strict:.3f}, with the runner-up "
        f"{found.surest_half_runner_up:.3f}\n"
        f"below {found.threshold:.2f}, where the fast model would be asked: "
        f"{found.asked:.3f}; the rest right {_share(found.rest_strict)}, with the "
        f"runner-up {_share(found.rest_runner_up)}\n{_columns(rows)}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _matrices(study: Study) -> Iterable[tuple[str, dict[str, dict[str, int]]]]:
    classes = money.default_prices().class_of
    meant = [row.task for row in study.rows]
    named = [guess.task for guess in study.results[0].guesses]
    yield "task", figures.confusion(meant, named)
    yield (
        "class",
        figures.confusion([classes[t] for t in meant], [classes[t] for t in named]),
    )


def _matrix(unit: str, matrix: dict[str, dict[str, int]]) -> str:
    names = list(dict.fromkeys(name for row in matrix.values() for name in row))
    rows = [["", *names, "recall", "precision"]]
    for name, row in matrix.items():
        called = sum(other.get(name, 0) for other in matrix.values())
        right = row[name]
        recall, precision = right / sum(row.values()), right / called if called else 0
        counts = (str(row[other]) for other in names)
        rows.append([name, *counts, f"{recall:.2f}", f"{precision:.2f}"])
    title = f"{TEXT} by {unit}: rows are the labels, columns what it said"
    return f"{title}\n{_columns(rows)}"


def _labels(study: Study) -> str:
    found = study.label_facts
    return (
        "The repositories' own labels, as the rules read them\n"
        f"a label decides {found.share:.3f} of the issues; there it is right "
        f"{_share(found.label_strict)}, with the runner-up "
        f"{_share(found.label_runner_up)}; the text alone "
        f"{_share(found.text_strict)}, {_share(found.text_runner_up)}"
    )


def _streams(study: Study) -> str:
    rows = [["", "first calls", "asked again", "USD in all"]]
    rows += [
        [
            s.name,
            f"{s.first_usd:.2f}",
            f"{s.again_usd:.2f}",
            f"{s.first_usd + s.again_usd:.2f}",
        ]
        for s in study.streams
    ]
    return (
        f"Cost of 100 issues, USD (the largest model: {study.largest})\n"
        f"{_columns(rows)}\n"
        f"a question to the fast model for each of 100 issues: {study.ask_usd:.3f} USD"
    )


def _aims(result: Result, latency: Latency | None) -> str:
    sure = result.confidence
    assert sure is not None
    found = {name: f.value for name, f in result.figures.items() if f is not None}
    rows = [
        ("task", found.get("task_strict"), ">=", 0.60),
        ("task or runner-up", found.get("task_runner_up"), ">=", 0.80),
        ("surest half or runner-up", sure.surest_half_runner_up, ">=", 0.90),
        ("underpowered", found.get("underpowered"), "<=", 0.10),
        ("overpowered", found.get("overpowered"), "<=", 0.10),
        ("expected calibration error", sure.ece, "<=", 0.05),
    ]
    if latency is not None:
        rows.append(("decision, ms p50", latency.decision.p50, "<=", 2.0))
        rows.append(("64 KiB, ms p99", latency.decision_64_kib.p99, "<=", 20.0))
    shown = [
        [name, f"{value:.3f}", f"{sign} {aim:.2f}", _met(value, sign, aim)]
        for name, value, sign, aim in rows
        if value is not None
    ]
    return f"{TEXT}, against its aims\n{_columns([['', 'is', 'aim', ''], *shown])}"


def _met(value: float, sign: str, aim: float) -> str:
    return "met" if (value >= aim if sign == ">=" else value <= aim) else "missed"


def _latency(found: Latency) -> str:
    rows = [
        ["", "times", "p50", "p99"],
        _timed("decision on an issue, CPU", found.decision),
        _timed("decision at 64 KiB, CPU", found.decision_64_kib),
        _timed("routebot classify, a process", found.process),
    ]
    lengths = [["KiB", "prose", "hostile"]] + [
        [str(one.kib), f"{one.prose:.2f}", f"{one.hostile:.2f}"]
        for one in found.lengths
    ]
    return (
        f"Milliseconds\n{_columns(rows)}\n\n"
        f"Milliseconds of a decision by length\n{_columns(lengths)}"
    )


def _timed(name: str, times: Times) -> list[str]:
    return [name, str(times.count), f"{times.p50:.2f}", f"{times.p99:.2f}"]


def _latency_line(found: Latency) -> str:
    return (
        f"A decision on an issue takes {found.decision.p50:.2f} ms of CPU (p50; p99 "
        f"{found.decision.p99:.2f}), at 64 KiB {found.decision_64_kib.p50:.2f} (p99 "
        f"{found.decision_64_kib.p99:.2f}); `routebot classify` as a whole process "
        f"{found.process.p50:.0f} (p99 {found.process.p99:.0f})."
    )


def _caption(study: Study, origin: Origin) -> str:
    repos = len({row.repo for row in study.rows})
    skipped = "".join(f" {sentence}." for sentence in study.skipped)
    return (
        f"{origin.data}: {len(study.rows):,} issues of {repos} repositories; "
        f"{study.trained}; seed {origin.seed}; prices of {catalog.date()}; run on "
        f"{origin.date}. In brackets the middle 95 % over resampled "
        f"repositories; all intervals are in the text and JSON forms.{skipped}"
    )


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---"] * len(heads)
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rule, *rows))


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
