"""What we write to GitHub: comments, a review, reactions, an issue, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.context.review_threads import ReviewThread
from bot.errors import HostError
from bot.events import Actor, Event
from bot.github import UNREADABLE, Client, people, revisions, threads
from bot.github.reader import GitHubReader
from bot.remark import ReviewComment
from bot.sticky import OwnComment

TWICE = "_Two runs reviewed this at once; the other review stands._"


@dataclass(slots=True)
class GitHubPublisher:
    """`bot.publish.Publisher` over the API."""

    client: Client
    bot_login: str
    _own: Actor | None = field(default=None)

    def own_account(self) -> Actor:
        """Who we are: GraphQL's viewer where the token may ask, else `bot_login`."""
        if self._own is None:
            self._own = people.viewer(self.client) or Actor(self.bot_login)
        return self._own

    def head_sha(self, number: int) -> str:
        """Read the pull request's head as it is now."""
        pull = self.client.get(f"{self.client.path}/pulls/{number}")
        return str((pull.get("head") or {}).get("sha") or "")

    def own_comments(self, number: int) -> list[OwnComment]:
        """List the thread's comments that our account wrote, oldest first."""
        found = self.client.pages(f"{self.client.path}/issues/{number}/comments")
        return [_comment(item) for item in found if self._is_own(item)]

    def create(self, number: int, body: str) -> OwnComment:
        """Write a new comment."""
        where = f"{self.client.path}/issues/{number}/comments"
        made = self.client.write("POST", where, body={"body": body}, notifies=True)
        return _comment(made)

    def edit(self, comment: OwnComment, body: str) -> OwnComment:
        """Replace the body of a comment or review of ours; nobody is told."""
        if comment.pull:
            made = self.client.write("PUT", self._review(comment), body={"body": body})
            return _comment(made, pull=comment.pull)
        where = f"{self.client.path}/issues/comments/{comment.id}"
        return _comment(self.client.write("PATCH", where, body={"body": body}))

    def delete(self, comment: OwnComment) -> None:
        """Delete a comment of ours (the younger of two that raced).

        GitHub deletes no submitted review: its comments go, and its body says why.
        """
        if not comment.pull:
            where = f"{self.client.path}/issues/comments/{comment.id}"
            self.client.write("DELETE", where, body={})
            return
        for item in list(self.client.pages(f"{self._review(comment)}/comments")):
            where = f"{self.client.path}/pulls/comments/{item['id']}"
            self.client.write("DELETE", where, body={})
        self.edit(comment, TWICE)

    def own_reviews(self, number: int) -> list[OwnComment]:
        """List our reviews, oldest first."""
        found = self.client.pages(f"{self.client.path}/pulls/{number}/reviews")
        return [_comment(item, pull=number) for item in found if self._is_own(item)]

    def review_threads(self, number: int) -> tuple[ReviewThread, ...]:
        """Read the threads on the lines of the diff."""
        found = threads.read(
            self.client, number, is_own=self._is_account, keeps=lambda made: True
        )
        return found.threads

    def resolve(self, threads_: Sequence[str]) -> None:
        """Resolve threads on the lines of the diff, in one call."""
        threads.resolve(self.client, threads_)

    def diff(self, event: Event) -> str:
        """Read the change as GitHub has it now; "" where it cannot be read."""
        return GitHubReader(self.client, event).diff()

    def review(
        self, number: int, body: str, *, sha: str, comments: Sequence[ReviewComment]
    ) -> OwnComment:
        """Post one review with all its comments; its event is always COMMENT (T34)."""
        made = self.client.write(
            "POST",
            f"{self.client.path}/pulls/{number}/reviews",
            body={
                "commit_id": sha,
                "event": "COMMENT",
                "body": body,
                "comments": [dict(comment) for comment in comments],
            },
            notifies=True,
        )
        return _comment(made, pull=number)

    def own_issues(self) -> list[OwnComment]:
        """List the open issues that our account opened."""
        own, where = self.own_account().login, f"{self.client.path}/issues"
        # GraphQL may tell a bot's bare name, by which the list finds nothing.
        bare = own.removesuffix("[bot]") == self.bot_login.removesuffix("[bot]")
        found = self.client.pages(
            where, state="open", creator=self.bot_login if bare else own
        )
        return [
            _issue(item)
            for item in found
            if "pull_request" not in item and self._is_own(item)
        ]

    def open_issue(self, title: str, body: str) -> OwnComment:
        """Open an issue."""
        where, sent = f"{self.client.path}/issues", {"title": title, "body": body}
        return _issue(self.client.write("POST", where, body=sent, notifies=True))

    def edit_issue(self, issue: OwnComment, body: str) -> OwnComment:
        """Replace the body of an issue of ours; nobody is told."""
        where = f"{self.client.path}/issues/{issue.id}"
        return _issue(self.client.write("PATCH", where, body={"body": body}))

    def react(self, event: Event, content: str) -> None:
        """React to the comment that triggered the event."""
        comment = event.comment
        if comment is None:
            return
        kind = "pulls" if comment.is_review_comment else "issues"
        where = f"{self.client.path}/{kind}/comments/{comment.id}/reactions"
        self.client.write("POST", where, body={"content": content})

    def add_labels(self, number: int, names: Sequence[str]) -> None:
        """Add labels to an issue, those of them that the repository has.

        A draft may come from anywhere: what it names is held against the list anew.
        """
        known = {label.name for label in revisions.labels(self.client)}
        wanted = [n for n in names if n in known and not n.startswith("routebot:")]
        if wanted:
            where = f"{self.client.path}/issues/{number}/labels"
            self.client.write("POST", where, body={"labels": wanted})

    def _is_own(self, item: dict[str, Any]) -> bool:
        return self._is_account(item.get("user") or {})

    def _is_account(self, who: Mapping[str, Any]) -> bool:
        own = self.own_account()
        return people.is_account(who, own.login, id=own.id)

    def _review(self, comment: OwnComment) -> str:
        return f"{self.client.path}/pulls/{comment.pull}/reviews/{comment.id}"


def _issue(item: Any) -> OwnComment:
    return OwnComment(
        id=_number(item, "number"),
        body=item.get("body") or "",
        url=item.get("html_url") or "",
    )


def _comment(item: Any, *, pull: int = 0) -> OwnComment:
    return OwnComment(
        pull=pull,
        id=_number(item, "id"),
        body=item.get("body") or "",
        url=item.get("html_url") or "",
        made_at=item.get("created_at") or item.get("submitted_at") or "",
    )


def _number(item: Any, name: str) -> int:
    """What names it; an answer without is one that was lost (contract R13)."""
    number = item.get(name) if isinstance(item, dict) else None
    if not isinstance(number, int):
        raise HostError(UNREADABLE)
    return number
