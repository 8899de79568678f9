"""What is known of one failure in CI, and whose fault it is said to be: shapes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal[
    "caused_by_this_change",
    "unclear",
    "failing_on_base",
    "flaky",
    "infrastructure",
]

# What a job ended in when it did what it should.
PASSED = frozenset({"success", "neutral", "skipped"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job of the same name ended before: on the base branch, or at an attempt.

    `fingerprint` and `failing` are those of its log, empty where that was not read.
    """

    conclusion: str
    sha: str = ""
    attempt: int = 1
    fingerprint: str = ""
    failing: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it ended as it should."""
        return self.conclusion in PASSED


@dataclass(frozen=True, slots=True)
class Seen:
    """The same failure in an earlier comment of ours; `at` is UTC (ISO 8601)."""

    number: int
    at: str
    sha: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where a failure and the change meet, each as plain text for people.

    - `lines`: lines of changed hunks that the failure points at ("src/a.py:12").
    - `files`: changed files that it names, in a failure or a stack trace.
    - `symbols`: symbols changed that its lines name.
    - `reached`: changed files that the failing ones use, by their imports.
    - `shared`: changed files that everything is built with (manifests, locks, CI).
    - `is_apart`: all that the failing files use is known, and none of it was changed.
    """

    lines: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one failure (of one job, or of several that fail alike).

    - `conclusion`, `attempt`, `sha`: of the job as the event's run left it.
    - `category`, `fingerprint`, `failing`: of its log; `failing` names its tests, or
      places and messages, as `reported.names` writes them.
    - `base`: the same job on the base branch, newest first. `attempts`: the same job
      in earlier attempts of the run, oldest first.
    - `seen`: our own earlier records of this fingerprint, in other threads or here.
    - `changed`: the paths of the change, empty where none is known. `is_of_base`: the
      run is the base branch's own, so that its newest commit is the change.
    - `number`: the thread this is written to, None for none.
    """

    conclusion: str = "failure"
    sha: str = ""
    attempt: int = 1
    category: str = "no_error_found"
    fingerprint: str = ""
    failing: tuple[str, ...] = ()
    base: tuple[Outcome, ...] = ()
    attempts: tuple[Outcome, ...] = ()
    seen: tuple[Seen, ...] = ()
    overlap: Overlap = Overlap()
    changed: tuple[str, ...] = ()
    is_of_base: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose fault it is, and in plain sentences what says so, the strongest first."""

    name: Name
    evidence: tuple[str, ...] = ()
