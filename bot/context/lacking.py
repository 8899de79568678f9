"""What a change leaves without a test, most important first, as a reader gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot import stakes
from bot.context import (
    callers,
    coverage_data,
    diff,
    related,
    untested,
    untested_rank,
)
from bot.context.kinds import kind_of
from bot.context.untested import Untested

# Words of one search.
MAX_NAMES = 60
# Files read for the callers of one step.
MAX_FILES = 80


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
    """Find and rank what the change leaves untested, by coverage where it is there.

    What a test reaches through a caller is left out, as far as the source can search.
    """
    read = diff.read(source.diff())
    changes = untested.of_diff(read.files, read=source.file)
    tests = [path for path in source.tree() if kind_of(path) == "test"]
    code = {c.path: c.source for c in changes if kind_of(c.path) == "source"}
    measured = coverage_data.Coverage({})
    if isinstance(source, WorkTree):
        measured = coverage_data.read(source.root, code)
    found = untested.untested(changes, tests, read=source.file, coverage=measured.files)
    found = callers.unreached(found, _naming(source))
    names = sorted({each.symbol.rpartition(".")[2] for each in found})[:MAX_NAMES]
    calling = source.naming(names) if names else ()
    near = [p for p in calling if kind_of(p) == "source"][: related.MOST_READ]
    texts = source.texts(near) | code
    ranked = untested_rank.ranked(found, texts, stakes=_stakes)
    return Lacking(ranked, (*read.problems, *measured.notes))


def _naming(source: Source) -> callers.Naming:
    def naming(words: Sequence[str]) -> dict[str, str]:
        batches = range(0, len(words), MAX_NAMES)
        found = {p for at in batches for p in source.naming(words[at : at + MAX_NAMES])}
        paths = [p for p in sorted(found) if kind_of(p) in ("source", "test")]
        # One test that holds a word settles it.
        paths.sort(key=lambda path: kind_of(path) != "test")
        return source.texts(paths[:MAX_FILES])

    return naming


def _stakes(path: str) -> str:
    return stakes.assess(paths=(path,)).level
