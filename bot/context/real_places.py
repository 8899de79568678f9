"""Lines that rules found named somewhere, held against the files as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.context import Finding


class Texts(Protocol):
    """Where the texts of files come from."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files, read together; some may lack."""


def lengths(paths: Iterable[str], files: Texts) -> dict[str, int]:
    """Count the lines of each file that can be read."""
    asked = list(dict.fromkeys(paths))
    texts = files.texts(asked) if asked else {}
    return {
        path: text.count("\n") + (not text.endswith("\n"))
        for path, text in texts.items()
    }


def line(path: str, number: int, known: Mapping[str, int]) -> int:
    """The line, or 0 where its file is known and has no such line."""
    return number if number <= known.get(path, number) else 0


def checked(found: Iterable[Finding], files: Texts) -> tuple[Finding, ...]:
    """Name the file alone where a finding's line is not in it; each finding once."""
    given = tuple(found)
    known = lengths((each.path for each in given if each.line), files)
    return tuple(
        dict.fromkeys(
            replace(each, line=line(each.path, each.line, known)) for each in given
        )
    )
