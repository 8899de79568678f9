"""A parsed file diff, written again as one: what a model reads of a change."""

from __future__ import annotations

from bot.context.diff import FileDiff


def unified(file: FileDiff) -> str:
    """Write one file's diff; the numbers in its `@@` lines are those of the file."""
    old = "/dev/null" if file.status == "added" else f"a/{file.old_path or file.path}"
    new = "/dev/null" if file.status == "removed" else f"b/{file.path}"
    lines = [f"--- {old}", f"+++ {new}"]
    for hunk in file.hunks:
        counts = (hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count)
        lines.append("@@ -{},{} +{},{} @@ ".format(*counts) + hunk.heading)
        lines.extend(line.mark + line.text for line in hunk.lines)
    return "\n".join(lines) + "\n"
