"""What a route costs, and what a wrong one costs more: regret in USD.

Prices come from the shipped catalogue, classes from the default policy, tokens from the
event's own title and body with routebot's own estimate; what a task would read beyond
them (files, logs, the thread) is the same for every router and left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import get_args

from benchmarks.routing.rows import Row
from bot import costs, doubt, tasks
from bot import policy as policies
from bot.catalog import Route
from bot.classify import FALLBACK, asked
from bot.context import Section
from bot.policy import ClassName, Policy
from bot.route import Means, Router
from bot.tasks import Needs, Task


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the class that makes it and its price, USD."""

    model_class: ClassName
    usd: float


@dataclass(frozen=True, slots=True)
class Bill:
    """What one event may cost: by task, and where all goes to one model."""

    by_task: Mapping[str, Call]
    baseline: Call
    largest: Call
    largest_model: str
    ask_usd: float


@dataclass(frozen=True, slots=True)
class Prices:
    """A policy with the class of each task; from these follow all prices."""

    policy: Policy
    class_of: Mapping[str, ClassName]

    def bills(self, rows: Sequence[Row]) -> list[Bill]:
        """Return the bill of each row."""
        return [self._bill(row) for row in rows]

    def _bill(self, row: Row) -> Bill:
        section = Section("title and body", row.text)
        calls = {}
        for name, model_class in self.class_of.items():
            router = self._router(tasks.load(name), section)
            calls[name] = Call(model_class, _usd(router, model_class))
        router = self._router(tasks.load(row.task), section)
        estimate = router.costs.estimate(costs.baseline(self.policy))
        assert estimate.baseline_usd is not None
        assert estimate.largest_usd is not None
        largest = self._class_holding(estimate.largest_model)
        return Bill(
            by_task=calls,
            baseline=Call(self.policy.baseline, estimate.baseline_usd),
            largest=Call(largest, estimate.largest_usd),
            largest_model=estimate.largest_model,
            ask_usd=self._ask_usd(section),
        )

    def _ask_usd(self, section: Section) -> float:
        size = replace(
            tasks.load(FALLBACK), needs=Needs(), output_tokens=doubt.OUTPUT_TOKENS
        )
        return _usd(self._router(size, asked.item(section.text)), doubt.FAST)

    def _router(self, task: Task, section: Section) -> Router:
        return Router(task, self.policy, Means({}), (section,))

    def _class_holding(self, model: str) -> ClassName:
        route = Route.parse(model)
        return next(
            name
            for name in get_args(ClassName)
            if route in self.policy.classes[name].routes
        )

    def taken(self, row: Row, task: str, bill: Bill) -> Call:
        """Return the call that follows from naming a task.

        Another task of the right class does the right work: the class is what is paid.
        """
        named, needed = bill.by_task[task], bill.by_task[row.task]
        return needed if named.model_class == needed.model_class else named

    def spent(self, taken: Call, needed: Call) -> tuple[float, float]:
        """Return what a call and the one after it cost, USD.

        A class that cannot do the work is paid, and then the right one.
        """
        is_done = is_enough(self.policy, taken.model_class, needed.model_class)
        return taken.usd, 0.0 if is_done else needed.usd

    def regret(self, row: Row, task: str, bill: Bill) -> float:
        """Return what naming a task costs beyond the first label's own task, USD."""
        needed = bill.by_task[row.task]
        return sum(self.spent(self.taken(row, task, bill), needed)) - needed.usd

    def lenient_regret(self, row: Row, task: str, bill: Bill) -> float:
        """The same against whichever of the row's labels is the kinder one."""
        return min(
            self.regret(replace(row, task=each), task, bill) for each in row.answers
        )


def _usd(router: Router, model_class: ClassName) -> float:
    return router.costs.expected_usd(router.lane(model_class).routes[0])


def is_enough(policy: Policy, taken: ClassName, needed: ClassName) -> bool:
    """Whether `needed` leads up to `taken` by the policy's `above`."""
    return bool(policies.ladder(policy, needed, ceiling=taken))


@cache
def default_prices() -> Prices:
    """Return the prices under the default policy."""
    policy = policies.default()
    classes = {name: policies.task(policy, name).model_class for name in tasks.names()}
    return Prices(policy, classes)
