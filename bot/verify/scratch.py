"""A copy of a tree of git's, written file by file from its objects.

Neither `git archive` nor `git worktree`: both run filters that a repository's
configuration can name, and the second writes into the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.errors import GitError

# Bytes of one batch that is read at once, of one file, of all; files.
MAX_BATCH = 32 * 1024 * 1024
MAX_FILE = 32 * 1024 * 1024
MAX_TOTAL = 512 * 1024 * 1024
MAX_FILES = 50_000
TOO_LARGE = "the tree is too large to copy: {files:,} files, {size:,} bytes"
LEFT_OUT = "{path} was not copied: {why}"


class Ask(Protocol):
    """Run hardened git in the repository."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Return its output; raises GitError."""


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    mode: str
    sha: str
    size: int


def write(ask: Ask, tree: str, into: Path) -> tuple[str, ...]:
    """Write every file of `tree` (a SHA) below `into`; returns what was left out.

    A submodule stays an empty folder; a link that leads outside is left out. Raises
    GitError for a tree that is too large.
    """
    entries = list(_entries(ask("ls-tree", "-r", "-l", "-z", tree)))
    size = sum(entry.size for entry in entries)
    if len(entries) > MAX_FILES or size > MAX_TOTAL:
        raise GitError(TOO_LARGE.format(files=len(entries), size=size))
    left: list[str] = []
    for batch in _batches(entries):
        asked = "".join(f"{entry.sha}\n" for entry in batch).encode("ascii")
        raw = ask("cat-file", "--batch", stdin=asked)
        for entry, data in zip(batch, _split(raw, len(batch)), strict=True):
            why = _put(entry, data, into)
            if why:
                left.append(LEFT_OUT.format(path=entry.path, why=why))
    return tuple(left)


def _entries(raw: bytes) -> Iterator[_Entry]:
    for line in os.fsdecode(raw).split("\0"):
        facts, tab, path = line.partition("\t")
        if not tab:
            continue
        mode, kind, sha, size = facts.split()
        if kind == "blob" and int(size) <= MAX_FILE:
            yield _Entry(path, mode, sha, int(size))


def _batches(entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    batch: list[_Entry] = []
    size = 0
    for entry in entries:
        if batch and size + entry.size > MAX_BATCH:
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield batch


def _split(raw: bytes, count: int) -> Iterator[bytes]:
    at = 0
    for _ in range(count):
        end = raw.index(b"\n", at)
        size = int(raw[at:end].split(b" ")[2])
        yield raw[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _put(entry: _Entry, data: bytes, into: Path) -> str:
    parts = entry.path.split("/")
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        return "its path leads elsewhere"
    target = into.joinpath(*parts)
    # No folder of the copy may be a link: then every file stays below it.
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.parent.resolve() != into.resolve().joinpath(*parts[:-1]):
        return "a folder above it is a link"
    if entry.mode == "120000":
        return _link(target, os.fsdecode(data), into)
    target.write_bytes(data)
    target.chmod(0o755 if entry.mode == "100755" else 0o644)
    return ""


def _link(target: Path, to: str, into: Path) -> str:
    if "\0" in to or not to:
        return "its link leads nowhere"
    there = Path(os.path.normpath(target.parent / to))
    if Path(to).is_absolute() or not there.is_relative_to(into):
        return "its link leads outside"
    target.symlink_to(to)
    return ""
