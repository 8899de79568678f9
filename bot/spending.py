"""What one event may spend, and what it has: calls counted before, USD after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.ask import Asked
from bot.catalog import Route
from bot.errors import BudgetSpent
from bot.providers import Completion, Usage

# No policy can raise this (interfaces.md, "Who gets what").
MOST_CALLS = 40
# One odd answer must not make every later one look free, or beyond reach.
_LEAST, _MOST = 0.25, 4.0


@dataclass(slots=True)
class Meter:
    """The running count of one event.

    `calls` and `usd` are ceilings; `expected` says what the next call to a route is
    thought to cost. `price` may not know what a call cost, which makes `usd_spent`
    unknown (None); `counted` is what it counts for the budget all the same. `question`
    is the part of `usage` that found out what to do. `corrections` are how far each
    route's last answer was from what was thought: its next is expected accordingly.
    """

    price: Callable[[Route, Usage], float | None]
    counted: Callable[[Route, Usage], float]
    calls: int = MOST_CALLS
    usd: float | None = None
    expected: Callable[[Route], float] = lambda route: 0.0
    calls_made: int = 0
    usd_spent: float | None = 0.0
    usd_counted: float = 0.0
    corrections: dict[Route, float] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    question: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    fallbacks: list[str] = field(default_factory=list)
    route: Route | None = None

    def before_call(self, route: Route) -> None:
        """Count a call to a model. Raises `BudgetSpent` where it is one too many."""
        if self.calls_made >= min(self.calls, MOST_CALLS):
            raise BudgetSpent(f"the limit of {self.calls} model calls is reached")
        expected = self._expected(route)
        if self.usd is not None and self.usd_counted + expected > self.usd:
            raise BudgetSpent(
                f"the next call would pass the limit of {self.usd:.2f} USD"
            )
        self.calls_made += 1
        # Counted now, put right by `add`: a call that fails may be billed all the same.
        self.usd_counted += expected

    def add(self, asked: Asked) -> Completion:
        """Add what an answer took; returns its completion."""
        thought = self.expected(asked.route)
        cost = self._bill(asked)
        if thought:
            self.corrections[asked.route] = min(max(cost / thought, _LEAST), _MOST)
        return asked.completion

    def add_question(self, asked: Asked) -> Completion:
        """Add what it took to find out what to do: on the bill, not of the answer."""
        self._bill(asked)
        self.question = asked.completion.usage
        self.route = None
        return asked.completion

    def _expected(self, route: Route) -> float:
        return self.expected(route) * self.corrections.get(route, 1.0)

    def _bill(self, asked: Asked) -> float:
        """Put one call on the bill; returns what it counts for the budget, USD."""
        used = asked.completion.usage
        self.usage = Usage(
            self.usage.input_tokens + used.input_tokens,
            self.usage.output_tokens + used.output_tokens,
            self.usage.cached_tokens + used.cached_tokens,
            self.usage.searches + used.searches,
            is_estimate=self.usage.is_estimate or used.is_estimate,
        )
        counted = used.usd or self.counted(asked.route, used)
        self.usd_counted += counted - self._expected(asked.route)
        cost = used.usd if used.usd is not None else self.price(asked.route, used)
        total = (
            None if cost is None or self.usd_spent is None else self.usd_spent + cost
        )
        self.usd_spent = total
        self.seconds += asked.seconds
        self.fallbacks += [f"{route}: {why}"[:200] for route, why in asked.fallbacks]
        self.route = asked.route
        return counted
