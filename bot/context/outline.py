"""A map of the repository for one question: folders, modules, pages and rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from bot.context import Section, repository
from bot.context.kinds import UNREAD, kind_of
from bot.context.relevance import Ranking
from bot.context.repository import Files
from bot.context.symbols import symbols
from bot.context.syntax import language_of
from bot.text import sanitize

FOLDERS = "folders of the repository"
MODULES = "outline of the modules nearest to the item"
RULES = (
    "CONTRIBUTING.md",
    ".github/CONTRIBUTING.md",
    "docs/CONTRIBUTING.md",
    "CONTRIBUTING.rst",
    "docs/contributing.md",
    "CODEOWNERS",
    ".github/CODEOWNERS",
    "docs/CODEOWNERS",
)
# Shown at the most: folders, paths, modules and definitions of each, pages.
MOST_FOLDERS, MOST_PATHS = 80, 400
MOST_MODULES, MOST_SYMBOLS = 40, 30
MOST_DOCS, MOST_DECISIONS = 4, 4
MAX_PAGE, MAX_SIGNATURE = 30_000, 200
_NEAREST = 120
_DECISION = re.compile(
    r"(?:^|/)(?:adrs?|decisions|rfcs?|design|proposals)/[^/]{1,200}\.(?:md|rst|adoc|txt)$",
    re.IGNORECASE,
)


class Many(Files, Protocol):
    """A repository of which many files can be read together."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files; some may lack."""


def sections(files: Many, ranking: Ranking) -> tuple[Section, ...]:
    """Map a repository: what lies where, and the parts nearest to the question."""
    tree = files.tree()
    if not tree:
        return ()
    readme = [path for path in repository.READMES if path in tree][:1]
    pages = [*readme, *_decisions(tree, ranking), *_docs(ranking)]
    rules = [path for path in RULES if path in tree]
    manifests = [name for name in repository.MANIFESTS if name in tree]
    # In one question: one by one each would be a request of its own.
    files.texts([*rules, *pages, *manifests])
    return (
        Section(FOLDERS, _folders(tree), "code", priority=3),
        Section(repository.PATHS, _paths(tree, ranking), "code", priority=4),
        *_modules(ranking),
        *repository.whole(rules, files, priority=4, limit=MAX_PAGE),
        *repository.whole(dict.fromkeys(pages), files, priority=5, limit=MAX_PAGE),
        *repository.whole(manifests, files, priority=5, limit=MAX_PAGE),
    )


def _folders(tree: Sequence[str]) -> str:
    """Each folder of the two upper levels with its files by suffix."""
    found: dict[str, Counter[str]] = {}
    for path in tree:
        parts = path.split("/")[:-1]
        suffix = path.rpartition("/")[2].rpartition(".")[2][:12]
        for depth in range(min(len(parts), 2) + 1):
            folder = "/".join(parts[:depth]) or "."
            found.setdefault(folder, Counter())[suffix] += 1
    largest = sorted(found, key=lambda each: -found[each].total())[:MOST_FOLDERS]
    return "\n".join(
        f"{folder}/ {found[folder].total():,} files: "
        + ", ".join(f"{count:,} {end}" for end, count in found[folder].most_common(4))
        for folder in sorted(largest)
    )


def _paths(tree: Sequence[str], ranking: Ranking) -> str:
    """The paths nearest to the question, then the shallowest."""
    near = ranking.best(_NEAREST)
    shallow = sorted(tree, key=repository.shallow_first)
    shown = list(dict.fromkeys((*near, *shallow)))[:MOST_PATHS]
    rest = len(tree) - len(shown)
    note = f"\n({rest:,} more paths are not listed)" if rest > 0 else ""
    return "\n".join(shown) + note


def _modules(ranking: Ranking) -> Iterator[Section]:
    near = ranking.best(MOST_MODULES, kinds=("source",))
    parts = [shown for path in near if (shown := _module(path, ranking.texts))]
    if parts:
        text = sanitize.code("\n\n".join(parts)).text
        yield Section(MODULES, text, "code", priority=3)


def _module(path: str, texts: Mapping[str, str]) -> str:
    text = texts.get(path, "")
    if not text or not language_of(path):
        return ""
    found = symbols(path, text.encode("utf-8", "replace"))
    shown = [each for each in found if each.is_public][:MOST_SYMBOLS] or found[:10]
    lines = (f"  {s.start}: {s.signature[:MAX_SIGNATURE]}" for s in shown)
    return "\n".join([path, *lines])


def _docs(ranking: Ranking) -> tuple[str, ...]:
    return ranking.best(MOST_DOCS, kinds=("docs",))


def _decisions(tree: Sequence[str], ranking: Ranking) -> list[str]:
    order = {each.path: n for n, each in enumerate(ranking.files)}
    known = [
        path for path in tree if _DECISION.search(path) and kind_of(path) not in UNREAD
    ]
    return sorted(known, key=lambda path: order.get(path, len(order)))[:MOST_DECISIONS]
