"""Claims about text: quotes, paths and lines a reply asserts."""

from __future__ import annotations

from collections.abc import Collection


def quote_exists(quote: str, text: str) -> bool:
    """Whether the quoted lines stand in `text`, in order and together.

    Runs of blanks count as one and empty lines as none; all else must be verbatim. A
    quote may begin and end inside a line.
    """
    wanted = _normalised(quote)
    return bool(wanted) and wanted in _normalised(text)


def path_exists(path: str, tree: Collection[str]) -> bool:
    """Whether `path` is byte for byte one of `tree` and stays inside it (T28)."""
    return path in tree and is_relative(path)


def is_relative(path: str) -> bool:
    """Whether `path` is plain and relative: no `..`, root, backslash or control."""
    parts = path.split("/")
    return not (
        "\\" in path
        or any(part in ("", ".", "..") for part in parts)
        or any(ord(character) < 32 or ord(character) == 127 for character in path)
    )


def _normalised(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
