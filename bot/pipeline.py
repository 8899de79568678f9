"""The first half, its steps in order: event → case → reply → draft; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import answer, budgets, caps, case, compose, costs, doubt, info, parts, wanted
from bot import policy as policies
from bot.answer import Desk, Outcome, Trial
from bot.case import Case, Opened
from bot.catalog import Route
from bot.classify import Classification, Signal
from bot.context import Material, Section
from bot.draft import Draft
from bot.events import Event
from bot.policy import ClassName
from bot.route import Lane
from bot.spending import Meter
from bot.world import World

NOTHING_TO_READ = "there is nothing that a model would have to read"


def analyze(event: Event, world: World, *, trial: Trial | None = None) -> Draft:
    """Decide and answer; writes nowhere. Raises `HostError`, `GitError`.

    With `trial` the reply of its task is run before it counts, or gathered for that.
    """
    opened = case.opened(event, world)
    if isinstance(opened, Draft):
        return opened
    full = caps.full(opened, world)
    if full is not None:
        return full
    world = budgets.bounded(opened, world)
    meter = _meter(world)
    found = _case(opened, world, meter)
    if isinstance(found, Draft):
        return found
    if found.standing.wants_why:
        return info.why(found, world)
    _allow(found, world, meter)
    outcome = _answer(found, world, meter, trial=trial)
    redirect = outcome.checked.redirect if outcome.checked else ""
    if redirect and world.policy.redirect:
        taken_over = _redirected(found, redirect, world=world, meter=meter)
        if taken_over is not None:
            return taken_over
    return compose.draft(found, outcome, meter=meter, world=world)


def _answer(
    found: Case, world: World, meter: Meter, *, trial: Trial | None = None
) -> Outcome:
    grant, decision = found.standing.grant, found.decision
    if not found.material.sections:
        return Outcome(None, decision.model_class, reason=NOTHING_TO_READ)
    if grant.kind == "findings":
        return Outcome(None, decision.model_class, reason=grant.reason)
    if world.means.spent:
        return Outcome(
            None, decision.model_class, reason=world.means.spent, is_budget=True
        )
    if not decision.routes:
        reason = "; ".join(f"{r.route}: {r.reason}" for r in decision.rejected)
        return Outcome(
            None, decision.model_class, reason=f"no route is left ({reason})"
        )
    desk = _desk(found, world)
    if found.shares:
        return parts.answer(
            found.task, found.material, shares=found.shares, desk=desk, meter=meter
        )
    lane = Lane(decision.model_class, decision.routes)
    if trial is not None and trial.task == found.task.name:
        return answer.tried(
            found.task, found.material, trial=trial, lane=lane, desk=desk, meter=meter
        )
    return answer.answer(found.task, found.material, lane=lane, desk=desk, meter=meter)


def _desk(found: Case, world: World) -> Desk:
    rules = policies.task(world.policy, found.task.name)

    def above(name: ClassName) -> Lane | None:
        if not world.policy.escalate or world.means.near:
            return None
        ceiling = found.standing.grant.ceiling or None
        return found.router.above(name, ceiling=ceiling)

    def look_up(names: Sequence[str]) -> tuple[Section, ...]:
        change = found.material.change
        read = Material(wanted.look_up(names, found.reader, change=change))
        return case.without_secrets(read, world)[0].sections

    def expected(sections: Sequence[Section]) -> Callable[[Route], float]:
        return replace(found.router, sections=sections).costs.expected_usd

    instructions = (
        world.trusted_file(rules.instructions) if rules.instructions else None
    )
    return Desk(
        ask=world.ask,
        window=lambda route: costs.window(world.policy, route),
        look_up=look_up,
        above=above,
        files=found.reader,
        expected=expected,
        instructions=instructions or "",
        most=found.router.costs.sent_tokens,
    )


def _meter(world: World) -> Meter:
    return Meter(
        price=lambda route, usage: costs.price(world.policy, route, usage=usage),
        counted=lambda route, usage: costs.counted(world.policy, route, usage=usage),
        calls=_most_calls(world),
        usd=world.means.usd,
    )


def _most_calls(world: World) -> int:
    most = world.policy.max_calls_per_event
    return most if world.means.calls is None else min(most, world.means.calls)


def _case(opened: Opened, world: World, meter: Meter) -> Case | Draft:
    """Decide by what is most certain: a doubtful text asks the fast model first."""

    def of(classification: Classification) -> Case | Draft:
        return case.made_ready(replace(opened, classification=classification), world)

    settled = doubt.settled(opened, world, meter=meter)
    found = of(settled)
    is_usable = isinstance(found, Case) and bool(found.decision.routes)
    if settled.via != "model" or is_usable:
        return found
    # A task that cannot be done here helps nobody; what the text said may.
    return of(replace(opened.classification, signals=settled.signals))


def _allow(found: Case, world: World, meter: Meter) -> None:
    """Give a task the calls of its own, on the bill so far."""
    rules = policies.task(world.policy, found.task.name)
    meter.calls = min(meter.calls_made + rules.max_calls, _most_calls(world))
    meter.expected = found.router.costs.expected_usd


def _redirected(found: Case, task: str, *, world: World, meter: Meter) -> Draft | None:
    """Hand a triage that needs debugging over, in the same run and on the same bill."""
    signal = Signal(f"{found.task.name} asked for {task}", 1.0, "the reply says so")
    classification = replace(
        found.classification,
        task=task,
        runner_up=found.task.name,
        signals=(signal, *found.classification.signals),
    )
    opened = Opened(found.event, found.reader, found.standing, classification)
    other = case.made_ready(opened, world)
    if isinstance(other, Draft) or not other.decision.routes:
        return None
    _allow(other, world, meter)
    outcome = _answer(other, world, meter)
    if outcome.checked is None:
        return None
    outcome = replace(outcome, redirected_from=found.task.name)
    return compose.draft(other, outcome, meter=meter, world=world)
