"""One event made ready for an answer: its task, its material, its decision."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import (
    capability,
    classify,
    findings,
    globs,
    secrets,
    shares,
    stakes,
    standing,
    tasks,
)
from bot import events as happened
from bot import policy as policies
from bot.classify import Classification, labels
from bot.clauses import Facts
from bot.context import Material, Section, diff
from bot.draft import Draft, nothing
from bot.events import Event
from bot.policy.model import StakesLevel
from bot.reader import Reader
from bot.route import Decision, Router, Wish
from bot.shares import Share
from bot.standing import Standing
from bot.tasks import Task
from bot.world import World

OVERRIDE_NOT_ALLOWED = (
    "`{task}` cannot be done by the class `{asked}` here; the policy allows {allowed}."
)
SWITCHED_OFF = "the policy switches {task} off"
IGNORED_PATHS = "every changed file is one the policy ignores for {task}"
FOREIGN_WORKFLOW = "the run's workflow file is not one of the default branch"
SKIPPED = "#{number} has the label " + happened.SKIP_LABEL
TODAY = "today's date"
NO_TASK = "nothing about {kind} says that there is work to do"


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known before anything of a task is read: whose event it is, and why."""

    event: Event
    reader: Reader
    standing: Standing
    classification: Classification


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known before a model is asked."""

    event: Event
    reader: Reader
    standing: Standing
    classification: Classification
    task: Task
    material: Material
    decision: Decision
    router: Router
    redactions: int = 0
    shares: tuple[Share, ...] = ()


def of(event: Event, world: World) -> Case | Draft:
    """Make an event ready, or return the draft that ends it before any model.

    Reads permissions and what the task needs; asks no model.
    """
    first = opened(event, world)
    if isinstance(first, Draft):
        return first
    return made_ready(first, world)


def opened(event: Event, world: World) -> Opened | Draft:
    """Say whose event it is and what it asks for, or the draft that ends it here.

    Reads permissions; asks no model.
    """
    reason = _not_answered(event, world)
    if reason:
        return nothing(reason)
    event = world.pin(event)
    if happened.SKIP_LABEL in event.labels:
        return nothing(SKIPPED.format(number=event.number))
    stand = standing.of(
        event,
        permission=world.permission,
        terms=world.policy,
        has_keys=world.has_keys,
    )
    if isinstance(stand, Draft):
        return stand
    classification = _classified(event, stand, world)
    if classification is None:
        return nothing(NO_TASK.format(kind=event.kind))
    return Opened(event, world.open(event), stand, classification)


def made_ready(opened: Opened, world: World) -> Case | Draft:
    """Gather and decide for the task of the classification."""
    event, reader, stand = opened.event, opened.reader, opened.standing
    classification = opened.classification
    task = tasks.load(classification.task)
    rules = policies.task(world.policy, task.name)
    if not rules.enabled:
        return nothing(SWITCHED_OFF.format(task=task.name))
    change = diff.parse(reader.diff())
    paths = tuple(file.path for file in change)
    if paths and all(globs.any_match(path, rules.ignore) for path in paths):
        return nothing(IGNORED_PATHS.format(task=task.name))
    wish = _wish(stand, task, world.policy)
    if isinstance(wish, Draft):
        return wish
    material, redactions = without_secrets(task.gather(event, reader), world)

    def facts_of(files: tuple[diff.FileDiff, ...]) -> Facts:
        return _facts(event, stand, classification, change=files, policy=world.policy)

    def facts_of_one(file: diff.FileDiff) -> tuple[policies.ClassName, StakesLevel]:
        # How large the change is stays a fact about all of it.
        own = replace(facts_of((file,)), lines=facts.lines)
        name = router.class_for(classification, own, wish=wish)
        return name, own.stakes.level

    # A class answers for what it reads; the change as a whole is as risky as before.
    facts = facts_of(_read(change, material))
    level = facts_of(change).stakes.level
    material = replace(material, stakes=level, shown_at=_shown_at(event, world))
    material = _dated(material, task, world)
    sections = findings.before_sections(material)
    router = Router(task, world.policy, world.means, sections)
    decision = router.decide(classification, facts, wish=wish)
    return Case(
        event,
        reader,
        stand,
        classification,
        task,
        material,
        decision,
        router,
        redactions,
        shares.of(material, router, decision=decision, file_facts=facts_of_one),
    )


def _read(
    change: tuple[diff.FileDiff, ...], material: Material
) -> tuple[diff.FileDiff, ...]:
    """What is read of a change this time: of one reviewed before, what is new."""
    before = material.before
    is_again = before is not None and before.earlier.is_known
    return (before.unseen or change) if before and is_again else change


def _dated(material: Material, task: Task, world: World) -> Material:
    """Add today's date where the answer depends on when it is asked."""
    today = world.now()[:10]
    if not task.needs.web_search:
        return material
    section = Section(TODAY, today, priority=0)
    sections = (section, *material.sections)
    return replace(material, today=today, sections=sections)


def _shown_at(event: Event, world: World) -> str:
    if event.repository is None or not event.head_sha:
        return ""
    return f"{world.server_url}/{event.repository.full_name}/blob/{event.head_sha}"


def without_secrets(material: Material, world: World) -> tuple[Material, int]:
    """Take secrets out of what was read, before anything is done with it (T06).

    Returns how many went, too.
    """
    count = 0

    def clean(text: str) -> str:
        nonlocal count
        redacted = secrets.redact(text, world.vault)
        count += sum(redacted.counts.values())
        return redacted.text

    sections = tuple(replace(s, text=clean(s.text)) for s in material.sections)
    found = tuple(
        replace(f, message=clean(f.message), quote=clean(f.quote))
        for f in material.findings
    )
    return replace(material, sections=sections, findings=found), count


def _not_answered(event: Event, world: World) -> str:
    if not world.policy.enabled:
        return "the policy switches routebot off"
    reason = happened.ignored(
        event,
        bots=world.policy.bots,
        bot_login=world.bot_login,
        own_workflow=world.own_workflow,
    )
    if reason or event.run is None or not event.is_fork:
        return reason
    # A fork chooses its workflow's name; it does not choose our default branch's files.
    is_ours = world.trusted_file(event.run.path) is not None
    return "" if is_ours else FOREIGN_WORKFLOW


def _classified(event: Event, stand: Standing, world: World) -> Classification | None:
    return classify.classify(
        event,
        commanded=_task_of(stand),
        # Every task is imported to name its labels: not where no label counts.
        labels=labels.of(world.policy.labels) if stand.labels else {},
        trusted_labels=stand.labels,
        headings=world.policy.headings,
        threshold=world.policy.confidence_threshold,
        bias=world.policy.classify.bias,
    )


def _task_of(stand: Standing) -> str:
    if stand.command is None or stand.command.is_info:
        return ""
    return stand.command.verb


def _wish(stand: Standing, task: Task, policy: policies.Policy) -> Wish | Draft:
    asked = stand.command.model_class if stand.command else ""
    ceiling = stand.grant.ceiling or None
    if not asked:
        return Wish(ceiling=ceiling)
    allowed = capability.allowed_classes(policy, task.name)
    override = next((name for name in allowed if name == asked), None)
    if override is None:
        listed = ", ".join(f"`{name}`" for name in allowed) or "none"
        text = OVERRIDE_NOT_ALLOWED.format(task=task.name, asked=asked, allowed=listed)
        return Draft(kind="info", body=text)
    return Wish(override, ceiling)


def _facts(
    event: Event,
    stand: Standing,
    classification: Classification,
    *,
    change: tuple[diff.FileDiff, ...],
    policy: policies.Policy,
) -> Facts:
    paths = tuple(file.path for file in change)
    added = sum(file.added for file in change)
    removed = sum(file.removed for file in change)
    assessed = stakes.assess(
        paths=paths,
        labels=stand.labels,
        added=added,
        removed=removed,
        text=f"{event.title}\n{event.body}",
        globs=policy.stakes,
    )
    return Facts(
        assessed,
        classification.confidence,
        paths,
        added + removed,
        stand.labels,
        event.is_fork,
    )
