"""What else is known of a failing job: its base branch, its attempts, our records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.context import fingerprint, log, reported, test_report
from bot.context.log_ends import ENDS
from bot.context.log_shapes import Distilled, Failure
from bot.context.verdict_shapes import Evidence, Outcome, Seen
from bot.events import FAILING, Event
from bot.reader import Job, Reader

LOG_BYTES = 150_000_000  # of all logs of a run together
BASE_LOGS = 3  # logs of failed jobs of the base branch
HISTORY = timedelta(days=30)
_FETCHING = frozenset({"dependency", "build", "error", "compile", "crash"})
# How tools say that what they fetch from did not answer, in lower case.
_AWAY = (
    *(needle for end in ENDS if end.category == "network" for needle in end.needles),
    "temporary failure resolving",
    "service unavailable",
    "bad gateway",
    "gateway time-out",
    "gateway timeout",
    "returned error: 50",
    "http 50",
    "too many requests",
    "toomanyrequests",
    "rate limit exceeded",
    "read timed out",
    "request timeout",
    "i/o timeout",
    "connection reset by peer",
    "unexpected disconnect",
)
# At the start of a word: "ModuleNotFoundError" holds the name of a network's fault.
_IS_AWAY = re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, _AWAY)) + ")")


@dataclass(slots=True)
class Witness:
    """Reads about the jobs of one run, each thing once and within bounds."""

    event: Event
    reader: Reader
    bytes_left: int = LOG_BYTES
    base_logs_left: int = BASE_LOGS
    _passing: dict[str, bytes] = field(default_factory=dict)
    _reported: tuple[Failure, ...] | None = None
    _history: tuple[tuple[str, Seen], ...] | None = None

    @property
    def is_green(self) -> bool:
        """Whether the run passed in the end."""
        return self.event.run is not None and self.event.run.passed_on_retry

    def distilled(self, job: Job) -> Distilled:
        """Distil a job's log, against the newest green one of the same job."""
        raw = self._log(job)
        passed = self._passed(job.name) if raw else b""
        found = log.distill(raw, passed=passed or None)
        if found.category == "no_error_found" and job.conclusion == "timed_out":
            note = log.NOTES["timeout"]
            return replace(found, category="timeout", note=note)
        return found

    def failures(self, job: Job, distilled: Distilled) -> tuple[Failure, ...]:
        """Join what log, annotations and test reports say of one job.

        A report belongs to the run: where the log names tests, only those are taken.
        """
        said = reported.from_annotations(self.reader.runs.annotations(job))
        found = reported.merged(distilled.failures, said)
        known = {reported.last_name(each.test) for each in found if each.test}
        return reported.merged(
            found,
            (
                each
                for each in self._reports()
                if not known or reported.last_name(each.test) in known
            ),
        )

    def evidence(self, job: Job, distilled: Distilled) -> Evidence:
        """Gather all that speaks for or against the change, but where they meet."""
        run, name = self.event.run, fingerprint.of(distilled)
        return Evidence(
            conclusion="success" if self.is_green else job.conclusion,
            sha=self.event.head_sha or job.sha,
            attempt=run.attempt if run is not None else job.attempt,
            category=_category(distilled),
            fingerprint=name,
            failing=reported.names(distilled.failures),
            base=self._base(job),
            attempts=self._attempts(job),
            seen=tuple(seen for known, seen in self._seen() if known == name),
            number=self.event.number,
        )

    def _log(self, job: Job) -> bytes:
        if self.bytes_left <= 0:
            return b""
        raw = self.reader.runs.job_log(job.id)
        self.bytes_left -= len(raw)
        return raw

    def _passed(self, name: str) -> bytes:
        # The jobs of one matrix are kin: one green log serves them all.
        kin = stem(name)
        if kin not in self._passing:
            there = self.reader.runs.base_jobs(name)
            green = next((job for job in there if job.conclusion == "success"), None)
            self._passing[kin] = self._log(green) if green is not None else b""
        return self._passing[kin]

    def _base(self, job: Job) -> tuple[Outcome, ...]:
        there = self.reader.runs.base_jobs(job.name)
        failed = next((each for each in there if each.conclusion in FAILING), None)
        return tuple(self._outcome(each, is_read=each is failed) for each in there)

    def _outcome(self, job: Job, *, is_read: bool) -> Outcome:
        bare = Outcome(job.conclusion, job.sha, job.attempt)
        if not is_read or self.base_logs_left <= 0:
            return bare
        self.base_logs_left -= 1
        found = self.distilled(job)
        names = reported.names(found.failures)
        return replace(bare, fingerprint=fingerprint.of(found), failing=names)

    def _attempts(self, job: Job) -> tuple[Outcome, ...]:
        same = (e for e in self.reader.runs.earlier_attempts() if e.name == job.name)
        told = (Outcome(each.conclusion, each.sha, each.attempt) for each in same)
        return tuple(sorted(told, key=lambda each: each.attempt))

    def _reports(self) -> tuple[Failure, ...]:
        if self._reported is None:
            read = (
                test_report.failures(xml) for _, xml in self.reader.runs.test_reports()
            )
            self._reported = tuple(failure for found in read for failure in found)
        return self._reported

    def _seen(self) -> tuple[tuple[str, Seen], ...]:
        """Our earlier records by fingerprint, but those of this very state."""
        if self._history is None:
            since = _since(self.reader.runs.jobs())
            told = self.reader.tracker.remembered(since) if since else ()
            this = (self.event.number, self.event.head_sha)
            self._history = tuple(
                (name, Seen(each.number, each.at, each.sha))
                for each in sorted(told, key=lambda one: one.at)
                if (each.number, each.sha) != this and each.at >= since
                for name in each.failures
            )
        return self._history


def stem(name: str) -> str:
    """Return a job's name without the values of its matrix."""
    return name.partition(" (")[0]


def _category(distilled: Distilled) -> str:
    """What failed; where a service was away and no test or line is told, the network.

    Tools that fetch report what they lack, and only beside it why.
    """
    is_told = any(each.test or each.line for each in distilled.failures)
    if distilled.category not in _FETCHING or is_told:
        return distilled.category
    shown = "\n".join(chunk.text for chunk in distilled.chunks).lower()
    return "network" if _IS_AWAY.search(shown) else distilled.category


def _since(jobs: Sequence[Job]) -> str:
    """Thirty days before the run ended, by GitHub's clock; "" where it does not say."""
    times = (_time(job.finished_at) for job in jobs)
    latest = max((time for time in times if time is not None), default=None)
    return (latest - HISTORY).strftime("%Y-%m-%dT%H:%M:%SZ") if latest else ""


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
