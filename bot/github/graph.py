"""GraphQL asked of one repository, and its answers read without trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import HostError
from bot.github import NO_ANSWER, Client

# Files that one call asks for.
FILES_A_CALL = 50
_QUERY = """\
query($owner: String!, $name: String!{more}) {{
  repository(owner: $owner, name: $name) {{ {asked} }}
}}"""
_FILE = "f{n}: object(expression: $e{n}) {{ ... on Blob {{ text isTruncated }} }}"


def asked(
    client: Client, fields: str, variables: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Ask for fields of the client's repository; raises `HostError`."""
    owner, _, name = client.full_name.partition("/")
    given = dict(variables or {})
    more = "".join(f", ${each}: String!" for each in given)
    query = _QUERY.format(more=more, asked=fields)
    found = client.graphql(query, {"owner": owner, "name": name, **given})
    repository = found.get("repository")
    if not isinstance(repository, dict):
        raise HostError(NO_ANSWER)
    return repository


def texts(client: Client, files: Sequence[str]) -> dict[str, str]:
    """Read the text of each `commit:path`, fifty a call.

    What is no text, or longer than GitHub gives whole, is left out. Raises `HostError`.
    """
    found: dict[str, str] = {}
    names = list(dict.fromkeys(files))
    for start in range(0, len(names), FILES_A_CALL):
        some = names[start : start + FILES_A_CALL]
        fields = " ".join(_FILE.format(n=n) for n in range(len(some)))
        told = asked(client, fields, {f"e{n}": name for n, name in enumerate(some)})
        for n, name in enumerate(some):
            blob = told.get(f"f{n}") or {}
            if isinstance(blob.get("text"), str) and not blob.get("isTruncated"):
                found[name] = blob["text"]
    return found


def nodes(node: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The nodes of a connection, [] for none."""
    found = (node.get(name) or {}).get("nodes") or []
    return [each for each in found if isinstance(each, dict)]


def text(node: Mapping[str, Any], name: str) -> str:
    """A field that is text, "" for anything else."""
    value = node.get(name)
    return value if isinstance(value, str) else ""
