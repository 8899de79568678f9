"""The world a task reads, from GitHub's API, pinned to one item and one SHA."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import earlier
from bot.earlier import Earlier
from bot.errors import HostError
from bot.events import Event
from bot.github import (
    ODD,
    UNREADABLE,
    Client,
    changes,
    graph,
    items,
    people,
    revisions,
    snapshot,
    threads,
    why,
)
from bot.github.ci_reader import GitHubRuns
from bot.github.memory import Memory
from bot.github.snapshot import Snapshot
from bot.github.tracker import GitHubTracker
from bot.ledger import Place
from bot.reader import Reader, ThreadComment, Touched

MOST_TEXTS, MOST_SINGLE = 200, 20
UNREAD_TEXTS = "files ({count} of them) could not be read ({reason})"
SNAPSHOT = "archive of the repository"


@dataclass(slots=True)
class GitHubReader:
    """`bot.reader.Reader` over the API; each thing is read at most once.

    `is_trusted(event)` says whether all who stand behind the event may write here,
    `follows` whether the policy follows failures of the default branch in issues.
    `commit` is read in the place of the event's own head.
    """

    client: Client
    event: Event
    own_login: str = ""
    allow_private: bool = False
    is_trusted: Callable[[Event], bool] = lambda event: False
    follows: bool = False
    marker_key: str = ""
    commit: str = ""
    missing: list[str] = field(default_factory=list)
    memory: Memory = field(init=False)
    runs: GitHubRuns = field(init=False)
    tracker: GitHubTracker = field(init=False)
    _singles: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Let all that is read be kept, and missed, in one place."""
        self.memory = Memory(self.missing)
        self.runs = GitHubRuns(
            self.client,
            self.event,
            self.memory,
            allow_private=self.allow_private,
            is_trusted=self.is_trusted,
        )
        self.tracker = GitHubTracker(
            self.client,
            self.event,
            self.memory,
            own_login=self.own_login,
            follows=self.follows,
            marker_key=self.marker_key,
        )

    def diff(self) -> str:
        """The change of the pull request as one unified diff."""
        if not self.event.is_pull_request or self.event.number is None:
            return ""

        def read() -> str:
            return changes.unified(self.client, self.event, missing=self.missing)

        return self.memory.once("diff", read, "")

    def file(self, path: str) -> str | None:
        """Read a file at the pinned SHA, else at the default branch's head."""
        return self._file(path, self._ref, f"file {path}")

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """Read many files at the pinned SHA: out of its archive where they are many.

        What is not in there is read fifty a call, 200 at most; where GraphQL refuses,
        the first 20 one by one.
        """
        left = self._unread(paths)
        if len(left) > snapshot.WORTH_IT:
            self._keep(self._snapshot().texts(left))
            left = self._unread(left)
        left = left[:MOST_TEXTS]
        what = f"texts of {left}"

        def read() -> dict[str, str]:
            try:
                return self._by_graphql(left)
            except (HostError, *ODD) as exc:
                return self._one_by_one(left, exc)

        empty: dict[str, str] = {}
        self._keep(self.memory.once(what, read, empty, name="files"))
        kept = {path: self.memory.kept.get(f"file {path}") for path in paths}
        return {path: text for path, text in kept.items() if text is not None}

    def trusted_file(self, path: str) -> str | None:
        """Read a file at the default branch's head, which no stranger writes."""
        return self._file(
            path, "", f"trusted {path}", f"file {path} of the default branch"
        )

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words, where the archive was read.

        GitHub itself searches the default branch alone, ten times a minute.
        """
        if SNAPSHOT not in self.memory.kept:
            return ()
        return self._snapshot().naming(words, frozenset(self.tree()))

    def commit_messages(self) -> tuple[str, ...]:
        """The messages of the pull request's commits, the first hundred."""
        if not self.event.is_pull_request or self.event.number is None:
            return ()
        return self.memory.once(
            "commits", lambda: changes.messages(self.client, self.event), ()
        )

    def tree(self) -> tuple[str, ...]:
        """List every file at the pinned SHA, as far as GitHub lists them."""

        def read() -> tuple[str, ...]:
            ref = self._ref or "HEAD"
            return changes.paths(self.client, ref, missing=self.missing)

        return self.memory.once("tree", read, (), name="file list")

    def comments(self) -> tuple[ThreadComment, ...]:
        """The thread so far, less what came at or after the trigger (contract T19)."""
        if self.event.number is None:
            return ()
        where = f"{self.client.path}/issues/{self.event.number}/comments"
        limit = self.event.comment.created_at if self.event.comment else ""

        def read() -> tuple[ThreadComment, ...]:
            found = self.client.pages(where)
            return tuple(
                self._thread_comment(item)
                for item in found
                if items.is_before(item, limit)
            )

        return self.memory.once("thread", read, ())

    def reviewed(self) -> Earlier:
        """What an earlier review read and said, and what stands on the lines (T19)."""
        repository, number = self.event.repository, self.event.number
        if not self.event.is_pull_request or number is None or repository is None:
            return Earlier()
        place = Place(repository.id, number, self.marker_key)
        limit = self.event.comment.created_at if self.event.comment else ""

        def read() -> Earlier:
            found = threads.read(
                self.client,
                number,
                is_own=self._is_own,
                keeps=lambda made: not limit or made < limit,
            )
            ours = (said.body for said in self.comments() if said.is_ours)
            bodies = [*ours, *found.own_bodies]
            return earlier.of(bodies, place, threads=found.threads)

        return self.memory.once("review threads", read, Earlier())

    def at(self, versions: Sequence[str]) -> tuple[str, Reader] | None:
        """The tag of the first of these versions that has one, and its reader."""
        if not versions:
            return None

        def read() -> tuple[str, str] | None:
            return revisions.tagged(self.client, versions)

        what = f"tags of {list(versions)}"
        found = self.memory.once(what, read, None, name="tags")
        if found is None:
            return None
        tag, sha = found
        return tag, self._at(sha)

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        """The commits that last changed these lines."""
        if not places:
            return ()
        ref = self._ref or "HEAD"

        def read() -> tuple[Touched, ...]:
            return revisions.touched(self.client, places, ref=ref)

        return self.memory.once(
            f"blame of {places}", read, (), name="who changed the lines"
        )

    def _at(self, sha: str) -> GitHubReader:
        return GitHubReader(
            self.client,
            self.event,
            self.own_login,
            allow_private=self.allow_private,
            commit=sha,
            missing=self.missing,
        )

    @property
    def _ref(self) -> str:
        return self.commit or self.event.head_sha

    def _by_graphql(self, paths: Sequence[str]) -> dict[str, str]:
        at = {f"{self._ref or 'HEAD'}:{path}": path for path in paths}
        return {
            at[name]: text for name, text in graph.texts(self.client, [*at]).items()
        }

    def _one_by_one(self, paths: Sequence[str], refusal: Exception) -> dict[str, str]:
        """Read the first files as the contents API has them, until that fails, too."""
        found: dict[str, str] = {}
        missed, read = len(self.missing), 0
        for path in paths[: MOST_SINGLE - self._singles]:
            text = self.file(path)
            read += 1
            if text is not None:
                found[path] = text
            if len(self.missing) > missed:
                break
        self._singles += read
        if left := len(paths) - read:
            reason = why(refusal) if isinstance(refusal, HostError) else UNREADABLE
            self.missing.append(UNREAD_TEXTS.format(count=left, reason=reason))
        return found

    def _unread(self, paths: Sequence[str]) -> list[str]:
        return [path for path in paths if f"file {path}" not in self.memory.kept]

    def _keep(self, texts: dict[str, str]) -> None:
        self.memory.kept |= {f"file {path}": text for path, text in texts.items()}

    def _file(self, path: str, ref: str, what: str, name: str = "") -> str | None:
        def read() -> str | None:
            found = self.client.file(path, ref)
            return found[0] if found is not None else None

        return self.memory.once(what, read, None, name=name)

    def _snapshot(self) -> Snapshot:
        def read() -> Snapshot:
            return snapshot.read(
                self.client,
                self._ref or "HEAD",
                missing=self.missing,
                allow_private=self.allow_private,
            )

        return self.memory.once(SNAPSHOT, read, Snapshot())

    def _thread_comment(self, item: dict[str, Any]) -> ThreadComment:
        user = item.get("user") or {}
        return ThreadComment(
            author=user.get("login") or "ghost",
            body=item.get("body") or "",
            created_at=item.get("created_at") or "",
            is_ours=people.wrote(item, self.own_login),
        )

    def _is_own(self, who: Mapping[str, Any]) -> bool:
        return people.is_account(who, self.own_login)
