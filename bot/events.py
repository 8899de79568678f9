"""What happened: one frozen `Event`, whichever door it came through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
    "terminal": frozenset({"review", "suggest-tests"}),
}


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
    """Where a pull request's commits come from; `repository_id` 0 = deleted fork."""

    sha: str
    ref: str
    repository_id: int = 0
    owner: str = ""


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
        """Whether the commits come from another repository, by numeric id."""
        head = self.run.head if self.run is not None else self.head
        if head is None or self.repository is None:
            return False
        return head.repository_id != self.repository.id

    @property
    def is_local(self) -> bool:
        """Whether the event came from a git hook or the terminal, not from GitHub."""
        return self.name in ("git", "terminal")


Trust = Literal["writer", "outsider", "bot"]
