"""Labels that fit an issue, out of those the repository has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.context import Finding, relevance, report
from bot.events import SKIP_LABEL, Event

MESSAGE = "the label {name} fits: {why}"
IS_KIND = "it reads as a {kind}"
SHARES = "it speaks of {words}"
MOST = 3
_OURS = SKIP_LABEL.partition(":")[0] + ":"
# What a label of these kinds is called; in lower case, without blanks and marks.
_KINDS = {
    "bug": ("bug", "defect", "typebug", "kindbug"),
    "request": (
        "enhancement",
        "feature",
        "featurerequest",
        "typefeature",
        "kindfeature",
    ),
    "question": ("question", "support", "typequestion", "kindquestion"),
}
_KIND_WORDS = {
    "bug": "bug report",
    "request": "feature request",
    "question": "question",
}
# The state of the work, not what it is about: a person's decision.
_STATES = re.compile(
    r"\b(?:duplicate|invalid|wontfix|won't fix|stale|blocked|priority|p[0-4]|"
    r"good first|help wanted|needs|status|triage|wip|ready|release|backport|"
    r"dependencies|resolved)",
    re.IGNORECASE,
)
# Words in front of a topic: they say nothing of it.
_PREFIXES = frozenset({"area", "topic", "component", "module", "pkg", "kind", "type"})


class Label(Protocol):
    """A label that the repository has."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def description(self) -> str:
        """What it is for."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A label that fits, and why."""

    name: str
    why: str


def fitting(event: Event, labels: Sequence[Label]) -> tuple[Fit, ...]:
    """Choose at most three labels that the issue does not have yet, with a reason.

    By the kind of report it is, and by topics of which it has every word.
    """
    free = [label for label in labels if _is_free(label.name, event.labels)]
    return tuple([*_of_kind(event, free), *_of_topic(event, free)][:MOST])


def findings(fits: Sequence[Fit]) -> tuple[Finding, ...]:
    """Name the labels that fit, as findings."""
    return tuple(
        Finding("label", MESSAGE.format(name=fit.name, why=fit.why)) for fit in fits
    )


def _is_free(name: str, there: Collection[str]) -> bool:
    is_ours = name.lower().startswith(_OURS)
    return name not in there and not is_ours and not _STATES.search(name)


def _of_kind(event: Event, labels: Sequence[Label]) -> Iterator[Fit]:
    kind = report.kind_of_report(event.title, event.body)
    for label in labels:
        if kind and re.sub(r"[\W_]+", "", label.name.lower()) in _KINDS[kind]:
            yield Fit(label.name, IS_KIND.format(kind=_KIND_WORDS[kind]))
            return


def _of_topic(event: Event, labels: Sequence[Label]) -> Iterator[Fit]:
    said = relevance.ask(event.title, event.body).weights
    every = {each for names in _KINDS.values() for each in names}
    scored = []
    for label in labels:
        if re.sub(r"[\W_]+", "", label.name.lower()) in every:
            continue
        topic = _topic(label.name)
        if topic and all(term in said for term in topic):
            scored.append((sum(said[term] for term in topic), label.name, topic))
    for _, name, topic in sorted(scored, key=lambda each: (-each[0], each[1])):
        yield Fit(name, SHARES.format(words=", ".join(topic)))


def _topic(name: str) -> list[str]:
    words = (
        w for w in re.findall(r"[A-Za-z]{2,40}", name) if w.lower() not in _PREFIXES
    )
    return list(dict.fromkeys(term for word in words for term in relevance.terms(word)))
