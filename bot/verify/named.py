"""Paths and symbols that a reply names: those that are nowhere are told apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from bot import definitions
from bot.context import Section
from bot.tasks import Files
from bot.verify.claims import path_exists

NOWHERE = "(no such file here)"
MOST_SYMBOLS = 20
_MAX_TEXT = 20_000
_PATH = re.compile(r"`([\w.@+-]{1,80}(?:/[\w.@+-]{1,80}){1,12}\.[A-Za-z]{1,6})`")


def marked(text: str, *, known: Collection[str]) -> tuple[str, int]:
    """Mark each path in backticks that is none of `known`; also say how many.

    A tail of a known path counts as known.
    """
    count = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal count
        path = match[1].removeprefix("./")
        if path in known or any(each.endswith(f"/{path}") for each in known):
            return match[0]
        count += 1
        return f"{match[0]} {NOWHERE}"

    return _PATH.sub(mark, text[:_MAX_TEXT]), count


def existing(paths: Iterable[str], known: Collection[str]) -> list[str]:
    """Keep the paths that are byte for byte there, each once."""
    return [path for path in dict.fromkeys(paths) if path_exists(path, known)]


def defined(
    names: Sequence[str],
    files: Files,
    *,
    sections: Sequence[Section],
    near: Sequence[str],
) -> list[str]:
    """Keep the symbols that what was shown names, or that a likely file defines."""
    shown = "\n".join(section.text for section in sections)
    kept = []
    for name in list(dict.fromkeys(names))[:MOST_SYMBOLS]:
        bare = name.strip().removesuffix("()")
        if not definitions.is_symbol(bare):
            continue
        last = re.split(r"\.|::|#", bare)[-1]
        is_shown = re.search(rf"(?<!\w){re.escape(last)}(?!\w)", shown) is not None
        if is_shown or definitions.find(bare, files, near=near):
            kept.append(bare)
    return kept
