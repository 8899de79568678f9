"""What happened: one frozen `Event`, whichever door it came through."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.errors import UsageError

# The events routebot answers, by name and action. Everything else ends with exit 0
# and one line that says why. A git hook is an event named "git"; the terminal's own
# commands are events named "terminal".
ANSWERED: dict[str, frozenset[str]] = {
    "issues": frozenset({"opened", "labeled", "reopened"}),
    "issue_comment": frozenset({"created"}),
    "pull_request_review_comment": frozenset({"created"}),
    "pull_request": frozenset(
        {"opened", "synchronize", "reopened", "ready_for_review"}
    ),
    "workflow_run": frozenset({"completed"}),
    "workflow_dispatch": frozenset({""}),
    "git": frozenset({"pre-commit", "pre-push"}),
    "terminal": frozenset({"review", "suggest-patch", "suggest-tests"}),
}

MAX_PAYLOAD_BYTES = 25 * 1024 * 1024  # GitHub sends no larger one.
SKIP_LABEL = "routebot:skip"
MARKER_START = "<!-- routebot:v"
# The conclusions of a run or a job that failed, in GitHub's words.
FAILING = frozenset({"failure", "timed_out", "startup_failure"})

_LOCAL = ("git", "terminal")
_COMMENTS = ("issue_comment", "pull_request_review_comment")
# Conclusions after which jobs may have run. The others mean that nothing did, or that
# a maintainer has yet to approve the fork's run: reviewing then would jump that gate.
_RAN = FAILING | {"success", "neutral", "cancelled"}
_EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class UnreadablePayload(UsageError):
    """A payload field has a type GitHub never sends: nothing to do (exit 0, skipped).

    The text is `field.path: expected …` and never quotes the payload.
    """


@dataclass(frozen=True, slots=True)
class Actor:
    """A GitHub account: `type` is GitHub's own word (User, Bot, Organization)."""

    login: str
    id: int = 0
    type: str = "User"

    @property
    def is_bot(self) -> bool:
        """Whether GitHub marks the account as a bot; its name proves nothing."""
        return self.type == "Bot"


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository the event belongs to; `id` is what identity is compared by."""

    full_name: str
    id: int = 0
    default_branch: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """The comment that triggered an `issue_comment` or review-comment event."""

    id: int
    body: str
    author: Actor | None
    created_at: str = ""
    is_review_comment: bool = False


@dataclass(frozen=True, slots=True)
class PullHead:
    """Where a pull request's commits come from; `repository_id` 0 = deleted fork.

    `pushed_at` is when anything was last pushed to that repository, by GitHub's clock.
    """

    sha: str
    ref: str
    repository_id: int = 0
    owner: str = ""
    pushed_at: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A finished run of another workflow, as `workflow_run` describes it."""

    id: int
    workflow_id: int
    name: str
    path: str
    conclusion: str
    event: str
    attempt: int
    head: PullHead
    actor: Actor | None
    triggering_actor: Actor | None
    url: str = ""

    @property
    def passed_on_retry(self) -> bool:
        """Whether it is green now and was not before: what we said is out of date."""
        return self.conclusion == "success" and self.attempt > 1


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, who did it, on which item and at which SHA.

    `number` is the issue or pull request, None where there is none (yet: a
    `workflow_run` names none it can be trusted with). `head_sha` is the pinned head.
    `dispatch` holds the inputs of a `workflow_dispatch`; `arguments` those of a git
    hook or a terminal command.
    """

    name: str
    action: str = ""
    repository: Repository | None = None
    actor: Actor | None = None
    author: Actor | None = None
    number: int | None = None
    title: str = ""
    body: str = ""
    url: str = ""
    labels: tuple[str, ...] = ()
    label_added: str = ""
    is_pull_request: bool = False
    is_open: bool = True
    is_locked: bool = False
    is_draft: bool = False
    base_ref: str = ""
    head: PullHead | None = None
    comment: Comment | None = None
    run: WorkflowRun | None = None
    dispatch: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`name.action`, or `name` alone where GitHub sends no action."""
        return f"{self.name}.{self.action}" if self.action else self.name

    @property
    def head_sha(self) -> str:
        """The commit this event is about, "" where it is about none."""
        if self.run is not None:
            return self.run.head.sha
        return self.head.sha if self.head is not None else ""

    @property
    def is_fork(self) -> bool:
        """Whether the commits come from another repository, by numeric id.

        An id of 0 (deleted, or not sent) is equal to none, not even to another 0.
        """
        head = self.run.head if self.run is not None else self.head
        if head is None or self.repository is None:
            return False
        return not head.repository_id or head.repository_id != self.repository.id

    @property
    def is_comment(self) -> bool:
        """Whether a comment set the event off, which is where commands come from."""
        return self.name in _COMMENTS

    @property
    def is_local(self) -> bool:
        """Whether the event came from a git hook or the terminal, not from GitHub."""
        return self.name in _LOCAL


Trust = Literal["writer", "outsider", "bot"]

_NOBODY = Actor("")  # What stands for an account GitHub sent as null.


def from_action(name: str, payload: Mapping[str, object]) -> Event:
    """Build the event of a GitHub webhook payload.

    Raises `UnreadablePayload` where a field we read has a wrong type, `UsageError`
    where `name` cannot be the name of an event.
    """
    if not _EVENT_NAME.fullmatch(name) or name in _LOCAL:
        raise UsageError(
            "not the name of a GitHub event; set GITHUB_EVENT_NAME or pass "
            "--event-name issues"
        )
    # Here and not at the top: pydantic is what a git hook must not wait for.
    from bot import payload as reading

    return reading.event(name, payload)


def read_file(path: str | Path, *, name: str) -> Event:
    """Build the event of a payload file (UTF-8, at most `MAX_PAYLOAD_BYTES`).

    Raises `UsageError` for a file that cannot be read or is no JSON object, and what
    `from_action` raises.
    """
    payload = _parse(_read(Path(path)), path=path)
    if not isinstance(payload, dict):
        raise UnreadablePayload(f"the event file {path}: expected a JSON object")
    return from_action(name, payload)


def from_git_hook(name: str, arguments: Sequence[str]) -> Event:
    """Build the event of a git hook: its file name and the arguments git gave it."""
    return Event(name="git", action=name, arguments=tuple(arguments))


def from_command_line(action: str, arguments: Sequence[str]) -> Event:
    """Build the event of a terminal command such as `routebot review main..`."""
    return Event(name="terminal", action=action, arguments=tuple(arguments))


def ignored(
    event: Event,
    *,
    bots: Collection[str] = (),
    bot_login: str = "",
    own_workflow: str = "",
) -> str:
    """Say in one line why routebot does nothing about an event, "" if it should act.

    `bots` are the exact logins the policy allows, `bot_login` is the account we post
    as, `own_workflow` the path of the workflow we run in.
    """
    if event.action not in ANSWERED.get(event.name, ()):
        return f"{event.kind} is not an event routebot answers"
    if event.is_local:
        return ""
    if event.repository is None:
        return "the payload names no repository"
    return (
        _ignored_sender(event, bots=bots, bot_login=bot_login)
        or _ignored_item(event)
        or _ignored_run(event, own_workflow)
    )


def actors_to_check(event: Event) -> tuple[Actor, ...]:
    """List the accounts that must all be trusted before the event is (contract T17).

    The first one answers for the event; an account GitHub sent as null is an `Actor`
    without a login, which nobody trusts. Empty for a local event.
    """
    if event.is_local:
        return ()
    return tuple(dict.fromkeys(actor or _NOBODY for actor in _involved(event)))


def _involved(event: Event) -> tuple[Actor | None, ...]:
    if event.run is not None:
        upstream = (event.run.actor, event.run.triggering_actor)
        return (event.author, *upstream) if event.author is not None else upstream
    if not _is_order(event):
        return (event.author, event.actor)
    commander = event.actor
    if event.is_comment:
        commander = event.comment.author if event.comment is not None else None
    # A bot speaks only on behalf of an author who is trusted himself.
    on_behalf = commander is not None and commander.is_bot and event.number is not None
    return (event.author, commander) if on_behalf else (commander,)


def _is_order(event: Event) -> bool:
    dispatched = event.name == "workflow_dispatch"
    return event.is_comment or dispatched or event.action == "labeled"


def _ignored_sender(event: Event, *, bots: Collection[str], bot_login: str) -> str:
    commenter = event.comment.author if event.comment is not None else None
    senders = [actor for actor in (event.actor, commenter) if actor is not None]
    # A failing run counts whoever started it; what it may cost is bot.access's word.
    if event.run is None and any(actor.login == bot_login for actor in senders):
        return "routebot does not answer itself"
    if _is_order(event) and any(a.is_bot and a.login not in bots for a in senders):
        return "a bot that the policy does not list does not give orders"
    if event.comment is not None and _carries_marker(event.comment.body):
        return "the comment is one of routebot's own"
    return ""


def _carries_marker(body: str) -> bool:
    return body.startswith(MARKER_START) or f"\n{MARKER_START}" in body


def _ignored_item(event: Event) -> str:
    if event.run is not None or event.name == "workflow_dispatch":
        return ""
    if event.number is None:
        return "the payload names no issue or pull request"
    if event.is_comment and event.comment is None:
        return "the payload names no comment"
    if not event.is_open:
        return f"#{event.number} is closed"
    if event.is_locked:
        return f"#{event.number} is locked"
    if SKIP_LABEL in event.labels:
        return f"#{event.number} has the label {SKIP_LABEL}"
    if event.is_draft and event.name == "pull_request":
        return f"#{event.number} is a draft; ready_for_review will come"
    return ""


def _ignored_run(event: Event, own_workflow: str) -> str:
    run = event.run
    if run is None:
        return "the payload names no run" if event.name == "workflow_run" else ""
    if own_workflow and run.path == own_workflow:
        return "the run is one of routebot's own workflow"
    if run.passed_on_retry:
        return ""
    from_fork = event.is_fork and run.event.startswith("pull_request")
    if run.conclusion not in (_RAN if from_fork else FAILING):
        return f"the run did not fail (conclusion: {run.conclusion or 'none'})"
    return ""


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PAYLOAD_BYTES + 1)
    except (OSError, ValueError) as exc:
        raise UsageError(
            f"cannot read the event file {path}; set GITHUB_EVENT_PATH or "
            "pass --event-path"
        ) from exc
    if len(content) > MAX_PAYLOAD_BYTES:
        raise UsageError(f"the event file {path} is larger than 25 MB; trim it")
    return content


def _parse(content: bytes, *, path: str | Path) -> object:
    advice = "save the whole payload again (GITHUB_EVENT_PATH or --event-path)"
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problem = "is not UTF-8"
    except json.JSONDecodeError as exc:
        problem = (
            "ends too early" if _is_cut(exc) else f"is no JSON (line {exc.lineno})"
        )
    except (RecursionError, ValueError):
        problem = "holds nesting or a number beyond any real payload"
    # Outside the handlers: the cause would carry the document into a traceback.
    raise UsageError(f"the event file {path} {problem}; {advice}")


def _is_cut(error: json.JSONDecodeError) -> bool:
    at_end = error.pos >= len(error.doc.rstrip())
    return at_end or error.msg.startswith("Unterminated string")
