"""The repository's own issue templates: which sections a report leaves out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.context import Finding

FOLDER = ".github/ISSUE_TEMPLATE/"
MISSING = "the section {title!r} of the template {name} is missing"
MOST_TEMPLATES, MOST_MISSING = 12, 5
_MAX_TEXT = 64_000
_HEADING = re.compile(r"^#{1,4} {1,4}([^\n#]{2,100}?)\s{0,4}#{0,4}$", re.MULTILINE)
_FIELD = re.compile(r"^\s{4,8}label: {0,4}[\"']?([^\n\"']{2,100})", re.MULTILINE)
# A report follows the template of which it has this part of the headings.
_FOLLOWS = 0.34


def paths(tree: tuple[str, ...]) -> tuple[str, ...]:
    """Name the templates of a repository."""
    found = (path for path in tree if path.startswith(FOLDER))
    kept = [p for p in found if p.endswith((".md", ".yml", ".yaml"))]
    return tuple(p for p in kept if not p.endswith(("/config.yml", "/config.yaml")))[
        :MOST_TEMPLATES
    ]


def missing_sections(body: str, templates: Mapping[str, str]) -> tuple[Finding, ...]:
    """Name the headings of the template that `body` follows and has not.

    Nothing where it follows none: then nobody showed the author a form.
    """
    there = {_plain(title) for title in _HEADING.findall(body[:_MAX_TEXT])}
    best: tuple[float, str, list[str]] = (0.0, "", [])
    for path, text in templates.items():
        wanted = _headings(path, text)
        shared = sum(_plain(title) in there for title in wanted)
        if wanted and shared / len(wanted) > best[0]:
            best = (shared / len(wanted), path, wanted)
    share, path, wanted = best
    if share < _FOLLOWS:
        return ()
    name = path.removeprefix(FOLDER)
    return tuple(
        Finding("missing-section", MISSING.format(title=title, name=name), "minor")
        for title in wanted
        if _plain(title) not in there
    )[:MOST_MISSING]


def _headings(path: str, text: str) -> list[str]:
    pattern = _HEADING if path.endswith(".md") else _FIELD
    return [title.strip() for title in pattern.findall(text[:_MAX_TEXT])]


def _plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower()))
