"""Who may have what: trust from the permission API, then one table."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.events import Actor, Event, Trust, actors_to_check

Trigger = Literal["automatic", "command", "dispatch"]
GrantKind = Literal["model", "limited", "findings", "refuse", "ignore"]

NO_KEY = "no model key is set"
NO_KEY_FORK = (
    "a fork's run has no model key; the full answer comes when its CI has finished"
)
NO_KEY_FORK_THREAD = (
    "no model key: review threads on a fork's pull request run without secrets; "
    "write /route as a normal comment"
)

_NO_KEY_ON_FORK = {
    "pull_request": NO_KEY_FORK,
    "pull_request_review_comment": NO_KEY_FORK_THREAD,
}
_WRITES = frozenset({"admin", "write"})
# On a public repository everybody has these: naming them in a policy means nobody.
_EVERYBODY = frozenset({"", "none", "read"})
_SHORTEST_PIN, _LONGEST_PIN = 7, 64


@dataclass(frozen=True, slots=True)
class Permission:
    """What `GET …/collaborators/{login}/permission` says about one account.

    `permission` is admin, write, read or none (maintain arrives as write, triage as
    read); `role_name` is the finer or custom role.
    """

    permission: str
    role_name: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an event gets.

    - `model`: the whole answer. `limited`: the same up to the class `ceiling`, from
      the outsiders' own daily budget. `findings`: what needs no model.
    - `refuse`: a reaction, and once per thread a line. `ignore`: nothing at all.

    `reason` is one line on why it is not more, "" for `model`.
    """

    kind: GrantKind
    ceiling: Literal["", "balanced"] = ""
    reason: str = ""


_MODEL = Grant("model")
_FINDINGS_BOT = Grant("findings", reason="a bot wrote it: rules only")
_REFUSE = Grant("refuse", reason="only people who may write here can ask for this")
_IGNORE = Grant("ignore", reason="bots do not give orders")

# None: what the policy says about outsiders.
_TABLE: dict[tuple[Trigger, Trust], Grant | None] = {
    ("automatic", "writer"): _MODEL,
    ("automatic", "outsider"): None,
    ("automatic", "bot"): _FINDINGS_BOT,
    ("command", "writer"): _MODEL,
    ("command", "outsider"): _REFUSE,
    ("command", "bot"): _IGNORE,
    ("dispatch", "writer"): _MODEL,
    ("dispatch", "outsider"): _REFUSE,
    ("dispatch", "bot"): _IGNORE,
}
_OUTSIDERS: dict[str, Grant] = {
    "balanced": Grant(
        "limited", ceiling="balanced", reason="opened by someone who may not write here"
    ),
    "findings": Grant("findings", reason="the policy gives outsiders findings only"),
}


def grant(
    event: Event, *, trigger: Trigger, trust: Trust, has_keys: bool, outsiders: str
) -> Grant:
    """Decide what an event gets; `outsiders` is the policy's word, unknown = findings.

    A local event is its user's own: it gets the model wherever there is a key.
    """
    granted = _MODEL if event.is_local else _TABLE[trigger, trust]
    if granted is None:
        granted = _OUTSIDERS.get(outsiders, _OUTSIDERS["findings"])
    if granted.kind in ("model", "limited") and not has_keys:
        return Grant("findings", reason=_why_no_key(event))
    return granted


def trigger_of(event: Event) -> Trigger:
    """Say what set the event off: GitHub itself, a comment or a person's dispatch."""
    if event.is_comment:
        return "command"
    return "dispatch" if event.name == "workflow_dispatch" else "automatic"


def trust_of(
    actors: tuple[Actor, ...],
    permission: Callable[[str], Permission | None],
    *,
    roles: Collection[str] = (),
    bots: Collection[str] = (),
) -> Trust:
    """Take the lowest trust among the actors of `events.actors_to_check`.

    `permission(login)` asks the API and answers None where it got no answer, which
    counts as no. `roles` are custom role names that count as writers. A bot is a bot
    unless its exact login is in `bots`; then the first actor, who answers for the
    event, must still pass, also when that is the bot itself (contract T17, T18).
    """
    if any(actor.is_bot and actor.login not in bots for actor in actors):
        return "bot"
    asked = [a for i, a in enumerate(actors) if i == 0 or not a.is_bot]
    writes = all(_may_write(actor, permission, roles=roles) for actor in asked)
    return "writer" if asked and writes else "outsider"


def trusted_labels(event: Event, trust: Trust) -> tuple[str, ...]:
    """List the labels that count: those that the trusted person can have set.

    `trust` is that of `events.actors_to_check`. What hung on a stranger's item before
    a writer came by may be the stranger's own choice in an issue form.
    """
    if trust != "writer":
        return ()
    if event.author is not None and event.author in actors_to_check(event):
        return event.labels
    return (event.label_added,) if event.label_added else ()


def head_moved_after(event: Event, head_pushed_at: str) -> bool:
    """Say whether the head may be newer than the comment that asked (contract T19).

    Both times are GitHub's own (ISO 8601); a missing or odd one counts as moved, and
    so does the same second. False for events that no comment triggered.
    """
    if not event.is_comment:
        return False
    asked = _time(event.comment.created_at) if event.comment is not None else None
    pushed = _time(head_pushed_at)
    return asked is None or pushed is None or pushed >= asked


def pin_matches(sha: str, head_sha: str) -> bool:
    """Say whether `sha`, as typed in a command, means the commit `head_sha`."""
    return _SHORTEST_PIN <= len(sha) <= _LONGEST_PIN and head_sha.startswith(sha)


def _why_no_key(event: Event) -> str:
    # A workflow_run has secrets, also for a fork: there, a missing key is just that.
    return _NO_KEY_ON_FORK.get(event.name, NO_KEY) if event.is_fork else NO_KEY


def _may_write(
    actor: Actor,
    permission: Callable[[str], Permission | None],
    *,
    roles: Collection[str],
) -> bool:
    answer = permission(actor.login) if actor.login else None
    if answer is None:
        return False
    role = answer.role_name
    return answer.permission in _WRITES or (role in roles and role not in _EVERYBODY)


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None else None
