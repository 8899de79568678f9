"""The line scorer asked only about repositories that it was not trained on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.context import log_choice, log_model, log_weighing
from bot.context.log_features import Page
from bot.context.log_model import Weights

TRAINED = "retrained for each of five folds grouped by repository"
SHIPPED = "the shipped weights, which have seen these logs: {reason}"
NEEDED = ("numpy", "scipy", "sklearn", "threadpoolctl")


@dataclass(frozen=True, slots=True)
class Unseen:
    """What can be chosen from of one log: its page, and each line's chance."""

    page: Page
    chances: Sequence[float]

    def lines(self, budget: int) -> list[int]:
        """Return the lines that are shown, best chunk first."""
        chosen = log_choice.runs(self.page, self.chances, budget=budget)
        return [
            number
            for first, last in chosen
            for number in self.page.numbers[first : last + 1]
        ]


def weighed(page: Page, weights: Weights) -> Unseen:
    """Judge a page by these weights as `routebot distill` does by the shipped ones."""
    raw = log_model.chances(page, weights)
    return Unseen(page, log_weighing.weighed(page, raw))


def why_shipped(*, is_quick: bool) -> str:
    """Say why nothing is retrained, "" where it is."""
    if is_quick:
        return "--shipped"
    lacking = [name for name in NEEDED if find_spec(name) is None]
    return f"{', '.join(lacking)} not installed" if lacking else ""


def splits(
    repos: Sequence[str], count: int
) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Yield the places to train on and those held out; no repository is in both."""
    from sklearn.model_selection import GroupKFold

    for train, held in GroupKFold(count).split(repos, groups=repos):
        yield train.tolist(), held.tolist()


def unseen(folder: Path) -> list[Unseen]:
    """Score the lines of every log by weights of the other folds, in label order."""
    # Needs scikit-learn, which measuring the shipped weights does not.
    import numpy as np

    from benchmarks import train_distill as training

    read = list(training.read(folder))
    data = training.featured(read)
    found: dict[int, Unseen] = {}
    split = splits([log.repo for log in read], training.FOLDS)
    for number, (train, held) in enumerate(split, start=1):
        print(f"fold {number} of {training.FOLDS}", file=sys.stderr, flush=True)
        mine = np.isin(data.log, train)
        weights = training.quantised(training.fit(data.only(mine)))
        for place in held:
            found[place] = weighed(read[place].page, weights)
    return [found[place] for place in range(len(read))]
