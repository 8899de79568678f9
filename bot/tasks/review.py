"""Review: what is wrong with this change, on which line, and how we know."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import Material, Section, diff, hunks, risks, thread
from bot.context.kinds import UNREAD
from bot.events import Event
from bot.tasks import Answer, Checked, InlineComment, Reader, Task
from bot.text import markdown
from bot.verify.claims import lines_in_diff, quote_exists

PROMPT = """\
You review one change to a software repository. Report only what is wrong: bugs,
broken contracts, security faults, lost data, races, missing handling of input that
will come. No style, no praise, no summary of what the diff does. For each finding
give the path and the lines of the new file as they stand in the diff, quote the
faulty code exactly in evidence, say in why what happens and when, and set
suggestion to the replacement of exactly these lines, or to an empty string. No
findings is a good answer. If a finding depends on a file you have not seen, name
the file in wanted instead of guessing."""

INLINE = 10
COVERAGE = "read {read} of {total} files"
SKIPPED = ", {count} skipped: {kinds}"
NO_FINDINGS = "No findings: {coverage}."
NO_FINDINGS_BUT = "The model found nothing ({coverage}). Established without it:"
DIFF_NAME = "the diff"


class ReviewFinding(BaseModel):
    """One thing that is wrong, with the quote that shows it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    start_line: Annotated[int, Field(ge=1)]
    line: Annotated[int, Field(ge=1)]
    severity: Literal["blocker", "major", "minor"]
    title: Annotated[str, Field(max_length=300)]
    why: Annotated[str, Field(max_length=3_000)]
    evidence: str
    suggestion: str


class ReviewReply(BaseModel):
    """What a review answers; what cannot be shown in the diff is dropped."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    findings: Annotated[list[ReviewFinding], Field(max_length=500)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the diff; list, but do not read, what no reviewer reads."""
    text = reader.diff()
    change = diff.read(text)
    read = [file for file in change.files if file.kind not in UNREAD]
    sections = (
        *thread.sections(event, reader),
        *(_section(file) for file in read),
    )
    found = (*risks.findings(change.files), *thread.findings(event))
    return Material(sections, found, (_coverage(change.files, read), *change.problems))


def check(reply: ReviewReply, material: Material) -> Checked:
    """Keep the findings whose lines and quotes stand in the diff."""
    files = {
        file.path: file
        for section in material.sections
        if section.kind == "diff"
        for file in diff.parse(section.text)
    }
    kept = [found for found in reply.findings if _is_shown(found, files)]
    order = findings.ORDER.index
    kept.sort(key=lambda found: (order(found.severity), found.path, found.line))
    missed = len(reply.findings) - len(kept)
    return Checked(
        reply.model_copy(update={"findings": kept}),
        tuple("finding not shown by the diff" for _ in range(missed)),
        failed=bool(reply.findings) and not kept,
    )


def render(reply: ReviewReply | None, material: Material) -> Answer:
    """Write a table of findings and the inline comments; else the risk map."""
    risk_map = findings.as_markdown(material.findings)
    coverage = material.coverage[0] if material.coverage else ""
    if reply is None:
        weight = findings.heaviest(material.findings)
        return Answer(f"{risk_map}\n\n_{coverage}_" if risk_map else "", weight=weight)
    facts = findings.heaviest(material.findings)
    if not reply.findings and findings.reaches(facts, "major"):
        # A model that was talked into silence must not silence these, too.
        body = f"{NO_FINDINGS_BUT.format(coverage=coverage)}\n\n{risk_map}"
        return Answer(body, weight=facts)
    folds = (("Risk map (established without a model)", risk_map),) if risk_map else ()
    if not reply.findings:
        return Answer(NO_FINDINGS.format(coverage=coverage), folds)
    rows = "\n".join(_row(found) for found in reply.findings)
    body = f"| severity | where | what |\n|---|---|---|\n{rows}\n\n_{coverage}_"
    inline = tuple(_inline(found) for found in reply.findings[:INLINE])
    heaviest = min(
        reply.findings[0].severity, facts or "info", key=findings.ORDER.index
    )
    return Answer(body, folds, inline, heaviest)


def _section(file: diff.FileDiff) -> Section:
    return Section(
        f"{DIFF_NAME} of {file.path}", hunks.unified(file), "diff", priority=1
    )


def _coverage(files: tuple[diff.FileDiff, ...], read: list[diff.FileDiff]) -> str:
    text = COVERAGE.format(read=len(read), total=len(files))
    kinds = Counter(file.kind for file in files if file.kind in UNREAD)
    if not kinds:
        return text
    return text + SKIPPED.format(count=kinds.total(), kinds=", ".join(sorted(kinds)))


def _is_shown(found: ReviewFinding, files: dict[str, diff.FileDiff]) -> bool:
    file = files.get(found.path)
    if file is None:
        return False
    lines = {found.path: diff.right_ranges(file)}
    text = "\n".join(line.text for hunk in file.hunks for line in hunk.lines)
    start = min(found.start_line, found.line)
    return lines_in_diff(found.path, start, found.line, files=lines) and quote_exists(
        found.evidence, text
    )


def _row(found: ReviewFinding) -> str:
    where = findings.place(found.path, found.line)
    return f"| {found.severity} | {where} | {_cell(found.title)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _inline(found: ReviewFinding) -> InlineComment:
    parts = [f"**{found.severity}: {_cell(found.title)}**", found.why]
    if found.suggestion:
        parts.append(markdown.fence(found.suggestion))
    return InlineComment(
        found.path, found.line, "\n\n".join(parts), min(found.start_line, found.line)
    )


TASK = Task(
    name="review",
    summary="reads a change: findings on their lines, with evidence",
    model_class="balanced",
    prompt=PROMPT,
    reply=ReviewReply,
    gather=gather,
    check=check,
    render=render,
    title="Review",
    comment_from="minor",
    answers=("git.pre-push", "terminal.review"),
    output_tokens=2_500,
    max_calls=30,
)
