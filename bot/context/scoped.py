"""Whether a task is solved on paper, and the files that its change is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.context import Finding, Section, reach, relevance, report, repository
from bot.context.diff import FileDiff
from bot.context.kinds import kind_of
from bot.context.relevance import Ranking

NO_WHAT = "the {item} does not say what is to be changed"
NO_PLACE = "the {item} names no file or symbol of this repository: where is the change?"
NO_DONE = "the {item} does not say when it is done: an example or a checklist would do"
FILES = "is named in the {item}"
DEFINES = "defines {name}, which the {item} names"
# How code is written here, as its tools are told.
STYLE = (
    "pyproject.toml",
    "ruff.toml",
    ".editorconfig",
    ".eslintrc.json",
    "eslint.config.js",
    ".prettierrc",
    "rustfmt.toml",
    ".golangci.yml",
    "tsconfig.json",
)
MOST_NEAR, MOST_TESTS, MOST_NAMED = 6, 4, 8
_MAX_TEXT = 64_000
_VERBS = re.compile(
    r"\b(?:add|allow|avoid|change|convert|correct|deprecate|document|drop|expose|"
    r"extract|fix|handle|implement|improve|include|make|move|raise|reduce|refactor|"
    r"remove|rename|replace|return|simplify|sort|split|support|switch|update|upgrade|"
    r"use|validate|write|should|must|needs?|instead)\b",
    re.IGNORECASE,
)


class Files(Protocol):
    """Where paths and files come from."""

    def tree(self) -> tuple[str, ...]:
        """Every path at the pinned SHA."""

    def file(self, path: str) -> str | None:
        """The text of a file at the pinned SHA."""


def readiness(
    said: str,
    named: Iterable[str],
    defining: Iterable[tuple[str, str]],
    *,
    change: bool,
    item: str = "issue",
) -> list[Finding]:
    """Say what, where and done-when of a task: what is named, and what lacks.

    A task on a pull request has its place in the `change`; `item` is what people call
    the text.
    """
    found = [
        Finding("names-file", FILES.format(item=item), path=path) for path in named
    ]
    found += [
        Finding("names-symbol", DEFINES.format(name=name, item=item), path=path)
        for path, name in defining
    ]
    has_place = bool(found) or change
    if not _VERBS.search(said[:_MAX_TEXT]):
        found.append(Finding("no-what", NO_WHAT.format(item=item), "minor"))
    if not has_place:
        found.append(Finding("no-place", NO_PLACE.format(item=item), "minor"))
    if not report.says_when_done(said):
        found.append(Finding("no-done-when", NO_DONE.format(item=item), "minor"))
    return found


def defining(said: str, ranking: Ranking) -> list[tuple[str, str]]:
    """The files that define a name which the text writes as code, with that name."""
    names = relevance.code_names(said)
    found: dict[str, str] = {}
    for path in ranking.best(40, kinds=("source",)):
        name = relevance.defines(ranking.texts.get(path, ""), names)
        if name:
            found.setdefault(path, name)
    return list(found.items())[:MOST_NAMED]


def changed(files: Iterable[FileDiff]) -> tuple[str, ...]:
    """The files of a change that are there afterwards and that people write."""
    kinds = ("source", "test", "config", "docs")
    kept = (f.path for f in files if f.kind in kinds and f.status != "removed")
    return tuple(kept)[:MOST_NAMED]


def sections(
    named: Sequence[str], ranking: Ranking, files: Files
) -> tuple[Section, ...]:
    """Read the named files whole, their tests, the files near, and the style."""
    tree = files.tree()
    near = [p for p in ranking.best(MOST_NEAR, kinds=("source",)) if p not in named]
    subjects = {reach.subject(path) for path in named or tuple(near)}
    beside = [
        path
        for path in tree
        if kind_of(path) == "test" and reach.subject(path) in subjects
    ]
    style = [name for name in STYLE if name in set(tree)]
    return (
        *repository.whole(named, files, priority=1),
        *repository.whole(beside[:MOST_TESTS], files, priority=2),
        *repository.whole(near, files, priority=2),
        *repository.whole(style, files, priority=3),
    )
