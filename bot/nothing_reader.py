"""A repository that has nothing in it, for events that are only explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.earlier import Earlier
from bot.reader import (
    Annotation,
    IssueSummary,
    Job,
    LabelSummary,
    Reader,
    Remembered,
    ThreadComment,
    Touched,
)

ASSUMED_WRITER = "permissions (taken for granted that who asks may write)"
UNREAD = (
    ASSUMED_WRITER,
    "the diff",
    "files of the repository",
    "the thread",
    "CI logs",
    "open issues",
)


@dataclass(frozen=True, slots=True)
class NoRuns:
    """`bot.reader.Runs` where there is no CI; `why`, if any, is said once asked."""

    missing: list[str]
    why: str = ""

    def jobs(self) -> tuple[Job, ...]:
        """Nothing."""
        _miss(self.missing, self.why)
        return ()

    def failed_jobs(self) -> tuple[Job, ...]:
        """Nothing."""
        return self.jobs()

    def earlier_attempts(self) -> tuple[Job, ...]:
        """Nothing."""
        return self.jobs()

    def base_jobs(self, name: str) -> tuple[Job, ...]:
        """Nothing."""
        return self.jobs()

    def job_log(self, job_id: int) -> bytes:
        """Nothing."""
        _miss(self.missing, self.why)
        return b""

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        """Nothing."""
        _miss(self.missing, self.why)
        return ()

    def test_reports(self) -> tuple[tuple[str, bytes], ...]:
        """Nothing."""
        _miss(self.missing, self.why)
        return ()


@dataclass(frozen=True, slots=True)
class NoTracker:
    """`bot.reader.Tracker` where GitHub is not asked; `why` as of `NoRuns`."""

    missing: list[str]
    why: str = ""

    def issue(self, number: int) -> IssueSummary | None:
        """Nothing."""
        return None

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """Nothing."""
        _miss(self.missing, self.why)
        return ()

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """Nothing."""
        return self.open_issues()

    def labels(self) -> tuple[LabelSummary, ...]:
        """Nothing."""
        return ()

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """Nothing."""
        return ()


@dataclass(slots=True)
class NothingReader:
    """`bot.reader.Reader` with no world behind it but the event and `change`."""

    missing: list[str] = field(default_factory=lambda: list(UNREAD))
    change: str = ""

    @property
    def runs(self) -> NoRuns:
        """Nothing."""
        return NoRuns(self.missing)

    @property
    def tracker(self) -> NoTracker:
        """Nothing."""
        return NoTracker(self.missing)

    def diff(self) -> str:
        """The change that was given, as a diff; "" for none."""
        return self.change

    def file(self, path: str) -> str | None:
        """Nothing."""
        return None

    def tree(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """Nothing."""
        return {}

    def trusted_file(self, path: str) -> str | None:
        """Nothing."""
        return None

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def commit_messages(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def comments(self) -> tuple[ThreadComment, ...]:
        """Nothing."""
        return ()

    def at(self, versions: Sequence[str]) -> tuple[str, Reader] | None:
        """Nothing."""
        return None

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        """Nothing."""
        return ()

    def reviewed(self) -> Earlier:
        """Nothing."""
        return Earlier()


def _miss(missing: list[str], sentence: str) -> None:
    if sentence and sentence not in missing:
        missing.append(sentence)
