"""What a push does to comments on the diff: their lines move, or they are outdated."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from tests.github_server import diffs
from tests.github_server.state import Commit, Pull, ReviewComment

if TYPE_CHECKING:
    from tests.github_server.repository import Repository


def follow(repo: Repository, pull: Pull, *, before: Commit, after: Commit) -> None:
    """Move every comment of the pull request from one head to the next."""
    for comment in repo.review_comments.values():
        if comment.pull is pull and not comment.is_outdated:
            _move(repo, comment, before=before, after=after)


def _move(
    repo: Repository, comment: ReviewComment, *, before: Commit, after: Commit
) -> None:
    moved = _moved(comment.path, before=before, after=after)
    line = moved.get(comment.line, 0)
    shown = repo.hunk_text(comment.pull, comment.path, line=line, side=comment.side)
    if not line or not shown:
        comment.is_outdated = True
        return
    if comment.start_line is not None:
        comment.start_line = moved.get(comment.start_line, line)
    comment.line = line


def _moved(path: str, *, before: Commit, after: Commit) -> dict[int, int]:
    old, new = (
        [] if diffs.is_binary(text) else text.decode().split("\n")
        for text in (before.files.get(path, b""), after.files.get(path, b""))
    )
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return {
        block.a + at + 1: block.b + at + 1
        for block in matcher.get_matching_blocks()
        for at in range(block.size)
    }
