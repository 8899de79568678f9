"""One short name for one failure, whichever run, machine or order it appears in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from bot.context import log_marks, log_signals
from bot.context.log_mask import stable, stable_name
from bot.context.log_shapes import Chunk, Distilled, Failure

_DIGITS = 16
_MAX_LINES = 60


def of(distilled: Distilled) -> str:
    """Return 16 hex digits that the same failure always has; "" without a cause.

    Line numbers, times, durations, hashes, addresses, temporary and home paths and
    the order of the failures do not count.
    """
    if distilled.category == "no_error_found" or not distilled.chunks:
        return ""
    told = set(map(_key, _told(distilled))) or set(_shown(distilled.chunks))
    text = "\n".join([distilled.category, *sorted(told)])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def _told(distilled: Distilled) -> Iterator[Failure]:
    # Failures that stand elsewhere than in the likeliest cause may be noise; of those
    # that stand there, the same tools' further ones belong to the cause.
    cause = distilled.chunks[0].text
    tools = {each.tool for each in distilled.failures if _name(each) in cause}
    for tool in tools:
        own = [each for each in distilled.failures if each.tool == tool]
        # A tool often reports twice: the failing test by name, and what it printed.
        yield from [each for each in own if each.test] or own


def _name(failure: Failure) -> str:
    return failure.test or failure.message or failure.file


def _key(failure: Failure) -> str:
    file = stable_name(failure.file).replace("\\", "/")
    return "\t".join((stable_name(failure.test), file, stable(failure.message)))


def _shown(chunks: tuple[Chunk, ...]) -> Iterator[str]:
    lines = [line for chunk in chunks for line in chunk.text.split("\n")]
    lines = [line for line in lines if line and log_marks.mark(line) is None]
    telling = [line for line in lines if log_signals.weight(line)[1] > 1]
    return map(stable, (telling or lines)[:_MAX_LINES])
