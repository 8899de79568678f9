"""What a page rendered from Markdown would do: the judge of everything we post."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

PAGE = MarkdownIt("commonmark", {"html": True, "maxNesting": 400}).enable(
    ["table", "strikethrough"]
)
COMMAND = re.compile(r"\s*(?:/|::)[A-Za-z]")
_LIVE = r"@[A-Za-z0-9]|#[0-9]|\bGH-[0-9]|(?:https?|ftp)://(?!{host})\w|www\.\w"


def tokens_of(text: str) -> list[Token]:
    """Every token of a page, the inner ones behind the one that holds them."""
    flat: list[Token] = []
    for token in PAGE.parse(text):
        flat.append(token)
        flat.extend(token.children or [])
    return flat


def live_parts(text: str, host: str) -> list[str]:
    """What the page would show, link to or draw that it must not.

    Links may lead to `host` alone.
    """
    live = re.compile(_LIVE.format(host=re.escape(host)), re.IGNORECASE)
    link = re.compile(rf"https://{re.escape(host)}(/[A-Za-z0-9._~/#-]*)?")
    found = []
    part, begins, before = "", True, ""
    for token in [*tokens_of(text), Token("softbreak", "", 0)]:
        if token.type in ("text", "text_special"):
            part += token.content
            continue
        if live.search(part) or (begins and COMMAND.match(part)):
            found.append(part)
        # What begins a cell begins no line.
        is_cell = token.type == "inline" and before in ("td_open", "th_open")
        begins = not is_cell and token.type in ("softbreak", "hardbreak", "inline")
        before = token.type
        part = ""
        if token.type in ("html_inline", "html_block", "image"):
            found.append(token.content or token.type)
        if token.type == "link_open" and not link.fullmatch(str(token.attrs["href"])):
            found.append(str(token.attrs["href"]))
        if token.type == "fence" and token.info in ("suggestion", "mermaid"):
            found.append(token.info)
    return found


def are_fences_closed(text: str) -> bool:
    """Whether a paragraph put behind `text` is a paragraph of its own."""
    last = PAGE.parse(f"{text}\n\nFOOTER")[-3:]
    return [token.type for token in last] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ] and last[0].level == 0
