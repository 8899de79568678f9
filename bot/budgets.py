"""What may still be spent: the policy's budgets held against what the books say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from bot.case import Case, Opened
from bot.errors import HostError
from bot.events import Event, actors_to_check
from bot.ledger import Record
from bot.policy.model import Budget
from bot.route import Means
from bot.world import World

# From this share of a limit on, one class less has to do.
NEAR_SHARE = 0.8
# One event of an outsider takes this part of their day at most, so that a run whose
# record was lost does not take the whole of it.
OUTSIDER_PART = 4

SPENT = "{what} is spent ({used} of {limit})"
NEAR = "{what} is nearly spent ({used} of {limit})"
UNREAD = "what outsiders spent today cannot be told ({gap})"
ADVISORY = "; without a marker key this is only a hint"
OUTSIDERS = "the budget of today for people who may not write here"
DAY = "the budget of today"
ACTOR = "this person's budget of today"
THREAD = "the budget of this thread"


@dataclass(frozen=True, slots=True)
class Paid:
    """What one run, or one thread, has spent: USD and model calls."""

    usd: float = 0.0
    calls: int = 0
    actor: str = ""
    is_outsider: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """A run of ours without a record: each attempt may have spent an event's most."""

    attempts: int
    actor: str = ""
    may_be_outsider: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """What was spent since midnight, UTC; `gap` says why that may not be all of it."""

    paid: tuple[Paid, ...] = ()
    lost: tuple[Lost, ...] = ()
    gap: str = ""


class Books(Protocol):
    """What our own comments, runs and artifacts tell. Each raises `HostError`."""

    def day(self) -> Day:
        """What was spent today, less this very run."""

    def thread(self) -> Paid:
        """What was spent in the event's thread so far."""

    def written(self) -> int:
        """How many comments of ours the repository got today."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that is set, and what counts against it; `is_strict` fails closed."""

    what: str
    usd: float | None
    calls: int | None
    used: Paid
    gap: str = ""
    is_strict: bool = False


def bounded(opened: Opened, world: World) -> World:
    """Bound what an event may spend by what is left of every budget that is set.

    Reads nothing where no limit asks for it. Where the books cannot be read outsiders
    get no model, and people who may write here what the rest allows (contract T30).
    """
    grant = opened.standing.grant
    pays = grant.kind in ("model", "limited") and not opened.standing.wants_why
    if world.books is None or not pays or opened.event.is_local:
        return world
    means = world.means
    if grant.kind == "limited":
        means = replace(means, usd=_outsiders_most(world))
    for limit in limits(opened, world, world.books(opened.event, opened.reader)):
        means = _within(means, limit, is_sealed=bool(world.marker_key))
    return replace(world, means=means)


def counted(record: Record, ceiling: float) -> Paid:
    """Say what a record counts: an unknown price as the largest model's, else all."""
    usd = record.usd
    if usd is None:
        usd = record.largest_usd if record.largest_usd is not None else ceiling
    return Paid(usd, record.calls, record.actor, record.trust == "outsider")


def limits(opened: Opened | Case, world: World, books: Books) -> Iterator[Limit]:
    """Yield every limit that is set for an event, with what counts against it.

    Reads nothing where no limit asks for it; books that cannot be read are a gap.
    """
    budget, event = world.policy.budget, opened.event
    is_outsider = opened.standing.grant.kind == "limited"
    if is_outsider or _has_daily(budget):
        for limit in _daily(opened, world, books, is_outsider=is_outsider):
            if limit.usd is not None or limit.calls is not None:
                yield limit
    usd, calls = budget.max_usd_per_thread, budget.max_calls_per_thread
    if event.number is not None and (usd is not None or calls is not None):
        try:
            used, gap = books.thread(), ""
        except HostError as exc:
            used, gap = Paid(), str(exc)
        yield Limit(THREAD, usd, calls, used, gap, is_outsider)


def _daily(
    opened: Opened | Case, world: World, books: Books, *, is_outsider: bool
) -> Iterator[Limit]:
    budget = world.policy.budget
    try:
        day = books.day()
    except HostError as exc:
        day = Day(gap=str(exc))
    most = world.means.usd or 0.0
    calls = world.policy.max_calls_per_event
    actor = actor_of(opened.event)
    if is_outsider:
        strangers = Day(
            tuple(p for p in day.paid if p.is_outsider),
            tuple(each for each in day.lost if each.may_be_outsider),
        )
        used = _sum(strangers, _outsiders_most(world), calls)
        limits = (budget.outsiders_usd_per_day, budget.outsiders_calls_per_day)
        yield Limit(OUTSIDERS, *limits, used, day.gap, is_strict=True)
    limits_a_day = (budget.max_usd_per_day, budget.max_calls_per_day)
    yield Limit(DAY, *limits_a_day, _sum(day, most, calls), day.gap, is_outsider)
    own = Day(
        tuple(p for p in day.paid if p.actor == actor),
        tuple(each for each in day.lost if each.actor == actor),
    )
    limits_each = (
        budget.max_usd_per_actor_per_day,
        budget.max_calls_per_actor_per_day,
    )
    yield Limit(ACTOR, *limits_each, _sum(own, most, calls), day.gap, is_outsider)


def actor_of(event: Event) -> str:
    """Name who answers for an event, "" for one of this machine."""
    actors = actors_to_check(event)
    return actors[0].login if actors else ""


def _has_daily(budget: Budget) -> bool:
    return any(
        limit is not None
        for limit in (
            budget.max_usd_per_day,
            budget.max_calls_per_day,
            budget.max_usd_per_actor_per_day,
            budget.max_calls_per_actor_per_day,
        )
    )


def _outsiders_most(world: World) -> float:
    part = world.policy.budget.outsiders_usd_per_day / OUTSIDER_PART
    return part if world.means.usd is None else min(part, world.means.usd)


def _sum(day: Day, most: float, calls: int) -> Paid:
    """Add up; every attempt that is lost counts the most that it can have spent."""
    lost = sum(each.attempts for each in day.lost)
    return Paid(
        sum(each.usd for each in day.paid) + lost * most,
        sum(each.calls for each in day.paid) + lost * calls,
    )


def _within(means: Means, limit: Limit, *, is_sealed: bool) -> Means:
    if limit.gap and limit.is_strict:
        spent = means.spent or UNREAD.format(gap=limit.gap)
        return replace(means, usd=0.0, calls=0, spent=spent)
    pairs = (
        (limit.usd, limit.used.usd, "{:.2f} USD"),
        (limit.calls, limit.used.calls, "{:,} model calls"),
    )
    for most, used, form in pairs:
        if most is None:
            continue
        words = {"what": limit.what, "used": f"{used:.2f}".removesuffix(".00")}
        words["limit"] = form.format(most)
        advice = "" if is_sealed else ADVISORY
        if used >= most:
            spent = means.spent or SPENT.format(**words) + advice
            means = replace(means, usd=0.0, calls=0, spent=spent)
        elif used >= most * NEAR_SHARE:
            near = means.near or NEAR.format(**words) + advice
            means = replace(means, near=near)
    return _lowered(means, limit)


def _lowered(means: Means, limit: Limit) -> Means:
    """Leave no more than what the limit has left."""
    if limit.usd is not None:
        left = max(limit.usd - limit.used.usd, 0.0)
        means = replace(means, usd=left if means.usd is None else min(means.usd, left))
    if limit.calls is not None:
        left_calls = max(limit.calls - limit.used.calls, 0)
        calls = left_calls if means.calls is None else min(means.calls, left_calls)
        means = replace(means, calls=calls)
    return means
