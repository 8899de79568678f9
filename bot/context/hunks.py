"""A parsed file diff, written again as one: what a model reads of a change."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from bot.context import diff
from bot.context.diff import FileDiff
from bot.context.fit import Family, tokens
from bot.text import sanitize

_HEADER = re.compile(
    r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@(.{0,2000})"
)
# Room for the `@@` line of a hunk that was cut in two.
_HEADER_TOKENS = 40


def unified(file: FileDiff) -> str:
    """Write one file's diff; the numbers in its `@@` lines are those of the file.

    Characters that nobody would see are shown, but in paths (contract T03, T28).
    """
    old = "/dev/null" if file.status == "added" else f"a/{file.old_path or file.path}"
    new = "/dev/null" if file.status == "removed" else f"b/{file.path}"
    lines: list[str] = []
    for hunk in file.hunks:
        counts = (hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count)
        lines.append("@@ -{},{} +{},{} @@ ".format(*counts) + hunk.heading)
        lines.extend(line.mark + line.text for line in hunk.lines)
    head = f"--- {old}\n+++ {new}\n"
    if file.is_rebuilt:
        head = f"diff --git a/{file.old_path} b/{file.path}\n{diff.REBUILT}\n{head}"
    return f"{head}{sanitize.code(chr(10).join(lines)).text}\n"


def split(text: str, *, room: int, family: Family = "anthropic") -> tuple[str, ...]:
    """Split one file's diff into diffs of at most `room` tokens each, in order.

    By hunks where they fit, else inside a hunk, with the numbers put right; each piece
    begins with the file's own header. One line alone is never cut.
    """
    # Not `splitlines`: a form feed inside a line ends no line of a diff.
    lines = list(io.StringIO(text, newline="\n"))
    first = next((at for at, line in enumerate(lines) if _HEADER.match(line)), None)
    if first is None:
        return (text,)
    header = "".join(lines[:first])
    room -= tokens(header, kind="diff", family=family)
    pieces: list[list[str]] = []
    spent = 0
    for hunk in _cut_hunks(lines[first:], room, family):
        cost = _cost(hunk, family)
        if not pieces or spent + cost > room:
            pieces.append([header])
            spent = 0
        pieces[-1].append(hunk)
        spent += cost
    return tuple("".join(piece) for piece in pieces)


def _cut_hunks(lines: list[str], room: int, family: Family) -> Iterator[str]:
    start = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines) and not _HEADER.match(lines[at]):
            continue
        hunk = lines[start:at]
        start = at
        whole = "".join(hunk)
        if _cost(whole, family) <= room:
            yield whole
        else:
            yield from _cut(hunk, room, family)


def _cut(hunk: list[str], room: int, family: Family) -> Iterator[str]:
    match = _HEADER.match(hunk[0])
    assert match is not None
    old, new, heading = int(match[1]), int(match[2]), match[3]
    body: list[str] = []
    spent = _HEADER_TOKENS
    for line in hunk[1:]:
        cost = _cost(line, family)
        if body and spent + cost > room:
            piece, old, new = _numbered(body, old, new, heading)
            yield piece
            body, spent = [], _HEADER_TOKENS
        body.append(line)
        spent += cost
    if body:
        yield _numbered(body, old, new, heading)[0]


def _numbered(
    body: list[str], old: int, new: int, heading: str
) -> tuple[str, int, int]:
    """Write a hunk of these lines; return the numbers of the lines after it, too."""
    removed = sum(line[:1] in "- " for line in body)
    added = sum(line[:1] in "+ " for line in body)
    header = f"@@ -{old},{removed} +{new},{added} @@{heading}\n"
    return header + "".join(body), old + removed, new + added


def _cost(text: str, family: Family) -> int:
    return tokens(text, kind="diff", family=family)
