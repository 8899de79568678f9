"""A repository that has nothing in it, for events that are only explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.earlier import Earlier
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

ASSUMED_WRITER = "permissions (taken for granted that who asks may write)"
UNREAD = (
    ASSUMED_WRITER,
    "the diff",
    "files of the repository",
    "the thread",
    "CI logs",
    "open issues",
)


@dataclass(slots=True)
class NothingReader:
    """`bot.tasks.Reader` with no world behind it but the event and `change`."""

    missing: list[str] = field(default_factory=lambda: list(UNREAD))
    change: str = ""

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

    def issue(self, number: int) -> IssueSummary | None:
        """Nothing."""
        return None

    def comments(self) -> tuple[ThreadComment, ...]:
        """Nothing."""
        return ()

    def jobs(self) -> tuple[Job, ...]:
        """Nothing."""
        return ()

    def failed_jobs(self) -> tuple[Job, ...]:
        """Nothing."""
        return ()

    def earlier_attempts(self) -> tuple[Job, ...]:
        """Nothing."""
        return ()

    def base_jobs(self, name: str) -> tuple[Job, ...]:
        """Nothing."""
        return ()

    def job_log(self, job_id: int) -> bytes:
        """Nothing."""
        return b""

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        """Nothing."""
        return ()

    def test_reports(self) -> tuple[tuple[str, bytes], ...]:
        """Nothing."""
        return ()

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """Nothing."""
        return ()

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """Nothing."""
        return ()

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """Nothing."""
        return ()

    def labels(self) -> tuple[LabelSummary, ...]:
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
