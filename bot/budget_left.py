"""What is left of every budget that is set, for who asks why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import budgets, footer
from bot.budgets import NEAR_SHARE, Day, Limit, Paid
from bot.case import Case
from bot.errors import HostError
from bot.world import World

EVENT = "one event"
MOST = "at most {limit}"
UNASKED = "what was spent is not known without GitHub"
HEAD = "| budget | used | left |\n|---|---|---|"
ROW = "| {what}{state} | {used} | {left} |"
STATE = {"": "", "near": " (nearly spent)", "spent": " (**spent**)"}
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Left:
    """One limit that is set, in USD and in calls; `used` is None where nobody knows.

    `gap` says why what is used may not be all of it.
    """

    what: str
    usd: float | None
    calls: int | None
    used: Paid | None = None
    gap: str = ""

    @property
    def state(self) -> str:
        """Whether the limit bites: "spent", "near" (a class less will do) or ""."""
        if self.used is None:
            return ""
        pairs = ((self.usd, self.used.usd), (self.calls, self.used.calls))
        shares = [
            used / most if most else 1.0 for most, used in pairs if most is not None
        ]
        most_used = max(shares, default=0.0)
        return "spent" if most_used >= 1 else "near" if most_used >= NEAR_SHARE else ""


class _Unasked:
    """Books that nobody can open: what was spent is a gap."""

    def day(self) -> Day:
        raise HostError(UNASKED)

    def thread(self) -> Paid:
        raise HostError(UNASKED)

    def written(self) -> int:
        raise HostError(UNASKED)


def of(found: Case, world: World) -> tuple[Left, ...]:
    """List the limits of an event, thread, person and day that are set.

    Reads the books as answering the event would: four requests and the thread at most.
    """
    books = world.books(found.event, found.reader) if world.books else _Unasked()
    event = Left(EVENT, world.means.usd, world.policy.max_calls_per_event)
    return (event, *map(_left, budgets.limits(found, world, books)))


def _left(limit: Limit) -> Left:
    used = None if limit.gap and limit.used == Paid() else limit.used
    return Left(limit.what, limit.usd, limit.calls, used, limit.gap)


def as_markdown(found: Sequence[Left]) -> str:
    """Write the limits as a table, and why some figure may not be all."""
    rows = [
        ROW.format(
            what=each.what,
            state=STATE[each.state],
            used=_used(each),
            left=_left_of(each),
        )
        for each in found
    ]
    gaps = dict.fromkeys(each.gap for each in found if each.gap)
    return "\n".join([HEAD, *rows]) + "".join(f"\n\n{gap}." for gap in gaps)


def as_lines(found: Sequence[Left]) -> list[str]:
    """Write the limits for a terminal, one a line."""
    return [f"{each.what}: {_line(each)}" for each in found]


def as_json(found: Sequence[Left]) -> list[dict[str, Any]]:
    """Give the limits as `explain` prints them; null is no limit, or not known."""
    return [
        {
            "what": each.what,
            "max_usd": each.usd,
            "max_calls": each.calls,
            "usd": None if each.used is None else round(each.used.usd, 6),
            "calls": None if each.used is None else each.used.calls,
            "state": each.state,
            "gap": each.gap,
        }
        for each in found
    ]


def _line(each: Left) -> str:
    if each.used is not None:
        return f"{_left_of(each)} left, {_used(each)} used"
    return f"{_left_of(each)} ({each.gap})" if each.gap else _left_of(each)


def _used(each: Left) -> str:
    if each.used is None:
        return NOT_KNOWN if each.gap else ""
    usd, calls = each.used.usd, each.used.calls
    return _amounts(
        None if each.usd is None else usd, None if each.calls is None else calls
    )


def _left_of(each: Left) -> str:
    if each.used is None:
        return MOST.format(limit=_amounts(each.usd, each.calls))
    usd = None if each.usd is None else max(each.usd - each.used.usd, 0.0)
    calls = None if each.calls is None else max(each.calls - each.used.calls, 0)
    return _amounts(usd, calls)


def _amounts(usd: float | None, calls: int | None) -> str:
    parts = [] if usd is None else [footer.usd(usd)]
    parts += [] if calls is None else [f"{calls:,} calls"]
    return ", ".join(parts)
