"""Open issues that say much the same, by the words their titles and bodies share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.context import Finding, Section, relevance
from bot.events import Event
from bot.text import sanitize

MOST = 3
ALIKE_FROM = 0.35
# The titles alone: bodies share a template, or a log that every crash leaves.
TITLES_ALIKE_FROM = 0.25
RELATED_FROM = 0.15
MESSAGE = "looks like #{number} ({state}: {title}); both speak of {words}"
RELATED = "#{number} ({state}: {title}) speaks of {words}, too"
SECTION = "issue #{number} ({state}), which speaks of the same"

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

    @property
    def state(self) -> str:
        """Open or closed."""


def findings(event: Event, issues: Sequence[Issue]) -> tuple[Finding, ...]:
    """Name the issues most alike, open or closed, with the words that make them so.

    Likeness is the cosine of word counts weighted by rarity among these issues; the
    title counts three times, and must be alike by itself. Titles that write other names
    as code speak of other things.
    """
    return tuple(
        _finding("duplicate", MESSAGE, each)
        for each in _alike(event, issues)
        if each.likeness >= ALIKE_FROM
        and each.titles >= TITLES_ALIKE_FROM
        and not _names_others(event.title, each.issue.title)
    )


def related(event: Event, issues: Sequence[Issue]) -> tuple[Finding, ...]:
    """Name closed issues that speak of the same things: how was it settled then?"""
    return tuple(
        _finding("related-issue", RELATED, each) for each in _near(event, issues)
    )


def sections(event: Event, issues: Sequence[Issue]) -> tuple[Section, ...]:
    """Give the text of the issues that `related` names."""
    return tuple(
        Section(
            SECTION.format(number=each.issue.number, state=each.issue.state),
            sanitize.prose(
                f"{each.issue.title}\n\n{each.issue.body[:_BODY_LIMIT]}"
            ).text,
            priority=4,
        )
        for each in _near(event, issues)
    )


@dataclass(frozen=True, slots=True)
class _Alike:
    issue: Issue
    likeness: float
    titles: float
    words: list[str]


def _near(event: Event, issues: Sequence[Issue]) -> list[_Alike]:
    return [each for each in _alike(event, issues) if each.likeness >= RELATED_FROM]


def _alike(event: Event, issues: Sequence[Issue]) -> list[_Alike]:
    others = [issue for issue in issues if issue.number != event.number]
    counted = [_words(issue.title, issue.body) for issue in others]
    mine = _words(event.title, event.body)
    rarity = _rarity([mine, *counted])
    title = _words(event.title, "")
    found = [
        _Alike(
            issue,
            _likeness(mine, words, rarity),
            _likeness(title, _words(issue.title, ""), rarity),
            _shared(mine, words, rarity),
        )
        for issue, words in zip(others, counted, strict=True)
    ]
    return sorted(found, key=lambda each: (-each.likeness, each.issue.number))[:MOST]


def _names_others(one: str, other: str) -> bool:
    """Whether both titles write names as code, and no name is in both."""
    names, others = (set(relevance.code_names(title[:1_000])) for title in (one, other))
    return bool(names and others) and not names & others


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


def _finding(kind: str, message: str, each: _Alike) -> Finding:
    said = message.format(
        number=each.issue.number,
        state=each.issue.state,
        title=each.issue.title[:100],
        words=", ".join(each.words),
    )
    return Finding(kind, said, "minor" if kind == "duplicate" else "info")
