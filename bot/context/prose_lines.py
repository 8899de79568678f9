"""Prose of strangers, line by line, cut before any pattern sees it (contract T29)."""

from __future__ import annotations

from collections.abc import Iterator

MAX_TEXT = 65_536
MAX_LINE = 2_000


def lines(text: str) -> Iterator[str]:
    """Yield the lines of the first 64 k characters, stripped, quotation marks off."""
    for line in text[:MAX_TEXT].split("\n"):
        yield line[:MAX_LINE].strip().removeprefix("> ").lstrip()
