"""Issues and pull requests as short as a list shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.errors import HostError
from bot.github import PAGE_SIZE, Client
from bot.reader import IssueSummary


def one(client: Client, number: int) -> IssueSummary | None:
    """Read one item, None for no such. Raises `HostError`."""
    try:
        return summary(client.get(f"{client.path}/issues/{number}"))
    except HostError as exc:
        if exc.status not in (404, 410):
            raise
        return None


def listed(client: Client, state: str) -> tuple[IssueSummary, ...]:
    """List the hundred most recently updated issues of a state, no pull requests."""
    found = client.get(
        f"{client.path}/issues", state=state, sort="updated", per_page=PAGE_SIZE
    )
    return tuple(summary(item) for item in found if "pull_request" not in item)


def is_before(item: dict[str, Any], limit: str) -> bool:
    """Whether a comment was written and last edited before an instant ("" is any)."""
    if not limit:
        return True
    try:
        trigger = datetime.fromisoformat(limit)
        latest = max(
            datetime.fromisoformat(item[key]) for key in ("created_at", "updated_at")
        )
    except (KeyError, TypeError, ValueError):
        return False
    return latest < trigger


def summary(found: dict[str, Any]) -> IssueSummary:
    """Read an issue as GitHub sends it."""
    return IssueSummary(
        number=found["number"],
        title=found.get("title") or "",
        body=found.get("body") or "",
        state=found.get("state") or "open",
        labels=tuple(label.get("name") or "" for label in found.get("labels") or ()),
    )
