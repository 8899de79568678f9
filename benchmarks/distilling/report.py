"""The study as text for a terminal, as JSON and as Markdown for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from benchmarks import tables
from benchmarks.distilling import worst
from benchmarks.distilling.scores import Line
from benchmarks.distilling.study import SELF, Part, Study
from benchmarks.distilling.timing import Taken
from benchmarks.routing.figures import RESAMPLES, Figure

HEADS = ["", "hit", "recall", "precision", "lines", "rank"]
LANGUAGES = ["60 lines", "logs", "hit", "tail's hit", "recall", "perfect", "precision"]
TIMES = ["", "seconds", "as cat | wc -l", "MiB"]
AIMS = ["", "hit", "recall", "precision"]
BRACKETS = f"brackets: the middle 95 % over {RESAMPLES:,} resamples of the repositories"
WORST = "The worst of {language} ({setting})"
WIDTH = 88  # of the lines below a Markdown table
IN_PAGE = 10  # worst cases that a page shows


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures come from: the seed, the day, how many worst cases to show."""

    seed: int
    date: str
    worst: int


def as_data(study: Study, origin: Origin, times: Sequence[Taken]) -> dict[str, Any]:
    """Return everything as plain data, for JSON."""
    return {
        "schema": 1,
        "origin": asdict(origin),
        "weights": study.trained,
        "tables": [_plain(part, origin.worst) for part in study.parts],
        "skipped": study.skipped,
        "times": [asdict(each) for each in times],
    }


def _plain(part: Part, most: int) -> dict[str, Any]:
    return {
        "setting": asdict(part.setting),
        "logs": part.logs,
        "tools": [asdict(line) for line in part.lines],
        "languages": {row[0]: row[1:] for row in _languages(part)[1:]},
        "worst": {name: dict(found) for name, found in _worst(part, most)},
        "skipped": part.skipped,
    }


def as_text(study: Study, origin: Origin, times: Sequence[Taken]) -> str:
    """Return the tables for a terminal."""
    parts = [f"seed {origin.seed}, {origin.date}\n{BRACKETS}"]
    if study.trained:
        parts.append(f"routebot's weights: {study.trained}")
    for part in study.parts:
        shown = tables.columns([HEADS, *(_row(line, _cell) for line in part.lines)])
        said = "".join(f"\n{sentence}" for sentence in part.skipped)
        parts.append(f"{part.setting.title} ({part.logs} logs)\n{shown}{said}")
    if study.parts:
        parts.append(f"Against the aims\n{tables.columns(_aims(study.parts))}")
    for part in study.parts:
        if len(languages := _languages(part)) > 1 and part.setting.budget == 60:
            parts.append(tables.columns(languages))
        for language, found in _worst(part, origin.worst):
            title = WORST.format(language=language, setting=part.setting.title)
            parts.append("\n".join([title, *(f"  {n}: {why}" for n, why in found)]))
    if times:
        parts.append(f"A generated log\n{tables.columns(_times(times))}")
    return "\n\n".join([*parts, *study.skipped])


def as_markdown(study: Study, origin: Origin, times: Sequence[Taken]) -> str:
    """Return what docs/benchmarks.md holds: no single log but by its number."""
    parts = []
    for part in study.parts:
        rows = [[part.setting.title, *HEADS[1:]]]
        parts.append(tables.markdown([*rows, *(_row(x, _compact) for x in part.lines)]))
    parts.append(tables.markdown(_aims(study.parts)))
    for part in study.parts:
        if len(languages := _languages(part)) > 1 and part.setting.budget == 60:
            parts += [tables.markdown(languages), _worst_of_all(part)]
    if times:
        parts.append(tables.markdown(_times(times)))
    said = dict.fromkeys(s for part in study.parts for s in part.skipped)
    caption = [f"routebot's weights: {study.trained}" if study.trained else ""]
    caption += [f"seed {origin.seed}; run on {origin.date}", *said, *study.skipped]
    parts.append(fill("; ".join(filter(None, caption)) + ".", WIDTH))
    return "\n\n".join(parts)


def _row(line: Line, cell: Any) -> list[str]:
    rank = "-" if line.rank is None else f"{line.rank:g}"
    shown = (cell(f) for f in (line.hit, line.recall, line.precision))
    return [line.name, *shown, f"{line.used:.0f}", rank]


def _cell(found: Figure) -> str:
    return f"{found.value:.3f} [{found.low:.2f}, {found.high:.2f}]"


def _compact(found: Figure) -> str:
    return f"{found.value:.2f}"


def _aims(parts: Sequence[Part]) -> list[list[str]]:
    rows = [AIMS]
    for part in parts:
        if part.setting.aims is None:
            continue
        own = next(line for line in part.lines if line.name == SELF)
        is_ = (own.hit.value, own.recall.value, own.precision.value)
        cells = (
            f"{value:.3f} of {aim:.2f}, {'met' if value >= aim else 'missed'}"
            for value, aim in zip(is_, part.setting.aims, strict=True)
        )
        rows.append([part.setting.title, *cells])
    return rows


def _languages(part: Part) -> list[list[str]]:
    rows = [LANGUAGES]
    perfect = worst.by_language(part.perfect)
    tails = worst.by_language(part.tail)
    for language, found in worst.by_language(part.own).items():
        hit, recall, precision = worst.summary(found)
        best, tail = worst.summary(perfect[language])[1], worst.summary(tails[language])
        shares = (hit, tail[0], recall, best, precision)
        rows.append([language, str(len(found)), *(f"{x:.2f}" for x in shares)])
    return rows


def _worst(part: Part, most: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    groups = worst.by_language(part.own) or {"all": part.own}
    for language, scores in groups.items():
        found = list(worst.of(scores, most=most, budget=part.setting.budget))
        if found:
            yield language, found


def _worst_of_all(part: Part) -> str:
    found = worst.of(part.own, most=IN_PAGE, budget=part.setting.budget)
    rows = [["worst", "why"], *([name, why] for name, why in found)]
    return tables.markdown(rows)


def _times(times: Sequence[Taken]) -> list[list[str]]:
    unit = times[0].seconds
    return [TIMES] + [
        [
            each.name,
            f"{each.seconds:.2f}",
            f"{each.seconds / unit:.0f}",
            f"{each.mebibytes:.0f}",
        ]
        for each in times
    ]
