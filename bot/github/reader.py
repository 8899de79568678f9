"""The world a task reads, from GitHub's API, pinned to one item and one SHA."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot import earlier
from bot.earlier import Earlier
from bot.errors import HostError
from bot.events import FAILING, Event
from bot.github import (
    ODD,
    UNREADABLE,
    Client,
    artifacts,
    changes,
    history,
    items,
    revisions,
    runs,
    snapshot,
    threads,
    why,
)
from bot.github.runs import RunFacts
from bot.github.snapshot import Snapshot
from bot.ledger import Place
from bot.tasks import (
    Annotation,
    IssueSummary,
    Job,
    LabelSummary,
    Reader,
    Remembered,
    ThreadComment,
    Touched,
)

Result = TypeVar("Result")

LOG_LIMIT = 100 * 1024 * 1024
MOST_TEXTS = 200
SNAPSHOT = "archive of the repository"


@dataclass(slots=True)
class GitHubReader:
    """`bot.tasks.Reader` over the API; each thing is read at most once.

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
    _kept: dict[str, Any] = field(default_factory=dict)

    def diff(self) -> str:
        """The change of the pull request as one unified diff."""
        if not self.event.is_pull_request or self.event.number is None:
            return ""

        def read() -> str:
            return changes.unified(self.client, self.event, missing=self.missing)

        return self._once("diff", read, "")

    def file(self, path: str) -> str | None:
        """Read a file at the pinned SHA, else at the default branch's head."""
        return self._file(path, self._ref, f"file {path}")

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """Read many files at the pinned SHA: out of its archive where they are many.

        What is not in there is read fifty a call, 200 at most.
        """
        left = self._unread(paths)
        if len(left) > snapshot.WORTH_IT:
            self._keep(self._snapshot().texts(left))
            left = self._unread(left)
        left = left[:MOST_TEXTS]
        what = f"texts of {' '.join(left)}"

        def read() -> dict[str, str]:
            return changes.texts(self.client, left, ref=self._ref or "HEAD")

        empty: dict[str, str] = {}
        self._keep(self._once(what, read, empty, name="changed files"))
        kept = {path: self._kept.get(f"file {path}") for path in paths}
        return {path: text for path, text in kept.items() if text is not None}

    def trusted_file(self, path: str) -> str | None:
        """Read a file at the default branch's head, which no stranger writes."""
        return self._file(path, "", f"{path} of the default branch")

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words, where the archive was read.

        GitHub itself searches the default branch alone, ten times a minute.
        """
        if SNAPSHOT not in self._kept:
            return ()
        return self._snapshot().naming(words, frozenset(self.tree()))

    def commit_messages(self) -> tuple[str, ...]:
        """The messages of the pull request's commits, the first hundred."""
        if not self.event.is_pull_request or self.event.number is None:
            return ()
        return self._once(
            "commits", lambda: changes.messages(self.client, self.event), ()
        )

    def issue(self, number: int) -> IssueSummary | None:
        """Another issue or pull request of the repository, None for no such."""

        def read() -> IssueSummary | None:
            return items.one(self.client, number)

        return self._once(f"issue {number}", read, None)

    def tree(self) -> tuple[str, ...]:
        """List every file at the pinned SHA, as far as GitHub lists them."""

        def read() -> tuple[str, ...]:
            ref = self._ref or "HEAD"
            return changes.paths(self.client, ref, missing=self.missing)

        return self._once("file list", read, ())

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

        return self._once("thread", read, ())

    def jobs(self) -> tuple[Job, ...]:
        """Every job of the event's run, or of its head's latest failed run."""
        run = self._run()
        if run is None:
            return ()
        return runs.as_of(run.attempt, self._jobs_of(run.id, runs.MAX_JOBS))

    def failed_jobs(self) -> tuple[Job, ...]:
        """The failed ones of `jobs`."""
        return tuple(job for job in self.jobs() if job.conclusion in FAILING)

    def earlier_attempts(self) -> tuple[Job, ...]:
        """The jobs of the attempts before the run's own, newest attempt first."""
        run = self._run()
        if run is None or run.attempt <= 1:
            return ()
        return runs.before(run.attempt, self._jobs_of(run.id, runs.MAX_JOBS))

    def base_jobs(self, name: str) -> tuple[Job, ...]:
        """The jobs of that name on the base branch; its runs are listed once."""
        run = self._run()
        if run is None:
            return ()

        def read() -> tuple[int, ...]:
            return runs.base_runs(self.client, run, self.event)

        ids: tuple[int, ...] = self._once("runs of the base branch", read, ())
        last = (runs.as_of(sys.maxsize, self._jobs_of(run_id)) for run_id in ids)
        return tuple(job for found in last for job in found if job.name == name)

    def job_log(self, job_id: int) -> bytes:
        """One job's raw log; the signed URL is fetched without the token."""
        where = f"{self.client.path}/actions/jobs/{job_id}/logs"

        what = f"log of job {job_id}"

        def read() -> bytes:
            log = self._downloaded(where, LOG_LIMIT)
            if not log:
                self.missing.append(f"{what} is empty")
            return log

        return self._once(what, read, b"")

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        """What the job's check run says about single lines."""
        what = f"annotations of job {job.name}"
        return self._once(what, lambda: runs.annotations_of(self.client, job), ())

    def test_reports(self) -> tuple[tuple[str, bytes], ...]:
        """The JUnit files of the run's artifacts; of runs and people we trust only."""
        run = self._run()
        if run is None or not run.is_own or not self.is_trusted(self.event):
            return ()
        # What an earlier attempt left behind says nothing of this one.
        since = max((job.finished_at for job in self.earlier_attempts()), default="")

        def read() -> tuple[tuple[str, bytes], ...]:
            limit = artifacts.MAX_PACKED + 1
            found = artifacts.reports(
                self.client,
                run,
                since=since,
                download=lambda where: self._downloaded(where, limit),
            )
            self.missing.extend(found.problems)
            return found.files

        return self._once(f"artifacts of run {run.id}", read, ())

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """The failures that our own comments tell of, as their markers say."""
        repository = self.event.repository
        id = repository.id if repository is not None else 0

        given: dict[str, Any] = {
            "repository_id": id,
            "marker_key": self.marker_key,
            "is_ours": self._is_ours,
        }

        def read() -> tuple[Remembered, ...]:
            return history.remembered(self.client, since, **given)

        def follow() -> tuple[Remembered, ...]:
            return history.followed(self.client, since, login=self.own_login, **given)

        told: tuple[Remembered, ...] = self._once("our earlier comments", read, ())
        if not self.follows:
            return told
        more: tuple[Remembered, ...] = self._once("our own issues", follow, ())
        return (*told, *more)

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

        return self._once("review threads", read, Earlier())

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated open issues, without pull requests."""
        return self._issues("open")

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated closed issues, without pull requests."""
        return self._issues("closed")

    def labels(self) -> tuple[LabelSummary, ...]:
        """The labels the repository has."""
        return self._once("labels", lambda: revisions.labels(self.client), ())

    def at(self, versions: Sequence[str]) -> tuple[str, Reader] | None:
        """The tag of the first of these versions that has one, and its reader."""
        if not versions:
            return None

        def read() -> tuple[str, str] | None:
            return revisions.tagged(self.client, versions)

        found = self._once(f"tags of {' '.join(versions)}", read, None, name="tags")
        if found is None:
            return None
        tag, sha = found
        return tag, replace(self, commit=sha, _kept={})

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        """The commits that last changed these lines."""
        if not places:
            return ()
        ref = self._ref or "HEAD"

        def read() -> tuple[Touched, ...]:
            return revisions.touched(self.client, places, ref=ref)

        return self._once(f"blame of {places}", read, (), name="who changed the lines")

    @property
    def _ref(self) -> str:
        return self.commit or self.event.head_sha

    def _unread(self, paths: Sequence[str]) -> list[str]:
        return [path for path in paths if f"file {path}" not in self._kept]

    def _keep(self, texts: dict[str, str]) -> None:
        self._kept |= {f"file {path}": text for path, text in texts.items()}

    def _file(self, path: str, ref: str, what: str) -> str | None:
        def read() -> str | None:
            found = self.client.file(path, ref)
            return found[0] if found is not None else None

        return self._once(what, read, None)

    def _snapshot(self) -> Snapshot:
        def read() -> Snapshot:
            return snapshot.read(
                self.client,
                self._ref or "HEAD",
                missing=self.missing,
                allow_private=self.allow_private,
            )

        return self._once(SNAPSHOT, read, Snapshot())

    def _issues(self, state: str) -> tuple[IssueSummary, ...]:
        def read() -> tuple[IssueSummary, ...]:
            return items.listed(self.client, state)

        return self._once(f"{state} issues", read, ())

    def _downloaded(self, where: str, limit: int) -> bytes:
        return runs.download(
            self.client, where, limit=limit, allow_private=self.allow_private
        )

    def _run(self) -> RunFacts | None:
        named = runs.of_event(self.event)
        if named or not (self.event.is_pull_request and self.event.head_sha):
            return named

        def read() -> RunFacts | None:
            return runs.latest_failed(self.client, self.event)

        return self._once("workflow runs", read, None)

    def _jobs_of(
        self, run_id: int, limit: int = runs.MAX_OTHER_JOBS
    ) -> tuple[Job, ...]:
        def read() -> tuple[Job, ...]:
            return runs.jobs(self.client, run_id, limit=limit)

        return self._once(f"jobs of run {run_id}", read, ())

    def _thread_comment(self, item: dict[str, Any]) -> ThreadComment:
        user = item.get("user") or {}
        return ThreadComment(
            author=user.get("login") or "ghost",
            body=item.get("body") or "",
            created_at=item.get("created_at") or "",
            is_ours=self._is_ours(item),
        )

    def _is_ours(self, item: dict[str, Any]) -> bool:
        user = item.get("user") or {}
        return user.get("type") == "Bot" and user.get("login") == self.own_login

    def _is_own(self, kind: str, login: str, id: int) -> bool:
        # In GraphQL a bot goes by its bare name.
        return kind == "Bot" and login == self.own_login.removesuffix("[bot]")

    def _once(
        self, what: str, read: Callable[[], Result], empty: Result, *, name: str = ""
    ) -> Result:
        if what not in self._kept:
            try:
                self._kept[what] = read()
            except HostError as exc:
                self.missing.append(f"{name or what} could not be read ({why(exc)})")
                self._kept[what] = empty
            except ODD:
                self.missing.append(f"{name or what} could not be read ({UNREADABLE})")
                self._kept[what] = empty
        kept: Result = self._kept[what]
        return kept
