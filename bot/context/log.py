"""A raw CI log, reduced to the lines that explain the failure; no model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from bot.context import (
    fingerprint,
    log_choice,
    log_lines,
    log_page,
    log_passed,
    log_runtimes,
    log_scan,
    log_silence,
)
from bot.context.log_grammars import Category
from bot.context.log_passed import Witness
from bot.context.log_scan import Scan
from bot.context.log_shapes import Chunk, Distilled, Failure, json_schema

__all__ = [
    "Category",
    "Chunk",
    "Distilled",
    "Failure",
    "distill",
    "json_schema",
    "redacted",
    "texts",
]

BUDGET = 60

NO_ERROR = "the log ends without an error"
EMPTY = "the log is empty"
NO_TEXT = "the log is not a text"
SILENT = "the step that failed printed nothing"
NOTHING_NEW = "nothing in the log is new: the green run wrote the same"
NOTES: dict[str, str] = {
    "runner_lost": "the job lost its runner",
    "cancelled": "the job was cancelled",
    "timeout": "the job ran out of time",
    "out_of_memory": "the job ran out of memory",
    "disk": "the disk was full",
}


def distill(
    data: bytes | Iterable[bytes],
    *,
    budget: int = BUDGET,
    passed: bytes | Iterable[bytes] | None = None,
) -> Distilled:
    """Find the lines that explain why a job failed, at most `budget` of them.

    `data` is the raw log or its pieces in order; `passed` is the log of a green run
    of the same job, whose lines are not the cause. One pass, memory bounded. Never
    raises on content; where nothing looks like a cause, `category` is
    "no_error_found" and `note` says so.
    """
    scan, witness = _read(data, passed)
    is_compared = witness.is_of_same_job
    has_news = is_compared and witness.has_news
    is_telling = has_news and witness.is_telling
    shared = witness.shared if is_compared else 0
    novel = list(log_passed.chunks(witness, budget)) if is_telling else []
    page = log_page.of(scan)
    chosen = novel or log_choice.chunks(page, budget=budget)
    silent = log_silence.chunks(page, chosen, budget=budget)
    # What was reported before may be why a later step failed; mere words are not.
    if silent and not any(map(log_choice.is_report, chosen)):
        return _of_silence(scan, silent, shared=shared)
    category = log_choice.category(chosen, exit_code=scan.exit_code, total=scan.number)
    no_error = NOTHING_NEW if is_compared and not has_news else NO_ERROR
    category, failures = _named(category, chosen, tuple(scan.failures))
    if category == "no_error_found" and not log_scan.is_text(scan):
        chosen, no_error = [], NO_TEXT
    distilled = Distilled(
        lines_total=scan.number,
        chunks=tuple(chosen),
        failures=failures,
        category=category,
        commands=tuple(scan.commands),
        exit_code=scan.exit_code,
        note=_note(category, scan, no_error=no_error),
        shared_lines=shared,
    )
    return replace(distilled, fingerprint=fingerprint.of(distilled))


def _named(
    category: Category, chosen: Sequence[Chunk], failures: tuple[Failure, ...]
) -> tuple[Category, tuple[Failure, ...]]:
    """Name the error that nobody caught, where no tool names a test or a line."""
    is_told = any(each.test or each.line for each in failures)
    if is_told or category not in ("error", "crash"):
        return category, failures
    uncaught = dict.fromkeys(log_runtimes.uncaught(chosen))
    return "crash" if uncaught else category, (*uncaught, *failures)


def _of_silence(scan: Scan, shown: Sequence[Chunk], *, shared: int) -> Distilled:
    return Distilled(
        lines_total=scan.number,
        chunks=tuple(shown),
        commands=tuple(scan.commands),
        exit_code=scan.exit_code,
        note=SILENT,
        shared_lines=shared,
    )


def _read(
    data: bytes | Iterable[bytes], passed: bytes | Iterable[bytes] | None
) -> tuple[Scan, Witness]:
    scan, witness = Scan(), Witness(log_passed.known(passed or b""))
    for number, line in enumerate(log_lines.lines(data), 1):
        is_known = bool(witness.known) and witness.read(number, line)
        log_scan.read(scan, line, is_known=is_known)
    if scan.exit_code is None:
        log_scan.add_tail(scan, 1.0)
    return scan, witness


def redacted(
    distilled: Distilled, redact: Callable[[str], tuple[str, int]]
) -> Distilled:
    """Put every text of a distillate through `redact`, which counts what it takes."""
    count = 0

    def clean(text: str) -> str:
        nonlocal count
        text, taken = redact(text)
        count += taken
        return text

    chunks = tuple(replace(c, text=clean(c.text)) for c in distilled.chunks)
    shown = count
    failures = tuple(
        replace(f, test=clean(f.test), file=clean(f.file), message=clean(f.message))
        for f in distilled.failures
    )
    commands = tuple(clean(command) for command in distilled.commands)
    # Failures repeat what the chunks show: what is hidden twice counts once.
    total = distilled.redactions + (shown or count)
    return replace(
        distilled,
        chunks=chunks,
        failures=failures,
        commands=commands,
        redactions=total,
    )


def texts(distilled: Distilled) -> Iterator[str]:
    """Yield the distillate as text, one line at a time, for a terminal or a prompt."""
    if distilled.note:
        yield f"{distilled.note} ({distilled.lines_total:,} lines)"
    for chunk in distilled.chunks:
        yield f"--- lines {chunk.start}-{chunk.end} ({chunk.kind})"
        yield from chunk.text.split("\n")


def _note(category: Category, scan: Scan, *, no_error: str) -> str:
    if not scan.has_text:
        return EMPTY
    if category == "no_error_found":
        return no_error
    return NOTES.get(category, "")
