"""Issues and pull requests that a thread speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from bot.context import Section
from bot.events import Event
from bot.text import sanitize

MOST = 8
NAME = "#{number} ({state}): {title}"
_MAX_TEXT, _MAX_BODY = 64_000, 6_000
_NUMBER = re.compile(
    r"(?:(?P<repository>[\w.-]{1,60}/[\w.-]{1,100})|(?<![\w/#&]))#(?P<number>\d{1,7})(?!\w)"
    r"|github\.com/(?P<address>[\w.-]{1,60}/[\w.-]{1,100})/(?:issues|pull)/(?P<item>\d{1,7})"
)


class Item(Protocol):
    """An issue or pull request as a list shows it."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def body(self) -> str:
        """Its Markdown."""

    @property
    def state(self) -> str:
        """Open or closed."""


class Items(Protocol):
    """Where they come from."""

    def issue(self, number: int) -> Item | None:
        """Another issue or pull request of the repository."""


def sections(event: Event, texts: Iterable[str], items: Items) -> tuple[Section, ...]:
    """Read the items of this repository that `texts` name, in their order."""
    return tuple(map(_section, named(event, texts, items)))


def named(event: Event, texts: Iterable[str], items: Items) -> tuple[Item, ...]:
    """The items of this repository that `texts` name, in their order."""
    own = event.repository.full_name.lower() if event.repository else ""
    found: dict[int, None] = {}
    for text in texts:
        for match in _NUMBER.finditer(text[:_MAX_TEXT]):
            repository = (match["repository"] or match["address"] or own).lower()
            number = int(match["number"] or match["item"])
            if repository == own and number != event.number:
                found.setdefault(number)
    read = (items.issue(number) for number in list(found)[:MOST])
    return tuple(item for item in read if item is not None)


def _section(item: Item) -> Section:
    title = sanitize.prose(item.title[:200]).text
    name = NAME.format(number=item.number, state=item.state, title=title)
    text = sanitize.prose(item.body[:_MAX_BODY]).text
    return Section(name, text or "(no text)", priority=4)
