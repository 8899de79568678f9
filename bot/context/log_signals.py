"""Lines that a tool, the system or plain words mark as trouble."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.context import log_prefix
from bot.context.log_ends import ENDS, GENERIC, NOISE, NONE
from bot.context.log_grammars import Grammar
from bot.context.log_linters import LINTERS
from bot.context.log_shapes import Failure
from bot.context.log_tools import TOOLS


def _roots(grammars: Iterable[Grammar]) -> tuple[str, ...]:
    """The shortest needles; a line without any of them cannot match any grammar."""
    needles = sorted({n for grammar in grammars for n in grammar.needles}, key=len)
    roots: list[str] = []
    for needle in needles:
        if not any(root in needle for root in roots):
            roots.append(needle)
    return tuple(roots)


# Of two forms that weigh the same the first counts.
_FORMS = (*LINTERS, *TOOLS, *ENDS)
_FIRST_END = len(_FORMS) - len(ENDS)
_ROOTS = _roots((*_FORMS, GENERIC))
# Lines that differ by their numbers alone hold the same words.
_ZEROS = str.maketrans("123456789", "000000000")


def _by_root() -> tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]:
    """Every needle, without and with its digits, and its grammar's place, by root."""
    under: dict[str, list[tuple[str, str, int]]] = {root: [] for root in _ROOTS}
    for index, grammar in enumerate(_FORMS):
        for needle in grammar.needles:
            root = next(r for r in _ROOTS if r in needle)
            under[root].append((needle.translate(_ZEROS), needle, index))
    found = under.items()
    return tuple((root.translate(_ZEROS), tuple(needles)) for root, needles in found)


_BY_ROOT = _by_root()
_COUNT = re.compile(r"\\d|\{\d{1,5}(?:,\d{0,5})?\}")


def _reads_numbers(grammar: Grammar) -> bool:
    """Whether its pattern may tell one digit from another."""
    pattern = grammar.pattern.pattern if grammar.pattern is not None else ""
    return any(map(str.isdigit, _COUNT.sub("", pattern)))


_READ_NUMBERS = frozenset(
    index for index, grammar in enumerate(_FORMS) if _reads_numbers(grammar)
)


@dataclass(frozen=True, slots=True)
class Signal:
    """One line that a grammar knows, how surely it is the cause, what it reports."""

    grammar: Grammar
    weight: float
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of a line may mean; its numbers decide the rest.

    `likely` are the places of grammars to try, `doubtful` those of one more needle;
    `bare_likely` those to try without what stands in front of the words.
    """

    likely: frozenset[int]
    bare_likely: frozenset[int]
    doubtful: tuple[tuple[str, int], ...]
    plain: Signal | None
    may_be_none: bool


_PLAIN, _FAINT = Signal(GENERIC, GENERIC.weight), Signal(GENERIC, 1.0)


# Logs repeat themselves: a line seen a moment ago need not be read again.
@lru_cache(512)
def signal(line: str) -> Signal | None:
    """Read a cleaned line as a sign of trouble; None for any other line."""
    words = _words(line.translate(_ZEROS))
    if words is None:
        return None
    likely, bare_likely = words.likely, words.bare_likely
    if words.doubtful:
        lowered = line.lower()
        held = {at for needle, at in words.doubtful if _holds(lowered, needle, at)}
        likely, bare_likely = likely | held, bare_likely | held
    found = _tool_signal(line, likely) if likely else None
    if found is None and bare_likely:
        bare = log_prefix.bare(line)
        found = _tool_signal(bare, bare_likely) if bare != line else None
    if found is None and words.may_be_none and NONE.search(line.lower()):
        return _FAINT
    return found or words.plain


@lru_cache(2048)
def _words(shape: str) -> _Words | None:
    key = shape.lower()
    near = [needles for root, needles in _BY_ROOT if root in key]
    if not near:
        return None
    held = [(own, at) for group in near for needle, own, at in group if needle in key]
    doubtful = tuple((own, at) for own, at in held if _is_doubtful(own, at))
    sure = frozenset(at for own, at in held if (own, at) not in doubtful)
    plain = _generic_signal(key)
    return _Words(
        _matching(shape, sure),
        _matching(log_prefix.bare(shape), sure),
        doubtful,
        plain,
        may_be_none=plain is _PLAIN and NONE.search(key) is not None,
    )


def _matching(shape: str, likely: Set[int]) -> frozenset[int]:
    """Leave out whose pattern no line of this shape, whatever its numbers, fits."""
    stripped = shape.lstrip()
    return frozenset(
        index
        for index in likely
        if index in _READ_NUMBERS
        or (pattern := _FORMS[index].pattern) is None
        or pattern.match(stripped)
    )


def _is_doubtful(needle: str, index: int) -> bool:
    return index >= _FIRST_END or needle.translate(_ZEROS) != needle


def _holds(lowered: str, needle: str, index: int) -> bool:
    if index < _FIRST_END:
        return needle in lowered
    # No pattern tells an end from a longer word: "ModuleNotFoundError" is none.
    at = lowered.find(needle)
    while at > 0 and needle[0].isalpha() and lowered[at - 1].isalpha():
        at = lowered.find(needle, at + 1)
    return at >= 0


def _tool_signal(line: str, likely: Set[int]) -> Signal | None:
    stripped = line.lstrip()
    best: Signal | None = None
    for index in sorted(likely):
        grammar = _FORMS[index]
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
    if not any(map(str.strip, filter(None, groups.values()))):
        return None
    number = groups.get("line")
    return Failure(
        tool=tool,
        test=(groups.get("test") or "").strip(),
        file=groups.get("file") or "",
        line=int(number) if number else 0,
        message=(groups.get("message") or "").strip(),
    )


def weight(line: str) -> tuple[str, float]:
    """How much a line looks like trouble: its category and weight, ("", 0) if not."""
    found = signal(line)
    return (found.grammar.category, found.weight) if found else ("", 0.0)
