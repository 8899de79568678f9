"""Path globs: `*` and `?` within a segment, `**` across segments; nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

MAX_LENGTH = 200
_WILD = re.compile(r"[*?/]")


def matches(path: str, pattern: str) -> bool:
    """Whether a repository path matches; `*.md` without a slash matches anywhere.

    Takes time proportional to path length times pattern length at worst, on any input.
    """
    if _literal(pattern) not in path:
        return False
    if "/" not in pattern and pattern != "**":
        return _segment(path.rpartition("/")[2], pattern)
    return _match(path.split("/"), pattern.split("/"), many="**", one=_segment)


def any_match(path: str, patterns: Iterable[str]) -> bool:
    """Whether any of the patterns matches the path."""
    return any(matches(path, pattern) for pattern in patterns)


def problem(pattern: str) -> str:
    """Say in a few words why a pattern is not a glob of ours, "" when it is one."""
    if not 0 < len(pattern) <= MAX_LENGTH:
        return f"a glob has 1 to {MAX_LENGTH} characters"
    if pattern[0] == "^" or pattern[-1] == "$" or "\\" in pattern or ")+" in pattern:
        return "this is a regular expression; globs know *, ** and ? only"
    if pattern[0] in "/~!" or ".." in pattern.split("/"):
        return "a glob starts inside the repository: no /, ~, ! or .. in front"
    return "" if pattern.isprintable() else "a glob holds printable characters only"


# Most patterns are told apart by this alone, in one search in C.
@lru_cache(maxsize=2_000)
def _literal(pattern: str) -> str:
    """The longest piece of a pattern that a matching path holds as it stands."""
    return max(_WILD.split(pattern), key=len)


def _segment(text: str, pattern: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return text == pattern
    return _match(text, pattern, many="*", one=lambda a, b: b in ("?", a))


def _match(
    items: Sequence[str],
    pattern: Sequence[str],
    *,
    many: str,
    one: Callable[[str, str], bool],
) -> bool:
    # Only the last `many` can need another try, so two marks replace backtracking.
    i = p = 0
    star, resume = -1, 0
    while i < len(items):
        if p < len(pattern) and pattern[p] == many:
            star, resume = p, i
            p += 1
        elif p < len(pattern) and one(items[i], pattern[p]):
            i, p = i + 1, p + 1
        elif star >= 0:
            resume += 1
            i, p = resume, star + 1
        else:
            return False
    return all(rest == many for rest in pattern[p:])
