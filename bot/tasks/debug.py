"""Debug: ranked hypotheses for a complex bug, each with evidence to check."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import ci_comment, findings
from bot.context import (
    Finding,
    Material,
    Section,
    ci,
    ci_findings,
    report,
    repository,
    thread,
)
from bot.context.ci import Run
from bot.events import Event
from bot.tasks import Answer, Checked, Needs, Reader, Task
from bot.text import markdown, sanitize
from bot.verify.claims import quote_exists

PROMPT = """\
You find the cause of a bug. You have the whole report, whole files and whole logs;
read all of it before you answer. Give hypotheses, likeliest first. Each needs
evidence: the path, the line and a verbatim quote from the material that shows it,
and how to confirm or refute it with one command or one log line. Say how the pieces
lead to the symptom. If a file you have not seen decides between hypotheses, name it
in wanted. Give a minimal reproduction if the material carries one, and a sketch of
the fix for the first hypothesis. A hypothesis without evidence is worthless here:
leave it out."""

FRAME = "the stack trace passes through {symbol}"
NO_FRAME = "no stack trace in the report names a file of this repository"
LOG = "whole log of job {name} ({lines} lines)"
WHAT_FAILED = "What failed, established without a model"
ESTABLISHED = "What was established without a model"
FILES = 20  # files that failures name and that are read whole
MIN_CONTEXT = 1_000_000  # tokens: the full stack and whole files, never a cut version
_LOG_LINES = re.compile(r"whole log of job .{0,400} \((\d{1,9}) lines\)", re.DOTALL)


class Hypothesis(BaseModel):
    """One possible cause; its quote must stand in the material."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    title: Annotated[str, Field(max_length=300)]
    explanation: Annotated[str, Field(max_length=4_000)]
    path: str
    line: Annotated[int, Field(ge=0)]
    quote: str
    confirm: Annotated[str, Field(max_length=1_000)]


class DebugReply(BaseModel):
    """What debugging answers, likeliest first."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    hypotheses: Annotated[list[Hypothesis], Field(max_length=10)]
    reproduction: Annotated[str, Field(max_length=4_000)]
    fix_sketch: Annotated[str, Field(max_length=4_000)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the report, its stack traces' files whole, the change and whole CI logs."""
    is_run = event.run is not None or bool(reader.failed_jobs())
    run = ci.read(event, reader) if is_run else None
    said = "\n".join((event.title, event.body, *(c.body for c in reader.comments())))
    frames = _located(report.stack_traces(said), reader.tree())
    named = repository.mentioned(said, reader.tree())
    failing = _near(run) if run is not None else ()
    paths = dict.fromkeys((*(path for path, _ in frames), *named, *failing))
    change = reader.diff()
    sections = [*thread.sections(event, reader)]
    sections += repository.whole(paths, reader, priority=1, must=True)
    sections += _logs(run, reader) if run is not None else []
    if change:
        sections.append(Section("the change", sanitize.code(change).text, "diff", 1))
    sections += repository.outline(reader)
    found = [_frame(path, frame) for path, frame in frames]
    if run is not None:
        found = [*ci_findings.of(run, reader.missing), *found]
    else:
        found += [] if found else [Finding("no-stack-trace", NO_FRAME)]
        found += report.missing_fields(event.title, event.body)
    found += thread.findings(event)
    return Material(
        tuple(sections),
        tuple(found),
        fingerprints=run.fingerprints if run is not None else (),
    )


def check(reply: DebugReply, material: Material) -> Checked:
    """Drop hypotheses whose quote stands nowhere in the material."""
    text = "\n".join(section.text for section in material.sections)
    kept = [each for each in reply.hypotheses if quote_exists(each.quote, text)]
    missed = len(reply.hypotheses) - len(kept)
    return Checked(
        reply.model_copy(update={"hypotheses": kept}),
        tuple("hypothesis without checkable evidence" for _ in range(missed)),
        failed=not kept,
    )


def render(reply: DebugReply | None, material: Material) -> Answer:
    """Write the hypotheses with their evidence; else where the traces point."""
    if reply is None:
        shown = findings.as_markdown(material.findings)
        shown = ci_comment.whole(material.findings) or shown
        return Answer(shown, weight=findings.heaviest(material.findings))
    parts = [ci_comment.verdict(material.findings)]
    parts += [_hypothesis(n, each) for n, each in enumerate(reply.hypotheses, 1)]
    if reply.reproduction:
        parts.append(f"**Reproduction**\n\n{markdown.fence(reply.reproduction)}")
    if reply.fix_sketch:
        parts.append(f"**Sketch of a fix**\n\n{reply.fix_sketch}")
    parts.append(f"_Read: {_coverage(material)}._")
    failed = ci_comment.failures(material.findings)
    other = [f for f in material.findings if f.kind not in ci_findings.KINDS]
    known = ((WHAT_FAILED, failed), (ESTABLISHED, findings.as_markdown(other)))
    folds = tuple((title, text) for title, text in known if text)
    body = "\n\n".join(part for part in parts if part)
    return Answer(body, folds, weight="major")


def _located(
    frames: tuple[report.Frame, ...], tree: tuple[str, ...]
) -> list[tuple[str, report.Frame]]:
    """Map frames to files of the tree, innermost first as the trace has them."""
    found: dict[tuple[str, int], tuple[str, report.Frame]] = {}
    for frame in frames:
        for path in repository.mentioned(frame.path, tree):
            found.setdefault((path, frame.line), (path, frame))
    return list(found.values())


def _frame(path: str, frame: report.Frame) -> Finding:
    message = FRAME.format(symbol=frame.symbol or "this line")
    return Finding("stack-frame", message, "minor", path, frame.line)


def _near(run: Run) -> tuple[str, ...]:
    """The files that failures name, then those they use, then what was changed."""
    named = [place.path for each in run.failed for place in each.places]
    used = [path for each in run.failed for path in each.evidence.overlap.reached]
    changed = [file.path for file in run.change if file.kind in ("source", "test")]
    return tuple(dict.fromkeys((*named, *used, *changed)))[:FILES]


def _logs(run: Run, reader: Reader) -> list[Section]:
    """The log of each failure, whole: of jobs that fail alike, the first one's."""
    found = []
    for job in (each.jobs[0] for each in run.failed):
        raw = reader.job_log(job.id)
        text = sanitize.log_text(raw.decode("utf-8", "replace"))
        if text:
            name = LOG.format(name=job.name, lines=_lines(text))
            found.append(Section(name, text, "log", priority=2))
    return found


def _coverage(material: Material) -> str:
    """Say how much was read, of logs by the line and of files by the file."""
    matched = ((_LOG_LINES.fullmatch(s.name), s.text) for s in material.sections)
    logs = [(int(match[1]), _lines(text)) for match, text in matched if match]
    total, read = (
        (sum(column) for column in zip(*logs, strict=True)) if logs else (0, 0)
    )
    files = [s for s in material.sections if s.name.startswith("file ")]
    whole = f"{len(files)} file{'s' * (len(files) != 1)} whole"
    if not logs:
        return whole
    lines = f"all {total:,}" if read >= total else f"the last {read:,} of {total:,}"
    return f"{lines} log lines, {whole}"


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def _hypothesis(number: int, each: Hypothesis) -> str:
    where = findings.place(each.path, each.line)
    parts = [f"**{number}. {each.title}** {where}".rstrip(), each.explanation]
    parts.append(markdown.fence(each.quote))
    parts.append(f"Confirm or refute: {each.confirm}" if each.confirm else "")
    return "\n\n".join(part for part in parts if part)


TASK = Task(
    name="debug",
    summary="reads the full stack of a complex bug and ranks hypotheses with evidence",
    model_class="reasoning",
    prompt=PROMPT,
    reply=DebugReply,
    gather=gather,
    check=check,
    render=render,
    title="Debugging",
    needs=Needs(context=MIN_CONTEXT),
    labels=("bug", "crash", "regression", "security"),
    output_tokens=6_000,
)
