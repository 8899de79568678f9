"""What our own comments and issues of the last weeks remember of failing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from bot import ledger, tracking
from bot.github import PAGE_SIZE, Client
from bot.ledger import Place
from bot.reader import Remembered

PAGES = 3


def remembered(
    client: Client,
    since: str,
    *,
    repository_id: int,
    marker_key: str,
    is_ours: Callable[[dict[str, Any]], bool],
) -> tuple[Remembered, ...]:
    """Read the failures in our own comments that changed since then, newest first.

    `since` is UTC (ISO 8601). A comment counts if `is_ours` says so and its marker is
    one of that very thread; with a `marker_key` only if it is sealed (contract T21).
    Three requests at most. Raises `HostError`.
    """
    found = client.pages(
        f"{client.path}/issues/comments", since=since, sort="updated", direction="desc"
    )
    return tuple(
        kept
        for item in islice(found, PAGES * PAGE_SIZE)
        if is_ours(item) and number_of(item)
        for kept in _told(item, Place(repository_id, number_of(item), marker_key))
    )


def followed(
    client: Client,
    since: str,
    *,
    login: str,
    repository_id: int,
    marker_key: str,
    is_ours: Callable[[dict[str, Any]], bool],
) -> tuple[Remembered, ...]:
    """Read the failures of the default branch in the issues that follow them.

    As `remembered` does, out of the bodies of our newest hundred issues: one request.
    """
    found = client.get(
        f"{client.path}/issues",
        creator=login,
        since=since,
        state="all",
        sort="updated",
        per_page=PAGE_SIZE,
    )
    place = Place(repository_id, tracking.ANY_ISSUE, marker_key)
    return tuple(
        replace(kept, number=item["number"])
        for item in found
        if is_ours(item)
        for kept in _told(item, place)
    )


def _told(item: dict[str, Any], place: Place) -> Iterator[Remembered]:
    marker = ledger.read(item.get("body") or "", place)
    if marker is None or marker.history is None:
        return
    if place.secret and not marker.is_authentic:
        return
    for record in marker.history.records:
        if record.failures:
            yield Remembered(place.number, record.at, record.sha, record.failures)


def number_of(item: dict[str, Any]) -> int:
    """The thread of a comment, which only its address tells; 0 for an odd one."""
    last = str(item.get("issue_url") or "").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 12 else 0
