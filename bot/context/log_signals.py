"""Lines that a tool, the system or plain words mark as trouble."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.context import log_prefix
from bot.context.log_grammars import ENDS, GENERIC, GRAMMARS, NOISE, Grammar
from bot.context.log_shapes import Failure


def _roots(grammars: Iterable[Grammar]) -> tuple[str, ...]:
    """The shortest needles; a line without any of them cannot match any grammar."""
    needles = sorted({n for grammar in grammars for n in grammar.needles}, key=len)
    roots: list[str] = []
    for needle in needles:
        if not any(root in needle for root in roots):
            roots.append(needle)
    return tuple(roots)


_TOOLS = (*GRAMMARS, *ENDS)
_ROOTS = _roots((*_TOOLS, GENERIC))


def _by_root() -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Every needle, with the place of its grammar, under a root that it contains."""
    under: dict[str, list[tuple[str, int]]] = {root: [] for root in _ROOTS}
    for index, grammar in enumerate(_TOOLS):
        for needle in grammar.needles:
            under[next(r for r in _ROOTS if r in needle)].append((needle, index))
    return tuple((root, tuple(needles)) for root, needles in under.items())


_BY_ROOT = _by_root()


@dataclass(frozen=True, slots=True)
class Signal:
    """One line that a grammar knows, how surely it is the cause, what it reports."""

    grammar: Grammar
    weight: float
    failure: Failure | None = None


_PLAIN, _FAINT = Signal(GENERIC, GENERIC.weight), Signal(GENERIC, 1.0)


# Logs repeat themselves: a line seen a moment ago need not be read again.
@lru_cache(512)
def signal(line: str) -> Signal | None:
    """Read a cleaned line as a sign of trouble; None for any other line."""
    lowered = line.lower()
    is_near = False
    likely: set[int] = set()
    for root, needles in _BY_ROOT:
        if root in lowered:
            is_near = True
            for needle, index in needles:
                if needle in lowered:
                    likely.add(index)
    if not is_near:
        return None
    found = _tool_signal(line, likely)
    if found is None and likely:
        bare = log_prefix.bare(line)
        found = _tool_signal(bare, likely) if bare != line else None
    return found or _generic_signal(lowered)


def _tool_signal(line: str, likely: set[int]) -> Signal | None:
    stripped = line.lstrip()
    best: Signal | None = None
    for index in sorted(likely):
        grammar = _TOOLS[index]
        if best is not None and grammar.weight <= best.weight:
            continue
        failure = None
        if grammar.pattern is not None:
            match = grammar.pattern.match(stripped)
            if match is None:
                continue
            failure = _failure(grammar.tool, match.groupdict())
        best = Signal(grammar, grammar.weight, failure)
    return best


def _generic_signal(lowered: str) -> Signal | None:
    for needle in GENERIC.needles:
        if needle in lowered:
            break
    else:
        return None
    for word in NOISE:
        if word in lowered:
            return _FAINT
    return _PLAIN


def _failure(tool: str, groups: dict[str, str | None]) -> Failure | None:
    number = groups.get("line")
    failure = Failure(
        tool=tool,
        test=(groups.get("test") or "").strip(),
        file=groups.get("file") or "",
        line=int(number) if number else 0,
        message=(groups.get("message") or "").strip(),
    )
    return failure if failure != Failure(tool) else None


def weight(line: str) -> tuple[str, float]:
    """How much a line looks like trouble: its category and weight, ("", 0) if not."""
    found = signal(line)
    return (found.grammar.category, found.weight) if found else ("", 0.0)
