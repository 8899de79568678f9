"""Labelled examples out of the ledger: corrections, labels, reactions, silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import overrides
from bot.classify import bias as leaning
from bot.entries import Entry

# Weights of what says that a task was right: a person's word, a reaction, silence.
ORDERED, RELABELLED, LIKED, SILENT = 1.0, 0.5, 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """What the words said of one thread, and the task that it was meant to be.

    `routed` is what was routed; `actor` whose word it is, "" for nobody's.
    """

    words: leaning.Distribution
    task: str
    weight: float
    routed: str = ""
    actor: str = ""

    @property
    def is_correction(self) -> bool:
        """Whether a person named another task than was routed."""
        return bool(self.actor) and self.task != self.routed


def of(entries: Sequence[Entry]) -> list[Example]:
    """Make labelled examples of a ledger; near-duplicates of one person count once."""
    ordered = {
        (o.routed.repository, o.routed.number): (o.task, o.actor)
        for o in overrides.of(entries)
    }
    found: dict[tuple[object, ...], Example] = {}
    for place, thread in overrides.automatic(entries).items():
        texts = [e for e in thread if e.record.via in ("text", "model")]
        routed = next((e for e in texts if e.record.chances), None)
        if routed is None:
            continue
        example = _example(routed, thread, ordered.get(place))
        if example is not None:
            rounded = tuple(sorted((t, round(s, 2)) for t, s in example.words))
            found.setdefault((example.actor, example.task, rounded), example)
    return list(found.values())


def _example(
    routed: Entry, thread: Sequence[Entry], order: tuple[str, str] | None
) -> Example | None:
    words = tuple((c.task, c.share) for c in routed.record.chances)
    task = routed.record.task
    if order is not None:
        return Example(words, order[0], ORDERED, task, order[1])
    labelled = [
        e.record
        for e in thread
        if e.record.event == "issues.labeled" and e.record.trust == "writer"
    ]
    if labelled:
        return Example(words, labelled[-1].task, RELABELLED, task, labelled[-1].actor)
    # Nobody knows what was meant where somebody only disliked what came.
    if routed.thumbs_down > routed.thumbs_up:
        return None
    return Example(words, task, LIKED if routed.thumbs_up else SILENT, task)
