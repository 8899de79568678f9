"""Who asks, for what, and what they get for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot import access, commands, tasks
from bot.access import Grant, Permission
from bot.commands import Command, Unknown
from bot.draft import Draft
from bot.events import Event, Trust, actors_to_check, ignored

NO_COMMAND = "the comment holds no /route command"


class Terms(Protocol):
    """What the policy says about people."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Custom role names that count as writers."""

    @property
    def bots(self) -> tuple[str, ...]:
        """Exact logins of bots that may give orders."""

    @property
    def outsiders(self) -> str:
        """What outsiders get: "balanced" or "findings"."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An event's standing: the command in it, whom we trust, what that gives."""

    trust: Trust
    grant: Grant
    command: Command | None = None
    labels: tuple[str, ...] = ()

    @property
    def asked_for(self) -> bool:
        """Whether a person asked for this, so that the answer is always posted."""
        return self.command is not None

    @property
    def wants_why(self) -> bool:
        """Whether the command asks only how this thread was decided."""
        return self.command is not None and self.command.verb == "why"


def of(
    event: Event,
    *,
    permission: Callable[[str], Permission | None],
    terms: Terms,
    has_keys: bool,
) -> Standing | Draft:
    """Find an event's standing, or the draft that ends it here.

    A comment without a command ends before any permission is asked for.
    """
    command = _command(event)
    if event.comment is not None and command is None:
        return Draft(kind="nothing", reason=NO_COMMAND)
    trust: Trust = "writer"
    if not event.is_local:
        trust = access.trust_of(
            actors_to_check(event), permission, roles=terms.roles, bots=terms.bots
        )
    grant = access.grant(
        event,
        trigger=access.trigger_of(event),
        trust=trust,
        has_keys=has_keys,
        outsiders=terms.outsiders,
    )
    if grant.kind == "ignore":
        return Draft(kind="nothing", reason=grant.reason)
    if grant.kind == "refuse":
        return Draft(kind="refusal", body=commands.NOT_PERMITTED, reason=grant.reason)
    if isinstance(command, Unknown):
        return Draft(kind="info", body=commands.usage_text(command))
    stopped = _stopped(event, command)
    if stopped is not None:
        return stopped
    return Standing(trust, grant, command, access.trusted_labels(event, trust))


def _command(event: Event) -> Command | Unknown | None:
    if event.comment is not None:
        return commands.parse(event.comment.body)
    task = event.dispatch.get("task", "")
    if event.name == "workflow_dispatch":
        known = not task or task in tasks.names()
        return Command(task, event.dispatch.get("class", "")) if known else Unknown()
    return None


def _stopped(event: Event, command: Command | None) -> Draft | None:
    if command is None:
        return None
    if command.verb == "help":
        return Draft(kind="info", title="Help", body=commands.help_text(_rows()))
    if command.sha and not access.pin_matches(command.sha, event.head_sha):
        text = commands.pin_differs_text(command, event.head_sha)
        return Draft(kind="info", body=text)
    if not command.sha and not command.is_info and _may_have_moved(event):
        text = commands.head_moved_text(command, event.head_sha)
        return Draft(kind="info", body=text)
    return None


def _may_have_moved(event: Event) -> bool:
    # Who pushes to this repository may write here; a fork's owner may not (T19).
    if event.head is None or not event.is_fork:
        return False
    return access.head_moved_after(event, event.head.pushed_at)


def _rows() -> list[tasks.Task]:
    return [tasks.load(name) for name in tasks.names()]


def early_end(event: Event, *, bot_login: str, own_workflow: str) -> str:
    """Say why an event needs no request at all, "" where one must be made.

    Bots are let through here, since only the policy knows which ones it lists.
    """
    people = (event.actor, event.comment.author if event.comment else None)
    reason = ignored(
        event,
        bots=[person.login for person in people if person is not None],
        bot_login=bot_login,
        own_workflow=own_workflow,
    )
    if reason or event.comment is None:
        return reason
    return NO_COMMAND if _command(event) is None else ""
