"""What was said on the lines of a change before, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.context import Section
from bot.text import sanitize

NAME = "earlier review comments"
LATEST = 40
# Enough to know what a comment is about; a thread is not read for its code.
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """One comment of a thread; `is_ours` by author id, not by text."""

    author: str
    body: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class ReviewThread:
    """One thread on lines of the diff, its comments oldest first.

    `line` is 0 where the diff no longer shows the line (`is_outdated`), `start_line`
    0 for a single line. `may_resolve` says whether GitHub lets our token resolve it.
    """

    id: str
    path: str
    line: int = 0
    start_line: int = 0
    is_resolved: bool = False
    is_outdated: bool = False
    resolved_by_us: bool = False
    may_resolve: bool = False
    comments: tuple[ReviewComment, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether we began it."""
        return bool(self.comments) and self.comments[0].is_ours

    @property
    def is_answered(self) -> bool:
        """Whether somebody else wrote in it: then it is theirs to settle."""
        return any(not comment.is_ours for comment in self.comments)

    @property
    def state(self) -> str:
        """What became of it, in one word."""
        if self.is_resolved:
            return "resolved"
        if self.is_answered and self.is_ours:
            return "answered"
        return "outdated" if self.is_outdated else "open"


def sections(threads: Sequence[ReviewThread]) -> tuple[Section, ...]:
    """Tell a model what was already said, answered and resolved; () for nothing."""
    said = [_thread(thread) for thread in threads[-LATEST:] if thread.comments]
    if not said:
        return ()
    return (Section(NAME, "\n\n".join(said), priority=2),)


def _thread(thread: ReviewThread) -> str:
    where = f"{thread.path}:{thread.line}" if thread.line else thread.path
    said = (f"{_author(each)} wrote: {_text(each)}" for each in thread.comments)
    return "\n".join([f"{where} ({thread.state})", *said])


def _author(comment: ReviewComment) -> str:
    return "you" if comment.is_ours else comment.author


def _text(comment: ReviewComment) -> str:
    return sanitize.prose(comment.body).text.strip()[:LONGEST]
