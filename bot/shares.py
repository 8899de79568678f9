"""Which class reads which files of a change: the dearer one only those that need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import findings
from bot import policy as policies
from bot.context import Material, Section
from bot.context.diff import FileDiff
from bot.policy import ClassName
from bot.policy.model import StakesLevel
from bot.route import Decision, Lane, Router

# A second call with the same surroundings must save this share of the whole.
WORTH = 0.1
# A person's word, and a budget that is nearly spent, hold for the whole change.
_UNDIVIDED = frozenset({"command", "budget"})


@dataclass(frozen=True, slots=True)
class Share:
    """Files that one class reads, and the stakes of each by path."""

    lane: Lane
    weights: Mapping[str, StakesLevel]


def of(
    material: Material,
    router: Router,
    *,
    decision: Decision,
    file_facts: Callable[[FileDiff], tuple[ClassName, StakesLevel]],
) -> tuple[Share, ...]:
    """Divide a change by what its files need, the dearest class first.

    `file_facts(file)` gives the class a file would get by itself, and its stakes. ()
    for a task that is answered in one call, and where nothing can be asked. Files that
    need less than the whole go to a class below only where that saves enough.
    """
    sections = _by_path(material)
    if router.task.several is None or not sections or not decision.routes:
        return ()
    facts = {f.path: file_facts(f) for f in material.change if f.path in sections}
    weights = {path: level for path, (_, level) in facts.items()}
    top = Lane(decision.model_class, decision.routes)
    below: dict[ClassName, list[str]] = {}
    for path, (name, _) in facts.items():
        if _is_below(name, decision.model_class, router):
            below.setdefault(name, []).append(path)
    division = _Division(material, router, sections)
    # Where no file needs the class by itself, it is the change as a whole that does;
    # but what no call can read whole gains nothing by it.
    is_whole = sum(map(len, below.values())) == len(facts)
    if decision.cause in _UNDIVIDED or (is_whole and division.fits_one_call(top)):
        return (Share(top, weights),)
    divided: list[Share] = []
    for name, paths in below.items():
        lane = division.router_of(paths).lane(name)
        if lane.routes and division.is_worth(paths, top=top, lane=lane):
            divided.append(Share(lane, {path: weights.pop(path) for path in paths}))
    return (*([Share(top, weights)] if weights else []), *divided)


def _by_path(material: Material) -> dict[str, list[Section]]:
    sections: dict[str, list[Section]] = {}
    for section in material.sections:
        if section.path:
            sections.setdefault(section.path, []).append(section)
    return sections


def _is_below(name: ClassName, top: ClassName, router: Router) -> bool:
    return name != top and bool(policies.ladder(router.policy, name, ceiling=top))


@dataclass(frozen=True, slots=True)
class _Division:
    """What it costs to give some files to another class."""

    material: Material
    router: Router
    sections: Mapping[str, Sequence[Section]]

    def router_of(self, paths: list[str]) -> Router:
        beside = [s for s in findings.before_sections(self.material) if not s.path]
        own = [section for path in paths for section in self.sections[path]]
        return replace(self.router, sections=(*beside, *own))

    def fits_one_call(self, lane: Lane) -> bool:
        several = self.router.task.several
        tokens = self.router_of(list(self.sections)).costs.input_tokens(lane.routes[0])
        return several is None or tokens <= several.most_tokens

    def is_worth(self, paths: list[str], *, top: Lane, lane: Lane) -> bool:
        given = set(paths)
        rest = [path for path in self.sections if path not in given]
        whole = self._usd(list(self.sections), top)
        divided = self._usd(rest, top) + self._usd(paths, lane)
        return whole - divided >= WORTH * whole

    def _usd(self, paths: list[str], lane: Lane) -> float:
        if not paths:
            return 0.0
        return self.router_of(paths).costs.whole_usd(lane.routes[0])
