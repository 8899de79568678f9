"""What this GitHub remembers: plain records, a clock and the counters for ids."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.github_server.repository import Repository

ACTION_BOT = "github-actions[bot]"
ACTION_BOT_ID = 41898282


@dataclass(slots=True)
class User:
    """An account; `type` is User, Bot or Organization."""

    login: str
    id: int
    type: str = "User"


@dataclass(slots=True)
class Token:
    """Who stands behind a token, and what it may do.

    An installation token (the Action's) is refused `GET /user` and comments on locked
    issues. `repositories` None means all. `may_resolve`: it may resolve threads on
    the diff, which takes more than the right to write comments; `is_told_so`: GitHub
    says that it may, and refuses all the same.
    """

    user: User
    can_write: bool = True
    is_installation: bool = True
    repositories: frozenset[str] | None = None
    may_resolve: bool = True
    is_told_so: bool = False


@dataclass(slots=True)
class Commit:
    """A commit and every file in it; its name depends on content alone, not on time."""

    files: dict[str, bytes]
    message: str
    author: User
    date: datetime
    parents: tuple[str, ...] = ()

    @property
    def tree_sha(self) -> str:
        """Return a name for the files that changes when they do."""
        listing = hashlib.sha1(b"tree")
        for path in sorted(self.files):
            listing.update(path.encode() + b"\0" + self.files[path] + b"\0")
        return listing.hexdigest()

    @property
    def sha(self) -> str:
        """Return a name for files, message, author and parents."""
        parts = (self.tree_sha, self.message, self.author.login, *self.parents)
        return hashlib.sha1("\0".join(("commit", *parts)).encode()).hexdigest()


@dataclass(slots=True)
class Reaction:
    """One emoji by one person."""

    id: int
    content: str
    user: User
    created_at: datetime


@dataclass(slots=True)
class Label:
    """A label of the repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(slots=True)
class Comment:
    """A comment on an issue or pull request; `user` None is a deleted account."""

    id: int
    issue: Issue
    body: str
    user: User | None
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class Issue:
    """An issue, or the issue half of a pull request (`pull` set)."""

    repository: Repository
    id: int
    number: int
    title: str
    body: str | None
    user: User | None
    created_at: datetime
    updated_at: datetime
    labels: list[str] = field(default_factory=list)
    state: str = "open"
    is_locked: bool = False
    is_deleted: bool = False
    closed_at: datetime | None = None
    last_edited_at: datetime | None = None
    pull: Pull | None = None
    reactions: list[Reaction] = field(default_factory=list)

    @property
    def comments(self) -> list[Comment]:
        """Return the comments, oldest first."""
        everything = self.repository.comments.values()
        return [comment for comment in everything if comment.issue is self]


@dataclass(slots=True)
class Pull:
    """The pull half of a pull request; `head_repository` None is a deleted fork.

    `without_patch` are paths whose patch GitHub leaves out of the file list;
    `diff_too_large` makes the diff media type answer 406; `executable` are paths whose
    mode it changes.
    """

    issue: Issue
    id: int
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repository: Repository | None
    head_owner: User
    is_draft: bool = False
    merged_at: datetime | None = None
    mergeable: bool | None = True
    mergeable_state: str = "clean"
    without_patch: set[str] = field(default_factory=set)
    diff_too_large: bool = False
    executable: set[str] = field(default_factory=set)
    shas: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Return the number it shares with its issue half."""
        return self.issue.number

    @property
    def repository(self) -> Repository:
        """Return the repository it asks to change."""
        return self.issue.repository

    @property
    def is_fork(self) -> bool:
        """Whether the head lies in another repository, or in one that is gone."""
        return self.head_repository is not self.issue.repository


@dataclass(slots=True)
class Review:
    """A submitted review."""

    id: int
    pull: Pull
    user: User | None
    body: str
    state: str
    commit_sha: str
    submitted_at: datetime


@dataclass(slots=True)
class ReviewComment:
    """A comment on lines of the diff; replies share the first one's thread."""

    id: int
    pull: Pull
    review: Review
    user: User | None
    body: str
    path: str
    line: int
    side: str
    commit_sha: str
    diff_hunk: str
    created_at: datetime
    updated_at: datetime
    start_line: int | None = None
    start_side: str | None = None
    reply_to: int | None = None
    is_outdated: bool = False
    reactions: list[Reaction] = field(default_factory=list)

    @property
    def thread_id(self) -> str:
        """Return the GraphQL id of the thread it belongs to."""
        return f"PRRT_{self.reply_to or self.id}"


@dataclass(slots=True)
class Annotation:
    """One annotation of a check run."""

    path: str
    line: int
    message: str
    level: str = "failure"
    title: str | None = None


@dataclass(slots=True)
class Job:
    """One job of a run's attempt; `log` None is a log GitHub no longer has (410)."""

    id: int
    run: Run
    attempt: int
    name: str
    conclusion: str | None
    started_at: datetime
    log: bytes | None = b""
    steps: list[tuple[str, str]] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)


@dataclass(slots=True)
class Artifact:
    """A named file a run left behind."""

    id: int
    name: str
    size: int
    created_at: datetime
    is_expired: bool = False
    content: bytes = b""


@dataclass(slots=True)
class Run:
    """One run of a workflow, with the jobs of all its attempts."""

    repository: Repository
    id: int
    workflow_id: int
    name: str
    path: str
    number: int
    event: str
    head_sha: str
    head_branch: str
    head_repository: Repository | None
    conclusion: str | None
    actor: User
    triggering_actor: User
    created_at: datetime
    attempt: int = 1
    jobs: list[Job] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Return `completed` once there is a conclusion."""
        return "in_progress" if self.conclusion is None else "completed"


class World:
    """Accounts, tokens, repositories, the clock and the counter for ids.

    `api_url` and `web_url` are what the addresses in answers start with; `log_url` is
    where job logs lie ("" = beside the API), for `log_link_seconds` by this clock.
    """

    def __init__(self, now: datetime | None, *, web_url: str) -> None:
        self.now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.api_url = ""
        self.web_url = web_url
        self.log_url = ""
        self.log_link_seconds = 600
        self.longest_page = 100
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.repositories: dict[str, Repository] = {}
        self.resolved_threads: dict[str, User] = {}
        self._last_id = 1000
        self.add_user(ACTION_BOT, id=ACTION_BOT_ID, type="Bot")

    def next_id(self) -> int:
        """Return a number no other record has."""
        self._last_id += 1
        return self._last_id

    def tick(self) -> datetime:
        """Move the clock on by a second and return the new time."""
        self.now += timedelta(seconds=1)
        return self.now

    def add_user(
        self, login: str, *, id: int | None = None, type: str = "User"
    ) -> User:
        """Return the account with this login, made when there is none."""
        if login not in self.users:
            self.users[login] = User(login, id or self.next_id(), type)
        return self.users[login]

    def repository_by_id(self, number: int) -> Repository | None:
        """Find a repository as the links of a list name it."""
        found = (repo for repo in self.repositories.values() if repo.id == number)
        return next(found, None)


def encoded(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Return the files' content as bytes."""
    return {
        path: content.encode() if isinstance(content, str) else content
        for path, content in files.items()
    }
