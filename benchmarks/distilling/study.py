"""The whole study: every tool asked about every log under the same budget."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.distilling import learned, logs, peers, scores, tools
from benchmarks.distilling.learned import Unseen
from benchmarks.distilling.logs import Labelled
from benchmarks.distilling.scores import Line, Score
from benchmarks.routing.figures import Bootstrap

Choose = Callable[[Labelled, int], list[int]]
SELF = "routebot"
PERFECT = "a perfect tool"
EQUAL = "tail as long as routebot's"
NO_DATA = "{folder} is not there"


@dataclass(frozen=True, slots=True)
class Setting:
    """Which logs, how many lines, with a passing log or not, and what is aimed at."""

    folder: str
    budget: int
    with_passed: bool
    aims: tuple[float, float, float] | None = None

    @property
    def title(self) -> str:
        """What a table of it is called."""
        beside = " beside the last passing log" if self.with_passed else ""
        return f"{self.folder}, {self.budget} lines{beside}"


SETTINGS = (
    Setting("cipairs", 60, True, (0.98, 0.70, 0.50)),
    Setting("cipairs", 60, False),
    Setting("cilogs", 60, False, (0.88, 0.76, 0.25)),
    Setting("cilogs", 20, False, (0.72, 0.58, 0.35)),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One table: a line a tool, `own` the scores of routebot a log."""

    setting: Setting
    logs: int
    lines: list[Line]
    own: list[Score]
    perfect: list[Score]
    tail: list[Score]
    skipped: list[str]


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that is printed, but for times; `trained` says of which weights."""

    parts: list[Part]
    trained: str = ""
    skipped: list[str] = field(default_factory=list)


def run(data: Path, *, home: Path | None, is_quick: bool, seed: int) -> Study:
    """Ask every tool; what is not there is skipped and said."""
    labelled = {
        name: logs.read(data / name)
        for name in dict.fromkeys(setting.folder for setting in SETTINGS)
        if (data / name).is_dir()
    }
    reason = learned.why_shipped(is_quick=is_quick)
    held: dict[str, Unseen] = {}
    trained = ""
    if "cilogs" in labelled:
        trained = learned.SHIPPED.format(reason=reason)
        if not reason:
            trained = learned.TRAINED
            found = learned.unseen(data / "cilogs")
            names = (case.name for case in labelled["cilogs"])
            held = dict(zip(names, found, strict=True))
    asked = _Asked(home)
    parts = [
        _part(setting, labelled[setting.folder], held, asked=asked, seed=seed)
        for setting in SETTINGS
        if setting.folder in labelled
    ]
    lacking = dict.fromkeys(s.folder for s in SETTINGS if s.folder not in labelled)
    return Study(parts, trained, [NO_DATA.format(folder=name) for name in lacking])


@dataclass(slots=True)
class _Asked:
    """What the peers said; a budget cuts it, so they are asked once a lane."""

    home: Path | None
    told: dict[tuple[str, str, bool], list[list[int] | None] | str] = field(
        default_factory=dict
    )

    def of(
        self, name: str, setting: Setting, cases: Sequence[Labelled]
    ) -> list[list[int] | None] | str:
        key = (name, setting.folder, setting.with_passed)
        if key not in self.told:
            if self.home is not None:
                print(f"{name}: {setting.title}", file=sys.stderr, flush=True)
            self.told[key] = peers.ask(
                name, cases, home=self.home, with_passed=setting.with_passed
            )
        return self.told[key]


def _part(
    setting: Setting,
    cases: Sequence[Labelled],
    held: dict[str, Unseen],
    *,
    asked: _Asked,
    seed: int,
) -> Part:
    over, budget = Bootstrap((case.repo for case in cases), seed=seed), setting.budget

    def scored(choose: Choose) -> list[Score]:
        return [scores.score(case, choose(case, budget)[:budget]) for case in cases]

    def own(case: Labelled, budget: int) -> list[int]:
        if case.name in held:
            return held[case.name].lines(budget)
        return tools.routebot(case, budget=budget, with_passed=setting.with_passed)

    said = scored(own)
    used = {one.case.name: len(one.chosen) for one in said}
    found = {
        SELF: said,
        PERFECT: scored(tools.perfect),
        EQUAL: scored(lambda case, _: tools.tail(case, used[case.name])),
        f"tail of {budget} lines": scored(tools.tail),
        "lines around error words": scored(tools.around_words),
    }
    skipped = []
    for name in peers.PEERS:
        told = asked.of(name, setting, cases)
        if isinstance(told, str):
            skipped.append(told)
        else:
            if broken := told.count(None):
                skipped.append(peers.BROKE_DOWN.format(name=name, count=broken))
            pairs = zip(cases, told, strict=True)
            found[name] = [
                scores.score(case, (lines or [])[:budget]) for case, lines in pairs
            ]
    lines = [scores.line(name, each, over) for name, each in found.items()]
    tail = found[f"tail of {budget} lines"]
    return Part(setting, len(cases), lines, said, found[PERFECT], tail, skipped)
