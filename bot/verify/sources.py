"""Pages that a provider's own search returned: what a claim may rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.context import CITED, Section

LEFT_OUT = "(address left out)"
_URL = re.compile(r"https?://[^\s<>()\[\]`\"']{1,2000}")
# What providers and shorteners add to an address says nothing about the page.
_TRACKING = ("utm_", "ref_", "fbclid", "gclid")


@dataclass(frozen=True, slots=True)
class Page:
    """A page the search returned, in the provider's own words."""

    url: str
    title: str = ""


def pages(sections: Sequence[Section]) -> dict[str, Page]:
    """Read the pages that came back, by their plain address; https alone counts."""
    lines = (
        line
        for section in sections
        if section.name == CITED
        for line in section.text.splitlines()
    )
    found: dict[str, Page] = {}
    for line in lines:
        url, _, title = line.partition("\t")
        address = plain(url)
        if address:
            found.setdefault(address, Page(clean(url), title.strip()))
    return found


def plain(url: str) -> str:
    """Reduce an address to what makes two the same page, "" where it is no https."""
    try:
        parts = urlsplit(url.strip()[:2_000])
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if parts.scheme != "https" or not host or parts.username:
        return ""
    query = f"?{kept}" if (kept := _query(parts.query)) else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def clean(url: str) -> str:
    """An address without what only follows its reader."""
    parts = urlsplit(url.strip()[:2_000])
    return parts._replace(query=_query(parts.query)).geturl()


def without_others(text: str, known: dict[str, Page]) -> tuple[str, int]:
    """Take addresses out of a text that no search returned; also say how many."""
    count = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal count
        if plain(match[0].rstrip(".,;:!?")) in known:
            return match[0]
        count += 1
        return LEFT_OUT

    return _URL.sub(keep, text), count


def _query(query: str) -> str:
    pairs = parse_qsl(query[:1_000], keep_blank_values=True)
    return urlencode([p for p in pairs if not p[0].lower().startswith(_TRACKING)])
