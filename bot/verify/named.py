"""Paths and symbols that a reply names: those that are nowhere are told apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from bot import definitions
from bot.context import Section
from bot.reader import Files
from bot.verify.claims import is_relative, path_exists

Reply = TypeVar("Reply", bound=BaseModel)

NOWHERE = "(no such file here)"
MOST_SYMBOLS = 20
_MAX_TEXT = 20_000
_PATH = re.compile(r"`([\w.@+-]{1,80}(?:/[\w.@+-]{1,80}){1,12}\.[A-Za-z]{1,6})`")
# Folders whose files are not made by a plan.
_NEVER = frozenset({".git", "node_modules"})


def marked(
    reply: Reply, *, known: Collection[str], but: Collection[str] = ()
) -> tuple[Reply, int]:
    """Mark each path in backticks that is none of `known`; also say how many.

    All texts of a reply are read, those of the fields `but` are not. A tail of a known
    path counts as known.
    """
    tails = _Tails(known)
    changed = _model(reply, tails, frozenset(but))
    return changed, tails.marked


class _Tails:
    """Known paths by their last name, and the count of what was marked."""

    def __init__(self, known: Collection[str]) -> None:
        self.marked = 0
        self._by_name: dict[str, list[str]] = {}
        for path in known:
            self._by_name.setdefault(path.rpartition("/")[2], []).append(path)

    def text(self, text: str) -> str:
        return _PATH.sub(self._mark, text[:_MAX_TEXT]) if "`" in text else text

    def _mark(self, match: re.Match[str]) -> str:
        path = match[1].removeprefix("./")
        same = self._by_name.get(path.rpartition("/")[2], ())
        if any(f"/{each}".endswith(f"/{path}") for each in same):
            return match[0]
        self.marked += 1
        return f"{match[0]} {NOWHERE}"


def _model(reply: Reply, tails: _Tails, but: frozenset[str]) -> Reply:
    names = [name for name in type(reply).model_fields if name not in but]
    changed = {name: _value(getattr(reply, name), tails, but) for name in names}
    return reply.model_copy(update=changed)


def _value(value: Any, tails: _Tails, but: frozenset[str]) -> Any:
    if isinstance(value, str):
        return tails.text(value)
    if isinstance(value, list):
        return [_value(each, tails, but) for each in value]
    return _model(value, tails, but) if isinstance(value, BaseModel) else value


def existing(paths: Iterable[str], known: Collection[str]) -> list[str]:
    """Keep the paths that are byte for byte there, each once."""
    return [path for path in dict.fromkeys(paths) if path_exists(path, known)]


def possible(paths: Iterable[str], known: Collection[str]) -> list[str]:
    """Keep the paths that a file could be added at: inside, and not there yet."""
    files = frozenset(known)
    folders = {above for path in files for above in _above(path)}

    def fits(path: str) -> bool:
        parts = set(path.split("/"))
        is_there = path in files or path in folders
        is_inside_a_file = any(above in files for above in _above(path))
        return is_relative(path) and not (
            is_there or is_inside_a_file or _NEVER & parts
        )

    return [path for path in dict.fromkeys(paths) if fits(path)]


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


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
