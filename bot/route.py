"""Task → decision: which class of model, which routes in it, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import capability, clauses, costs
from bot import policy as policies
from bot.catalog import Route
from bot.classify import Classification
from bot.clauses import Facts, Tried
from bot.context import Section
from bot.costs import Costs, Estimate
from bot.ledger import Cause
from bot.policy import ClassName, Policy
from bot.stakes import Stakes
from bot.tasks import Task

# Coding is no rung: it is a lane of its own, not a cheaper way to think.
_STEP_DOWN: tuple[ClassName, ...] = ("balanced", "fast")


@dataclass(frozen=True, slots=True)
class Means:
    """What this run may use.

    `barred` maps a provider to why it cannot be used (no key, not allowed); a
    provider that is missing there can be. `usd` is what may still be spent on this
    event, None for no limit, `calls` how many model calls it may still take. `spent`
    says why no model may be asked at all, `near` why a class less will have to do.
    """

    barred: Mapping[str, str]
    usd: float | None = None
    calls: int | None = None
    spent: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A route that was looked at and not taken."""

    route: Route
    reason: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A class with the routes of it that can do the task, best first."""

    model_class: ClassName
    routes: tuple[Route, ...]
    rejected: tuple[Rejected, ...] = ()
    is_over_budget: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Which model does this work; `routes` stand best first and may be empty.

    `clauses` are the `when` clauses tried, in order. `steps` are plain sentences on
    how the class came about.
    """

    task: str
    model_class: ClassName
    stakes: Stakes
    routes: tuple[Route, ...]
    rejected: tuple[Rejected, ...]
    estimate: Estimate
    cause: Cause
    clauses: tuple[Tried, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What bounds the class: a person's word, and the ceiling of who asks."""

    override: ClassName | None = None
    ceiling: ClassName | None = None


@dataclass(frozen=True, slots=True)
class Router:
    """One task's way through one policy, with what this run may use."""

    task: Task
    policy: Policy
    means: Means
    sections: Sequence[Section]

    @property
    def costs(self) -> Costs:
        """What a call of this task takes."""
        return Costs(self.task, self.policy, self.sections, self.means.usd)

    def decide(
        self, classification: Classification, facts: Facts, *, wish: Wish
    ) -> Decision:
        """Choose the class by task, clauses and wish, then the routes that can do it.

        Near the budget the class steps down and says so. Without any usable route the
        decision is still made: its `routes` are empty and `rejected` says why.
        """
        clauses_tried = clauses.tried(self._rules().when, facts)
        choice = self._choice(classification, clauses_tried, wish)
        choice = self._near_the_limit(choice)
        lane = self.lane(choice.model_class)
        while not lane.routes and lane.is_over_budget:
            below = self._below(choice.model_class)
            if not below:
                break
            step = (
                f"the budget does not reach for {choice.model_class}; down to {below}"
            )
            choice = _Choice(below, "budget", (*choice.steps, step))
            lane = self.lane(below)
        first = (lane.routes or self.policy.classes[choice.model_class].routes)[0]
        return Decision(
            task=self.task.name,
            model_class=choice.model_class,
            stakes=facts.stakes,
            routes=lane.routes,
            rejected=lane.rejected,
            estimate=self.costs.estimate(first),
            cause=choice.cause if lane.routes else "no_route",
            clauses=clauses_tried,
            steps=choice.steps,
        )

    def class_for(
        self, classification: Classification, facts: Facts, *, wish: Wish
    ) -> ClassName:
        """Name the class by task, clauses and wish, whatever can be used of it."""
        tried = clauses.tried(self._rules().when, facts)
        return self._choice(classification, tried, wish).model_class

    def lane(self, model_class: ClassName) -> Lane:
        """Sort a class's routes into those that can do the task and the others."""
        routes = self.policy.classes[model_class].routes
        looked_at = [(route, *self._verdict(route)) for route in routes]
        return Lane(
            model_class,
            tuple(route for route, reason, _ in looked_at if not reason),
            tuple(Rejected(route, reason) for route, reason, _ in looked_at if reason),
            is_over_budget=any(is_money for _, _, is_money in looked_at),
        )

    def above(
        self, model_class: ClassName, *, ceiling: ClassName | None = None
    ) -> Lane | None:
        """The lane one class up, below the task's ceiling and that of who asks.

        None at the top, and where no route up there can do the task.
        """
        name = self.policy.classes[model_class].above
        ceilings = (self._rules().ceiling, *([ceiling] if ceiling else []))
        if not name or not all(self._is_within(name, each) for each in ceilings):
            return None
        lane = self.lane(name)
        return lane if lane.routes else None

    def _choice(
        self, classification: Classification, tried: tuple[Tried, ...], wish: Wish
    ) -> _Choice:
        base = self._rules().model_class
        choice = _Choice(base, classification.via, (f"{self.task.name} is for {base}",))
        match = next((each for each in tried if each.matched), None)
        if match is not None:
            step = f"{match.clause}: {match.model_class}"
            choice = _Choice(match.model_class, "when", (*choice.steps, step))
        if wish.override:
            step = f"asked for: {wish.override}"
            choice = _Choice(wish.override, "command", (*choice.steps, step))
        if wish.ceiling and not self._is_within(choice.model_class, wish.ceiling):
            step = f"who asks gets {wish.ceiling} at the most"
            choice = _Choice(wish.ceiling, "trust", (*choice.steps, step))
        return choice

    def _near_the_limit(self, choice: _Choice) -> _Choice:
        """Step one class down where little is left; what lies lowest stays."""
        below = self._below(choice.model_class) if self.means.near else None
        if not below or not self.lane(below).routes:
            return choice
        step = f"{self.means.near}; down to {below}"
        return _Choice(below, "budget", (*choice.steps, step))

    def _is_within(self, name: ClassName, ceiling: ClassName) -> bool:
        return bool(policies.ladder(self.policy, name, ceiling=ceiling))

    def _below(self, name: ClassName) -> ClassName | None:
        """The class to step down to: the one of those below that knows most."""
        below = {n for n, c in self.policy.classes.items() if c.above == name}
        return next((n for n in _STEP_DOWN if n in below), None)

    def _verdict(self, route: Route) -> tuple[str, bool]:
        """Why a route cannot do it, "" if it can; and whether money is the reason."""
        barred = self.means.barred.get(route.provider, "")
        if barred:
            return barred, False
        lacks = capability.missing(route, self.task.needs, overrides=self.policy.models)
        if lacks:
            needed = self.task.needs.context
            needs = f"; {self.task.name} needs {needed:,}" if needed else ""
            return f"{lacks}{needs}", False
        if not self.costs.fits(route):
            window = costs.window(self.policy, route)
            return f"what must be read does not fit its {window:,} tokens", False
        return self._too_dear(route)

    def _rules(self) -> policies.TaskPolicy:
        return policies.task(self.policy, self.task.name)

    def _too_dear(self, route: Route) -> tuple[str, bool]:
        limit = self.means.usd
        cost = self.costs.expected_usd(route)
        if limit is None or cost <= limit:
            return "", False
        return f"about {cost:.4f} USD, {limit:.4f} USD are left", True


@dataclass(frozen=True, slots=True)
class _Choice:
    model_class: ClassName
    cause: Cause
    steps: tuple[str, ...]
