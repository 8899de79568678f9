"""Labelled events, read from JSONL, and the folds that keep a repository together."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.events import Event

SAMPLE = Path(__file__).parents[1] / "sample" / "issues.jsonl"
TASKS = ("code", "debug", "plan", "search", "test", "triage")  # what a text can mean
REASONING = frozenset({"debug", "plan"})
SURE = (3, None)  # the reader's own confidence: sure, or not given


@dataclass(frozen=True, slots=True)
class Row:
    """One event with its label; `second` is the runner-up, "" for none.

    `conf` is the reader's own word: 3 sure, 2 likely, 1 a toss-up, None not given.
    """

    repo: str
    event: str
    title: str
    body: str
    labels: tuple[str, ...]
    task: str
    second: str
    conf: int | None

    @property
    def text(self) -> str:
        """Title and body, as a plain word model reads them."""
        return f"{self.title}\n\n{self.body}"

    @property
    def answers(self) -> tuple[str, ...]:
        """The tasks that count as right where the runner-up counts."""
        return (self.task, self.second) if self.second else (self.task,)

    @property
    def is_clear(self) -> bool:
        """Whether a sure reader saw no doubt on reasoning or not."""
        is_one_side = (self.task in REASONING) == (self.second in REASONING)
        return self.conf in SURE and (not self.second or is_one_side)

    @property
    def as_event(self) -> Event:
        """The event that opened it."""
        return Event(
            self.event,
            "opened",
            title=self.title,
            body=self.body,
            is_pull_request=self.event == "pull_request",
        )


def read(path: Path) -> list[Row]:
    """Read labelled events, one JSON object a line.

    Lines end in a line feed alone: bodies hold other line separators unescaped. Raises
    `ValueError` with the number of a line that is not as expected.
    """
    rows = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ValueError(f"{path.name}:{number}: not a labelled event") from exc
    return rows


def _row(found: Mapping[str, Any]) -> Row:
    row = Row(
        repo=found["repo"],
        event=found.get("event", "issues"),
        title=found["title"] or "",
        body=found["body"] or "",
        labels=tuple(found.get("orig_labels") or ()),
        task=found["task"],
        second=found.get("second_choice") or "",
        conf=found.get("conf"),
    )
    known = (*TASKS, "review", "")
    if row.task not in known[:-1] or row.second not in known:
        raise ValueError(f"unknown task {row.task!r} or {row.second!r}")
    return row


def folds(rows: Sequence[Row], count: int, *, seed: int) -> list[list[int]]:
    """Deal the repositories into `count` folds of about the same number of rows.

    Returns the places of the rows held out in each fold; no repository is in two.
    """
    sizes = Counter(row.repo for row in rows)
    repos = sorted(sizes)
    random.Random(seed).shuffle(repos)
    repos.sort(key=lambda repo: -sizes[repo])  # stable: equal sizes stay shuffled
    filled = [0] * count
    place_of: dict[str, int] = {}
    for repo in repos:
        place = filled.index(min(filled))
        place_of[repo] = place
        filled[place] += sizes[repo]
    dealt: list[list[int]] = [[] for _ in range(count)]
    for number, row in enumerate(rows):
        dealt[place_of[row.repo]].append(number)
    return [fold for fold in dealt if fold]
