"""What lacks a test most: by stakes, by branches, by how many call it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.context.symbols import symbols
from bot.context.untested import Untested

# Weightiest first; what `bot.stakes` says of a path.
LEVELS = ("critical", "standard", "routine")
MAX_TEXT = 500_000
_CALL = re.compile(r"([A-Za-z_$][\w$]{0,200})\(")


def ranked(
    found: Iterable[Untested],
    texts: Mapping[str, str],
    *,
    stakes: Callable[[str], str],
) -> tuple[Untested, ...]:
    """Sort by stakes of the path, then by branches, then by calls in `texts`.

    `texts` are files that may call what was found, its own file among them; a
    definition is no call. `stakes(path)` is one of LEVELS.
    """
    calls: Counter[str] = Counter()
    for path, text in texts.items():
        calls.update(_CALL.findall(text[:MAX_TEXT]))
        data = text.encode("utf-8", "replace")
        calls.subtract(
            each.name for each in symbols(path, data) if _has_call(each.kind)
        )
    judged = [
        replace(
            each,
            callers=max(calls[each.symbol.rpartition(".")[2]], 0),
            stakes=stakes(each.path),
        )
        for each in found
    ]
    return tuple(sorted(judged, key=_weight))


def _has_call(kind: str) -> bool:
    """Whether the definition itself reads as `name(`; a class of Python may, too."""
    return kind != "class"


def _weight(each: Untested) -> tuple[int, int, int, str, int]:
    level = LEVELS.index(each.stakes)
    return (level, -each.complexity, -each.callers, each.path, each.line)
