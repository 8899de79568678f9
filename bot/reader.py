"""The world as tasks read it: what is read, and who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.earlier import Earlier


@dataclass(frozen=True, slots=True)
class ThreadComment:
    """One comment of the thread, oldest first; `is_ours` by author id, not by text."""

    author: str
    body: str
    created_at: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a workflow run; `failed_steps` are the names of its failed steps.

    `attempt` is the run's attempt it belongs to, `sha` the commit it ran on,
    `finished_at` GitHub's time (ISO 8601, "" while it runs), `check_run_id` where its
    annotations are kept (0 = not known).
    """

    id: int
    name: str
    conclusion: str
    failed_steps: tuple[str, ...] = ()
    url: str = ""
    attempt: int = 1
    sha: str = ""
    finished_at: str = ""
    check_run_id: int = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a job said about a line of a file; `level` is failure, warning or notice."""

    path: str
    line: int
    message: str
    title: str = ""
    level: str = "failure"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an earlier comment of ours says failed: in which thread, when, at which SHA.

    `at` is UTC (ISO 8601); `failures` are fingerprints.
    """

    number: int
    at: str
    sha: str
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """An issue or pull request, as short as a list shows it."""

    number: int
    title: str
    body: str = ""
    state: str = "open"
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """A label that the repository has."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """The commit that last changed lines `start` to `end`; `at` is ISO 8601."""

    path: str
    start: int
    end: int
    sha: str
    at: str
    message: str


class Files(Protocol):
    """The repository at the pinned SHA."""

    def file(self, path: str) -> str | None:
        """The text of a file."""

    def tree(self) -> tuple[str, ...]:
        """Every path."""


class Runs(Protocol):
    """What CI did: the event's run, or the head's latest failed one."""

    def jobs(self) -> tuple[Job, ...]:
        """Every job of the workflow run's attempt."""

    def failed_jobs(self) -> tuple[Job, ...]:
        """The failed ones of `jobs`."""

    def earlier_attempts(self) -> tuple[Job, ...]:
        """The jobs of the run's three attempts before this one, newest first."""

    def base_jobs(self, name: str) -> tuple[Job, ...]:
        """The jobs of that name in the same workflow's last runs on the base branch.

        Newest first, out of the five newest completed runs, without the run itself. On
        the base branch these are the runs before it.
        """

    def job_log(self, job_id: int) -> bytes:
        """The raw log of one job, of whichever run."""

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        """What a job's check run says about single lines."""

    def test_reports(self) -> tuple[tuple[str, bytes], ...]:
        """The JUnit files among the run's artifacts, by name; none of a fork's run."""


class Tracker(Protocol):
    """What is known outside the thread: other issues, labels, our own comments."""

    def issue(self, number: int) -> IssueSummary | None:
        """Another issue or pull request of the repository."""

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated open issues."""

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated closed issues."""

    def labels(self) -> tuple[LabelSummary, ...]:
        """The labels the repository has, a hundred at most."""

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """The failures in our own comments, of all threads, that changed since then."""


class Reader(Files, Protocol):
    """The world a task reads, pinned to one item and one SHA.

    GitHub (`bot.github`), a local checkout (`bot.local_reader`) or nothing at all
    (`explain` offline) stand behind it. A method that cannot read answers empty (None
    for a file); `missing` then holds one plain sentence a thing that could not be read.
    """

    missing: list[str]

    @property
    def runs(self) -> Runs:
        """What CI did."""

    @property
    def tracker(self) -> Tracker:
        """Other issues, labels, our own comments."""

    def diff(self) -> str:
        """The unified diff of the change, "" where there is none."""

    def commit_messages(self) -> tuple[str, ...]:
        """The messages of the change's commits, oldest first, a hundred at most."""

    def comments(self) -> tuple[ThreadComment, ...]:
        """The thread so far, dropping what came at or after the trigger."""

    def reviewed(self) -> Earlier:
        """What an earlier review of this change read and said."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files at the pinned SHA, read together; some may lack."""

    def trusted_file(self, path: str) -> str | None:
        """The text of a file as it is where the change is to go, not as changed."""

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words; () where a search costs much."""

    def at(self, versions: Sequence[str]) -> tuple[str, Reader] | None:
        """The tag of the first of these versions that has one, and its reader."""

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        """The commits that last changed these lines: (path, first, last)."""
