"""Our classifier trained on some of the rows, by the functions of `train_router`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks import train_router
from benchmarks.routing.rows import Row
from bot.classify.text import Weights


def weights(rows: Sequence[Row]) -> Weights:
    """Train as the shipped weights are: same features, same rounding.

    The temperature is fitted on an inner cross-validation of these rows alone, so that
    nothing held out has a say in the confidence either.
    """
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        path = Path(folder) / "rows.jsonl"
        path.write_text("\n".join(map(_line, rows)), encoding="utf-8")
        data = train_router.read(path)
        logits, _ = train_router.unseen(data)
        heat = train_router.calibration(logits, data.first)
        found, offsets = train_router.fit(data.matrix, train_router.shares(data))
        return train_router.quantised(found, offsets, temperature=heat)


def _line(row: Row) -> str:
    return json.dumps(
        {
            "repo": row.repo,
            "title": row.title,
            "body": row.body,
            "orig_labels": row.labels,
            "task": row.task,
            "second_choice": row.second or None,
            "conf": row.conf,
        }
    )
