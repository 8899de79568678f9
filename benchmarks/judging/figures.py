"""How often the verdict is right, and what it is taken for where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from benchmarks.judging.cases import Case, Half
from bot.context.verdict_shapes import Name, Verdict

VERDICTS: tuple[str, ...] = get_args(Name)
BLAME = "caused_by_this_change"
HEADS = {"tuning": "tuning half", "held_out": "held-out half", "both": "both"}
THUMB = "rule of thumb, both"


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what routebot said of it."""

    half: Half
    case: Case
    said: Verdict

    @property
    def is_right(self) -> bool:
        """Whether it is the verdict that was made."""
        return self.said.name == self.case.expected

    @property
    def is_fair(self) -> bool:
        """Whether it is that, or another that the evidence allows."""
        return self.is_right or self.said.name in self.case.also


def by_thumb(case: Case) -> Verdict:
    """Judge by conclusions alone: green on retry, red on base, else the change."""
    runs = case.runs
    if any(
        run["conclusion"] == "success" for run in (*runs["jobs"], *runs["attempts"])
    ):
        return Verdict("flaky")
    is_red = bool(runs["base"]) and runs["base"][0]["conclusion"] != "success"
    return Verdict("failing_on_base" if is_red else "caused_by_this_change")


def as_data(found: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures by half; single cases of the tuning half only."""
    return {
        "schema": 1,
        "halves": {name: _figures(part) for name, part in _parts(found)},
        "rule_of_thumb": _figures(_by_thumb(found)),
        "confusion": confusion(found),
        "tuning_misses": [
            {
                "case": one.case.name,
                "expected": one.case.expected,
                "said": one.said.name,
                "evidence": list(one.said.evidence),
            }
            for one in misses(found)
        ],
    }


def _parts(found: Sequence[Judged]) -> Iterable[tuple[str, list[Judged]]]:
    for half in ("tuning", "held_out"):
        yield half, [one for one in found if one.half == half]
    yield "both", list(found)


def _by_thumb(found: Sequence[Judged]) -> list[Judged]:
    return [Judged(one.half, one.case, by_thumb(one.case)) for one in found]


def _figures(part: Sequence[Judged]) -> dict[str, float]:
    innocent = [one for one in part if one.case.expected != BLAME]
    recalls = [
        _share(one.is_right for one in part if one.case.expected == name)
        for name in dict.fromkeys(one.case.expected for one in part)
    ]
    return {
        "cases": len(part),
        "accuracy": _share(one.is_right for one in part),
        "or_allowed": _share(one.is_fair for one in part),
        "mean_recall": sum(recalls) / max(len(recalls), 1),
        "blamed_wrongly": _share(one.said.name == BLAME for one in innocent),
    }


def _share(marks: Iterable[bool]) -> float:
    found = list(marks)
    return sum(found) / max(len(found), 1)


def confusion(found: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Count by expected verdict what was said."""
    table = {name: dict.fromkeys(VERDICTS, 0) for name in VERDICTS}
    for one in found:
        table[one.case.expected][one.said.name] += 1
    return table


def misses(found: Sequence[Judged]) -> list[Judged]:
    """List the cases of the tuning half that are not right."""
    return [one for one in found if one.half == "tuning" and not one.is_right]


def tables(found: Sequence[Judged]) -> list[list[list[str]]]:
    """Return the two tables: the figures by half, and the confusion of both."""
    shares = [["", "cases", "accuracy", "or allowed", "mean recall", "blamed wrongly"]]
    parts = [(HEADS[name], part) for name, part in _parts(found)]
    for name, part in (*parts, (THUMB, _by_thumb(found))):
        told = _figures(part)
        percent = (f"{told[key]:.0%}" for key in list(told)[1:])
        shares.append([name, str(len(part)), *percent])
    heads = [name.replace("_", " ") for name in VERDICTS]
    counted = [["made, then said", *heads, "recall"]]
    for name, row in confusion(found).items():
        whole = sum(row.values())
        recall = f"{row[name] / whole:.2f}" if whole else "-"
        shown = (str(row[other]) for other in VERDICTS)
        counted.append([name.replace("_", " "), *shown, recall])
    return [shares, counted]
