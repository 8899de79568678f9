"""What is known outside a thread, from GitHub's API: issues, labels, our comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.events import Event
from bot.github import Client, history, items, people, revisions
from bot.github.memory import Memory
from bot.reader import IssueSummary, LabelSummary, Remembered


@dataclass(slots=True)
class GitHubTracker:
    """`bot.reader.Tracker` over the API; each thing is read at most once.

    `follows` says whether the policy follows failures of the default branch in issues.
    """

    client: Client
    event: Event
    memory: Memory
    own_login: str = ""
    follows: bool = False
    marker_key: str = ""

    def issue(self, number: int) -> IssueSummary | None:
        """Another issue or pull request of the repository, None for no such."""

        def read() -> IssueSummary | None:
            return items.one(self.client, number)

        return self.memory.once(f"issue {number}", read, None)

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated open issues, without pull requests."""
        return self._issues("open")

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated closed issues, without pull requests."""
        return self._issues("closed")

    def labels(self) -> tuple[LabelSummary, ...]:
        """The labels the repository has."""
        return self.memory.once("labels", lambda: revisions.labels(self.client), ())

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """The failures that our own comments tell of, as their markers say."""
        repository = self.event.repository
        id = repository.id if repository is not None else 0

        given: dict[str, Any] = {
            "repository_id": id,
            "marker_key": self.marker_key,
            "is_ours": lambda item: people.wrote(item, self.own_login),
        }

        def read() -> tuple[Remembered, ...]:
            return history.remembered(self.client, since, **given)

        def follow() -> tuple[Remembered, ...]:
            return history.followed(self.client, since, login=self.own_login, **given)

        told: tuple[Remembered, ...] = self.memory.once(
            "our earlier comments", read, ()
        )
        if not self.follows:
            return told
        more: tuple[Remembered, ...] = self.memory.once("our own issues", follow, ())
        return (*told, *more)

    def _issues(self, state: str) -> tuple[IssueSummary, ...]:
        def read() -> tuple[IssueSummary, ...]:
            return items.listed(self.client, state)

        return self.memory.once(f"{state} issues", read, ())
