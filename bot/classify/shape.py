"""The shape of an issue: its lines sorted into prose, code and template sections.

Everything here walks the text once, so hostile input costs what its length costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_CHARS = 65_536  # prose longer than this is cut (contract T29)
MAX_LINE = 2_000
# An answer that says nothing, as issue forms and people in a hurry write it.
UNANSWERED = frozenset(
    {"", "_no response_", "no response", "n/a", "na", "none", "-", "...", "no", "tbd"}
)
_FENCES = ("```", "~~~")
# Scaffolding that a template shares between all its issues: never evidence.
_SCAFFOLD = (
    "<details",
    "</details",
    "<summary",
    "</summary",
    "---",
    "***",
    "please make sure",
    "please replace",
    "please fill",
    "please search",
    "before submitting",
    "before opening",
    "i have read",
    "i have searched",
    "i've searched",
    "i searched",
    "i agree to",
    "i am using the latest",
    "thank you for",
    "thanks for taking the time",
)


@dataclass(slots=True)
class Section:
    """One heading and whether anything stands under it."""

    heading: str
    is_filled: bool = False


@dataclass(slots=True)
class Shape:
    """An issue taken apart: lines by kind, sections, counts; `text` is all of it."""

    title: str
    text: str = ""
    prose: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    fences: int = 0
    boxes: int = 0
    boxes_ticked: int = 0
    items: int = 0
    steps: int = 0
    quotes: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote a word below the title."""
        return not self.prose and not self.code


def without_comments(text: str) -> str:
    """Drop HTML comments; an unclosed one runs to the end of the text."""
    kept = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    kept.append(text[at:])
    return "".join(kept)


def read(title: str, body: str) -> Shape:
    """Take an issue apart; at most `MAX_CHARS` characters of the body are read."""
    text = without_comments(body[:MAX_CHARS])
    shape = Shape(title=title.strip()[:MAX_LINE], text=text)
    fence = ""
    for raw in text.splitlines():
        line = raw[:MAX_LINE]
        stripped = line.strip()
        if fence:
            fence = _in_fence(shape, stripped, fence)
        elif stripped.startswith(_FENCES):
            fence = stripped[:3]
            shape.fences += 1
        elif line.startswith(("    ", "\t")) and stripped:
            _keep(shape, shape.code, stripped)
        else:
            _prose_line(shape, stripped)
    return shape


def _in_fence(shape: Shape, stripped: str, fence: str) -> str:
    if stripped.startswith(fence):
        return ""
    if stripped:
        _keep(shape, shape.code, stripped)
    return fence


def _keep(shape: Shape, lines: list[str], text: str) -> None:
    lines.append(text)
    if shape.sections:
        shape.sections[-1].is_filled = True


def _prose_line(shape: Shape, stripped: str) -> None:
    heading = _heading(stripped)
    if heading:
        shape.sections.append(Section(heading))
        return
    if stripped.startswith(">"):
        shape.quotes += 1
    item = _list_item(shape, stripped)
    lowered = item.lower()
    if lowered in UNANSWERED or lowered.startswith(_SCAFFOLD):
        return
    _keep(shape, shape.prose, item)


def _heading(stripped: str) -> str:
    """Return the lower-case words of a Markdown or bold heading, "" if it is none."""
    if stripped.startswith("#"):
        words = stripped.lstrip("#")
        return words.strip(" *:#").lower()[:60] if words.startswith(" ") else ""
    if len(stripped) < 60 and stripped.startswith("**"):
        words, mark, rest = stripped[2:].partition("**")
        if mark and rest.strip(" :") == "":
            return words.strip(" :").lower()
    return ""


def _list_item(shape: Shape, stripped: str) -> str:
    """Count list marks, and return the words behind them ("" for a ticked box)."""
    if stripped[:2] in ("- ", "* ", "+ "):
        shape.items += 1
        rest = stripped[2:].lstrip()
        if rest[:3].lower() in ("[ ]", "[x]"):
            shape.boxes += 1
            shape.boxes_ticked += rest[1] != " "
            return rest[3:].lstrip()
        return rest
    digits = stripped[:3].rstrip(" ")
    if digits[:1].isdigit() and digits.lstrip("0123456789")[:1] in (".", ")"):
        shape.steps += 1
    return stripped
