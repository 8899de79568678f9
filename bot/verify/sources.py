"""Pages that a provider's own search returned: what a claim may rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.context import CITED, Section
from bot.text import inline, markdown

LEFT_OUT = "(address left out)"
MAX_LINK = 300
# Escaped, a title of this length is still one that a link can bear.
_MAX_TITLE = 120
_NO_BRACKETS = str.maketrans("[]\\`", "()/'")
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
    """An address without what only follows its reader or names a part of the page."""
    parts = urlsplit(url.strip()[:2_000])
    return parts._replace(query=_query(parts.query), fragment="").geturl()


def host(url: str) -> str:
    """The host that a reader is led to."""
    return urlsplit(url).hostname or ""


def is_linked(url: str) -> bool:
    """Whether a comment may lead to a page with one click (contract T24)."""
    return len(url) <= MAX_LINK and inline.is_allowed_url(
        url, frozenset(), frozenset((url,))
    )


def link(url: str, title: str) -> str:
    """Write a page as a link by its title, or with its address where none may lead."""
    words = title.translate(_NO_BRACKETS).strip()[:_MAX_TITLE] or host(url)
    said = markdown.plain(words)
    return f"[{said}]({url})" if is_linked(url) else f"{said} `{url}`"


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
