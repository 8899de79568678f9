"""Commits, blobs and blame as GraphQL answers them."""

from __future__ import annotations

import difflib

from tests.github_server import graphql_nodes as nodes
from tests.github_server import shapes
from tests.github_server.diffs import is_binary
from tests.github_server.graphql_nodes import Node
from tests.github_server.repository import Repository
from tests.github_server.state import Commit


def blob(content: bytes) -> Node:
    """Answer a file."""
    return {
        "__typename": "Blob",
        "byteSize": len(content),
        "isBinary": is_binary(content),
        "isTruncated": False,
        "text": None if is_binary(content) else content.decode(),
    }


def commit(repo: Repository, shown: Commit) -> Node:
    """Answer a commit."""
    moment = shapes.when(shown.date)
    name = shown.author.login
    return {
        "__typename": "Commit",
        "oid": shown.sha,
        "abbreviatedOid": shown.sha[:7],
        "message": shown.message,
        "messageHeadline": shown.message.split("\n")[0],
        "committedDate": moment,
        "authoredDate": moment,
        "author": {
            "__typename": "GitActor",
            "name": name,
            "date": moment,
            "user": nodes.author(shown.author),
        },
        "blame": lambda given: _blame(repo, shown, path=given.get("path", "")),
    }


def _blame(repo: Repository, at: Commit, *, path: str) -> Node:
    if path not in at.files:
        raise nodes.Problem(f"Could not find a blob at {path}", "NOT_FOUND")
    ranges: list[Node] = []
    owner: Commit | None = None
    for number, source in enumerate(_line_commits(repo, at, path), start=1):
        if source is not owner:
            owner = source
            ranges.append(
                {
                    "__typename": "BlameRange",
                    "age": 1,
                    "startingLine": number,
                    "commit": commit(repo, source),
                }
            )
        ranges[-1]["endingLine"] = number
    return {"__typename": "Blame", "ranges": ranges}


def _line_commits(repo: Repository, commit: Commit, path: str) -> list[Commit]:
    chain = [commit]
    while chain[-1].parents:
        chain.append(repo.commits[chain[-1].parents[0]])
    lines: list[bytes] = []
    owners: list[Commit] = []
    for one in reversed(chain):
        now = one.files.get(path, b"").splitlines()
        owners = _carried(lines, now, owners=owners, commit=one)
        lines = now
    return owners


def _carried(
    before: list[bytes], after: list[bytes], *, owners: list[Commit], commit: Commit
) -> list[Commit]:
    carried = [commit] * len(after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for old, new, size in matcher.get_matching_blocks():
        carried[new : new + size] = owners[old : old + size]
    return carried
