"""Train the log's line scorer: `python benchmarks/train_distill.py --data DIR`.

Reads DIR/cilogs/labels.jsonl (`log`, `repo`, `start`, `end`) and the packed logs beside
it, prints the scores of five folds grouped by repository, and writes the weights and
their card into the package. Deterministic: same data, same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from bot.context import (
    log_choice,
    log_features,
    log_lines,
    log_model,
    log_page,
    log_scan,
    log_weighing,
)
from bot.context.log_features import BUCKETS, Page
from bot.context.log_model import COLUMNS, LOUDNESS, NEIGHBOURS, Weights

PACKAGE = Path(log_model.__file__).parent
FOLDS = 5
STRENGTH = 8.0  # of the pull of every weight towards zero
RARE = 3  # a feature that fewer repositories show learns nothing
ROUNDS = 40
BUDGETS = (60, 20)


@dataclass(frozen=True, slots=True)
class Log:
    """One labelled log: its page, its repository, the numbers of the marked lines."""

    page: Page
    repo: str
    marked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Data:
    """Features and labels of all lines of some logs; `log` and `repo` number them."""

    words: csr_matrix
    places: csr_matrix
    is_marked: np.ndarray
    log: np.ndarray
    repo: np.ndarray

    def only(self, rows: np.ndarray) -> Data:
        """Return the lines that `rows` keeps."""
        return Data(
            self.words[rows],
            self.places[rows],
            self.is_marked[rows],
            self.log[rows],
            self.repo[rows],
        )


def read(folder: Path) -> Iterator[Log]:
    """Yield the labelled logs of a folder."""
    for row in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(row)
        scan = log_scan.Scan()
        raw = gzip.decompress((folder / "logs" / label["log"]).read_bytes())
        for line in log_lines.lines(raw):
            log_scan.read(scan, line)
        marked = frozenset(range(label["start"], label["end"] + 1))
        yield Log(log_page.of(scan), label["repo"], marked)


def featured(logs: Sequence[Log]) -> Data:
    """Compute the features of every line."""
    words = [[log_features.lexical(line) for line in log.page.lines] for log in logs]
    places = [
        list(log_features.structural(log.page, found))
        for log, found in zip(logs, words, strict=True)
    ]
    _, repos = np.unique([log.repo for log in logs], return_inverse=True)
    sizes = [len(log.page.lines) for log in logs]
    return Data(
        words=_matrix(list(chain.from_iterable(words)), is_scaled=True),
        places=_matrix(list(chain.from_iterable(places)), is_scaled=False),
        is_marked=np.array([n in log.marked for log in logs for n in log.page.numbers]),
        log=np.repeat(np.arange(len(logs)), sizes),
        repo=np.repeat(repos, sizes),
    )


def _matrix(rows: Sequence[Sequence[int]], *, is_scaled: bool) -> csr_matrix:
    sizes = np.array([len(row) for row in rows])
    loud = LOUDNESS / np.sqrt(np.maximum(sizes, 1)) if is_scaled else np.ones(len(rows))
    buckets = np.fromiter(chain.from_iterable(rows), np.int32, int(sizes.sum()))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    values = np.repeat(loud, sizes).astype(np.float32)
    return csr_matrix((values, buckets, starts), shape=(len(rows), BUCKETS))


def fit(data: Data) -> np.ndarray:
    """Fit one linear scorer (buckets x columns): each log's marked lines against all.

    The loss is that of choosing among the lines of one log, so that logs count the
    same whatever their length, and a repository's logs count by their square root.
    """
    goal = _Goal(data)
    start = np.zeros(BUCKETS * COLUMNS)
    options = {"maxiter": ROUNDS, "maxcor": 8}
    found = minimize(goal, start, jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(BUCKETS, COLUMNS)


class _Goal:
    def __init__(self, data: Data) -> None:
        self.data = data
        self.words_t, self.places_t = data.words.T.tocsr(), data.places.T.tocsr()
        self.may_learn = np.column_stack(
            [_is_common(data.words, data.repo)] * (COLUMNS - 1)
            + [_is_common(data.places, data.repo)]
        )
        self.starts = np.flatnonzero(np.diff(data.log, prepend=-1))
        self.sizes = np.diff(self.starts, append=len(data.log))
        self.target, self.weight = self._targets()

    def _targets(self) -> tuple[np.ndarray, np.ndarray]:
        counts = np.add.reduceat(self.data.is_marked.astype(float), self.starts)
        repos = self.data.repo[self.starts]
        weight = 1 / np.sqrt(np.bincount(repos)[repos])
        weight = np.where(counts > 0, weight / weight.mean(), 0.0)
        target = self.data.is_marked / self._spread(np.maximum(counts, 1))
        return target, self._spread(weight)

    def _spread(self, values: np.ndarray) -> np.ndarray:
        return np.repeat(values, self.sizes)

    def __call__(self, flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(BUCKETS, COLUMNS).astype(np.float32)
        logits = logits_of(self.data, weights)
        logits -= self._spread(np.maximum.reduceat(logits, self.starts))
        grown = np.exp(logits)
        whole = self._spread(np.add.reduceat(grown, self.starts))
        surprise = self.weight * self.target * (np.log(whole) - logits)
        loss = surprise.sum() + STRENGTH / 2 * float((weights**2).sum())
        pull = (self.weight * (grown / whole - self.target)).astype(np.float32)
        slope = np.column_stack(
            [self.words_t @ _moved_back(pull, self.data.log), self.places_t @ pull]
        )
        slope = np.where(self.may_learn, slope, 0.0) + STRENGTH * weights
        return float(loss), slope.ravel().astype(np.float64)


def _is_common(matrix: csr_matrix, repos: np.ndarray) -> np.ndarray:
    seen = np.zeros(BUCKETS)
    for repo in np.unique(repos):
        rows = matrix[repos == repo]
        seen += np.bincount(rows.indices, minlength=BUCKETS) > 0
    return seen >= RARE


def logits_of(data: Data, weights: np.ndarray) -> np.ndarray:
    """Score every line, as `log_model` does at run time."""
    said = data.words @ weights[:, :-1]
    logits = data.places @ weights[:, -1]
    for column, offsets in enumerate(NEIGHBOURS):
        for offset in offsets:
            logits += _moved(said[:, column], offset, data.log) / len(offsets)
    return logits


def _moved(values: np.ndarray, offset: int, log: np.ndarray) -> np.ndarray:
    """Give each line what the line `offset` further on in the same log has."""
    if not offset:
        return values
    moved = np.zeros_like(values)
    to, since = (slice(None, -offset), slice(offset, None))
    if offset < 0:
        to, since = (slice(-offset, None), slice(None, offset))
    moved[to] = values[since] * (log[to] == log[since])
    return moved


def _moved_back(pull: np.ndarray, log: np.ndarray) -> np.ndarray:
    columns = [
        sum(_moved(pull, -offset, log) for offset in offsets) / len(offsets)
        for offsets in NEIGHBOURS
    ]
    return np.column_stack(columns).astype(np.float32)


def unseen(data: Data, logs: Sequence[Log]) -> dict[int, dict[str, float]]:
    """Return the figures by budget; no log is scored with its repository learned."""
    repos = [log.repo for log in logs]
    rows: dict[int, list[tuple[float, float, float]]] = {size: [] for size in BUDGETS}
    for train, held in GroupKFold(FOLDS).split(repos, groups=repos):
        weights = quantised(fit(data.only(np.isin(data.log, train))))
        for place in held:
            log = logs[place]
            raw = log_model.chances(log.page, weights)
            chances = log_weighing.weighed(log.page, raw)
            for budget, found in rows.items():
                found.append(_score(log, chances, budget))
    names = ("any_line_hit", "mean_recall", "mean_precision")
    return {
        budget: dict(zip(names, np.mean(found, axis=0).round(3).tolist(), strict=True))
        for budget, found in rows.items()
    }


def _score(
    log: Log, chances: Sequence[float], budget: int
) -> tuple[float, float, float]:
    shown = {
        number
        for first, last in log_choice.runs(log.page, chances, budget=budget)
        for number in log.page.numbers[first : last + 1]
    }
    right = len(shown & log.marked)
    return float(right > 0), right / len(log.marked), right / max(len(shown), 1)


def quantised(weights: np.ndarray) -> Weights:
    """Round the weights to int8 with one scale."""
    scale = float(np.abs(weights).max()) / 127
    cells = np.rint(weights / scale).astype(int)
    return Weights(tuple(column.tolist() for column in cells.T), scale)


def main() -> None:
    """Train, print, and write the weights with their card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=PACKAGE, metavar="DIR")
    given = parser.parse_args()
    logs = list(read(given.data / "cilogs"))
    data = featured(logs)
    figures = unseen(data, logs)
    for budget, scores in figures.items():
        print(f"{budget:3} lines", scores)
    packed = log_model.pack(quantised(fit(data)))
    (given.out / "log_weights.bin").write_bytes(packed)
    card = {
        "model": "linear over hashed words of a line and its neighbours, and structure",
        "buckets": BUCKETS,
        "columns": COLUMNS,
        "bytes": len(packed),
        "logs": len(logs),
        "repositories": len({log.repo for log in logs}),
        "folds": f"{FOLDS}, grouped by repository",
        "scores": {f"{budget} lines": scores for budget, scores in figures.items()},
        "date": datetime.now(UTC).date().isoformat(),
    }
    (given.out / "log_card.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    with threadpool_limits(1):  # sums in one order: same data, same bytes
        main()
