"""Tokens without a tokenizer, and sections fitted to a model's window by priority."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.context import Kind, Section

Family = Literal["anthropic", "anthropic-old", "openai", "xai", "compatible"]

# Bytes per token, rounded down from measurements on real files so that an estimate
# errs on the dear side. "anthropic" are models since 4.8; older ones cut text coarser.
_OLD: dict[Kind, float] = {
    "prose": 2.8,
    "code": 2.5,
    "diff": 2.5,
    "log": 2.0,
    "json": 2.2,
}
_NEW: dict[Kind, float] = {
    "prose": 2.2,
    "code": 1.8,
    "diff": 1.9,
    "log": 1.4,
    "json": 1.8,
}
_O200K: dict[Kind, float] = {
    "prose": 3.2,
    "code": 3.0,
    "diff": 3.0,
    "log": 2.4,
    "json": 2.6,
}
BYTES_PER_TOKEN: dict[Family, dict[Kind, float]] = {
    "anthropic": _NEW,
    "anthropic-old": _OLD,
    "openai": _O200K,
    "xai": _OLD,
    "compatible": _OLD,
}
# Sections of this priority and beyond are there to fill the room that is left.
FILLING = 7
# The text around a section: its fence, its name, its delimiter.
SECTION_OVERHEAD = 40
# A remnant below this many tokens tells a model nothing; the section goes whole.
_SMALLEST_CUT = 200
# Logs end with what matters, everything else begins with it.
_KEEPS_ITS_END: frozenset[Kind] = frozenset({"log"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """Sections in their given order, cut where needed.

    `left_out` are plain sentences, one a section that was cut or dropped; `tokens`
    is the estimate for what stayed.
    """

    sections: tuple[Section, ...]
    left_out: tuple[str, ...] = ()
    tokens: int = 0


def family_of(provider: str, model: str) -> Family:
    """Name the tokenizer family of a route."""
    if provider == "anthropic":
        old = ("claude-3", "-4-0", "-4-1", "-4-5", "-4-6", "-4-7")
        return "anthropic-old" if any(mark in model for mark in old) else "anthropic"
    if provider == "openai":
        return "openai"
    return "xai" if provider == "xai" else "compatible"


def tokens(text: str, *, kind: Kind = "prose", family: Family = "anthropic") -> int:
    """Estimate tokens from above, without a tokenizer.

    ASCII counts by bytes per token of its kind; every other character by two bytes a
    token, so as one token or more (contract R04).
    """
    ascii_bytes = len(text.encode("ascii", "ignore"))
    other = len(text.encode("utf-8", "surrogatepass")) - ascii_bytes
    estimate = ascii_bytes / BYTES_PER_TOKEN[family][kind] + other / 2
    return math.ceil(estimate)


def section_tokens(section: Section, *, family: Family = "anthropic") -> int:
    """Estimate one section with its fence."""
    return (
        tokens(section.text, kind=section.kind, family=family)
        + tokens(section.name, family=family)
        + SECTION_OVERHEAD
    )


def fit(
    sections: Sequence[Section],
    *,
    window: int,
    reserve: int = 0,
    family: Family = "anthropic",
) -> Fitted:
    """Keep what fits `window` less `reserve` tokens, the most important first.

    Sections that must be whole are kept whatever they cost. Of the others those with
    the lower `priority` number go first; what does not fit is cut at a line border, or
    dropped where too little would be left.
    """
    room = window - reserve
    kept: dict[int, Section] = {}
    left_out: list[str] = []
    for index, section in _by_importance(sections):
        cost = section_tokens(section, family=family)
        if section.must or cost <= room:
            kept[index] = section
            room -= cost
            continue
        cut, sentence = _cut(section, max(room, 0), family)
        left_out.append(sentence)
        if cut is not None:
            kept[index] = cut
            room -= section_tokens(cut, family=family)
    return Fitted(
        tuple(kept[index] for index in sorted(kept)),
        tuple(left_out),
        window - reserve - room,
    )


def _by_importance(sections: Sequence[Section]) -> list[tuple[int, Section]]:
    return sorted(
        enumerate(sections), key=lambda item: (not item[1].must, item[1].priority)
    )


def _cut(section: Section, room: int, family: Family) -> tuple[Section | None, str]:
    lines = section.text.splitlines(keepends=True)
    bare = section_tokens(replace(section, text=""), family=family)
    kept = _lines_within(section, lines, room - bare, family)
    total = f"{len(lines):,} line{'s' * (len(lines) != 1)}"
    if not kept:
        return None, f"{section.name}: all {total} left out"
    gone = len(lines) - kept
    from_end = section.kind in _KEEPS_ITS_END
    text = "".join(lines[gone:] if from_end else lines[:kept])
    side = "first" if from_end else "last"
    sentence = f"{section.name}: {side} {gone:,} of {total} left out"
    return replace(section, text=text), sentence


def _lines_within(section: Section, lines: list[str], room: int, family: Family) -> int:
    if room < _SMALLEST_CUT:
        return 0
    order = reversed(lines) if section.kind in _KEEPS_ITS_END else iter(lines)
    kept, spent = 0, 0
    for line in order:
        # Each line is rounded up, so the whole can only be cheaper.
        spent += tokens(line, kind=section.kind, family=family)
        if spent > room:
            break
        kept += 1
    return kept
