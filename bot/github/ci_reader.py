"""What CI did for an event, from GitHub's API: jobs, logs, annotations, reports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from bot.events import FAILING, Event
from bot.github import Client, artifacts, runs
from bot.github.memory import Memory
from bot.github.runs import RunFacts
from bot.reader import Annotation, Job

LOG_LIMIT = 100 * 1024 * 1024


@dataclass(slots=True)
class GitHubRuns:
    """`bot.reader.Runs` over the API; each thing is read at most once.

    `is_trusted(event)` says whether all who stand behind the event may write here.
    """

    client: Client
    event: Event
    memory: Memory
    allow_private: bool = False
    is_trusted: Callable[[Event], bool] = lambda event: False

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

        ids: tuple[int, ...] = self.memory.once("runs of the base branch", read, ())
        last = (runs.as_of(sys.maxsize, self._jobs_of(run_id)) for run_id in ids)
        return tuple(job for found in last for job in found if job.name == name)

    def job_log(self, job_id: int) -> bytes:
        """One job's raw log; the signed URL is fetched without the token."""
        where = f"{self.client.path}/actions/jobs/{job_id}/logs"

        what = f"log of job {job_id}"

        def read() -> bytes:
            log = self._downloaded(where, LOG_LIMIT)
            if not log:
                self.memory.missing.append(f"{what} is empty")
            return log

        return self.memory.once(what, read, b"")

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        """What the job's check run says about single lines."""

        def read() -> tuple[Annotation, ...]:
            return runs.annotations_of(self.client, job)

        # Two jobs may go by one name, and each attempt's by the same.
        what, name = f"annotations of job {job.id}", f"annotations of job {job.name}"
        return self.memory.once(what, read, (), name=name)

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
            self.memory.missing.extend(found.problems)
            return found.files

        return self.memory.once(f"artifacts of run {run.id}", read, ())

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

        return self.memory.once("workflow runs", read, None)

    def _jobs_of(
        self, run_id: int, limit: int = runs.MAX_OTHER_JOBS
    ) -> tuple[Job, ...]:
        def read() -> tuple[Job, ...]:
            return runs.jobs(self.client, run_id, limit=limit)

        return self.memory.once(f"jobs of run {run_id}", read, ())
