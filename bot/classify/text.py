"""The text classifier: a linear model over what `features` sees, with its weights."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from operator import itemgetter, mul

from bot.classify import features
from bot.classify.features import Feature

MAGIC = b"routebot weights 1\n"
_FILE = "weights.bin"
_MAX_SIGNALS = 6


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model: one column of int8 weights a task, `scale` makes them logits.

    `offsets` is added per task; logits are divided by `temperature`, which was
    fitted on predictions for repositories the model had not seen.
    """

    tasks: tuple[str, ...]
    columns: tuple[Sequence[int], ...]
    scale: float
    offsets: tuple[float, ...]
    temperature: float


@dataclass(frozen=True, slots=True)
class Carrier:
    """One feature that spoke for a task: `weight` in logits against the other tasks."""

    name: str
    weight: float
    evidence: str


def pack(weights: Weights) -> bytes:
    """Write weights in the form `unpack` reads."""
    header = {
        "tasks": weights.tasks,
        "scale": weights.scale,
        "offsets": weights.offsets,
        "temperature": weights.temperature,
    }
    columns = b"".join(array("b", column).tobytes() for column in weights.columns)
    return MAGIC + json.dumps(header).encode() + b"\n" + zlib.compress(columns, 9)


def unpack(data: bytes) -> Weights:
    """Read weights; raise `ValueError` on a file of another kind or size."""
    if not data.startswith(MAGIC):
        raise ValueError("not a weights file of this version")
    header, _, packed = data[len(MAGIC) :].partition(b"\n")
    values = json.loads(header)
    tasks = tuple(values["tasks"])
    cells = memoryview(zlib.decompress(packed)).cast("b")
    if len(cells) != features.BUCKETS * len(tasks):
        raise ValueError("the weights file has another number of buckets")
    return Weights(
        tasks=tasks,
        columns=tuple(
            cells[at : at + features.BUCKETS]
            for at in range(0, len(cells), features.BUCKETS)
        ),
        scale=values["scale"],
        offsets=tuple(values["offsets"]),
        temperature=values["temperature"],
    )


@cache
def shipped() -> Weights:
    """Load the weights in the package, once a process."""
    return unpack(resources.files("bot.classify").joinpath(_FILE).read_bytes())


def distribution(
    found: Sequence[Feature], weights: Weights
) -> tuple[tuple[str, float], ...]:
    """Return each task with its calibrated probability, likeliest first."""
    logits = [
        (weights.scale * total + offset) / weights.temperature
        for total, offset in zip(_totals(found, weights), weights.offsets, strict=True)
    ]
    top = max(logits)
    shares = [exp(logit - top) for logit in logits]
    whole = sum(shares)
    pairs = zip(weights.tasks, (share / whole for share in shares), strict=True)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _totals(found: Sequence[Feature], weights: Weights) -> list[float]:
    if len(found) < 2:  # itemgetter of fewer than two gives no tuple
        return [
            sum(f.value * column[f.bucket] for f in found) for column in weights.columns
        ]
    pick = itemgetter(*[f.bucket for f in found])
    values = [f.value for f in found]
    return [sum(map(mul, values, pick(column))) for column in weights.columns]


def carriers(
    found: Sequence[Feature], weights: Weights, *, task: str
) -> tuple[Carrier, ...]:
    """Return the features that spoke most for a task, heaviest first.

    Only kinds in `features.SHOWN` are listed, and no single letters or numbers: a
    fragment tells a reader nothing.
    """
    own = weights.columns[weights.tasks.index(task)]
    unit = weights.scale / weights.temperature
    count = len(weights.columns)
    heard: dict[tuple[str, str], float] = {}
    for f in found:
        if f.name not in features.SHOWN or not _is_telling(f.evidence):
            continue
        mean = sum(column[f.bucket] for column in weights.columns) / count
        weight = f.value * unit * (own[f.bucket] - mean)
        if weight > 0.02:
            heard[f.name, f.evidence] = heard.get((f.name, f.evidence), 0.0) + weight
    best = sorted(heard.items(), key=lambda item: (-item[1], item[0]))[:_MAX_SIGNALS]
    return tuple(
        Carrier(name, round(weight, 3), evidence) for (name, evidence), weight in best
    )


def _is_telling(evidence: str) -> bool:
    return len(evidence) > 2 and any(letter.isalpha() for letter in evidence)
