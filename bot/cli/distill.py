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

TOO_LONG = "the log is longer than 1 GiB; cut it first"
DAMAGED = "the packed log is damaged; unpack it to see how far it reads"
HEADING = "{category}{exit_code}: {lines:,} lines"
CHUNK = "lines {start}-{end} ({kind})"
FAILURE = "{tool}: {what}"


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
@format_option("text", "json")
def distill(file: BinaryIO, budget: int, output_format: str) -> None:
    """Show the lines of a raw CI log (FILE, packed or not, or stdin) that matter.

    No model is asked. Secrets are taken out of what is shown.
    """
    distilled = log.distill(_pieces(file), budget=budget)
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
    code = distilled.exit_code
    yield HEADING.format(
        category=distilled.category.replace("_", " "),
        exit_code="" if code is None else f" (exit code {code})",
        lines=distilled.lines_total,
    )
    if distilled.note:
        yield distilled.note
    for failure in distilled.failures[:10]:
        place = f"{failure.file}:{failure.line}" if failure.line else failure.file
        what = " ".join(filter(None, (failure.test, place, failure.message)))
        yield _inert(FAILURE.format(tool=failure.tool, what=what))
    for chunk in distilled.chunks:
        yield ""
        yield CHUNK.format(start=chunk.start, end=chunk.end, kind=chunk.kind)
        for number, line in enumerate(chunk.text.split("\n"), chunk.start):
            yield _inert(f"{number:>7} | {line}")


def _inert(line: str) -> str:
    return line.replace("##[", "## [")


COMMAND = distill
