"""What a change leaves without a test, most important first, as a reader gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot import stakes
from bot.context import coverage_data, diff, related, untested, untested_rank
from bot.context.kinds import kind_of
from bot.context.untested import Untested

MAX_NAMES = 60


class Source(Protocol):
    """Where the change and the repository come from."""

    def diff(self) -> str:
        """The unified diff."""

    def file(self, path: str) -> str | None:
        """A file after the change."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """Files after the change."""

    def tree(self) -> tuple[str, ...]:
        """Every path."""

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What was found; `notes` are plain sentences on what was not used or not read."""

    found: tuple[Untested, ...] = ()
    notes: tuple[str, ...] = ()


@runtime_checkable
class WorkTree(Protocol):
    """A source with a work tree, where coverage reports may lie."""

    @property
    def root(self) -> Path:
        """Its top folder."""


def find(source: Source) -> Lacking:
    """Find and rank what the change leaves untested, by coverage where it is there."""
    read = diff.read(source.diff())
    changes = untested.of_diff(read.files, read=source.file)
    tests = [path for path in source.tree() if kind_of(path) == "test"]
    code = {c.path: c.source for c in changes if kind_of(c.path) == "source"}
    measured = coverage_data.Coverage({})
    if isinstance(source, WorkTree):
        measured = coverage_data.read(source.root, code)
    found = untested.untested(changes, tests, read=source.file, coverage=measured.files)
    names = sorted({each.symbol.rpartition(".")[2] for each in found})[:MAX_NAMES]
    callers = source.naming(names) if names else ()
    near = [p for p in callers if kind_of(p) == "source"][: related.MOST_READ]
    texts = source.texts(near) | code
    ranked = untested_rank.ranked(found, texts, stakes=_stakes)
    return Lacking(ranked, (*read.problems, *measured.notes))


def _stakes(path: str) -> str:
    return stakes.assess(paths=(path,)).level
