"""What the line scorer sees of a log: hashed words of lines and where they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from bot.context import log_marks, log_signals
from bot.context.log_marks import Mark

BUCKETS = 1 << 14
_MAX_READ = 240  # characters of a line that are read
_MAX_WORDS = 48
_MAX_PAIRS = 30
_MAX_SHAPE = 14
# Weights from which a signal counts as one, and as a strong one.
_WEAK, _STRONG = 3, 6

_WORD = re.compile(r"[A-Za-z][a-z]{0,24}|[A-Z]{2,24}|[0-9]{1,24}|[^\w\s]{1,3}")


@lru_cache(1 << 16)
def bucket(name: str) -> int:
    """Return the place of a feature's weight."""
    return crc32(name.encode("utf-8", "replace")) % BUCKETS


def lexical(line: str) -> tuple[int, ...]:
    """Return the buckets of a cleaned line's words, pairs of words, ends and shape."""
    words = [
        "0" if word[0].isdigit() else word.lower()
        for word in _WORD.findall(line[:_MAX_READ])
    ]
    if not words:
        return (bucket("blank"),)
    names = {
        *words[:_MAX_WORDS],
        *(f"{a} {b}" for a, b in pairwise(words[: _MAX_PAIRS + 1])),
        f"first {words[0]}",
        f"start {' '.join(words[:3])}",
        f"last {words[-1]}",
        f"shape {_shape(line)}",
    }
    return tuple(sorted({bucket(name) for name in names}))


def _shape(line: str) -> str:
    shape: list[str] = []
    last = ""
    for letter in line[:_MAX_SHAPE]:
        kind = letter
        if letter.isalpha():
            kind = "a"
        elif letter.isdigit():
            kind = "0"
        elif letter in " \t":
            kind = "_"
        if kind != last or kind not in "a0_":
            shape.append(kind)
        last = kind
    return "".join(shape)


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a log that are scored, in order.

    `numbers` are their 1-based places in the log, 0 for a blank line that stands for
    lines left out. `exits` are the places and codes where commands ended, in order;
    `total` counts the lines of the whole log. `suspect` is the first and last place,
    and the one between, that the rules alone would take for the cause; `known` are
    the places of lines that a green run wrote too.
    """

    lines: Sequence[str]
    numbers: Sequence[int]
    exits: Sequence[tuple[int, int]]
    total: int
    suspect: tuple[int, int, int] | None = None
    known: frozenset[int] = frozenset()


def structural(page: Page, words: Sequence[tuple[int, ...]]) -> Iterator[list[int]]:
    """Yield the buckets of where each line stands; `words` are its lexical ones."""
    marks = [log_marks.mark(line) if line else None for line in page.lines]
    weights, tools = _signals(page.lines, marks)
    aspects = (
        _in_step(page, marks),
        _in_trouble(page.lines, marks, weights),
        _repeated(words, weights),
        _laid_out(page.lines),
    )
    states = ends(page)
    for at, (names, others) in enumerate(
        zip(zip(*aspects, strict=True), tools, strict=True)
    ):
        state = states[at]
        weight = weights[at]
        own = (f"wst {min(weight, 9) // 2} {state[:5]}", f"w {weight}")
        every = (*own, *others, *(name for aspect in names for name in aspect))
        yield [bucket("# " + name) for name in every]


def _signals(
    lines: Sequence[str], marks: Sequence[Mark | None]
) -> tuple[list[int], list[tuple[str, ...]]]:
    weights: list[int] = []
    tools: list[tuple[str, ...]] = []
    for line, mark in zip(lines, marks, strict=True):
        found = None if mark or not line else log_signals.signal(line)
        if found is None:
            weights.append(0)
            tools.append(())
            continue
        weight, grammar = int(found.weight), found.grammar
        weights.append(weight)
        form = f"{grammar.tool} {grammar.category} {weight}"
        tools.append((f"tool {grammar.tool}", f"cat {grammar.category}", form))
    return weights, tools


def ends(page: Page) -> list[str]:
    """Say how the command of each line ended; F, L: the first, the last that failed."""
    failed = [place for place, code in page.exits if code]
    after = "after" if failed else "none"
    states: list[str] = []
    exits = iter(page.exits)
    place, code = next(exits, (page.total + 1, -1))
    for number in page.numbers:
        while number > place:
            place, code = next(exits, (page.total + 1, -1))
        state = after if code < 0 else "fail" if code else "pass"
        if code > 0:
            state += "F" * (place == failed[0]) + "L" * (place == failed[-1])
        states.append(state)
    return states


def _log2(number: int) -> int:
    return min(number.bit_length(), 14)


def _in_step(page: Page, marks: Sequence[Mark | None]) -> Iterator[list[str]]:
    places = [place for place, _ in page.exits]
    states = ends(page)
    at_exit = 0
    start = 1
    for at, number in enumerate(page.numbers):
        while at_exit < len(places) and places[at_exit] < number:
            at_exit += 1
        end = places[at_exit] if at_exit < len(places) else page.total + 1
        left = _log2(max(end - number, 0))
        state = states[at]
        names = [
            f"st {state}",
            f"std {state} {left}",
            f"d {left}",
            f"end {_log2(page.total - number + 1)}",
            f"fs {_log2(max(number - start, 0))}",
            f"rel {10 * (number - 1) // page.total}",
        ]
        mark = marks[at]
        if mark is not None:
            names.append(f"mark {mark.exit_code is not None} {mark.starts_step}")
            start = number + 1
        if at and marks[at - 1] is not None:
            names.append("aftermark")
        if at + 1 < len(marks) and marks[at + 1] is not None:
            names.append("beforemark")
        yield names


def _in_trouble(
    lines: Sequence[str], marks: Sequence[Mark | None], weights: Sequence[int]
) -> Iterator[list[str]]:
    strong = weak = total = 0
    for at, weight in enumerate(weights):
        before = max(weights[max(0, at - 4) : at], default=0)
        long_before = max(weights[max(0, at - 16) : at], default=0)
        after = max(weights[at + 1 : at + 4], default=0)
        yield [
            f"strong {min(strong, 3)} {weight >= _STRONG}",
            f"weak {min(weak, 3)} {weight >= _WEAK}",
            f"ts {_log2(total)}",
            f"nb {before}",
            f"na {after}",
            f"nb16 {long_before} {not lines[at]}",
        ]
        if marks[at] is not None:
            strong = weak = 0
        strong += weight >= _STRONG
        total += weight >= _STRONG
        weak += weight >= _WEAK


def _repeated(
    words: Sequence[tuple[int, ...]], weights: Sequence[int]
) -> Iterator[list[str]]:
    counts = Counter(words)
    seen: Counter[tuple[int, ...]] = Counter()
    for key, weight in zip(words, weights, strict=True):
        count = counts[key]
        yield [
            f"c {_log2(count)}",
            f"cw {_log2(count)} {weight >= _WEAK}",
            f"k {min(seen[key], 2)} {count > 1}",
        ]
        seen[key] += 1


def _laid_out(lines: Sequence[str]) -> Iterator[list[str]]:
    indents = [len(line) - len(line.lstrip()) for line in lines]
    last = len(lines) - 1
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else ""
        after = lines[at + 1] if at < last else ""
        names = [
            f"bl {not before} {not after} {not line}",
            f"ind {_log2(indents[at])}",
            f"len {_log2(len(line))}",
        ]
        if before:
            names.append(f"indp {_order(indents[at], indents[at - 1])}")
        if after:
            names.append(f"indn {_order(indents[at], indents[at + 1])}")
        yield names


def _order(left: int, right: int) -> int:
    return (left > right) - (left < right)
