"""Other commits than the pinned one: a release's, and those that wrote single lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.context.versions import is_tag_of
from bot.github import Client, graph
from bot.reader import LabelSummary, Touched

MOST_VERSIONS = 6
MOST_PATHS = 6


def tagged(client: Client, versions: Sequence[str]) -> tuple[str, str] | None:
    """Find the tag of one of these versions, the first that has one: name and commit.

    One GraphQL question. Raises `HostError`.
    """
    versions = versions[:MOST_VERSIONS]
    names = [f"v{at}" for at in range(len(versions))]
    asked = " ".join(
        f'{each}:refs(refPrefix:"refs/tags/",query:${each},first:30)'
        "{nodes{name target{__typename oid ...on Tag{target{oid}}}}}"
        for each in names
    )
    repository = graph.asked(client, asked, dict(zip(names, versions, strict=True)))
    for each, version in zip(names, versions, strict=True):
        for node in (repository.get(each) or {}).get("nodes") or ():
            if is_tag_of(node.get("name") or "", version):
                target = node.get("target") or {}
                # An annotated tag is an object of its own before the commit.
                commit = target.get("target") or target
                return node["name"], str(commit.get("oid") or "")
    return None


def touched(
    client: Client, places: Sequence[tuple[str, int, int]], *, ref: str
) -> tuple[Touched, ...]:
    """Say which commits last changed these lines: (path, first, last), by blame.

    One GraphQL question about six files at the most. Raises `HostError`.
    """
    paths = list(dict.fromkeys(path for path, _, _ in places))[:MOST_PATHS]
    names = {path: f"p{at}" for at, path in enumerate(paths)}
    blamed = " ".join(
        f"{name}:blame(path:${name}){{ranges{{startingLine endingLine "
        "commit{oid messageHeadline committedDate}}}"
        for name in names.values()
    )
    asked = f"object(expression:$ref){{...on Commit{{{blamed}}}}}"
    given = {name: path for path, name in names.items()}
    found = graph.asked(client, asked, {"ref": ref, **given}).get("object") or {}
    return tuple(
        _touched(path, each)
        for path, first, last in places
        for each in (found.get(names.get(path, "")) or {}).get("ranges") or ()
        if each["startingLine"] <= last and each["endingLine"] >= first
    )


def labels(client: Client) -> tuple[LabelSummary, ...]:
    """List the repository's labels, the first hundred. Raises `HostError`."""
    found = client.get(f"{client.path}/labels", per_page=100)
    return tuple(
        LabelSummary(each.get("name") or "", each.get("description") or "")
        for each in found
    )


def _touched(path: str, found: dict[str, Any]) -> Touched:
    commit = found.get("commit") or {}
    return Touched(
        path,
        found["startingLine"],
        found["endingLine"],
        sha=str(commit.get("oid") or ""),
        at=str(commit.get("committedDate") or ""),
        message=str(commit.get("messageHeadline") or ""),
    )
