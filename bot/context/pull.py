"""What a change is for: its commits' messages and the issues it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from bot.context import Section
from bot.events import Event
from bot.text import sanitize

COMMITS = "commit messages"
ISSUE = "the issue #{number} that this change names"
MOST_ISSUES = 3
MOST_CHARACTERS = 8_000  # of the commit messages, of each issue
# Only of this repository: what stands elsewhere is not read.
_NAMED = re.compile(r"(?<![\w/&#.-])#([1-9][0-9]{0,8})\b")
_CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]{1,4}#([1-9][0-9]{0,8})\b",
    re.IGNORECASE,
)
MAX_TEXT = 64_000


class Issue(Protocol):
    """An issue as a list shows it."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def body(self) -> str:
        """Its Markdown."""


class Issues(Protocol):
    """Where they come from."""

    def issue(self, number: int) -> Issue | None:
        """Another issue of the repository."""


def sections(
    event: Event, commits: Sequence[str], issues: Issues
) -> tuple[Section, ...]:
    """Give the commits' messages, oldest first, and the issues that title or body name.

    Three issues at most. What humans cannot see on the page is left out (contract T02,
    T03).
    """
    messages = "\n\n".join(m.strip() for m in commits if m.strip())
    said = f"{event.title}\n{event.body}\n{messages}"
    found = [Section(COMMITS, _clean(messages), priority=3)] if messages else []
    for number in named(said, own=event.number):
        issue = issues.issue(number)
        if issue is not None:
            text = f"title: {_clean(issue.title)}\n\n{_clean(issue.body)}"
            found.append(Section(ISSUE.format(number=number), text, priority=3))
    return tuple(found)


def named(text: str, *, own: int | None = None) -> Sequence[int]:
    """List the issues a text names, those it closes first; three at the most."""
    text = text[:MAX_TEXT]
    numbers = [int(n) for n in (*_CLOSES.findall(text), *_NAMED.findall(text))]
    return [n for n in dict.fromkeys(numbers) if n != own][:MOST_ISSUES]


def _clean(text: str) -> str:
    return sanitize.prose(text[:MAX_TEXT]).text[:MOST_CHARACTERS]
