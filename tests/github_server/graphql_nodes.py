"""What every GraphQL answer is made of: problems, accounts, connections."""

from __future__ import annotations

from typing import Any

from tests.github_server.state import Reaction, User

# An object is its fields; a field is a value, or a function of its arguments.
Node = dict[str, Any]


class Problem(Exception):
    """What GraphQL says instead of an answer."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


def author(who: User | None) -> Node | None:
    """Answer who wrote something; None for a deleted account."""
    # As an author a bot goes by its bare name; as `viewer` it does not.
    if who is None:
        return None
    return account(who, login=who.login.removesuffix("[bot]"))


def account(who: User, *, login: str) -> Node:
    """Answer an account by that name."""
    return {
        "__typename": who.type,
        "id": f"U_{who.id}",
        "login": login,
        "databaseId": who.id,
    }


def connection(nodes: list[Node], given: Node) -> Node:
    """Answer a page of nodes."""
    size = given.get("first") or given.get("last")
    if not isinstance(size, int) or not 1 <= size <= 100:
        raise Problem("You must provide a `first` or `last` value from 1 to 100.")
    start = int(given.get("after") or 0)
    if "last" in given and "first" not in given:
        start = max(0, len(nodes) - size)
    end = min(start + size, len(nodes))
    return {
        "__typename": "Connection",
        "totalCount": len(nodes),
        "nodes": nodes[start:end],
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": end < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": str(start),
            "endCursor": str(end),
        },
    }


def reaction_groups(reactions: list[Reaction]) -> list[Node]:
    """Answer how many gave each of the thumbs."""
    names = {"+1": "THUMBS_UP", "-1": "THUMBS_DOWN"}
    return [
        {
            "__typename": "ReactionGroup",
            "content": name,
            "reactors": {
                "__typename": "ReactorConnection",
                "totalCount": sum(each.content == content for each in reactions),
            },
        }
        for content, name in names.items()
    ]
