"""A changed file out of its two versions, as the parser gives it."""

from __future__ import annotations

from bot.context import diff, rebuild
from bot.context.diff import FileDiff


def changed(path: str, old: str | None, new: str | None) -> FileDiff:
    """Return the diff between two texts; None is a file that is not there."""
    hunks = rebuild.hunks((old or "").encode(), (new or "").encode())
    before = "/dev/null" if old is None else f"a/{path}"
    after = "/dev/null" if new is None else f"b/{path}"
    (file,) = diff.parse(f"--- {before}\n+++ {after}\n{hunks}\n")
    return file
