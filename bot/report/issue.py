"""The report in one issue: found by our marker, edited in place, opened once."""

from __future__ import annotations

from bot import ledger
from bot.ledger import History, Place
from bot.tracking import ANY_ISSUE, Issues

TITLE = "What the routing earns"
TASK = "report"


def keep(text: str, *, issues: Issues, repository_id: int, secret: str = "") -> str:
    """Put the report into its issue and return its address. Raises `HostError`.

    Of our open issues the oldest whose marker says so is edited, which tells nobody;
    where there is none, one is opened. With a `secret` only a sealed marker counts.
    """
    place = Place(repository_id, ANY_ISSUE, secret)
    key = ledger.key_of(repository_id, TASK)
    body = f"{text}\n\n{ledger.marker(TASK, key, history=History(), place=place)}"
    for issue in sorted(issues.own_issues(), key=lambda each: each.id):
        marker = ledger.read(issue.body, place)
        if marker is None or (marker.task, marker.key) != (TASK, key):
            continue
        if marker.is_authentic or not secret:
            return issues.edit_issue(issue, body).url
    return issues.open_issue(TITLE, body).url
