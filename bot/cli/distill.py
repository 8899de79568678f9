"""`routebot distill`: a CI log, cut down to the lines that explain the failure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import click

from bot import action, secrets
from bot.cli.options import format_option
from bot.context import log
from bot.errors import UsageError

# Bytes of a log that are read, unpacked: a packed log may claim to be any size.
MAX_BYTES = 1 << 30
_STEP = 1 << 20
_GZIP = b"\x1f\x8b"
# Bytes at the start of a passing log that tell whether it is text.
_SNIFFED = 8_192
# Failures listed above the lines, which show the rest.
_MOST = 10

TOO_LONG = "the log is longer than 1 GiB; cut it first"
DAMAGED = "the packed log is damaged; unpack it to see how far it reads"
HEADING = "{category}{exit_code}: {shown:,} of {lines:,} lines{shared}"
SHARED = "; {lines:,} also stand in the passing log"
COMMAND_LINE = "command: {command}"
CHUNK = "lines {start}-{end} ({kind})"
FAILURE = "{tool}: {what}"
MORE = "and {count} more"
FINGERPRINT = "fingerprint {fingerprint}"

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

    No model is asked. Secrets are taken out of what is shown.
    """
    witness = _Witness(passed)
    pieces = witness.pieces() if passed else None
    distilled = log.distill(_pieces(file), budget=budget, passed=pieces)
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


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    piece = file.read(_STEP)
    unpacker = _Unpacker() if piece.startswith(_GZIP) else None
    size = 0
    while piece:
        for plain in unpacker.feed(piece) if unpacker else (piece,):
            size += len(plain)
            if size > MAX_BYTES:
                raise UsageError(TOO_LONG)
            yield plain
        piece = file.read(_STEP)
    if unpacker is not None and not unpacker.is_done:
        raise UsageError(DAMAGED)


class _Witness:
    """Reads the passing log as far as it is one; a bad one costs nothing but itself."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problem = ""

    def pieces(self) -> Iterator[bytes]:
        self.problem = NO_LINES
        try:
            with open(self._file, "rb") as opened:
                for piece in filter(None, _pieces(opened)):
                    if self.problem and b"\0" in piece[:_SNIFFED]:
                        self.problem = NOT_TEXT
                        return
                    self.problem = ""
                    yield piece
        except OSError as exc:
            self.problem = exc.strerror or str(exc)
        except UsageError as exc:
            self.problem = str(exc)


class _Unpacker:
    """Unpacks gzip in bounded steps; several members may follow one another."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def is_done(self) -> bool:
        return self._inner.eof

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._inner.eof:
                self._inner = zlib.decompressobj(wbits=31)
            try:
                yield self._inner.decompress(packed, _STEP)
            except zlib.error as exc:
                raise UsageError(DAMAGED) from exc
            packed = self._inner.unconsumed_tail or self._inner.unused_data


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
