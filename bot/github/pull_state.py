"""One pull request as GraphQL tells it: our records in it, and what we posted there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot import acceptance, earlier
from bot.acceptance import Posted
from bot.entries import Entry
from bot.github import graph, people
from bot.github.cursor import PullState
from bot.ledger import Marker

# A file's text is looked at in so many commits that took our suggestions at once.
MOST_COMMITS = 5
_ASKED = """\
p{n}: pullRequest(number: {n}) {{
  state headRefOid
  reviews(last: 50) {{ nodes {{
    body author {{ __typename login }}
    reactionGroups {{ content reactors {{ totalCount }} }} }} }}
  reviewThreads(last: 100) {{ nodes {{
    path isResolved isOutdated
    comments(first: 1) {{ nodes {{
      body createdAt author {{ __typename login }} }} }} }} }}
  commits(last: 50) {{ nodes {{ commit {{ oid message }} }} }}
}}"""

# Reads a marker that counts, None for any other.
Believe = Callable[[str, int], Marker | None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion of ours whose lines changed: `files` may hold its text now.

    It is the pull request's `place`-th thing that was posted.
    """

    number: int
    place: int
    code: str
    files: tuple[str, ...]


def asked(number: int) -> str:
    """The GraphQL fields of one pull request, under the name `p` and its number."""
    return _ASKED.format(n=number)


def read(
    pull: dict[str, Any],
    number: int,
    *,
    repository: str,
    author: str,
    believe: Believe,
) -> tuple[PullState, list[Offer]]:
    """Read our records and postings; offers are those whose end a file must tell.

    The latest 50 reviews, 100 threads and 50 commits count.
    """
    state = PullState(is_closed=pull.get("state") in ("MERGED", "CLOSED"))
    for review in graph.nodes(pull, "reviews"):
        if _is_by(review, author):
            marker = believe(graph.text(review, "body"), number)
            place = {"repository": repository, "number": number}
            state.records += _entries(review, marker, place)
    offers: list[Offer] = []
    later = _later(pull, author)
    for thread in graph.nodes(pull, "reviewThreads"):
        first = next(iter(graph.nodes(thread, "comments")), {})
        body = graph.text(first, "body")
        marker = believe(body, number) if _is_by(first, author) else None
        if marker is None or marker.task != earlier.FINDING:
            continue
        code = acceptance.suggested(body)
        if code is not None and thread.get("isOutdated"):
            files = tuple(f"{sha}:{graph.text(thread, 'path')}" for sha in later)
            offers.append(Offer(number, len(state.posted) + 1, code, files))
        at = graph.text(first, "createdAt")
        where = {"repository": repository, "number": number, "at": at}
        for posted in _posted(thread, code, is_closed=state.is_closed):
            state.posted.append(posted.model_copy(update=where))
    return state, offers


def _entries(
    review: dict[str, Any], marker: Marker | None, place: dict[str, Any]
) -> list[Entry]:
    if marker is None or marker.history is None:
        return []
    up, down = _thumbs(review)
    return [
        Entry(source="comment", thumbs_up=up, thumbs_down=down, record=record, **place)
        for record in marker.history.records
    ]


def _posted(
    thread: dict[str, Any], code: str | None, *, is_closed: bool
) -> Iterator[Posted]:
    """A finding, and the suggestion in it as far as the thread alone tells."""
    is_outdated = bool(thread.get("isOutdated"))
    finding = acceptance.of_finding(
        is_resolved=bool(thread.get("isResolved")),
        is_outdated=is_outdated,
        is_closed=is_closed,
    )
    yield Posted(kind="finding", state=finding)
    if code is not None:
        state = acceptance.of_suggestion(
            code, texts=(), is_outdated=is_outdated, is_closed=is_closed
        )
        yield Posted(kind="suggestion", state=state)


def _later(pull: dict[str, Any], author: str) -> list[str]:
    """The head, and the commits that GitHub made of our suggestions."""
    name = f"co-authored-by: {author.lower()}"
    commits = (node.get("commit") or {} for node in graph.nodes(pull, "commits"))
    taken = [
        graph.text(commit, "oid")
        for commit in commits
        if name in graph.text(commit, "message")[:20_000].lower()
    ]
    found = (graph.text(pull, "headRefOid"), *taken[-MOST_COMMITS:])
    return [sha for sha in found if sha]


def _is_by(node: dict[str, Any], author: str) -> bool:
    return people.is_account(node.get("author") or {}, author)


def _thumbs(node: dict[str, Any]) -> tuple[int, int]:
    groups = node.get("reactionGroups") or []
    counts = {
        graph.text(each, "content"): int(
            (each.get("reactors") or {}).get("totalCount") or 0
        )
        for each in groups
    }
    return counts.get("THUMBS_UP", 0), counts.get("THUMBS_DOWN", 0)
