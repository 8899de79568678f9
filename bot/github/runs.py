"""What GitHub knows about a run of a workflow: its jobs, and those to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from bot import http
from bot.errors import HostError
from bot.events import FAILING, Event
from bot.github import PAGE_SIZE, Client
from bot.reader import Annotation, Job

Result = TypeVar("Result")

# How many jobs of one run are listed, earlier attempts and base runs looked at.
MAX_JOBS = 1_000
MAX_OTHER_JOBS = 300
MAX_ATTEMPTS = 3
MAX_BASE_RUNS = 5
MAX_ANNOTATIONS = 100
# Runs that somebody stopped or that were skipped say nothing about the branch.
_TELLING = FAILING | {"success"}
_LISTED_RUNS = 30
# What a store says of a signed address that has run out.
_RUN_OUT = frozenset({403, 404, 410})


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as its list shows it; `is_own` says that no fork's commits ran in it."""

    id: int
    workflow_id: int
    attempt: int
    is_own: bool


def of_event(event: Event) -> RunFacts | None:
    """The run that the event is about, None where it names none."""
    run = event.run
    if run is None:
        return None
    return RunFacts(run.id, run.workflow_id, max(run.attempt, 1), not event.is_fork)


def latest_failed(client: Client, event: Event) -> RunFacts | None:
    """The latest failed run of the event's head. Raises `HostError`."""
    where = f"{client.path}/actions/runs"
    found = client.get(where, head_sha=event.head_sha, per_page=PAGE_SIZE)
    runs = found.get("workflow_runs") or []
    failed = (run for run in runs if run.get("conclusion") in FAILING)
    return next((_facts(run, event) for run in failed), None)


def jobs(client: Client, run_id: int, *, limit: int = MAX_JOBS) -> tuple[Job, ...]:
    """Every job of every attempt of a run.

    An attempt lists only what ran again in it: what passed before stands in an earlier
    one, so a single attempt's list is not the whole run.
    """
    where = f"{client.path}/actions/runs/{run_id}/jobs"
    found = islice(client.pages(where, filter="all"), limit)
    return tuple(_job(each) for each in found)


def as_of(attempt: int, every: Sequence[Job]) -> tuple[Job, ...]:
    """The jobs as that attempt left them: the newest of each name, none of later ones.

    The run may have been started again since the event.
    """
    newest: dict[str, int] = {}
    for job in every:
        if job.attempt <= attempt:
            newest[job.name] = max(job.attempt, newest.get(job.name, 0))
    return tuple(job for job in every if newest.get(job.name) == job.attempt)


def before(attempt: int, every: Sequence[Job]) -> tuple[Job, ...]:
    """The jobs of the three attempts before this one, newest attempt first."""
    found = [job for job in every if attempt - MAX_ATTEMPTS <= job.attempt < attempt]
    return tuple(sorted(found, key=lambda job: -job.attempt))


def base_runs(client: Client, run: RunFacts, event: Event) -> tuple[int, ...]:
    """The ids of the workflow's last telling runs on the base branch, newest first.

    A branch of a fork may bear the base's name, so a run counts by its repository's id;
    and a run for a pull request ran on a merge, not on the branch.
    """
    assert event.repository is not None
    branch = event.base_ref or event.repository.default_branch
    found = client.get(
        f"{client.path}/actions/workflows/{run.workflow_id}/runs",
        branch=branch,
        status="completed",
        exclude_pull_requests="true",
        per_page=_LISTED_RUNS,
    )
    # On the base branch itself only what ran before says anything.
    own = run.id if _is_on(branch, event) else None
    told = (
        each["id"]
        for each in found.get("workflow_runs") or []
        if each.get("conclusion") in _TELLING
        and not str(each.get("event")).startswith("pull_request")
        and _facts(each, event).is_own
        and (each["id"] != run.id if own is None else each["id"] < own)
    )
    return tuple(islice(told, MAX_BASE_RUNS))


def download(
    client: Client, where: str, *, limit: int, allow_private: bool = False
) -> bytes:
    """Follow a redirect of the API's to where the file lies, without the token.

    Reads `limit` bytes at most. Raises `HostError`.
    """
    return followed(
        client,
        where,
        lambda url: http.download(
            url, limit=limit, host=client.host, allow_private=allow_private
        ),
    )


def followed(client: Client, where: str, fetch: Callable[[str], Result]) -> Result:
    """Fetch what a redirect of the API's leads to.

    The signed address lives for a minute: where it has run out, it is asked for again,
    once (contract R20). Raises `HostError`.
    """
    url = _address(client, where)
    try:
        return fetch(url)
    except HostError as exc:
        if exc.status not in _RUN_OUT:
            raise
    return fetch(_address(client, where))


def annotations_of(client: Client, job: Job) -> tuple[Annotation, ...]:
    """What the job's check run says about single lines, the first hundred."""
    where = f"{client.path}/check-runs/{job.check_run_id or job.id}/annotations"
    found = client.get(where, per_page=MAX_ANNOTATIONS)
    return tuple(_annotation(each) for each in found)


def _address(client: Client, where: str) -> str:
    url = client.location(where)
    if not url:
        raise HostError("GitHub gave no address for the file")
    return url


def _is_on(branch: str, event: Event) -> bool:
    run = event.run
    return run is not None and not event.is_fork and run.head.ref == branch


def _facts(found: dict[str, Any], event: Event) -> RunFacts:
    head = (found.get("head_repository") or {}).get("id")
    assert event.repository is not None
    return RunFacts(
        id=found["id"],
        workflow_id=int(found.get("workflow_id") or 0),
        attempt=int(found.get("run_attempt") or 1),
        is_own=bool(head) and head == event.repository.id,
    )


def _job(found: dict[str, Any]) -> Job:
    steps = found.get("steps") or []
    failed = (s.get("name") or "" for s in steps if s.get("conclusion") in FAILING)
    check_run = str(found.get("check_run_url") or "").rpartition("/")[2]
    return Job(
        id=found["id"],
        name=found.get("name") or "",
        conclusion=found.get("conclusion") or "",
        failed_steps=tuple(failed),
        url=found.get("html_url") or "",
        attempt=int(found.get("run_attempt") or 1),
        sha=found.get("head_sha") or "",
        finished_at=found.get("completed_at") or "",
        check_run_id=int(check_run) if _is_number(check_run) else 0,
    )


def _annotation(found: dict[str, Any]) -> Annotation:
    return Annotation(
        path=found.get("path") or "",
        line=int(found.get("start_line") or 0),
        message=found.get("message") or "",
        title=found.get("title") or "",
        level=found.get("annotation_level") or "failure",
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20
