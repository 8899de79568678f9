"""Who is who on GitHub: whose token ours is, and what an account may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.access import Permission
from bot.errors import HostError
from bot.events import Actor
from bot.github import Client

_VIEWER = "query { viewer { login databaseId } }"


def viewer(client: Client) -> Actor | None:
    """Say whose token this is; None where the token may not ask.

    `GET /user` is refused to the Action's token, so it is not asked.
    """
    try:
        seen = client.graphql(_VIEWER, {}).get("viewer") or {}
    except HostError:
        return None
    login = str(seen.get("login") or "")
    return Actor(login, int(seen.get("databaseId") or 0)) if login else None


def is_bot(item: Mapping[str, Any], login: str) -> bool:
    """Whether a comment or review is by the bot of that login, as REST names it."""
    user = item.get("user") or {}
    return user.get("type") == "Bot" and user.get("login") == login


def permission(client: Client, login: str) -> Permission | None:
    """Ask the permission API; None, meaning no, where it does not answer (T17)."""
    try:
        found = client.get(f"{client.path}/collaborators/{login}/permission")
    except HostError:
        return None
    return Permission(found.get("permission") or "", found.get("role_name") or "")
