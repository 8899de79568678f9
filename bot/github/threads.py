"""Threads on the lines of a pull request: read and resolved, by GraphQL alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.context.review_threads import ReviewComment, ReviewThread
from bot.github import Client, graph

# The latest threads; of one that became a discussion the start will do.
_READ = """\
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(last: 100) { nodes {
      id path line startLine isResolved isOutdated viewerCanResolve
      resolvedBy { __typename login databaseId }
      comments(first: 20) { nodes { body createdAt author { ...who } } }
    } }
    reviews(last: 100) { nodes { body createdAt author { ...who } } }
  } }
}
"""
_WHO = """\
__typename login ... on User { databaseId } ... on Bot { databaseId }"""
_RESOLVE = "t{n}: resolveReviewThread(input: {{threadId: $t{n}}}) {{ thread {{ id }} }}"

IsOwn = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Reviews:
    """What stands on a pull request's lines, and the bodies of our own reviews."""

    threads: tuple[ReviewThread, ...] = ()
    own_bodies: tuple[str, ...] = ()


def read(
    client: Client, number: int, *, is_own: IsOwn, keeps: Callable[[str], bool]
) -> Reviews:
    """Read the latest 100 threads and our reviews in one call. Raises `HostError`.

    `is_own(author)` knows our account as GraphQL tells it (`people.is_account`).
    `keeps(created_at)` says what came in time to count (contract T19).
    """
    owner, _, name = client.full_name.partition("/")
    variables = {"owner": owner, "name": name, "number": number}
    data = client.graphql(_READ.replace("...who", _WHO), variables)
    pull = (data.get("repository") or {}).get("pullRequest") or {}
    threads = (
        _thread(node, is_own, keeps) for node in graph.nodes(pull, "reviewThreads")
    )
    reviews = graph.nodes(pull, "reviews")
    return Reviews(
        tuple(thread for thread in threads if thread.comments),
        tuple(
            graph.text(node, "body")
            for node in reviews
            if _is_ours(node, is_own) and keeps(graph.text(node, "createdAt"))
        ),
    )


def resolve(client: Client, ids: Sequence[str]) -> None:
    """Resolve threads in one call. Raises `HostError`; some may be resolved then."""
    asked = " ".join(_RESOLVE.format(n=n) for n in range(len(ids)))
    named = ", ".join(f"$t{n}: ID!" for n in range(len(ids)))
    variables = {f"t{n}": id for n, id in enumerate(ids)}
    client.graphql(f"mutation({named}) {{ {asked} }}", variables)


def _thread(
    node: dict[str, Any], is_own: IsOwn, keeps: Callable[[str], bool]
) -> ReviewThread:
    comments = (
        ReviewComment(
            author=graph.text(said.get("author") or {}, "login") or "ghost",
            body=graph.text(said, "body"),
            is_ours=_is_ours(said, is_own),
        )
        for said in graph.nodes(node, "comments")
        if keeps(graph.text(said, "createdAt"))
    )
    return ReviewThread(
        id=graph.text(node, "id"),
        path=graph.text(node, "path"),
        line=_number(node, "line"),
        start_line=_number(node, "startLine"),
        is_resolved=bool(node.get("isResolved")),
        is_outdated=bool(node.get("isOutdated")),
        resolved_by_us=is_own(node.get("resolvedBy") or {}),
        may_resolve=bool(node.get("viewerCanResolve")),
        comments=tuple(comments),
    )


def _is_ours(node: dict[str, Any], is_own: IsOwn) -> bool:
    return is_own(node.get("author") or {})


def _number(node: dict[str, Any], name: str) -> int:
    value = node.get(name)
    return value if isinstance(value, int) else 0
