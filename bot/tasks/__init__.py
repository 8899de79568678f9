"""The tasks: one file each, whole; a task is what its `TASK` object says."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from pydantic import BaseModel

from bot.context import Material, Section, Severity
from bot.earlier import Earlier
from bot.events import Event
from bot.generated import Gathered
from bot.reviewed import Reviewed, Said


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


class Reader(Protocol):
    """The world a task reads, pinned to one item and one SHA.

    GitHub (`bot.github`), a local checkout (`bot.git`) or nothing at all (`explain`
    offline) stand behind it. A method that cannot read answers empty (None for a
    file); `missing` then holds one plain sentence a thing that could not be read.
    """

    missing: list[str]

    def diff(self) -> str:
        """The unified diff of the change, "" where there is none."""

    def file(self, path: str) -> str | None:
        """The text of a file at the pinned SHA."""

    def tree(self) -> tuple[str, ...]:
        """Every path at the pinned SHA."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files at the pinned SHA, read together; some may lack."""

    def trusted_file(self, path: str) -> str | None:
        """The text of a file as it is where the change is to go, not as changed."""

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words; () where a search costs much."""

    def commit_messages(self) -> tuple[str, ...]:
        """The messages of the change's commits, oldest first, a hundred at most."""

    def issue(self, number: int) -> IssueSummary | None:
        """Another issue or pull request of the repository."""

    def comments(self) -> tuple[ThreadComment, ...]:
        """The thread so far, dropping what came at or after the trigger."""

    def jobs(self) -> tuple[Job, ...]:
        """Every job of the workflow run's attempt (the head's latest failed run on a
        pull request)."""

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

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """The failures in our own comments, of all threads, that changed since then."""

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated open issues."""

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated closed issues."""

    def labels(self) -> tuple[LabelSummary, ...]:
        """The labels the repository has, a hundred at most."""

    def at(self, versions: Sequence[str]) -> tuple[str, Reader] | None:
        """The tag of the first of these versions that has one, and its reader."""

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        """The commits that last changed these lines: (path, first, last)."""

    def reviewed(self) -> Earlier:
        """What an earlier review of this change read and said."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a route must have to do this task: window in tokens, live web search."""

    context: int = 0
    web_search: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a reply after its claims were checked.

    `dropped` are short reasons, one per claim removed. `failed` says that what was
    dropped carried the answer: the task escalates. `repair` says what to put right
    where asking the same model once more may help, "" where not. `redirect` names the
    task that should take over (a triage that needs debugging), "" for none.
    """

    reply: BaseModel
    dropped: tuple[str, ...] = ()
    failed: bool = False
    redirect: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A review comment on one line (or `start_line`..`line`) of the diff.

    `suggestion` replaces exactly these lines; `fingerprint` is what the finding is,
    whatever line it stands on; `weight` is compared with the policy's `comment_from`.
    """

    path: str
    line: int
    body: str
    start_line: int = 0
    side: str = "RIGHT"
    suggestion: str = ""
    fingerprint: str = ""
    weight: Severity = "info"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task says: Markdown, folded parts, inline comments, how much it matters.

    `folds` are (title, Markdown) pairs that stay closed until somebody opens them;
    `asides` are folds that only the job summary gets. `reviewed` is what the next
    review is to know, None where this one changes nothing about it; `fixed` are earlier
    findings whose code is gone. `labels` fit the item, for policies that apply them.
    `pages` are addresses that a provider's search returned and the body links to.
    `gathered` are tests that another job is to run before anybody sees them.
    """

    body: str
    folds: tuple[tuple[str, str], ...] = ()
    inline: tuple[InlineComment, ...] = ()
    weight: Severity | None = None
    asides: tuple[tuple[str, str], ...] = ()
    reviewed: Reviewed | None = None
    fixed: tuple[Said, ...] = ()
    labels: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    gathered: Gathered | None = None


class Files(Protocol):
    """The repository at the pinned SHA."""

    def file(self, path: str) -> str | None:
        """The text of a file."""

    def tree(self) -> tuple[str, ...]:
        """Every path."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A question put to a model about its own answer.

    `ask(reply, material)` are the sections to judge by, () where there is nothing to
    ask. `settle(reply, verdict)` draws the consequence; the verdict is None where no
    model gave one.
    """

    prompt: str
    reply: type[BaseModel]
    ask: Callable[[Any, Material], tuple[Section, ...]]
    settle: Callable[[Any, Any | None], Checked]
    output_tokens: int = 1_000


@dataclass(frozen=True, slots=True)
class Several:
    """How a task is answered in several calls, each about some files of a change.

    `merge(replies)` makes one of what the calls said; `verify(reply, material, files)`
    then drops what the repository itself refutes; `most_tokens` is what one call reads.
    """

    merge: Callable[[Sequence[Any]], BaseModel]
    verify: Callable[[Any, Material, Files], Checked]
    second_look: SecondLook
    most_tokens: int


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work.

    - `gather(event, reader)` reads the world: sections for the model and findings
      that stand without one.
    - `check(reply, material)` drops what is not true; `verify(reply, material, files)`,
      where there is one, then drops what the repository itself refutes.
    - `render(reply, material)` writes the Markdown of an answer; with `reply` None
      only the findings. `Answer.weight` is compared with the policy's `comment_from`;
      None means that there is nothing to act on.
    - `labels` are the issue labels that mean this task by default; `answers` the
      event kinds ("git.pre-commit") that always do.
    - `output_tokens` is what an answer usually takes, for estimates.
    - `several` is there where one answer may take several calls.
    """

    name: str
    summary: str
    model_class: str
    prompt: str
    reply: type[BaseModel]
    gather: Callable[[Event, Reader], Material]
    check: Callable[[Any, Material], Checked]
    render: Callable[[Any | None, Material], Answer]
    title: str
    needs: Needs = field(default_factory=Needs)
    comment_from: Severity = "info"
    labels: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    output_tokens: int = 2_000
    max_calls: int = 4
    several: Several | None = None
    verify: Callable[[Any, Material, Files], Checked] | None = None


def names() -> tuple[str, ...]:
    """The names of all tasks, sorted, without importing any."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Task:
    """Import one task; `name` is one of `names()`."""
    task = import_module(f"bot.tasks.{name}").TASK
    assert isinstance(task, Task)
    return task
