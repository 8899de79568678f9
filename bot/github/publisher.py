"""What we write to GitHub: comments, one review, reactions; nothing else exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.events import Actor, Event
from bot.github import Client, people
from bot.publish import ReviewComment
from bot.sticky import OwnComment


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
        """Replace the body of a comment of ours."""
        where = f"{self.client.path}/issues/comments/{comment.id}"
        return _comment(self.client.write("PATCH", where, body={"body": body}))

    def delete(self, comment: OwnComment) -> None:
        """Delete a comment of ours (the younger of two that raced)."""
        where = f"{self.client.path}/issues/comments/{comment.id}"
        self.client.write("DELETE", where, body={})

    def own_reviews(self, number: int) -> list[str]:
        """List the bodies of our reviews."""
        found = self.client.pages(f"{self.client.path}/pulls/{number}/reviews")
        return [item.get("body") or "" for item in found if self._is_own(item)]

    def review(
        self, number: int, body: str, *, sha: str, comments: list[ReviewComment]
    ) -> None:
        """Post one review with all its comments; its event is always COMMENT (T34)."""
        self.client.write(
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

    def react(self, event: Event, content: str) -> None:
        """React to the comment that triggered the event."""
        comment = event.comment
        if comment is None:
            return
        kind = "pulls" if comment.is_review_comment else "issues"
        where = f"{self.client.path}/{kind}/comments/{comment.id}/reactions"
        self.client.write("POST", where, body={"content": content})

    def _is_own(self, item: dict[str, Any]) -> bool:
        user = item.get("user") or {}
        own = self.own_account()
        if own.id and user.get("id") == own.id:
            return True
        # A person may bear the name of a bot, so by name only a bot is us.
        login = str(user.get("login") or "")
        return user.get("type") == "Bot" and (
            login.removesuffix("[bot]") == own.login.removesuffix("[bot]")
        )


def _comment(item: dict[str, Any]) -> OwnComment:
    return OwnComment(
        id=int(item["id"]),
        body=item.get("body") or "",
        url=item.get("html_url") or "",
    )
