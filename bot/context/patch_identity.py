"""What a patch is, wherever it stands: so that a rebase is not read again."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.context.diff import FileDiff, Hunk

# Of a larger change nothing is remembered: the next review reads it whole.
MOST = 1_000
# 64 bits: an author must not find a patch that passes for one already read.
_BYTES = 8
_CHARACTERS = 11


def of_file(file: FileDiff) -> tuple[str, ...]:
    """Name the patches of one file: each run of added and removed lines.

    Neither line numbers nor the lines around a patch count, nor blanks at its lines'
    ends or inside them; indentation does, since it can change what code means.
    """
    if not file.hunks:
        shown = f"{file.status}\0{file.old_path}\0{file.old_mode}\0{file.mode}"
        return (_digest(file.path, shown),)
    return tuple(name for hunk in file.hunks for name in of_hunk(file.path, hunk))


def pack(names: Sequence[str]) -> str:
    """Write the names of patches as one word; "" where there are too many."""
    return "".join(names) if len(names) <= MOST else ""


def unpack(packed: str) -> Counter[str]:
    """Count the patches in what `pack` wrote; a broken word holds none."""
    if len(packed) % _CHARACTERS:
        return Counter()
    starts = range(0, len(packed), _CHARACTERS)
    return Counter(packed[start : start + _CHARACTERS] for start in starts)


def unseen(files: Iterable[FileDiff], seen: Counter[str]) -> tuple[FileDiff, ...]:
    """Leave of each file the hunks that hold a patch not yet seen.

    The same patch more often than before is new wherever it stands.
    """
    files = tuple(files)
    now = Counter(name for file in files for name in of_file(file))
    old = {name for name, count in now.items() if count <= seen[name]}
    left = (_without(file, old) for file in files)
    return tuple(file for file in left if file is not None)


def of_hunk(path: str, hunk: Hunk) -> Iterator[str]:
    """Name the patches of one hunk of a file."""
    run: list[str] = []
    for line in hunk.lines:
        if line.mark != " ":
            run.append(line.mark + _normal(line.text))
        elif run:
            yield _digest(path, "\n".join(run))
            run = []
    if run:
        yield _digest(path, "\n".join(run))


def _without(file: FileDiff, old: set[str]) -> FileDiff | None:
    if not file.hunks:
        return None if set(of_file(file)) <= old else file
    hunks = tuple(h for h in file.hunks if not set(of_hunk(file.path, h)) <= old)
    if not hunks:
        return None
    lines = [line for hunk in hunks for line in hunk.lines]
    added = sum(line.mark == "+" for line in lines)
    removed = sum(line.mark == "-" for line in lines)
    return replace(file, hunks=hunks, added=added, removed=removed)


def _normal(text: str) -> str:
    inside = text.lstrip()
    indent = text[: len(text) - len(inside)]
    return indent + " ".join(inside.split())


def _digest(path: str, text: str) -> str:
    content = f"{path}\0{text}".encode("utf-8", "replace")
    raw = hashlib.sha256(content).digest()[:_BYTES]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
