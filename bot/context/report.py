"""What a written report holds: stack traces, versions, and what it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.context import Finding
from bot.context.prose_lines import MAX_TEXT, lines
from bot.context.traces import Frame, stack_traces
from bot.context.versions import Version, declared_versions

__all__ = [
    "Frame",
    "Version",
    "declared_versions",
    "missing_fields",
    "says_when_done",
    "stack_traces",
]


@dataclass(frozen=True, slots=True)
class _Field:
    """Something a report of a kind needs, and words that show it is there."""

    kind: str
    message: str
    signs: tuple[str, ...]


_BUG_FIELDS: tuple[_Field, ...] = (
    _Field(
        "missing-steps",
        "the report has no steps to reproduce",
        (
            "steps to reproduce",
            "to reproduce",
            "how to reproduce",
            "reproduc",
            "```",
            "minimal example",
            "1. ",
            "1) ",
            "repro:",
            "test case",
            ">>> ",
        ),
    ),
    _Field(
        "missing-version",
        "the report names no version",
        ("version", "release", "commit ", "main branch", "master", "latest", "nightly"),
    ),
    _Field(
        "missing-expected",
        "the report does not say what was expected instead",
        ("expect", "should ", "shouldn't", "instead of", "supposed to", "ought to"),
    ),
)
_REQUEST_FIELDS: tuple[_Field, ...] = (
    _Field(
        "missing-motivation",
        "the request does not say what it is needed for",
        (
            "because",
            "so that",
            "use case",
            "use-case",
            "motivation",
            "would allow",
            "would help",
            "in order to",
            "problem",
            "currently",
            "need",
            "useful",
            "rationale",
            "why",
            "at the moment",
            "background",
            "since ",
            "helpful",
        ),
    ),
)
_BUG_WORDS = (
    "bug",
    "crash",
    "error",
    "exception",
    "traceback",
    "fails",
    "failing",
    "broken",
    "doesn't work",
    "does not work",
    "not working",
    "regression",
    "wrong",
    "incorrect",
    "panic",
    "segfault",
    "actual behavi",
    "steps to reproduce",
)
_REQUEST_WORDS = (
    "feature request",
    "feature:",
    "[feature",
    "enhancement",
    "proposal",
    "please add",
    "add support",
    "support for",
    "would be nice",
    "would be great",
    "allow ",
    "option to",
    "ability to",
)
_DONE_SIGNS = (
    "acceptance criteria",
    "definition of done",
    "done when",
    "- [ ]",
    "* [ ]",
    "should return",
    "should be",
    "should not",
    "must ",
    "expected",
    "expect ",
    "instead of",
    "so that",
    "needs to",
    "rename",
    "replace",
)
_DESIGN_FIELDS: tuple[_Field, ...] = (
    _Field(
        "missing-goal",
        "the proposal does not say what it is for",
        (*_REQUEST_FIELDS[0].signs, "goal", "want to", "so far", "today"),
    ),
    _Field(
        "missing-constraints",
        "the proposal names no constraint or requirement",
        (
            "constraint",
            "require",
            "must ",
            "must not",
            "has to",
            "have to",
            "should ",
            "never ",
            "without ",
            "limit",
            "compatib",
            "non-goal",
            "at least",
            "at most",
        ),
    ),
    _Field(
        "missing-alternatives",
        "the proposal weighs no alternative",
        ("alternativ", "option", "instead", "rather than", "trade-off", " or "),
    ),
)
_EMPTY_SECTION = "the section {title!r} of the template is empty"
_NUMBERED = re.compile(r"(?<![\d.])\d{1,5}\.\d{1,5}(?:\.\d{1,5})?(?![\d.])")
_PLACEHOLDERS = ("_no response_", "n/a", "none", "no response", "-", "...", "tbd")
_MAX_EMPTY = 5


def missing_fields(title: str, body: str) -> tuple[Finding, ...]:
    """Say what a bug report or a feature request leaves out; nothing for other text."""
    text = f"{title}\n{body}"[:MAX_TEXT].lower()
    found = [
        Finding(each.kind, each.message, "minor")
        for each in _needed(text)
        if not any(sign in text for sign in each.signs)
        and not (each.kind == "missing-version" and _NUMBERED.search(text))
    ]
    found += [
        Finding("empty-section", _EMPTY_SECTION.format(title=name), "info")
        for name in _empty_sections(body)
    ]
    return tuple(found)


def missing_design(title: str, body: str) -> tuple[Finding, ...]:
    """Say what a proposal leaves out: its goal, its constraints, its alternatives."""
    text = f"{title}\n{body}"[:MAX_TEXT].lower()
    found = [
        Finding(each.kind, each.message, "minor")
        for each in _DESIGN_FIELDS
        if not any(sign in text for sign in each.signs)
    ]
    found += [
        Finding("empty-section", _EMPTY_SECTION.format(title=name), "info")
        for name in _empty_sections(body)
    ]
    return tuple(found)


def kind_of_report(title: str, body: str) -> str:
    """Say what a report reads as: a "bug", a "request", a "question", else ""."""
    text = f"{title}\n{body}"[:MAX_TEXT].lower()
    bug = sum(word in text for word in _BUG_WORDS)
    request = sum(word in text for word in _REQUEST_WORDS)
    if not bug and not request:
        return "question" if title.rstrip().endswith("?") else ""
    return "request" if request >= bug else "bug"


def says_when_done(body: str) -> bool:
    """Whether a text says how one would see that it has been done."""
    text = body[:MAX_TEXT].lower()
    return any(sign in text for sign in _DONE_SIGNS)


def _needed(text: str) -> tuple[_Field, ...]:
    bug = sum(word in text for word in _BUG_WORDS)
    request = sum(word in text for word in _REQUEST_WORDS)
    if request and request >= bug:
        return _REQUEST_FIELDS
    return _BUG_FIELDS if bug else ()


def _empty_sections(body: str) -> list[str]:
    """Name the headings with nothing of the author's own below them."""
    empty: list[str] = []
    heading, level, has_text, in_comment = "", 0, True, False
    for line in (*lines(body), "# "):
        if line.startswith("<!--"):
            in_comment = True
        if in_comment:
            in_comment = "-->" not in line
            continue
        depth = len(line) - len(line.lstrip("#"))
        if not 0 < depth <= 6 or line[depth : depth + 1] not in ("", " "):
            has_text = has_text or (bool(line) and line.lower() not in _PLACEHOLDERS)
            continue
        if heading and not has_text and depth <= level:
            empty.append(heading)
        heading, level, has_text = line[depth:].strip()[:80], depth, False
    return empty[:_MAX_EMPTY]
