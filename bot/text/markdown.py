"""What may go out: model text and strings of strangers as harmless Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.text import backticks, blocks, cut, inline
from bot.text.cut import cap
from bot.text.inline import Rules, code_span
from bot.text.sanitize import replace_surrogates, strip_invisible

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["MAX_TEXT", "cap", "code_span", "fence", "neutral", "plain"]

MAX_TEXT = 64_000
MAX_PLAIN = 8_000
CUT = "…"

# As GitHub will see the result: there is no raw HTML and no link definition in it.
_LEFT_ALONE = ("inline", "text_join", "html_block", "reference")
_INFO = re.compile(r"[A-Za-z0-9_+#.-]{1,30}")
# GitHub draws these, or offers them as a commit of one click.
_LIVE_INFO = frozenset({"suggestion", "mermaid", "math", "geojson", "topojson", "stl"})
_PUNCTUATION = re.compile(r"[\\`*\[\]<|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_OPENING = re.compile(r"[+=>#-]|[0-9]{1,9}[.)]")
_MARKER = re.compile(r"<!--(?=\s{0,20}routebot)", re.IGNORECASE)
_CODE_COMMAND = re.compile(r"^(?=/[a-z][a-z-]{0,40}(?:\s|$)|::[a-z])", re.MULTILINE)


def neutral(
    text: str,
    *,
    hosts: frozenset[str] = frozenset(),
    urls: frozenset[str] = frozenset(),
    mention: str = "",
) -> str:
    """Make a model's Markdown harmless and keep what it looks like (T22 to T24).

    No mention (but one of `mention`), reference, image, raw HTML, slash or workflow
    command, marker; links go to `hosts` and `urls` alone and carry nothing. Code stays
    code, and every fence is closed. At most `MAX_TEXT` characters are read. Idempotent.
    """
    text = _plain_characters(text, MAX_TEXT)
    lines = text.split("\n")
    rules = Rules(hosts, urls, mention, backticks.may_hold_table(text))
    blocks = _code_blocks(text)
    written: list[str] = []
    number = 0
    while number < len(lines):
        block = blocks.get(number)
        if block is None:
            is_last = number == len(lines) - 1
            written.append(_write_line(lines[number], rules, is_last=is_last))
            number += 1
            continue
        start, end = block.map or [number, number + 1]
        written += _write_code(block, lines[start:end])
        number = end
    return _MARKER.sub("<! --", "\n".join(written))


def plain(text: str) -> str:
    """Write a plain string as one line of Markdown that shows just that string."""
    text = " ".join(_plain_characters(text, MAX_PLAIN).split())
    escaped = _PUNCTUATION.sub(_escape, text)
    if opening := _OPENING.match(escaped):
        at = opening.end() - 1
        escaped = f"{escaped[:at]}\\{escaped[at:]}"
    return inline.neutral_line(escaped, Rules())


def fence(text: str, info: str = "") -> str:
    """Fence `text` as code with more backticks than it holds in a row."""
    ticks = "`" * max(3, inline.longest_run(text) + 1)
    end = "" if text.endswith("\n") or not text else "\n"
    return f"{ticks}{info}\n{text}{end}{ticks}"


def _plain_characters(text: str, limit: int) -> str:
    if len(text) > limit:
        text = text[:limit] + CUT
    text = replace_surrogates(text).replace("\r\n", "\n").replace("\r", "\n")
    return strip_invisible(text)[0]


def _escape(match: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(match[0], f"\\{match[0]}")


def _code_blocks(text: str) -> dict[int, Token]:
    """The blocks that stay code, by their first line.

    Indented code inside a list or quote does not: whether it is code depends on
    blanks that readers of Markdown count differently.
    """
    return {
        token.map[0]: token
        for token in blocks.parse(text, *_LEFT_ALONE)
        if token.map is not None
        and (token.type == "fence" or (token.type == "code_block" and not token.level))
    }


def _write_line(line: str, rules: Rules, *, is_last: bool) -> str:
    """A lone backslash at the end of a line is a hard break, and stays one."""
    slashes = len(line) - len(line.rstrip("\\"))
    if slashes % 2 == 0 or is_last:
        return inline.neutral_line(line, rules)
    return inline.neutral_line(line[:-1], rules) + "\\"


def _write_code(block: Token, lines: list[str]) -> list[str]:
    info = _safe_info(block.info)
    if block.level == 0:
        return fence(_CODE_COMMAND.sub(" ", block.content), info).split("\n")
    at = lines[0].index(block.markup)
    lead = lines[0][:at]
    written = [f"{lead}{block.markup}{info}", *lines[1:]]
    if len(lines) < block.content.count("\n") + 2:
        written.append(cut.closing_lead(lead) + block.markup)
    return written


def _safe_info(info: str) -> str:
    word = _INFO.match(info.strip())
    if word is None:
        return ""
    return "text" if word[0].lower() in _LIVE_INFO else word[0]
