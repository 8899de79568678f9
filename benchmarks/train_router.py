"""Train the text classifier: `python benchmarks/train_router.py --data DIR`.

Reads DIR/dev.jsonl, prints the scores of five folds grouped by repository, and writes
the weights and their card into the package. Deterministic: same data, same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from bot.classify import features, labels, rules, text
from bot.classify.text import Weights
from bot.events import Event

_LABELS = labels.of({})
PACKAGE = Path(text.__file__).parent
TASKS = ("code", "debug", "plan", "search", "test", "triage")
REASONING = [TASKS.index("debug"), TASKS.index("plan")]
FOLDS = 5
STRENGTH = 1.0  # inverse regularisation of the logistic regression
RARE = 2  # a bucket that fewer issues touch learns nothing
# Rare tasks count double, or the model never dares to name them.
TASK_WEIGHT = np.array([2.0 if task in ("search", "test") else 1.0 for task in TASKS])
# By the reader's own confidence: how much an issue counts, and how much of its label
# belongs to the task, the rest to its runner-up (a toss-up is nearly half and half).
READER_WEIGHT = {3: 1.3, 2: 1.0, 1: 0.7, None: 1.0}
FIRST_SHARE = {3: 0.9, 2: 0.7, 1: 0.55, None: 0.7}


@dataclass(frozen=True, slots=True)
class Data:
    """The labelled issues: features, labels as numbers (-1: no runner-up), groups."""

    matrix: csr_matrix
    first: np.ndarray
    second: np.ndarray
    conf: list[int | None]
    repos: np.ndarray
    labelled: np.ndarray


def read(path: Path) -> Data:
    """Read labelled issues, one JSON object a line."""
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    number = {task: place for place, task in enumerate(TASKS)}
    return Data(
        matrix=_matrix(rows),
        first=np.array([number[row["task"]] for row in rows]),
        second=np.array([number.get(row["second_choice"], -1) for row in rows]),
        conf=[row["conf"] for row in rows],
        repos=np.array([row["repo"] for row in rows]),
        labelled=np.array([number.get(_by_labels(row), -1) for row in rows]),
    )


def _by_labels(row: dict[str, Any]) -> str:
    event = Event("issues", "opened")
    found = rules.label_verdict(
        event, labels=_LABELS, trusted=row.get("orig_labels") or ()
    )
    return found.task if found else ""


def _matrix(rows: Sequence[dict[str, Any]]) -> csr_matrix:
    starts, buckets, values = [0], [], []
    for row in rows:
        for found in features.extract(row["title"] or "", row["body"] or ""):
            buckets.append(found.bucket)
            values.append(found.value)
        starts.append(len(buckets))
    shape = (len(rows), features.BUCKETS)
    return csr_matrix((values, buckets, starts), shape=shape)


def shares(data: Data) -> np.ndarray:
    """Return the soft labels, by how sure the reader was: issues x tasks."""
    soft = np.zeros((len(data.first), len(TASKS)))
    for row, (first, second) in enumerate(zip(data.first, data.second, strict=True)):
        share = FIRST_SHARE[data.conf[row]] if second >= 0 else 1.0
        soft[row, first] += share
        if second >= 0:
            soft[row, second] += 1.0 - share
        soft[row] *= READER_WEIGHT[data.conf[row]]
    return soft * TASK_WEIGHT


def fit(matrix: csr_matrix, soft: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit one linear model; return (tasks x buckets) weights and one offset a task."""
    touched = np.bincount(matrix.indices, minlength=matrix.shape[1])
    kept = np.flatnonzero(touched >= RARE)
    rows, labels = np.nonzero(soft)
    model = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-4)
    model.fit(matrix[:, kept][rows], labels, sample_weight=soft[rows, labels])
    weights = np.zeros((len(TASKS), matrix.shape[1]))
    weights[:, kept] = model.coef_
    return weights, model.intercept_


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn rows of logits into rows of probabilities."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


def calibration(logits: np.ndarray, first: np.ndarray) -> float:
    """Return the temperature that makes these logits' probabilities most honest."""

    def surprise(log_heat: np.ndarray) -> float:
        odds = softmax(logits / np.exp(log_heat[0]))
        return float(-np.log(odds[np.arange(len(first)), first] + 1e-12).mean())

    return float(np.exp(minimize(surprise, [0.0], method="Nelder-Mead").x[0]))


def unseen(data: Data) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return each issue's logits from a model that never saw its repository."""
    soft = shares(data)
    logits = np.zeros(soft.shape)
    folds = [held for _, held in _split(data)]
    for train, held in _split(data):
        weights, offsets = fit(data.matrix[train], soft[train])
        logits[held] = data.matrix[held] @ weights.T + offsets
    return logits, folds


def _split(data: Data) -> list[tuple[np.ndarray, np.ndarray]]:
    return list(GroupKFold(FOLDS).split(data.first, groups=data.repos))


def honest(
    logits: np.ndarray, first: np.ndarray, folds: list[np.ndarray]
) -> np.ndarray:
    """Return probabilities, each fold's temperature fitted on the other folds."""
    odds = np.zeros(logits.shape)
    for held in folds:
        others = np.setdiff1d(np.arange(len(first)), held)
        odds[held] = softmax(logits[held] / calibration(logits[others], first[others]))
    return odds


def scores(odds: np.ndarray, data: Data) -> dict[str, float]:
    """Return the figures that routing is measured by."""
    guess = odds.argmax(axis=1)
    strict = guess == data.first
    lenient = strict | (guess == data.second)
    sure = odds.max(axis=1)
    surest = np.argsort(-sure, kind="stable")[: len(sure) // 2]
    thinks = np.isin(guess, REASONING)
    clear_reasoning, clear_other = _clear(data)
    return {
        "strict": float(strict.mean()),
        "lenient": float(lenient.mean()),
        "surest_half_lenient": float(lenient[surest].mean()),
        "macro_f1": _macro_f1(guess, data.first),
        "calibration_error": _calibration_error(sure, strict),
        "underpowered": float((~thinks[clear_reasoning]).mean()),
        "overpowered": float(thinks[clear_other].mean()),
    }


def _clear(data: Data) -> tuple[np.ndarray, np.ndarray]:
    is_sure = np.array([conf in (3, None) for conf in data.conf])
    first, second = np.isin(data.first, REASONING), np.isin(data.second, REASONING)
    has_none = data.second < 0
    return (
        is_sure & first & (has_none | second),
        is_sure & ~first & (has_none | ~second),
    )


def _macro_f1(guess: np.ndarray, first: np.ndarray) -> float:
    each = []
    for task in range(len(TASKS)):
        hits = np.sum((guess == task) & (first == task))
        each.append(2 * hits / max(1, np.sum(guess == task) + np.sum(first == task)))
    return float(np.mean(each))


def _calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(sure[bins == place].mean() - right[bins == place].mean())
        * (bins == place).mean()
        for place in np.unique(bins)
    ]
    return float(np.sum(gaps))


def quantised(
    weights: np.ndarray, offsets: np.ndarray, *, temperature: float
) -> Weights:
    """Round the weights to int8 with one scale."""
    scale = float(np.abs(weights).max()) / 127
    cells = np.rint(weights / scale).astype(np.int8)
    return Weights(
        tasks=TASKS,
        columns=tuple(column.tolist() for column in cells),
        scale=scale,
        offsets=tuple(round(float(offset), 6) for offset in offsets),
        temperature=round(temperature, 6),
    )


def with_labels(odds: np.ndarray, data: Data) -> np.ndarray:
    """Return the probabilities with certainty where a label decides."""
    decided = np.flatnonzero(data.labelled >= 0)
    ruled = odds.copy()
    ruled[decided] = 0.0
    ruled[decided, data.labelled[decided]] = 1.0
    return ruled


def print_trade(odds: np.ndarray, data: Data) -> None:
    """Print what another bar for reasoning would give: both shares at each bar."""
    clear_reasoning, clear_other = _clear(data)
    chance = odds[:, REASONING].sum(axis=1)
    print("chance of reasoning needed / underpowered / overpowered")
    for bar in (0.35, 0.4, 0.45, 0.5, 0.55):
        under = float((chance[clear_reasoning] < bar).mean())
        over = float((chance[clear_other] >= bar).mean())
        print(f"{bar:8.2f}{under:8.3f}{over:8.3f}")


def _print_scores(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        print(f"{name:22}{value:8.3f}")


def print_table(guess: np.ndarray, data: Data) -> None:
    """Print the confusion matrix: rows are the labels, columns the guesses."""
    print(f"{'':8}" + "".join(f"{task:>8}" for task in TASKS) + "  recall  lenient")
    for place, task in enumerate(TASKS):
        mine = data.first == place
        row = [int(np.sum(mine & (guess == other))) for other in range(len(TASKS))]
        lenient = np.mean((guess == place) | (guess == data.second), where=mine)
        cells = "".join(f"{cell:8}" for cell in row)
        print(f"{task:8}{cells}{row[place] / sum(row):8.2f}{lenient:9.2f}")


def main() -> None:
    """Train, print, and write the weights with their card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=PACKAGE, metavar="DIR")
    given = parser.parse_args()
    data = read(given.data / "dev.jsonl")
    logits, folds = unseen(data)
    odds = honest(logits, data.first, folds)
    figures = {name: round(value, 4) for name, value in scores(odds, data).items()}
    _print_scores(figures)
    print_table(odds.argmax(axis=1), data)
    print_trade(odds, data)
    labelled = float(np.mean(data.labelled >= 0))
    print(f"\nwith the repositories' own labels deciding ({labelled:.0%} have one)")
    _print_scores(scores(with_labels(odds, data), data))
    weights, offsets = fit(data.matrix, shares(data))
    heat = calibration(logits, data.first)
    packed = text.pack(quantised(weights, offsets, temperature=heat))
    (given.out / "weights.bin").write_bytes(packed)
    card = _card(data, figures, size=len(packed))
    (given.out / "card.json").write_text(json.dumps(card, indent=2) + "\n")


def _card(data: Data, figures: dict[str, float], *, size: int) -> dict[str, Any]:
    return {
        "model": "linear over hashed words, title letters and shape",
        "tasks": TASKS,
        "buckets": features.BUCKETS,
        "bytes": size,
        "issues": len(data.first),
        "repositories": len(set(data.repos)),
        "folds": f"{FOLDS}, grouped by repository",
        "scores": figures,
        "date": datetime.now(UTC).date().isoformat(),
    }


if __name__ == "__main__":
    with threadpool_limits(1):  # sums in one order: same data, same bytes
        main()
