"""The policy's `when` clauses: facts about a change that move it to another class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot import globs
from bot.policy import ClassName, When
from bot.stakes import Stakes


@dataclass(frozen=True, slots=True)
class Facts:
    """What a clause may ask about.

    `lines` counts added and removed lines; `paths` are the changed files, empty where
    there is no change. `labels` are only those that count.
    """

    stakes: Stakes
    confidence: float = 1.0
    paths: tuple[str, ...] = ()
    lines: int = 0
    labels: tuple[str, ...] = ()
    is_fork: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """A clause that was looked at: its words, the class it leads to, the outcome."""

    clause: str
    model_class: ClassName
    matched: bool


def tried(clauses: Sequence[When], facts: Facts) -> tuple[Tried, ...]:
    """Try clauses in order up to the first that holds; all its conditions must."""
    done: list[Tried] = []
    for clause in clauses:
        matched = all(_conditions(clause, facts))
        done.append(Tried(str(clause), clause.model_class, matched))
        if matched:
            break
    return tuple(done)


def _conditions(clause: When, facts: Facts) -> Iterator[bool]:
    if clause.stakes is not None:
        yield facts.stakes.level == clause.stakes
    if clause.only_paths:
        paths = facts.paths
        yield bool(paths) and all(globs.any_match(p, clause.only_paths) for p in paths)
    if clause.min_lines is not None:
        yield facts.lines >= clause.min_lines
    if clause.max_lines is not None:
        yield bool(facts.paths) and facts.lines <= clause.max_lines
    if clause.label is not None:
        yield clause.label in facts.labels
    if clause.confidence_below is not None:
        yield facts.confidence < clause.confidence_below
    if clause.fork is not None:
        yield facts.is_fork == clause.fork
