"""HTML that a page's readers do not see: a linear scanner that takes it out."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from markdown_it.common.html_blocks import block_names

from bot.text import backticks
from bot.text.backticks import Ranges

# Tags that say how text looks and nothing else. Their attributes go.
# fmt: off
INERT = frozenset({
    "b", "blockquote", "br", "code", "details", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "li", "ol", "p", "pre", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
})
# Elements whose content never shows.
_SILENT = frozenset({
    "script", "style", "template", "noscript", "title", "head", "picture", "object",
})
_INLINE = frozenset({
    "a", "abbr", "area", "audio", "bdi", "bdo", "big", "button", "canvas", "cite",
    "data", "del", "dfn", "embed", "font", "img", "input", "ins", "kbd", "label",
    "map", "mark", "math", "meter", "output", "progress", "q", "rp", "rt", "ruby", "s",
    "samp", "select", "slot", "small", "span", "strike", "svg", "textarea", "time",
    "tt", "u", "var", "video", "wbr",
})
# fmt: on
_HTML = INERT | _SILENT | _INLINE | frozenset(block_names)
COLLAPSED = "[collapsed by the author]"
_START = re.compile(r"<(?:!--|[!?](?=[A-Za-z\[])|(/?)([A-Za-z][A-Za-z0-9:_.-]{0,60}))")
_COMMENT_END = re.compile(r"--!?>")
_SPEAKING = re.compile(
    r"\b(?:alt|title|aria-\w{1,20})\s{0,3}=\s{0,3}[\"']?[^\s\"']{1,80} ", re.IGNORECASE
)
_CONCEALED = re.compile(
    r"\bhidden\b|display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hid"
    r"|font-size\s{0,3}:\s{0,3}0|opacity\s{0,3}:\s{0,3}0",
    re.IGNORECASE,
)
_DETAILS = re.compile(r"<details>", re.IGNORECASE)
# Longer attributes speak to a reader who is no human; short ones are layout.
_LONG_ATTRIBUTES = 120
_MOST_ATTRIBUTES = 64
_MOST_READ = 4_000
_DEEPEST = 80
_LONGEST_PLACEHOLDER = 24


def strip(text: str, code: Ranges) -> tuple[str, int]:
    """Take out comments, unseen elements and attributes, outside the `code` ranges.

    Answers the text and the number of fragments a reader would not have seen. An
    unclosed comment reaches to the end of the text (T02). A short word in angle
    brackets that is no HTML (`<module>`) stays.
    """
    kept: list[str] = []
    position = hidden = 0
    page = _Page(text, {mark: _positions(text, mark) for mark in "\"'>"})
    while match := _START.search(text, position):
        start = match.start()
        if backticks.inside(start, code):
            kept.append(text[position : start + 1])
            position = start + 1
            continue
        kept.append(text[position:start])
        replacement, position, seen = _construct(page, match)
        kept.append(replacement)
        hidden += seen
    kept.append(text[position:])
    return "".join(kept), hidden


def label_details(text: str, code: Ranges) -> str:
    """Say beside each `<details>` that its content was folded away by its author."""

    def label(match: re.Match[str]) -> str:
        in_code = backticks.inside(match.start(), code)
        return match[0] if in_code else f"{match[0]} {COLLAPSED}"

    return _DETAILS.sub(label, text)


@dataclass(frozen=True, slots=True)
class _Page:
    """The text, where its quotes and `>` stand, and which closing tags it lacks."""

    text: str
    marks: dict[str, list[int]]
    unclosed: set[str] = field(default_factory=set)

    def next(self, mark: str, position: int) -> int:
        places = self.marks[mark]
        index = bisect_left(places, position)
        return places[index] if index < len(places) else len(self.text)


def _positions(text: str, mark: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(mark), text)]


def _construct(page: _Page, match: re.Match[str]) -> tuple[str, int, int]:
    """What stands for one construct, where the text goes on, how much was hidden."""
    text = page.text
    if match[2] is None:
        end = _declaration_end(page, match)
        return "", end, int(end - match.end() > len("-->") or end == len(text))
    end = _tag_end(page, match.end())
    if end < 0:
        return _unclosed_tag(text, match)
    name, attributes = match[2].lower(), text[match.end() : end - 1].strip(" /\t\n")
    if match[1]:
        return (f"</{name}>" if name in INERT else ""), end, 0
    if name in _SILENT or _CONCEALED.search(attributes[:_MOST_READ]):
        return "", _element_end(page, name, end), 1
    if name not in _HTML and not attributes and len(name) <= _LONGEST_PLACEHOLDER:
        return text[match.start() : end], end, 0
    speaks = len(attributes) > _LONG_ATTRIBUTES or _SPEAKING.search(attributes)
    return (f"<{name}>" if name in INERT else ""), end, int(bool(speaks))


def _declaration_end(page: _Page, match: re.Match[str]) -> int:
    if match[0] == "<!--":
        # `<!-->` and `<!--->` are whole: the dashes that open may also close.
        closing = _COMMENT_END.search(page.text, match.end() - 2)
        return closing.end() if closing else len(page.text)
    return min(page.next(">", match.end()) + 1, len(page.text))


def _tag_end(page: _Page, position: int) -> int:
    """Where a tag ends, minding quotes: -1 if it does not, the end if it is endless."""
    for _ in range(_MOST_ATTRIBUTES):
        mark = min("\"'>", key=lambda mark: page.next(mark, position))
        stop = page.next(mark, position)
        if mark == ">" and stop < len(page.text):
            return stop + 1
        position = page.next(mark, stop + 1) + 1
        if position > len(page.text):
            return -1
    return len(page.text)


def _unclosed_tag(text: str, match: re.Match[str]) -> tuple[str, int, int]:
    """At the start of a line a browser would swallow the rest; elsewhere it is text."""
    line_start = text.rfind("\n", 0, match.start()) + 1
    before = text[line_start : match.start()]
    begins_line = len(before) < _DEEPEST and not before.strip(" >")
    if begins_line and match[2].lower() in block_names and not match[1]:
        return "", len(text), 1
    return "&lt;", match.start() + 1, 0


def _element_end(page: _Page, name: str, position: int) -> int:
    if name not in page.unclosed:
        pattern = re.compile(rf"</{re.escape(name)}[^>]{{0,200}}>", re.IGNORECASE)
        if closing := pattern.search(page.text, position):
            return closing.end()
        page.unclosed.add(name)
    if name in _SILENT:
        return len(page.text)
    paragraph = page.text.find("\n\n", position)
    return paragraph if paragraph >= 0 else len(page.text)
