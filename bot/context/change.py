"""A change as a review reads it: its files, what encloses and what uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.context import (
    Finding,
    Section,
    attributes,
    diff,
    enclosing,
    hunks,
    public_api,
    related,
    risks,
    split,
)
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD
from bot.context.manifests import manifest_of
from bot.context.related import Use
from bot.context.syntax import language_of

DIFF_NAME = "the diff of {path}"
# Changed files whose whole text is read, for what stands around the hunks.
MOST_TEXTS = 200


class Source(Protocol):
    """Where the change and the repository come from."""

    def diff(self) -> str:
        """The unified diff."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """Files after the change."""

    def trusted_file(self, path: str) -> str | None:
        """A file as it is where the change is to go."""

    def tree(self) -> tuple[str, ...]:
        """Every path."""

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change and what was read around it; `texts` are files after it, by path."""

    files: tuple[FileDiff, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    problems: tuple[str, ...] = ()


def read(source: Source) -> Change:
    """Read a change: what is listed only, whole texts, uses of what it removes."""
    found = diff.read(source.diff())
    if not found.files:
        return Change(problems=found.problems)
    marks = source.trusted_file(attributes.PATH) or ""
    files = attributes.applied(found.files, marks)
    texts = source.texts(_worth_reading(files))
    api = public_api.changes(files, texts)
    uses: tuple[Use, ...] = ()
    words = [each.word for each in api if each.step != "added" and "." not in each.name]
    if words:
        paths = source.naming(words) or related.likely(files, source.tree())
        outside = [path for path in paths if path not in texts][: related.MOST_READ]
        around = {**texts, **source.texts(outside)}
        uses = related.uses(api, around, changed={file.path for file in files})
        texts |= {use.path: around[use.path] for use in uses}
    return Change(files, texts, uses, found.problems)


def findings(change: Change) -> tuple[Finding, ...]:
    """Give the risk map of a change."""
    places = related.by_name(change.uses)
    return risks.findings(change.files, texts=change.texts, uses=places)


def readable(change: Change) -> tuple[FileDiff, ...]:
    """Give the files that a reviewer reads: the others are only listed."""
    return tuple(f for f in change.files if f.kind not in UNREAD and not f.unread)


def sections(change: Change, files: Sequence[FileDiff]) -> tuple[Section, ...]:
    """Give `files` of a change as diffs with what encloses them, then what is beside.

    All sections bear the path of the changed file they belong to.
    """
    texts = change.texts
    grown = [
        enclosing.grown(file, texts[file.path]) if file.path in texts else file
        for file in files
    ]
    kin = split.kin([f.path for f in files], split.graph_of(files, texts))
    diffs = (
        Section(
            DIFF_NAME.format(path=file.path),
            hunks.unified(file),
            "diff",
            priority=1,
            path=file.path,
            kin=kin[file.path],
        )
        for file in grown
    )
    return (*diffs, *related.sections(grown, texts, change.uses))


def _worth_reading(files: Sequence[FileDiff]) -> list[str]:
    """Files whose whole text tells more than the hunks, those with a grammar first."""
    there = [
        file
        for file in files
        if file.status != "removed"
        and file.kind not in UNREAD
        and not file.is_submodule
    ]
    known = [f.path for f in there if language_of(f.path) or manifest_of(f.path)]
    others = [f.path for f in there if f.kind in ("source", "ci")]
    return list(dict.fromkeys([*known, *others]))[:MOST_TEXTS]
