"""Debug: ranked hypotheses for a complex bug, each with evidence to check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import ci_comment, findings
from bot.context import (
    Material,
    Section,
    ci,
    ci_findings,
    duplicates,
    fit,
    full_stack,
    linked,
    real_places,
    report,
    repository,
    thread,
)
from bot.context.ci import Run
from bot.events import Event
from bot.reader import Files, Reader
from bot.tasks import Answer, Checked, Needs, Task
from bot.text import markdown, sanitize
from bot.verify import evidence, named
from bot.verify.evidence import Place

PROMPT = """\
You find the cause of a bug. You have the whole report, whole files and whole logs;
read all of it before you answer. Give hypotheses, likeliest first. Each needs
evidence: paths, lines and verbatim quotes from the material that show it, and how
to confirm or refute it with one command or one log line. Say how the pieces
lead to the symptom. If a file you have not seen decides between hypotheses, name it
in wanted. Give a minimal reproduction if the material carries one, and a sketch of
the fix for the first hypothesis. A hypothesis without evidence is worthless here:
leave it out."""

LOG = "whole log of job {name} ({lines} lines)"
WHAT_FAILED = "What failed, established without a model"
ESTABLISHED = "What was established without a model"
FILES = 20  # files that failures name and that are read whole
MIN_CONTEXT = 1_000_000  # tokens: the full stack and whole files, never a cut version
NO_EVIDENCE = "hypothesis without checkable evidence"
NOTHING_STANDS = (
    "no quote of any hypothesis stands in the material as it was quoted: quote lines "
    "exactly as they are, with the path they stand in, or give no hypothesis"
)
INVENTED = "path that does not exist"
CHECKED_APART = frozenset({"evidence", "reproduction", "wanted"})
MOST_SHOWN = 4  # quotes of one hypothesis
CONFIRM = "Confirm or refute: {how}"
# What a command begins with; "make sure that" and "go to" are no commands.
_COMMAND = re.compile(
    r"\$ |\./|(?:[A-Z][A-Z0-9_]{0,40}=\S{1,200} )?(?:awk|bash|cargo|cat|cmake|composer|"
    r"curl|deno|diff|docker|dotnet|env|find|gdb|gh|git|go(?= (?:build|run|test|vet))|"
    r"gradle|grep|head|java|jq|kubectl|ls|lsof|make(?! sure)|mvn|node|npm|npx|perl|php|"
    r"pip|pnpm|poetry|psql|pytest|python[0-9.]{0,4}|rg|ruby|rustc|sed|sh|sqlite3|stat|"
    r"strace|tail|time|tox|uv|valgrind|yarn)(?= \S|$)"
)
_LOG_LINES = re.compile(r"whole log of job .{0,400} \((\d{1,9}) lines\)", re.DOTALL)


class Evidence(BaseModel):
    """What shows a hypothesis: the quote must stand in the material, at the path."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: Annotated[str, Field(max_length=400)]
    line: Annotated[int, Field(ge=0)]
    quote: Annotated[str, Field(max_length=2_000)]


class Hypothesis(BaseModel):
    """One possible cause; without evidence that stands it is dropped."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    title: Annotated[str, Field(max_length=300)]
    explanation: Annotated[str, Field(max_length=4_000)]
    evidence: Annotated[list[Evidence], Field(max_length=6)]
    confirm: Annotated[str, Field(max_length=1_000)]


class DebugReply(BaseModel):
    """What debugging answers, likeliest first."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    hypotheses: Annotated[list[Hypothesis], Field(max_length=10)]
    reproduction: Annotated[str, Field(max_length=4_000)]
    fix_sketch: Annotated[str, Field(max_length=4_000)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the report, the whole stack behind its traces, the change and CI logs."""
    is_run = event.run is not None or bool(reader.runs.failed_jobs())
    run = ci.read(event, reader) if is_run else None
    own = (event.body, *(said.body for said in reader.comments()))
    reported = _reported(event, own, reader)
    texts = (*own, *(body for _, body in reported))
    stack = full_stack.read(event, texts, reader)
    said = "\n".join((event.title, *texts))
    mentioned = repository.mentioned(said, stack.source.tree())
    failing = _near(run) if run is not None else ()
    whole = dict.fromkeys((*mentioned, *failing))
    change = reader.diff()
    sections = [*thread.sections(event, reader, latest=thread.WHOLE)]
    sections += full_stack.sections(event, stack, reader, whole=whole)
    sections += _logs(run, reader) if run is not None else []
    if change:
        sections.append(Section("the change", sanitize.code(change).text, "diff", 1))
    sections += linked.sections(event, own, reader.tracker)
    sections += repository.outline(reader)
    traced = full_stack.findings(stack, reader)
    if run is not None:
        kept = [each for each in traced if each.path]
        failed = real_places.checked(ci_findings.of(run, reader.missing), reader)
        found = [*failed, *kept]
    else:
        closed = reader.tracker.closed_issues()
        told = "\n\n".join((event.body, *map("\n".join, reported)))
        found = [*traced, *report.missing_fields(event.title, told)]
        found += duplicates.related(event, closed)
        sections += duplicates.sections(event, closed)
    found += thread.findings(event)
    return Material(
        tuple(sections),
        tuple(found),
        fingerprints=run.fingerprints if run is not None else (),
    )


def _reported(
    event: Event, texts: Sequence[str], reader: Reader
) -> list[tuple[str, str]]:
    """Title and text of the issues that a change says it mends: they are its report."""
    if not event.is_pull_request:
        return []
    read = linked.named(event, texts, reader.tracker)
    return [(each.title, each.body) for each in read]


def check(reply: DebugReply, material: Material) -> Checked:
    """Drop hypotheses of which no quote stands where it is said to stand."""
    kept, dropped = [], []
    for each in reply.hypotheses:
        held = _held(each, material)
        if held:
            kept.append(each.model_copy(update={"evidence": held}))
        else:
            dropped.append(NO_EVIDENCE)
    return Checked(
        reply.model_copy(update={"hypotheses": kept}),
        tuple(dropped),
        failed=not kept,
        repair="" if kept else NOTHING_STANDS,
    )


def verify(reply: DebugReply, material: Material, files: Files) -> Checked:
    """Mark the paths in running text that are neither here nor in what was read."""
    known = {*files.tree(), *repository.listed_paths(material.sections)}
    marked, count = named.marked(reply, known=known, but=CHECKED_APART)
    return Checked(marked, (INVENTED,) * count)


def _held(each: Hypothesis, material: Material) -> list[Evidence]:
    found = (
        (shown, evidence.found(shown.quote, place, sections=material.sections))
        for shown in each.evidence
        for place in [Place(shown.path, shown.line)]
    )
    return [
        shown.model_copy(update={"path": at.path, "line": at.line})
        for shown, at in found
        if at is not None
    ]


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


def _near(run: Run) -> tuple[str, ...]:
    """The files that failures name, then those they use, then what was changed."""
    places = [place.path for each in run.failed for place in each.places]
    used = [path for each in run.failed for path in each.evidence.overlap.reached]
    changed = [file.path for file in run.change if file.kind in ("source", "test")]
    return tuple(dict.fromkeys((*places, *used, *changed)))[:FILES]


def _logs(run: Run, reader: Reader) -> list[Section]:
    """The log of each failure, whole: of jobs that fail alike, the first one's."""
    found = []
    for job in (each.jobs[0] for each in run.failed):
        raw = reader.runs.job_log(job.id)
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
    tokens = sum(map(fit.section_tokens, material.sections))
    whole = f"{whole}, about {tokens:,} tokens in all"
    if not logs:
        return whole
    lines = f"all {total:,}" if read >= total else f"the last {read:,} of {total:,}"
    return f"{lines} log lines, {whole}"


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def _hypothesis(number: int, each: Hypothesis) -> str:
    parts = [f"**{number}. {each.title}**", each.explanation]
    for shown in each.evidence[:MOST_SHOWN]:
        parts.append(findings.place(shown.path, shown.line))
        parts.append(markdown.fence(shown.quote))
    parts.append(_confirm(each.confirm))
    return "\n\n".join(part for part in parts if part)


def _confirm(said: str) -> str:
    """A command is shown as it is typed, anything else as it was said."""
    said = said.strip()
    if _COMMAND.match(said) is None or "`" in said or said.endswith("."):
        return CONFIRM.format(how=said) if said else ""
    if "\n" in said:
        return f"{CONFIRM.format(how='').rstrip()}\n\n{markdown.fence(said, 'console')}"
    return CONFIRM.format(how=markdown.code_span(said))


TASK = Task(
    name="debug",
    summary="reads the full stack of a complex bug and ranks hypotheses with evidence",
    model_class="reasoning",
    prompt=PROMPT,
    reply=DebugReply,
    gather=gather,
    check=check,
    verify=verify,
    render=render,
    title="Debugging",
    needs=Needs(context=MIN_CONTEXT),
    labels=("bug", "crash", "regression", "security"),
    output_tokens=6_000,
)
