"""Task → decision: which class of model, which routes in it, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import capability, catalog, clauses
from bot import policy as policies
from bot.catalog import Route
from bot.classify import Classification
from bot.clauses import Facts, Tried
from bot.context import Section, fit
from bot.ledger import Cause
from bot.policy import ClassName, Policy
from bot.providers import Usage
from bot.stakes import Stakes
from bot.tasks import Task

# The task's fixed text, the reply's schema and the words around the data, in tokens.
PROMPT_OVERHEAD = 1_500
# Coding is no rung: it is a lane of its own, not a cheaper way to think.
_STEP_DOWN: tuple[ClassName, ...] = ("balanced", "fast")
# Small enough that a model nobody has described is never sent too much.
UNKNOWN_WINDOW = 16_000


@dataclass(frozen=True, slots=True)
class Means:
    """What this run may use.

    `barred` maps a provider to why it cannot be used (no key, not allowed); a
    provider that is missing there can be. `usd` is what may still be spent on this
    event, None for no limit.
    """

    barred: Mapping[str, str]
    usd: float | None = None


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
class Estimate:
    """What one call is expected to take: tokens, and USD (None: price unknown)."""

    input_tokens: int
    output_tokens: int
    usd: float | None
    baseline_usd: float | None
    largest_model: str
    largest_usd: float | None


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


def price(policy: Policy, route: Route, *, usage: Usage) -> float | None:
    """What a call cost on a route, USD; None where its price is unknown."""
    return catalog.cost(
        route,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        searches=usage.searches,
        overrides=policy.models,
    )


def counted(policy: Policy, route: Route, *, usage: Usage) -> float:
    """What a call counts for the budget, USD: an unknown price as the dearest."""
    return policies.counted_usd(
        policy,
        route,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )


@dataclass(frozen=True, slots=True)
class Router:
    """One task's way through one policy, with what this run may use."""

    task: Task
    policy: Policy
    means: Means
    sections: Sequence[Section]

    def decide(
        self, classification: Classification, facts: Facts, *, wish: Wish
    ) -> Decision:
        """Choose the class by task, clauses and wish, then the routes that can do it.

        Near the budget the class steps down and says so. Without any usable route the
        decision is still made: its `routes` are empty and `rejected` says why.
        """
        clauses_tried = clauses.tried(self._rules().when, facts)
        choice = self._choice(classification, clauses_tried, wish)
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
        return Decision(
            task=self.task.name,
            model_class=choice.model_class,
            stakes=facts.stakes,
            routes=lane.routes,
            rejected=lane.rejected,
            estimate=self._estimate(choice.model_class, lane),
            cause=choice.cause if lane.routes else "no_route",
            clauses=clauses_tried,
            steps=choice.steps,
        )

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

    def window(self, route: Route) -> int:
        """The route's context window in tokens; unknown counts as a small one."""
        facts = catalog.facts(route, self.policy.models)
        return (facts.window if facts is not None else None) or UNKNOWN_WINDOW

    def price(self, route: Route, usage: Usage) -> float | None:
        """What a call cost on a route, USD; None where its price is unknown."""
        return price(self.policy, route, usage=usage)

    def usd(
        self, route: Route, *, input_tokens: int, output_tokens: int
    ) -> float | None:
        """What so many tokens cost on a route; None where its price is unknown."""
        return self.price(route, Usage(input_tokens, output_tokens))

    def counted(self, route: Route, usage: Usage) -> float:
        """What a call counts for the budget, USD: an unknown price as the dearest."""
        return counted(self.policy, route, usage=usage)

    def expected_usd(self, route: Route) -> float:
        """What one call to a route counts for the budget beforehand, USD."""
        tokens = min(self.input_tokens(route), self.window(route))
        return self.counted(route, Usage(tokens, self.task.output_tokens))

    def baseline(self) -> Route:
        """The route that savings are counted against."""
        return self.policy.classes[self.policy.baseline].routes[0]

    def input_tokens(self, route: Route) -> int:
        """Estimate the prompt in the route's own tokens, on the safe side."""
        family = fit.family_of(route.provider, route.model)
        measured = sum(fit.section_tokens(s, family=family) for s in self.sections)
        return measured + PROMPT_OVERHEAD

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
        if not self._fits(route):
            window = self.window(route)
            return f"what must be read does not fit its {window:,} tokens", False
        return self._too_dear(route)

    def _rules(self) -> policies.TaskPolicy:
        return policies.task(self.policy, self.task.name)

    def _fits(self, route: Route) -> bool:
        family = fit.family_of(route.provider, route.model)
        must = [section for section in self.sections if section.must]
        needed = sum(fit.section_tokens(section, family=family) for section in must)
        return needed + PROMPT_OVERHEAD + self.task.output_tokens <= self.window(route)

    def _too_dear(self, route: Route) -> tuple[str, bool]:
        limit = self.means.usd
        cost = self.expected_usd(route)
        if limit is None or cost <= limit:
            return "", False
        return f"about {cost:.4f} USD, {limit:.4f} USD are left", True

    def _cost(self, route: Route) -> float | None:
        tokens = min(self.input_tokens(route), self.window(route))
        return self.usd(
            route, input_tokens=tokens, output_tokens=self.task.output_tokens
        )

    def _estimate(self, model_class: ClassName, lane: Lane) -> Estimate:
        routes = lane.routes or self.policy.classes[model_class].routes
        every = {r for c in self.policy.classes.values() for r in c.routes}
        priced = {route: cost for route in every if (cost := self._cost(route))}
        largest = max(priced, key=lambda r: (priced[r], str(r)), default=None)
        return Estimate(
            input_tokens=self.input_tokens(routes[0]),
            output_tokens=self.task.output_tokens,
            usd=self._cost(routes[0]),
            baseline_usd=self._cost(self.baseline()),
            largest_model=str(largest) if largest else "",
            largest_usd=priced[largest] if largest else None,
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    model_class: ClassName
    cause: Cause
    steps: tuple[str, ...]
