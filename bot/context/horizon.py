"""How old a source may be for a question: said by its own words."""

from __future__ import annotations

import re
from datetime import date, timedelta

# The first line whose words a question holds decides; days before today.
_DAYS: tuple[tuple[re.Pattern[str], int], ...] = (
    (
        re.compile(
            r"\b(?:outage|incident|is down|unavailable|right now|status page)\b"
        ),
        14,
    ),
    (re.compile(r"\b(?:today|this week|currently|at the moment)\b"), 60),
    (re.compile(r"\b(?:latest|newest|most recent|current|still|yet|nowadays)\b"), 365),
    (
        re.compile(
            r"\b(?:cve-\d{4}|vulnerab\w{0,8}|advisory|security|end of life|eol)\b"
        ),
        365,
    ),
)
_OTHERWISE = 730
_SINCE_YEAR = re.compile(r"\b(?:since|as of|from|in|after) (20\d{2})\b")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MAX_TEXT = 20_000


def since(question: str, today: str) -> str:
    """Say from which day on a source answers the question (ISO), "" without a day.

    A year that the question names holds from its first day.
    """
    now = day(today)
    if now is None:
        return ""
    text = question[:_MAX_TEXT].lower()
    named = _SINCE_YEAR.search(text)
    if named is not None:
        return f"{named[1]}-01-01"
    days = next((n for words, n in _DAYS if words.search(text)), _OTHERWISE)
    return (now - timedelta(days=days)).isoformat()


def day(text: str) -> date | None:
    """Read an ISO date: of a month alone its 28th, of a year alone its 28 December."""
    match = _DATE.match(text.strip()[:40])
    if match is None:
        return None
    year, month, number = match.groups()
    try:
        return date(int(year), int(month or 12), int(number or 28))
    except ValueError:
        return None
