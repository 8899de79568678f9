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


def wrote(item: Mapping[str, Any], login: str) -> bool:
    """Whether a comment, review or issue as REST tells it is by that account."""
    return is_account(item.get("user") or {}, login)


def is_account(who: Mapping[str, Any], login: str, *, id: int = 0) -> bool:
    """Whether somebody, as REST or GraphQL tells it, is of that id, or of that login.

    In GraphQL a bot goes by its bare name, which a person may bear, too: so a person
    counts by the whole login alone, which for a bot has brackets that no person's has.
    """
    if id and id in (who.get("id"), who.get("databaseId")):
        return True
    told, kind = str(who.get("login") or ""), who.get("type") or who.get("__typename")
    if kind == "Bot":
        told, login = told.removesuffix("[bot]"), login.removesuffix("[bot]")
    return bool(told) and told == login


def permission(client: Client, login: str) -> Permission | None:
    """Ask the permission API; None, meaning no, where it does not answer (T17)."""
    try:
        found = client.get(f"{client.path}/collaborators/{login}/permission")
    except HostError:
        return None
    return Permission(found.get("permission") or "", found.get("role_name") or "")
