"""Markdown's own parser, imported only when a text needs one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_NESTING = 100


def parse(text: str, *disabled: str) -> list[Token]:
    """Parse into CommonMark tokens, without the rules named."""
    return _parser(disabled).parse(text)


@cache
def _parser(disabled: tuple[str, ...]) -> MarkdownIt:
    # Importing it takes a tenth of what `explain` takes in all.
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    return made.disable(list(disabled))
