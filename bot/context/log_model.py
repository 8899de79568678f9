"""The line scorer: how likely each line of a failing log is to tell the cause."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, sqrt

from bot.context import log_features
from bot.context.log_features import BUCKETS, Page

MAGIC = b"routebot log weights 1\n"
_FILE = "log_weights.bin"
# Whose words speak for a line: its own, its neighbours', its wider surroundings'.
NEIGHBOURS: tuple[tuple[int, ...], ...] = ((0,), (-1,), (1,), (-2, -3, -4), (2, 3, 4))
# One column of weights for the words at each of these, and one for the structure.
COLUMNS = len(NEIGHBOURS) + 1
LOUDNESS = 4.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained scorer: int8 columns; `scale` makes them logits."""

    columns: tuple[Sequence[int], ...]
    scale: float


def pack(weights: Weights) -> bytes:
    """Write weights in the form `unpack` reads."""
    header = json.dumps({"scale": weights.scale}).encode()
    cells = b"".join(array("b", column).tobytes() for column in weights.columns)
    return MAGIC + header + b"\n" + zlib.compress(cells, 9)


def unpack(data: bytes) -> Weights:
    """Read weights; raise `ValueError` on a file of another kind or size."""
    if not data.startswith(MAGIC):
        raise ValueError("not a log weights file of this version")
    header, _, packed = data[len(MAGIC) :].partition(b"\n")
    cells = array("b", zlib.decompress(packed))
    if len(cells) != BUCKETS * COLUMNS:
        raise ValueError("the log weights file has another number of buckets")
    starts = range(0, len(cells), BUCKETS)
    columns = tuple(cells[at : at + BUCKETS].tolist() for at in starts)
    return Weights(columns, json.loads(header)["scale"])


@cache
def shipped() -> Weights:
    """Load the weights in the package, once a process."""
    return unpack(resources.files("bot.context").joinpath(_FILE).read_bytes())


def chances(page: Page, weights: Weights) -> list[float]:
    """Return each line's share of the chance to be where the cause is told.

    The shares of a page sum to 1; linear in the number of lines.
    """
    words = [log_features.lexical(line) for line in page.lines]
    logits = _spoken(words, weights)
    place = weights.columns[-1].__getitem__
    for at, found in enumerate(log_features.structural(page, words)):
        logits[at] += sum(map(place, found))
    return _softmax([logit * weights.scale for logit in logits])


def _spoken(words: Sequence[tuple[int, ...]], weights: Weights) -> list[float]:
    """The words' part of every line's logit, in units of the scale."""
    louds = [LOUDNESS / sqrt(len(found)) for found in words]
    logits = [0.0] * len(words)
    for column, offsets in zip(weights.columns, NEIGHBOURS, strict=False):
        get = column.__getitem__
        said = [
            loud * sum(map(get, found))
            for loud, found in zip(louds, words, strict=True)
        ]
        for offset in offsets:
            _add(logits, said, offset=offset, share=1 / len(offsets))
    return logits


def _add(
    logits: list[float], said: Sequence[float], *, offset: int, share: float
) -> None:
    for at in range(max(0, -offset), min(len(logits), len(logits) - offset)):
        logits[at] += share * said[at + offset]


def _softmax(logits: Iterable[float]) -> list[float]:
    logits = list(logits)
    top = max(logits, default=0.0)
    grown = [exp(logit - top) for logit in logits]
    whole = sum(grown)
    return [value / whole for value in grown]
