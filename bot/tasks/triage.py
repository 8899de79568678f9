"""Triage: what is this failure or report, what shows it, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import Finding, Material, Section, duplicates, log, report, thread
from bot.events import Event
from bot.tasks import Answer, Checked, Job, Reader, Task
from bot.text import markdown, sanitize
from bot.verify.claims import is_relative, quote_exists

PROMPT = """\
You triage one event of a software repository: a failed CI run, or an issue. For a
failed run: name the cause in one or two sentences, quote the log lines that show it
exactly as they stand, name the suspect file and line if the material shows them,
and give the one next step. For an issue: say what kind of report it is, what is
missing before somebody can work on it, and the one next step. Never guess a cause
that no line shows: an empty cause is a good answer. Set needs_debugging only when
the evidence is there and the cause still needs somebody to read the code in depth."""

NO_CAUSE = "the log shows no error line; nothing is claimed about the cause"
NO_JOBS = (
    "the run failed before any job started; the workflow file itself is the suspect"
)
UNREAD_LOG = "the log of job {name} could not be read"
JOBS_READ = 5


class TriageReply(BaseModel):
    """What triage answers; every quote must stand in the log, every path exist."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    cause: Annotated[str, Field(max_length=2_000)]
    evidence: Annotated[list[str], Field(max_length=10)]
    suspect_path: str
    suspect_line: Annotated[int, Field(ge=0)]
    missing_information: Annotated[list[str], Field(max_length=10)]
    next_step: Annotated[str, Field(max_length=1_000)]
    needs_debugging: bool


def gather(event: Event, reader: Reader) -> Material:
    """Read the failed jobs of a run, or the issue and what resembles it."""
    jobs = reader.failed_jobs()
    if event.run is not None or jobs:
        return _of_run(event, reader, jobs=jobs)
    found = (
        *report.missing_fields(event.title, event.body),
        *duplicates.findings(event, reader.open_issues()),
        *thread.findings(event),
    )
    return Material(thread.sections(event, reader), found)


def check(reply: TriageReply, material: Material) -> Checked:
    """Drop quotes that no log has and paths that no material names."""
    logs = "\n".join(section.text for section in material.sections)
    kept = [quote for quote in reply.evidence if quote_exists(quote, logs)]
    dropped = [f"quote {n}" for n in range(len(reply.evidence) - len(kept))]
    is_known = not reply.suspect_path or reply.suspect_path in logs
    changed: dict[str, object] = {"evidence": kept}
    if not is_known:
        dropped.append("suspect path")
        changed |= {"suspect_path": "", "suspect_line": 0}
    # Of an issue a cause may be said in words; of a run some line of its log shows it.
    is_run = any(section.kind == "log" for section in material.sections)
    needs_quote = bool(reply.evidence) or is_run
    rests_on_nothing = bool(reply.cause) and needs_quote and not kept
    redirect = "debug" if reply.needs_debugging and kept else ""
    return Checked(
        reply.model_copy(update=changed),
        tuple(dropped),
        failed=rests_on_nothing,
        redirect=redirect,
    )


def render(reply: TriageReply | None, material: Material) -> Answer:
    """Write the cause, what shows it and the next step; else the findings alone."""
    weight = findings.heaviest(material.findings)
    shown = findings.as_markdown(material.findings)
    if reply is None:
        return Answer(shown, weight=weight)
    parts = [reply.cause, *(markdown.fence(quote) for quote in reply.evidence)]
    if reply.suspect_path:
        suspect = findings.place(reply.suspect_path, reply.suspect_line)
        parts.append(f"**Suspect:** {suspect}")
    if reply.missing_information:
        missing = "\n".join(f"- {item}" for item in reply.missing_information)
        parts.append(f"**Missing:**\n\n{missing}")
    if reply.next_step:
        parts.append(f"**Next:** {reply.next_step}")
    folds = (("What was established without a model", shown),) if shown else ()
    has_point = bool(reply.cause or reply.missing_information)
    body = "\n\n".join(part for part in parts if part)
    return Answer(body, folds, weight=weight or ("major" if has_point else None))


def _of_run(event: Event, reader: Reader, *, jobs: tuple[Job, ...]) -> Material:
    if not jobs:
        finding = Finding("no-jobs", NO_JOBS, "major")
        return Material(findings=(finding,), coverage=("0 jobs had a log",))
    sections: list[Section] = []
    found: list[Finding] = []
    for job in jobs[:JOBS_READ]:
        distilled = log.distill(reader.job_log(job.id))
        sections.extend(_sections(job, distilled))
        found.extend(_findings(job, distilled))
    read = f"read the logs of {min(len(jobs), JOBS_READ)} of {len(jobs)} failed jobs"
    change = reader.diff()
    if change:
        sections.append(Section("the change", sanitize.code(change).text, "diff", 2))
    return Material(tuple(sections), tuple(found), (read,))


def _sections(job: Job, distilled: log.Distilled) -> list[Section]:
    text = sanitize.code("\n…\n".join(chunk.text for chunk in distilled.chunks)).text
    steps = ", ".join(job.failed_steps)
    name = f"log of job {job.name}" + (f", step {steps}" if steps else "")
    return [Section(name, text, "log", priority=1)] if text else []


def _findings(job: Job, distilled: log.Distilled) -> list[Finding]:
    if not distilled.lines_total:
        message = UNREAD_LOG.format(name=job.name)
        return [Finding("no-log", message, "major")]
    if not distilled.chunks or distilled.category == "no_error_found":
        tail = distilled.chunks[-1].text if distilled.chunks else ""
        message = f"job {job.name}: {NO_CAUSE}"
        return [Finding("no-cause", message, "major", quote=tail)]
    if not distilled.failures:
        kind = distilled.category.replace("_", " ")
        quote = distilled.chunks[0].text
        message = f"job {job.name}: {kind}"
        return [Finding("ci-failure", message, "major", quote=quote)]
    told = _most_telling(distilled.failures)
    what = ": ".join(part for part in (told.test, told.message) if part)
    return [
        Finding(
            "ci-failure",
            f"job {job.name}: {what}"[:400],
            "major",
            told.file if is_relative(told.file) else "",
            told.line if told.file else 0,
            distilled.chunks[0].text,
        )
    ]


def _most_telling(failures: tuple[log.Failure, ...]) -> log.Failure:
    """The first failure that names its test, with the line another one knows."""
    told = next((each for each in failures if each.test), failures[0])
    lines = (each.line for each in failures if each.file == told.file and each.line)
    return told if told.line else replace(told, line=next(lines, 0))


TASK = Task(
    name="triage",
    summary="sorts a failing run or a vague issue: cause, evidence, next step",
    model_class="balanced",
    prompt=PROMPT,
    reply=TriageReply,
    gather=gather,
    check=check,
    render=render,
    title="Triage",
    labels=("question", "needs triage", "triage"),
    comment_from="minor",
    output_tokens=1_200,
)
