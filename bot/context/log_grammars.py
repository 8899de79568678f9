"""The shape of a form in which a tool writes its failures, and the parts of forms.

Every pattern is anchored at the start of the line (leading blanks removed) and every
quantifier is bounded, so that no line can make it backtrack for long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Category = Literal[
    "test",
    "compile",
    "lint",
    "dependency",
    "build",
    "crash",
    "error",
    "out_of_memory",
    "timeout",
    "network",
    "disk",
    "permission",
    "runner_lost",
    "cancelled",
    "no_error_found",
]


@dataclass(frozen=True, slots=True)
class Grammar:
    """One form in which one tool reports.

    A line that holds one of `needles` (lower case) is tried with `pattern`, whose
    groups `test`, `file`, `line` and `message` fill a failure. `weight` says how
    surely such a line is the cause (1 noise … 10 certain); `before` and `after` are
    the lines around it that belong to it.
    """

    tool: str
    category: Category
    needles: tuple[str, ...]
    pattern: re.Pattern[str] | None = None
    weight: int = 8
    before: int = 0
    after: int = 4


def entry(
    tool: str,
    category: Category,
    needles: str,
    pattern: str = "",
    weight: int = 8,
    around: tuple[int, int] = (0, 4),
) -> Grammar:
    """Write one form; `needles` are parted by bars, `around` is `before`, `after`."""
    compiled = re.compile(pattern) if pattern else None
    return Grammar(tool, category, tuple(needles.split("|")), compiled, weight, *around)


FILE = r"(?P<file>[^\s:()\[\]]{1,300})"
WINDOWS_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:()\[\]]{1,300})"
LINE = r"(?P<line>\d{1,7})"
REST = r"(?P<message>.{0,400})"
TEST = r"(?P<test>[^\s]{1,300})"
