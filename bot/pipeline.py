"""The steps in order: event → case → reply → draft → comment; nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import answer, case, compose, info, publish
from bot import policy as policies
from bot.answer import Desk, Outcome
from bot.case import Case
from bot.classify import Signal
from bot.context import Section, repository
from bot.draft import Draft
from bot.events import Event
from bot.publish import Published, Publisher, Rules
from bot.route import Lane
from bot.spending import Meter
from bot.world import World

LOOK_UP_LIMIT = 10


def analyze(event: Event, world: World) -> Draft:
    """Decide and answer; writes nowhere. Raises `HostError`, `GitError`."""
    found = case.of(event, world)
    if isinstance(found, Draft):
        return found
    if found.standing.wants_why:
        return info.why(found, world)
    meter = _meter(found, world)
    outcome = _answer(found, world, meter)
    redirect = outcome.checked.redirect if outcome.checked else ""
    if redirect and world.policy.redirect:
        taken_over = _redirected(found, redirect, world=world, meter=meter)
        if taken_over is not None:
            return taken_over
    return compose.draft(found, outcome, meter=meter, world=world)


def run(event: Event, world: World, *, publisher: Publisher, rules: Rules) -> Published:
    """Do both halves in one process. Raises what they raise."""
    made = analyze(event, world)
    return publish.to_thread(made, event, publisher=publisher, rules=rules)


def _answer(found: Case, world: World, meter: Meter) -> Outcome:
    grant, decision = found.standing.grant, found.decision
    if grant.kind == "findings":
        return Outcome(None, decision.model_class, reason=grant.reason)
    if not decision.routes:
        reason = "; ".join(f"{r.route}: {r.reason}" for r in decision.rejected)
        return Outcome(
            None, decision.model_class, reason=f"no route is left ({reason})"
        )
    return answer.answer(
        found.task,
        found.material,
        lane=Lane(decision.model_class, decision.routes),
        desk=_desk(found, world),
        meter=meter,
    )


def _desk(found: Case, world: World) -> Desk:
    rules = policies.task(world.policy, found.task.name)

    def above() -> Lane | None:
        if not world.policy.escalate:
            return None
        return found.router.above(
            found.decision.model_class, ceiling=found.standing.grant.ceiling or None
        )

    def look_up(names: Sequence[str]) -> tuple[Section, ...]:
        asked = "\n".join(names[:LOOK_UP_LIMIT])
        paths = repository.mentioned(asked, found.reader.tree()) if asked else ()
        return repository.whole(paths, found.reader)

    instructions = (
        world.trusted_file(rules.instructions) if rules.instructions else None
    )
    return Desk(
        ask=world.ask,
        window=found.router.window,
        look_up=look_up,
        above=above,
        instructions=instructions or "",
    )


def _meter(found: Case, world: World) -> Meter:
    rules = policies.task(world.policy, found.task.name)
    return Meter(
        price=found.router.price,
        counted=found.router.counted,
        calls=min(rules.max_calls, world.policy.max_calls_per_event),
        usd=world.means.usd,
        expected=found.router.expected_usd,
    )


def _redirected(found: Case, task: str, *, world: World, meter: Meter) -> Draft | None:
    """Hand a triage that needs debugging over, in the same run and on the same bill."""
    signal = Signal(f"{found.task.name} asked for {task}", 1.0, "the reply says so")
    classification = replace(
        found.classification,
        task=task,
        runner_up=found.task.name,
        signals=(signal, *found.classification.signals),
    )
    other = case.for_task(
        found.event, found.reader, found.standing, classification, world=world
    )
    if isinstance(other, Draft) or not other.decision.routes:
        return None
    rules = policies.task(world.policy, task)
    meter.calls = min(
        meter.calls_made + rules.max_calls, world.policy.max_calls_per_event
    )
    meter.expected = other.router.expected_usd
    outcome = _answer(other, world, meter)
    if outcome.checked is None:
        return None
    outcome = replace(outcome, escalated_from=found.task.name)
    return compose.draft(other, outcome, meter=meter, world=world)
