"""The repository: what lies where, and the files a text speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.context import Section, imports
from bot.context.kinds import UNREAD, kind_of
from bot.text import sanitize

SHOWN_PATHS = 400
MENTIONED_FILES = 8
MOST_MANIFESTS = 12
FILE_LIMIT = 200_000  # characters of one file
MANIFESTS = (
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Gemfile",
    "composer.json",
)
PATHS = "paths in the repository"
READMES = ("README.md", "README.rst", "README.txt", "README")

_WORD = re.compile(r"[A-Za-z0-9_./-]{3,200}")


class Files(Protocol):
    """Where paths and files come from."""

    def tree(self) -> tuple[str, ...]:
        """Every path at the pinned SHA."""

    def file(self, path: str) -> str | None:
        """The text of a file at the pinned SHA."""


def outline(files: Files) -> tuple[Section, ...]:
    """Give the list of paths and the README: the cheapest map there is."""
    paths = files.tree()
    if not paths:
        return ()
    shown = "\n".join(sorted(paths, key=shallow_first)[:SHOWN_PATHS])
    rest = len(paths) - SHOWN_PATHS
    note = f"\n({rest} more paths are not listed)" if rest > 0 else ""
    found = [Section(PATHS, shown + note, "code", priority=4)]
    readme = next((path for path in READMES if path in paths), None)
    if readme is not None:
        found.extend(whole([readme], files, priority=5))
    return tuple(found)


def listed_paths(sections: Sequence[Section]) -> frozenset[str]:
    """Name every path that `outline` listed or `whole` read."""
    listed = (s.text.splitlines() for s in sections if s.name == PATHS)
    files = (
        s.name.removeprefix("file ").partition(" (its first")[0]
        for s in sections
        if s.name.startswith("file ")
    )
    return frozenset(line for lines in listed for line in lines) | frozenset(files)


def mentioned(
    text: str, tree: Sequence[str], *, most: int = MENTIONED_FILES
) -> tuple[str, ...]:
    """Name the files of the tree that a text speaks of, in the order it does.

    A path counts where the text has it whole, or a tail of it with at least one
    folder, or its file name where only one file bears it.
    """
    words = [word.strip("./-") for word in _WORD.findall(text[:64_000])]
    last = {word.rpartition("/")[2] for word in words}
    names: dict[str, list[str]] = {}
    for path in tree:
        if path.rpartition("/")[2] in last:
            for tail in imports.path_tails(path):
                names.setdefault(tail, []).append(path)
    found: dict[str, None] = {}
    for word in words:
        candidates = names.get(word, [])
        if len(candidates) == 1:
            found.setdefault(candidates[0])
    return tuple(found)[:most]


def whole(
    paths: Iterable[str],
    files: Files,
    *,
    priority: int = 2,
    must: bool = False,
    limit: int = FILE_LIMIT,
) -> tuple[Section, ...]:
    """Read files whole, each a section of its own, cut at `limit` characters."""
    read = ((path, files.file(path)) for path in paths)
    return tuple(
        Section(
            _file_name(path, len(text), limit),
            sanitize.code(text[:limit]).text,
            "code",
            priority=priority,
            must=must,
        )
        for path, text in read
        if text
    )


def manifests(files: Files) -> dict[str, str]:
    """Read the manifests of the tree by path, the shallowest first, a dozen at most."""
    found = [p for p in files.tree() if p.rpartition("/")[2] in MANIFESTS]
    kept = [path for path in sorted(found, key=shallow_first) if _is_own(path)]
    read = {path: files.file(path) for path in kept[:MOST_MANIFESTS]}
    return {path: text for path, text in read.items() if text}


def _is_own(path: str) -> bool:
    return kind_of(path) not in UNREAD and kind_of(path) != "test"


def _file_name(path: str, size: int, limit: int) -> str:
    cut = f" (its first {limit:,} of {size:,} characters)"
    return f"file {path}{cut if size > limit else ''}"


def shallow_first(path: str) -> tuple[int, str]:
    """A sort key: paths near the root first, then by name."""
    return (path.count("/"), path)
