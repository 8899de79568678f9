"""Open issues that say much the same, by the words their titles and bodies share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.context import Finding
from bot.events import Event

MOST = 3
ALIKE_FROM = 0.35
MESSAGE = "looks like #{number} ({title}); both speak of {words}"

_WORD = re.compile(r"[a-z_][a-z0-9_]{2,40}")
_BODY_LIMIT = 4_000


class Issue(Protocol):
    """What is compared of an issue."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def body(self) -> str:
        """Its body."""


def findings(event: Event, issues: Sequence[Issue]) -> tuple[Finding, ...]:
    """Name the open issues most alike, with the words that make them so.

    Likeness is the cosine of word counts weighted by rarity among these issues; the
    title counts three times.
    """
    others = [issue for issue in issues if issue.number != event.number]
    counted = [_words(issue.title, issue.body) for issue in others]
    mine = _words(event.title, event.body)
    rarity = _rarity([mine, *counted])
    scored = [
        (_likeness(mine, words, rarity), issue, words)
        for issue, words in zip(others, counted, strict=True)
    ]
    best = sorted(scored, key=lambda each: (-each[0], each[1].number))[:MOST]
    return tuple(
        _finding(issue, _shared(mine, words, rarity))
        for likeness, issue, words in best
        if likeness >= ALIKE_FROM
    )


def _words(title: str, body: str) -> Counter[str]:
    text = f"{title} {title} {title} {body[:_BODY_LIMIT]}".lower()
    return Counter(_WORD.findall(text))


def _rarity(documents: Iterable[Counter[str]]) -> dict[str, float]:
    documents = list(documents)
    seen = Counter(word for words in documents for word in words)
    return {
        word: math.log((1 + len(documents)) / count) for word, count in seen.items()
    }


def _likeness(a: Counter[str], b: Counter[str], rarity: dict[str, float]) -> float:
    def length(words: Counter[str]) -> float:
        return math.sqrt(sum((n * rarity[word]) ** 2 for word, n in words.items()))

    product = sum(a[w] * b[w] * rarity[w] ** 2 for w in a.keys() & b.keys())
    scale = length(a) * length(b)
    return product / scale if scale else 0.0


def _shared(a: Counter[str], b: Counter[str], rarity: dict[str, float]) -> list[str]:
    shared = a.keys() & b.keys()
    return sorted(shared, key=lambda w: (-min(a[w], b[w]) * rarity[w], w))[:4]


def _finding(issue: Issue, words: list[str]) -> Finding:
    message = MESSAGE.format(
        number=issue.number, title=issue.title[:100], words=", ".join(words)
    )
    return Finding("duplicate", message, "minor")
