"""What is established of a failed run without a model, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.context import Finding, log
from bot.context.ci import Failed, Run
from bot.context.kinds import kind_of
from bot.context.log_shapes import Distilled, Failure
from bot.context.overlap import Place
from bot.context.verdict_shapes import Evidence

VERDICT = "verdict"
BECAUSE = "verdict-because"
FAILURE = "ci-failure"
SEEN = "seen"
SUSPECT = "suspect"
NO_LOG = "no-log"
NO_CAUSE = "no-cause"
NO_OUTPUT = "no-output"
NO_JOBS = "no-jobs"
NO_ACCESS = "no-access"
NO_ANSWER = "no-answer"
ON_BASE = "on-base"
BRANCH = "the run is one of the base branch itself"
ACCESS = "routebot may not read what the run left behind"
ANSWER = "GitHub did not list the run's jobs"
WORKFLOW = "the workflow of the run that started no job"
SUSPECTED = "a changed line that the failure points at"
SUSPECTED_FILE = "a changed file that the failure names or uses"
KINDS = frozenset(
    (
        VERDICT,
        BECAUSE,
        FAILURE,
        SEEN,
        SUSPECT,
        NO_LOG,
        NO_CAUSE,
        NO_OUTPUT,
        NO_JOBS,
        NO_ACCESS,
        NO_ANSWER,
        ON_BASE,
    )
)
QUOTED_LINES = 14
LINE = 300  # characters quoted of one line
_BEFORE = 6
# What a runner writes around a step's lines: it shows nothing.
_MARKS = ("##[endgroup]", "##[group]", "##[error]Process completed with")

WITHOUT_CAUSE = "the log shows no error line; nothing is claimed about the cause"
SILENT = "it printed nothing before it ended with exit code {code}"
RAN = "; it ran: {command}"
UNREAD = "the log is empty or could not be read; nothing is claimed about the cause"
SEEN_BEFORE = "seen {times} in the last 30 days, last in #{number}"
ALIKE = "{count} of {total} jobs, same failure ({names})"
ALIKE_OF_READ = "{count} of the {read} failed jobs that were read, same failure"
_NAMED = 4
FORBIDDEN = "could not be read (no permission)"
# What is said of a failure that is not what the verdict on the run is about.
_OTHERWISE: dict[str, str] = {
    "caused_by_this_change": "caused by this change",
    "failing_on_base": "fails on the base branch, too",
    "flaky": "flaky",
    "infrastructure": "infrastructure, not the code",
    "unclear": "unclear whose fault",
}
_KINDS = {"no_error_found": "it failed", "error": "it failed"}


def of(run: Run, missing: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Tell the verdict, then each failure with the lines that show it.

    `missing` are the reader's sentences on what could not be read. Where the run is
    green in the end, everything is information only.
    """
    found = [Finding(VERDICT, run.verdict.name, "major")]
    found += [Finding(BECAUSE, sentence) for sentence in run.verdict.evidence]
    if run.workflow:
        found.append(Finding(NO_JOBS, WORKFLOW, "major", run.workflow))
    if any(each.endswith(FORBIDDEN) and _is_of_run(each) for each in missing):
        found.append(Finding(NO_ACCESS, ACCESS))
    elif run.is_unread:
        found.append(Finding(NO_ANSWER, ANSWER))
    if run.is_of_base:
        found.append(Finding(ON_BASE, BRANCH))
    found += _suspects(run)
    for each in run.failed:
        found.append(_failure(each, run, missing))
        found.extend(_seen(each.evidence))
    if run.is_green:
        return tuple(replace(finding, severity="info") for finding in found)
    return tuple(found)


def _is_of_run(missing: str) -> bool:
    return missing.startswith(("jobs of run ", "log of job "))


def told(failures: Sequence[Failure]) -> Failure | None:
    """Pick the failure to tell first: one that names its test, with its line."""
    if not failures:
        return None
    first = next((each for each in failures if each.test), failures[0])
    lines = (each.line for each in failures if each.file == first.file and each.line)
    return first if first.line else replace(first, line=next(lines, 0))


def _suspects(run: Run) -> Iterator[Finding]:
    """The changed line that failures point at, else a file: code before tests."""
    touched = dict.fromkeys(
        place
        for each in run.failed
        for place in each.places
        if f"{place.path}:{place.line}" in each.evidence.overlap.lines
    )
    for place in sorted(touched, key=lambda each: kind_of(each.path) == "test")[:1]:
        yield Finding(SUSPECT, SUSPECTED, "info", place.path, place.line)
    if not touched and run.verdict.name == "caused_by_this_change":
        overlaps = [each.evidence.overlap for each in run.failed]
        near = [path for each in overlaps for path in (*each.files, *each.reached)]
        for path in sorted(near, key=lambda each: kind_of(each) == "test")[:1]:
            yield Finding(SUSPECT, SUSPECTED_FILE, "info", path)


def _failure(failed: Failed, run: Run, missing: Sequence[str]) -> Finding:
    what = _jobs(failed, run)
    if failed.verdict.name != run.verdict.name:
        what += f" ({_OTHERWISE[failed.verdict.name]})"
    what += ": "
    distilled = failed.distilled
    if not distilled.lines_total or distilled.note in (log.EMPTY, log.NO_TEXT):
        return Finding(NO_LOG, what + _why_unread(failed, missing), "major")
    is_silent = distilled.note == log.SILENT
    if is_silent and not failed.failures:
        said = what + _silence(distilled)
        quote = _around(failed, None)
        is_said = quote in distilled.commands
        return Finding(NO_OUTPUT, said[:600], "major", quote="" if is_said else quote)
    is_untold = not distilled.chunks or distilled.category == "no_error_found"
    if is_untold and not is_silent:
        quote = _around(failed, None)
        return Finding(NO_CAUSE, what + WITHOUT_CAUSE, "major", quote=quote)
    first = told(failed.failures)
    place = _place(first, failed.places)
    return Finding(
        FAILURE,
        (what + _said(first, failed))[:600],
        "major",
        place.path if place is not None else "",
        place.line if place is not None else 0,
        _around(failed, first),
    )


def _silence(distilled: Distilled) -> str:
    said = SILENT.format(code=distilled.exit_code)
    command = distilled.commands[-1] if distilled.commands else ""
    return said + (RAN.format(command=command) if command else "")


def _jobs(failed: Failed, run: Run) -> str:
    first = failed.jobs[0]
    if not failed.jobs[1:]:
        steps = ", ".join(first.failed_steps)
        return f"job {first.name}" + (f", step {steps}" if steps else "")
    names = ", ".join(job.name for job in failed.jobs[:_NAMED])
    rest = len(failed.jobs) - _NAMED
    names += f" and {rest} more" if rest > 0 else ""
    if run.unread:
        read = sum(len(each.jobs) for each in run.failed)
        return ALIKE_OF_READ.format(count=len(failed.jobs), read=read) + f" ({names})"
    return ALIKE.format(count=len(failed.jobs), total=run.jobs_total, names=names)


def _said(first: Failure | None, failed: Failed) -> str:
    distilled = failed.distilled
    if first is not None and (first.test or first.message):
        said = ": ".join(part for part in (first.test, first.message) if part)
        tests = {each.test for each in failed.failures if each.test}
        more = f" (and {len(tests) - 1} more tests)" if len(tests) > 1 else ""
        return said[:400] + more
    if distilled.note:
        return distilled.note
    kind = distilled.category.replace("_", " ")
    return _KINDS.get(distilled.category, f"{kind} failure")


def _place(first: Failure | None, places: Sequence[Place]) -> Place | None:
    """The place of the failure that is told, as the repository calls it."""
    if first is None or not first.file:
        return None
    same = [p for p in places if first.file.endswith(p.path) or _ends(p, first)]
    with_line = [place for place in same if place.line]
    exact = next((place for place in with_line if place.line == first.line), None)
    return exact or next(iter((*with_line, *same)), None)


def _ends(place: Place, first: Failure) -> bool:
    return place.path.endswith(f"/{first.file.removeprefix('./')}")


def _around(failed: Failed, first: Failure | None) -> str:
    """The lines to show: of the best chunk those around what the failure says."""
    chunks = failed.distilled.chunks
    if not chunks:
        return ""
    lines = chunks[0].text.split("\n")
    lines = [line[:LINE] for line in lines if not line.startswith(_MARKS)]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    if len(lines) <= QUOTED_LINES:
        return "\n".join(lines).strip("\n")
    at = _told_at(lines, first)
    start = max(min(at - _BEFORE, len(lines) - QUOTED_LINES), 0)
    return "\n".join(lines[start : start + QUOTED_LINES]).strip("\n")


def _told_at(lines: Sequence[str], first: Failure | None) -> int:
    wanted = (first.message, first.test) if first is not None else ()
    for text in wanted:
        at = next((n for n, line in enumerate(lines) if text and text in line), None)
        if at is not None:
            return at
    return 0 if first is not None else len(lines) - 1


def _seen(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.seen:
        return
    count = len(evidence.seen)
    times = "once" if count == 1 else f"{count} times"
    last = evidence.seen[-1].number
    yield Finding(SEEN, SEEN_BEFORE.format(times=times, number=last))


def _why_unread(failed: Failed, missing: Sequence[str]) -> str:
    what = f"log of job {failed.jobs[0].id} "
    said = next((each for each in missing if each.startswith(what)), "")
    return f"its {said.replace(what, 'log ')}" if said else UNREAD
