"""`routebot distill`: a CI log, cut down to the lines that explain the failure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO

import click

from bot import action, secrets
from bot.cli import log_files
from bot.cli.log_files import LogFile
from bot.cli.options import format_option
from bot.context import log
from bot.errors import UsageError
from bot.text import sanitize

# Bytes at the start of a passing log that tell whether it is text.
_SNIFFED = 8_192
# Failures listed above the lines, which show the rest.
_MOST = 10

HEADING = "{category}{exit_code}: {shown:,} of {lines:,} lines{shared}"
SHARED = "; {lines:,} also stand in the passing log"
COMMAND_LINE = "command: {command}"
CHUNK = "lines {start}-{end} ({kind})"
FAILURE = "{tool}: {what}"
MORE = "and {count} more"
FINGERPRINT = "fingerprint {fingerprint}"

SHOWN = "routebot: shown is {name}, one of {count} logs in the archive"
ALIKE = "routebot: {names} failed alike"
OTHERS = "routebot: {names} failed, too: unzip -p FILE NAME | routebot distill"
_NAMED = 5
_GREEN = (True, True)

NOT_COMPARED = "routebot: --passed {file}: {problem}"
NO_LINES = "an empty log: nothing was compared"
NOT_TEXT = "not a text: nothing was compared"
NO_SHARE = "shares next to no line with the failing log: nothing was compared"


@click.command()
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE]")
@click.option(
    "--budget",
    type=click.IntRange(1, 10_000),
    default=log.BUDGET,
    show_default=True,
    metavar="LINES",
    help="At most this many lines.",
)
@click.option(
    "--passed",
    default="",
    metavar="FILE",
    help="The log of the job's last green run: what stands there is no cause.",
)
@format_option("text", "json")
def distill(file: BinaryIO, budget: int, passed: str, output_format: str) -> None:
    """Show the lines of a raw CI log (FILE, packed or not, or stdin) that matter.

    FILE may be the archive of a run's logs that GitHub gives: the first job that
    failed is shown, the others are named. No model is asked. Secrets are taken out of
    what is shown.
    """
    witness = _Witness(passed)

    def read(each: LogFile) -> log.Distilled:
        pieces = witness.pieces() if passed else None
        return log.distill(each.pieces, budget=budget, passed=pieces)

    distilled = _telling(log_files.opened(file), read)
    problem = witness.problem or ("" if distilled.shared_lines else NO_SHARE)
    if passed and problem:
        click.echo(NOT_COMPARED.format(file=passed, problem=problem), err=True)
    vault = secrets.vault(action.read_inputs().secrets)

    def redact(text: str) -> tuple[str, int]:
        found = secrets.redact(text, vault)
        return found.text, sum(found.counts.values())

    distilled = log.redacted(distilled, redact)
    if output_format == "json":
        click.echo(json.dumps(distilled.as_dict(), indent=2))
    else:
        click.echo("\n".join(_text(distilled)))


def _telling(
    logs: Sequence[LogFile], read: Callable[[LogFile], log.Distilled]
) -> log.Distilled:
    """Distil the log; of an archive the first that tells of a failure, and name it."""
    found = {each.name: read(each) for each in logs}
    names = sorted(found, key=lambda name: _calm(found[name]))
    shown = found[names[0]]
    if names[0]:
        click.echo(SHOWN.format(name=_listed(names[:1]), count=len(names)), err=True)
    failed = [name for name in names[1:] if _calm(found[name]) < _GREEN]
    alike = [n for n in failed if found[n].fingerprint == shown.fingerprint]
    for text, some in (
        (ALIKE, alike),
        (OTHERS, [name for name in failed if name not in alike]),
    ):
        if some:
            click.echo(text.format(names=_listed(some)), err=True)
    return shown


def _calm(distilled: log.Distilled) -> tuple[bool, bool]:
    return not distilled.exit_code, distilled.category == "no_error_found"


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
    return sanitize.log_line(shown)


class _Witness:
    """Reads the passing log as far as it is one; a bad one costs nothing but itself."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problem = ""

    def pieces(self) -> Iterator[bytes]:
        self.problem = NO_LINES
        try:
            with open(self._file, "rb") as opened:
                logs = log_files.opened(opened)
                for piece in filter(None, chain.from_iterable(e.pieces for e in logs)):
                    if self.problem and b"\0" in piece[:_SNIFFED]:
                        self.problem = NOT_TEXT
                        return
                    self.problem = ""
                    yield piece
        except OSError as exc:
            self.problem = exc.strerror or str(exc)
        except UsageError as exc:
            self.problem = str(exc)


def _text(distilled: log.Distilled) -> Iterator[str]:
    """Number every line, so that none of them can be a workflow command (T09)."""
    yield _heading(distilled)
    if distilled.note:
        yield distilled.note
    if distilled.commands:
        yield _inert(COMMAND_LINE.format(command=distilled.commands[0]))
    failures = _leading(distilled.failures)
    for failure in failures[:_MOST]:
        place = f"{failure.file}:{failure.line}" if failure.line else failure.file
        what = " ".join(filter(None, (failure.test, place, failure.message)))
        yield _inert(FAILURE.format(tool=failure.tool, what=what))
    if len(failures) > _MOST:
        yield MORE.format(count=len(failures) - _MOST)
    for chunk in distilled.chunks:
        yield ""
        yield CHUNK.format(start=chunk.start, end=chunk.end, kind=chunk.kind)
        for number, line in enumerate(chunk.text.split("\n"), chunk.start):
            yield _inert(f"{number:>7} | {line}")
    if distilled.fingerprint:
        yield ""
        yield FINGERPRINT.format(fingerprint=distilled.fingerprint)


def _leading(failures: tuple[log.Failure, ...]) -> list[log.Failure]:
    # A tool often reports twice: the failing test by name, and what it printed.
    naming = {each.tool for each in failures if each.test}
    best: dict[tuple[str, str], log.Failure] = {}
    for each in failures:
        key = (each.tool, each.test or f"{each.file} {each.message}")
        is_better = key not in best or (each.line and not best[key].line)
        if is_better and (each.test or each.tool not in naming):
            best[key] = each
    return list(best.values())


def _heading(distilled: log.Distilled) -> str:
    code, shared = distilled.exit_code, distilled.shared_lines
    return HEADING.format(
        category=distilled.category.replace("_", " "),
        exit_code="" if code is None else f" (exit code {code})",
        shown=sum(chunk.end - chunk.start + 1 for chunk in distilled.chunks),
        lines=distilled.lines_total,
        shared=SHARED.format(lines=shared) if shared else "",
    )


def _inert(line: str) -> str:
    return line.replace("##[", "## [")


COMMAND = distill
