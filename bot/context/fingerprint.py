"""One short name for one failure, whichever run, machine or order it appears in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from bot.context import log_scan
from bot.context.log_mask import stable
from bot.context.log_shapes import Chunk, Distilled, Failure

_DIGITS = 16
_MAX_LINES = 20


def of(distilled: Distilled) -> str:
    """Return 16 hex digits that the same failure always has; "" without a cause.

    Line numbers, times, durations, hashes, addresses, temporary and home paths and
    the order of the failures do not count.
    """
    if distilled.category == "no_error_found" or not distilled.chunks:
        return ""
    told = set(_told(distilled.failures) or _shown(distilled.chunks[0]))
    if not told:
        return ""
    text = "\n".join([distilled.category, *sorted(told)])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def _told(failures: tuple[Failure, ...]) -> list[str]:
    # A tool often reports twice: the failing test by name, and what it printed.
    named = [failure for failure in failures if failure.test]
    return [
        "\t".join(map(stable, (each.test, each.file, each.message)))
        for each in named or failures
    ]


def _shown(chunk: Chunk) -> Iterator[str]:
    lines = [line for line in chunk.text.split("\n") if line.strip()]
    telling = [line for line in lines if log_scan.weight(line)[1] > 1]
    return map(stable, (telling or lines)[:_MAX_LINES])
