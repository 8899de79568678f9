"""A parsed file diff, written again as one: what a model reads of a change."""

from __future__ import annotations

from bot.context.diff import FileDiff
from bot.text import sanitize


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
    return f"--- {old}\n+++ {new}\n{sanitize.code(chr(10).join(lines)).text}\n"
