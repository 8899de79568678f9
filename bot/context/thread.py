"""The conversation: the item's own words, then what was said under it."""

from __future__ import annotations

from typing import Protocol

from bot.context import Finding, Section
from bot.events import Event
from bot.text import sanitize

LATEST = 30
WHOLE = 3_000  # comments: as many as are read of a thread
REMOVED = "{things} removed before a model could read {them}"


class Said(Protocol):
    """One comment of a thread."""

    @property
    def author(self) -> str:
        """The login that wrote it."""

    @property
    def body(self) -> str:
        """Its Markdown."""

    @property
    def is_ours(self) -> bool:
        """Whether our own account wrote it."""


class Thread(Protocol):
    """Where the comments come from."""

    def comments(self) -> tuple[Said, ...]:
        """The thread so far, oldest first."""


def item(event: Event) -> Section:
    """Give the item's own words, without what humans cannot see on the page."""
    text = f"title: {_clean(event.title)}\n\n{_clean(event.body)}"
    return Section("the item", text, priority=0, must=True)


def sections(
    event: Event, thread: Thread, *, latest: int = LATEST
) -> tuple[Section, ...]:
    """Give the item whole, then the latest comments by others.

    What humans cannot see on the page is left out (contract T02, T03).
    """
    others = [said for said in thread.comments() if not said.is_ours][-latest:]
    said = "\n\n".join(f"{each.author} wrote:\n{_clean(each.body)}" for each in others)
    asked = event.comment.body if event.comment else ""
    rest = asked.partition("\n")[2].strip() if asked else ""
    found = [item(event)]
    if said:
        found.append(Section("the thread", said, priority=3))
    if rest:
        found.append(Section("the request's own words", _clean(rest), priority=1))
    return tuple(found)


def findings(event: Event) -> tuple[Finding, ...]:
    """Tell when the item carries what a human reader cannot see."""
    cleaned = sanitize.prose(event.body)
    found = []
    if cleaned.hidden:
        message = _removed(cleaned.hidden, "hidden fragment")
        found.append(Finding("hidden-text", message))
    if cleaned.invisible:
        message = _removed(cleaned.invisible, "invisible character")
        found.append(Finding("invisible-text", message))
    return tuple(found)


def _removed(count: int, thing: str) -> str:
    if count == 1:
        return REMOVED.format(things=f"1 {thing} was", them="it")
    return REMOVED.format(things=f"{count} {thing}s were", them="them")


def _clean(text: str) -> str:
    return sanitize.prose(text).text
