"""A unified diff cut into files by the numbers in its `@@` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.context import diff_paths

# Longer lines are cut before any pattern sees them (contract T29).
MAX_LINE = 2_000
# Stands in the header of a file whose diff was made here, from both its versions.
REBUILT = "rebuilt from both versions"
# Stands, with the reason, in the header of a file that changed and is not shown.
UNREAD = "not read: "
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_HEADERS = (
    "new file mode ",
    "deleted file mode ",
    "old mode ",
    "new mode ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
    "similarity index ",
    "dissimilarity index ",
    "index ",
)


@dataclass(slots=True)
class Piece:
    """The lines of one file, cut out of the diff by the numbers in its `@@` lines."""

    git_line: str = ""
    old: str = ""
    new: str = ""
    header: dict[str, str] = field(default_factory=dict)
    body: list[str] = field(default_factory=list)
    is_binary: bool = False
    is_rebuilt: bool = False
    unread: str = ""
    widest: int = 0
    problems: list[str] = field(default_factory=list)


def pieces(text: str) -> Iterator[Piece]:
    """Cut a unified diff into the lines of each of its files; nothing raises."""
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    piece: Piece | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        starts = line.startswith(("diff --git ", "diff --cc ", "diff --combined "))
        if starts or _starts_plain_file(lines, at, piece):
            if piece is not None:
                yield piece
            piece = Piece()
        at = at + 1 if piece is None else _take(piece, lines, at)
    if piece is not None:
        yield piece


def _starts_plain_file(lines: list[str], at: int, piece: Piece | None) -> bool:
    if not lines[at].startswith("--- ") or at + 1 >= len(lines):
        return False
    if not lines[at + 1].startswith("+++ "):
        return False
    return piece is None or bool(piece.new)


def _take(piece: Piece, lines: list[str], at: int) -> int:
    line = lines[at][: 2 * diff_paths.MAX_PATH]
    if line.startswith("diff --"):
        piece.git_line = line
        if not line.startswith("diff --git "):
            piece.problems.append("a combined diff of a merge is not read")
    elif line.startswith("@@ "):
        return _take_hunk(piece, lines, at)
    elif line.startswith("--- ") and not piece.old:
        piece.old = line[4:]
    elif line.startswith("+++ ") and not piece.new:
        piece.new = line[4:]
    elif line.startswith(("Binary files ", "GIT binary patch")):
        piece.is_binary = True
    else:
        _take_header(piece, line)
    return at + 1


def _take_header(piece: Piece, line: str) -> None:
    if line == REBUILT:
        piece.is_rebuilt = True
        return
    if line.startswith(UNREAD):
        piece.unread = line.removeprefix(UNREAD)
        return
    for header in _HEADERS:
        if line.startswith(header):
            piece.header.setdefault(header.strip(), line[len(header) :])
            return
    stray = line[:1] in ("+", "-", " ") and piece.body
    if stray and "lines stand outside the counted hunks" not in piece.problems:
        piece.problems.append("lines stand outside the counted hunks")


def _take_hunk(piece: Piece, lines: list[str], at: int) -> int:
    match = _HUNK.match(lines[at][:MAX_LINE])
    if match is None:
        piece.problems.append("a hunk header cannot be read")
        return at + 1
    old_left = old_count = 1 if match[2] is None else int(match[2])
    new_left = new_count = 1 if match[4] is None else int(match[4])
    header = len(piece.body)
    piece.body.append(lines[at][:MAX_LINE])
    at += 1
    while (old_left > 0 or new_left > 0) and at < len(lines):
        line = lines[at]
        mark = line[:1] or " "
        if mark not in " +-\\":
            break
        old_left -= mark in " -"
        new_left -= mark in " +"
        piece.widest = max(piece.widest, len(line))
        piece.body.append(line[: MAX_LINE + 1] or " ")
        at += 1
    if old_left or new_left:
        piece.problems.append("a hunk does not hold the lines that its header counts")
        old, new = old_count - old_left, new_count - new_left
        piece.body[header] = f"@@ -{match[1]},{old} +{match[3]},{new} @@"
    if at < len(lines) and lines[at].startswith("\\"):
        at += 1
    return at
