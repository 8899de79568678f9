"""What a call takes: tokens, window and USD, before it is made and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import catalog
from bot.catalog import Route
from bot.context import Section, fit
from bot.policy import Policy
from bot.providers import Usage
from bot.tasks import Task

# The task's fixed text, the reply's schema and the words around the data, in tokens.
PROMPT_OVERHEAD = 1_500
# Small enough that a model nobody has described is never sent too much.
UNKNOWN_WINDOW = 16_000
# What fills a prompt may take this part of the limit, so that an answer which does not
# hold can be asked for once more.
FILLED = 0.5
_STEP = 1_000  # tokens


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one call is expected to take: tokens, and USD (None: price unknown)."""

    input_tokens: int
    output_tokens: int
    usd: float | None
    baseline_usd: float | None
    largest_model: str
    largest_usd: float | None


def window(policy: Policy, route: Route) -> int:
    """Return the route's context window in tokens; unknown counts as a small one."""
    facts = catalog.facts(route, policy.models)
    return (facts.window if facts is not None else None) or UNKNOWN_WINDOW


def baseline(policy: Policy) -> Route:
    """Return the route that savings are counted against."""
    return policy.classes[policy.baseline].routes[0]


def price(policy: Policy, route: Route, *, usage: Usage) -> float | None:
    """Return what a call cost on a route, USD; None where its price is unknown."""
    return catalog.cost(
        route,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        searches=usage.searches,
        overrides=policy.models,
    )


def counted(policy: Policy, route: Route, *, usage: Usage) -> float:
    """Return what a call counts for budgets in USD: its cost, if that is known.

    An unknown price counts as the dearest known one of the classes the route stands
    in, else of the whole policy, else of the catalogue: never as nothing. What came
    from a cache or from a search counts at the full price of its tokens.
    """
    tokens = Usage(usage.input_tokens, usage.output_tokens)
    known = price(policy, route, usage=tokens)
    if known is not None:
        return known
    classes = [one.routes for one in policy.classes.values()]
    peers = [one for routes in classes if route in routes for one in routes]
    everyone = [one for routes in classes for one in routes]
    for group in (peers, everyone, catalog.routes()):
        costs = (price(policy, one, usage=tokens) for one in group)
        if found := [usd for usd in costs if usd is not None]:
            return max(found)
    raise AssertionError("the shipped catalogue holds no price")


@dataclass(frozen=True, slots=True)
class Costs:
    """What one call for a task will take, by the sections it would send.

    `usd` is what may still be spent on the event, None for no limit.
    """

    task: Task
    policy: Policy
    sections: Sequence[Section]
    usd: float | None = None

    def input_tokens(self, route: Route) -> int:
        """Estimate the prompt in the route's own tokens, on the safe side."""
        return self._tokens(self.sections, route)

    def fits(self, route: Route) -> bool:
        """Whether what must be read whole, and an answer, fit the route's window."""
        must = [section for section in self.sections if section.must]
        needed = self._tokens(must, route) + self.task.output_tokens
        return needed <= window(self.policy, route)

    def sent_tokens(self, route: Route) -> int:
        """How many tokens one call reads: all that its window takes and USD pay for.

        Only what fills the prompt is cut by the limit, to half of it; a route that is
        too dear for the rest is none.
        """
        whole = min(self.input_tokens(route), window(self.policy, route))
        if self.usd is None:
            return whole
        kept = [s for s in self.sections if s.must or s.priority < fit.FILLING]
        low, high = min(self._tokens(kept, route), whole), whole
        while high - low > _STEP:
            middle = (low + high) // 2
            usage = Usage(middle, self.task.output_tokens)
            is_paid = counted(self.policy, route, usage=usage) <= self.usd * FILLED
            low, high = (middle, high) if is_paid else (low, middle)
        return high if high == whole else low

    def expected_usd(self, route: Route) -> float:
        """Return what one call counts for the budget beforehand, USD."""
        return counted(self.policy, route, usage=self._usage(route))

    def whole_usd(self, route: Route) -> float:
        """Return what reading all of it counts, in as many calls as it takes, USD."""
        return counted(self.policy, route, usage=self._whole(route))

    def estimate(self, route: Route) -> Estimate:
        """Estimate an answer by a route, beside the baseline and the largest model."""
        every = {r for c in self.policy.classes.values() for r in c.routes}
        priced = {each: cost for each in every if (cost := self._usd(each))}
        largest = max(priced, key=lambda r: (priced[r], str(r)), default=None)
        return Estimate(
            input_tokens=self.input_tokens(route),
            output_tokens=self.task.output_tokens,
            usd=self._usd(route),
            baseline_usd=self._usd(baseline(self.policy)),
            largest_model=str(largest) if largest else "",
            largest_usd=priced[largest] if largest else None,
        )

    def _usd(self, route: Route) -> float | None:
        several = self.task.several is not None
        usage = self._whole(route) if several else self._usage(route)
        return price(self.policy, route, usage=usage)

    def _usage(self, route: Route) -> Usage:
        """One call: of a task that may take several it reads only so much."""
        tokens = self.sent_tokens(route)
        if self.task.several is not None:
            tokens = min(tokens, self.task.several.most_tokens)
        return Usage(tokens, self.task.output_tokens)

    def _whole(self, route: Route) -> Usage:
        return Usage(self.input_tokens(route), self.task.output_tokens)

    def _tokens(self, sections: Sequence[Section], route: Route) -> int:
        family = fit.family_of(route.provider, route.model)
        measured = sum(fit.section_tokens(each, family=family) for each in sections)
        return measured + PROMPT_OVERHEAD
