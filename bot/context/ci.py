"""A failed run of CI, read: its failures, and for each whose fault it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.context import diff, fingerprint, log, overlap, verdict
from bot.context.ci_evidence import Witness, stem
from bot.context.diff import FileDiff
from bot.context.log_shapes import Distilled, Failure
from bot.context.overlap import Paths, Place
from bot.context.verdict_shapes import Evidence, Verdict
from bot.events import FAILING, Event
from bot.reader import Job, Reader

LOGS = 8  # failed jobs whose logs are read

_NAMED = 3  # matrices of jobs that are named where they were not read

READ = "read the logs of {read} of {count} failed jobs; not read: {names}"
ALTERED_WORKFLOW = (
    "the run failed before any job started, and this change alters its workflow file"
)
JOBS_UNREAD = "the {what}, so nothing is claimed about the cause"
NEVER_RED = "the run passed, and no job of an earlier attempt failed on the same SHA"
NO_JOB = "the run failed before any job started; its workflow file is the suspect"


@dataclass(frozen=True, slots=True)
class Failed:
    """One failure, as one job or several show it; `distilled` is the first one's log.

    `failures` are those of log, annotations and test reports together, `places` what
    they name in this repository.
    """

    jobs: tuple[Job, ...]
    distilled: Distilled
    failures: tuple[Failure, ...] = ()
    places: tuple[Place, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    verdict: Verdict = field(default_factory=lambda: Verdict("unclear"))

    @property
    def text(self) -> str:
        """The distilled log, best chunk first."""
        return "\n…\n".join(chunk.text for chunk in self.distilled.chunks)


@dataclass(frozen=True, slots=True)
class Run:
    """What a failed run shows; `failed` is empty where no job ever started.

    `is_green` says that its last attempt passed. `unread` are failed jobs whose logs
    were too many or too large to read. `workflow` is the file of a run without jobs.
    `is_unread`: its jobs could not be listed. `is_of_base`: the run is one of the base
    branch, and of no change that is asked for.
    """

    verdict: Verdict
    failed: tuple[Failed, ...] = ()
    jobs_total: int = 0
    unread: tuple[Job, ...] = ()
    is_green: bool = False
    change: tuple[FileDiff, ...] = ()
    workflow: str = ""
    is_of_base: bool = False
    is_unread: bool = False

    @property
    def coverage(self) -> str:
        """How many of the failed jobs' logs were read; "" where all were."""
        if not self.unread:
            return ""
        read = sum(len(each.jobs) for each in self.failed)
        left = Counter(stem(job.name) for job in self.unread)
        named = left.most_common(_NAMED)
        names = [f"{n} of {name}" if n > 1 else name for name, n in named]
        if rest := left.total() - sum(n for _, n in named):
            names.append(f"{rest} more")
        count = read + left.total()
        return READ.format(read=read, count=count, names=", ".join(names))

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The names of its failures, for the record."""
        names = (each.evidence.fingerprint for each in self.failed)
        return tuple(name for name in names if name)


def read(event: Event, reader: Reader) -> Run:
    """Read the event's run, or its head's latest failed one; judge each failure."""
    change = diff.parse(reader.diff())
    witness = Witness(event, reader)
    jobs = (
        _failed_before(event, reader) if witness.is_green else reader.runs.failed_jobs()
    )
    if not jobs:
        return _without_jobs(event, change, reader.missing)
    shown = _shown(jobs, witness)
    read_jobs = {each.jobs[0] for each in shown}
    paths = overlap.index((*reader.tree(), *(file.path for file in change)))
    failed = [
        _judged(each, witness, paths=paths, change=change) for each in _merged(shown)
    ]
    # The failures that the verdict is about come first.
    failed.sort(key=lambda each: verdict.rank(each.verdict))
    return Run(
        verdict.overall([each.verdict for each in failed]),
        tuple(failed),
        jobs_total=max(len(reader.runs.jobs()), len(jobs)),
        unread=tuple(job for job in jobs if job not in read_jobs),
        is_green=witness.is_green,
        change=change,
        is_of_base=_is_of_base(event),
    )


def _shown(jobs: Sequence[Job], witness: Witness) -> list[Failed]:
    shown: list[Failed] = []
    for job in _spread(jobs)[:LOGS]:
        if witness.bytes_left <= 0:
            break
        shown.append(Failed((job,), witness.distilled(job)))
    return shown


def _spread(jobs: Sequence[Job]) -> list[Job]:
    """Put the first job of every matrix first, then their second ones."""
    seen: Counter[str] = Counter()
    turns = []
    for job in jobs:
        turns.append(seen[stem(job.name)])
        seen[stem(job.name)] += 1
    order = sorted(range(len(jobs)), key=turns.__getitem__)
    return [jobs[at] for at in order]


def _merged(shown: Sequence[Failed]) -> list[Failed]:
    """Put jobs that fail alike together; what has no name stays by itself."""
    groups: dict[str, Failed] = {}
    for each in shown:
        name = fingerprint.of(each.distilled) or _name(each)
        same = groups.get(name)
        jobs = (*same.jobs, *each.jobs) if same is not None else each.jobs
        groups[name] = replace(same or each, jobs=jobs)
    return list(groups.values())


def _name(shown: Failed) -> str:
    found = shown.distilled
    if found.note == log.SILENT and found.commands:
        return f"silent {found.exit_code} {found.commands[-1]}"
    return f"job {shown.jobs[0].id}"


def _judged(
    shown: Failed, witness: Witness, *, paths: Paths, change: Sequence[FileDiff]
) -> Failed:
    job, reader = shown.jobs[0], witness.reader
    failures = witness.failures(job, shown.distilled)
    places = overlap.places(failures, shown.text, paths)
    evidence = replace(
        witness.evidence(job, shown.distilled),
        overlap=overlap.of(
            places,
            shown.text,
            change=change,
            files=reader,
            commands=shown.distilled.commands,
        ),
        changed=tuple(file.path for file in change),
        is_of_base=_is_of_base(witness.event),
    )
    return replace(
        shown,
        failures=failures,
        places=places,
        evidence=evidence,
        verdict=verdict.of(evidence),
    )


def _failed_before(event: Event, reader: Reader) -> tuple[Job, ...]:
    """The jobs that failed in earlier attempts of a run that is green now."""
    failed = (
        job
        for job in reader.runs.earlier_attempts()
        if job.conclusion in FAILING and job.sha in ("", event.head_sha)
    )
    by_name: dict[str, Job] = {}
    for job in failed:
        by_name.setdefault(job.name, job)
    return tuple(by_name.values())


def _is_of_base(event: Event) -> bool:
    run, repository = event.run, event.repository
    if run is None or repository is None or event.is_fork:
        return False
    is_pull = run.event.startswith("pull_request")
    return run.head.ref == repository.default_branch and not is_pull


def _without_jobs(
    event: Event, change: tuple[FileDiff, ...], missing: Sequence[str]
) -> Run:
    # Jobs that nobody could list are not jobs that never started.
    run = event.run
    is_green = run is not None and run.passed_on_retry
    what = f"jobs of run {run.id if run is not None else 0} "
    unread = next((each for each in missing if each.startswith(what)), "")
    if unread:
        judged = Verdict("unclear", (JOBS_UNREAD.format(what=unread),))
        return Run(judged, change=change, is_green=is_green, is_unread=True)
    if is_green:
        return Run(Verdict("unclear", (NEVER_RED,)), is_green=True, change=change)
    path = run.path if run is not None else ""
    if path and path in {file.path for file in change}:
        judged = Verdict("caused_by_this_change", (ALTERED_WORKFLOW,))
    else:
        judged = Verdict("unclear", (NO_JOB,))
    return Run(judged, change=change, workflow=path)
