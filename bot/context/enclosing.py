"""Hunks with the function or class around them: what a reader would scroll up for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.context import rebuild
from bot.context.diff import FileDiff, Hunk, Line
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of

# Lines that are added on each side of a hunk, and of a longer function's own head.
MAX_LINES = 80
HEAD_LINES = 4
MAX_HUNKS = 300
# An indentation is followed over at most so many lines.
_MAX_SCAN = 400


def grown(file: FileDiff, text: str) -> FileDiff:
    """Add what encloses each hunk of a file; `text` is the file after the change.

    The lines come as hunks of their own without any change in them, so that
    `diff.right_ranges` still names only lines a comment may stand on. The same file
    comes back where there is nothing to add, or `text` is not that of this change.
    """
    lines = text.split("\n")
    if file.status in ("added", "removed") or file.problems:
        return file
    # A change that touches so much shows enough by itself.
    if not 0 < len(file.hunks) <= MAX_HUNKS:
        return file
    if not all(rebuild.fits(hunk, lines) for hunk in file.hunks):
        return file
    found = _definitions(file.path, text)
    wanted: set[int] = set()
    hunks = []
    for hunk in file.hunks:
        around = _around(hunk, found, lines)
        wanted.update(around)
        # Git's own heading is the last line above that looked like one.
        heading = hunk.heading if found is None else _heading(hunk, found)
        hunks.append(replace(hunk, heading=heading))
    shown = {line.new for hunk in hunks for line in hunk.lines if line.mark != "-"}
    extra = sorted(n for n in wanted - shown if 0 < n <= len(lines))
    if extra and extra[-1] == len(lines) and not lines[-1]:
        extra.pop()
    context = [_context(run, hunks, lines) for run in _runs(extra)]
    ordered = sorted([*hunks, *context], key=lambda hunk: hunk.new_start)
    return replace(file, hunks=tuple(ordered))


def _definitions(path: str, text: str) -> tuple[Symbol, ...] | None:
    if not language_of(path):
        return None
    return symbols(path, text.encode("utf-8", "replace"))


def _touched(hunk: Hunk) -> tuple[int, int]:
    """The first and last line of the new file that a hunk is about."""
    numbers: list[int] = []
    last = max(hunk.new_start - 1, 0)
    for line in hunk.lines:
        if line.mark != " ":
            numbers.append(line.new or last + 1)
        last = line.new or last
    return (min(numbers), max(numbers)) if numbers else (hunk.new_start, hunk.new_start)


def _innermost(found: Iterable[Symbol], first: int, last: int) -> Symbol | None:
    around = [each for each in found if each.start <= first and last <= each.end]
    return max(around, key=lambda each: (each.start, -each.end), default=None)


def _heading(hunk: Hunk, found: tuple[Symbol, ...]) -> str:
    symbol = _innermost(found, *_touched(hunk))
    return symbol.qualified[:200] if symbol else ""


def _around(
    hunk: Hunk, found: tuple[Symbol, ...] | None, lines: Sequence[str]
) -> Iterator[int]:
    first, last = _touched(hunk)
    if found is None:
        start, end = _by_indentation(first, last, lines)
    else:
        symbol = _innermost(found, first, last)
        if symbol is None:
            return
        start, end = symbol.start, symbol.end
        if symbol.kind == "class":
            # Of a class its head says enough.
            yield from range(start, min(start + HEAD_LINES, first))
            return
    yield from range(start, min(start + HEAD_LINES, first))
    yield from range(max(start, first - MAX_LINES), min(end, last + MAX_LINES) + 1)


def _by_indentation(first: int, last: int, lines: Sequence[str]) -> tuple[int, int]:
    """Find the block around lines by what stands less deep above and below."""
    depth = min(
        (_depth(line) for line in lines[first - 1 : last] if line.strip()), default=0
    )
    if not depth:
        return first, last
    start = first
    for number in range(first - 1, max(first - _MAX_SCAN, 0), -1):
        line = lines[number - 1]
        if line.strip() and _depth(line) < depth:
            start = number
            break
    outer = _depth(lines[start - 1])
    end = last
    for number in range(last + 1, min(last + _MAX_SCAN, len(lines)) + 1):
        line = lines[number - 1]
        if line.strip() and _depth(line) <= outer:
            # A closing bracket belongs to the block, the next statement does not.
            return start, number if line.strip()[:1] in ")}]" else end
        end = number if line.strip() else end
    return start, end


def _depth(line: str) -> int:
    line = line[:400].expandtabs(4)
    return len(line) - len(line.lstrip(" "))


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    start = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            yield range(numbers[start], numbers[at - 1] + 1)
            start = at


def _context(run: range, hunks: Sequence[Hunk], lines: Sequence[str]) -> Hunk:
    before = (hunk for hunk in hunks if hunk.new_start < run.start)
    moved = sum(hunk.new_count - hunk.old_count for hunk in before)
    # A hunk without new lines is numbered by the line before it.
    old = run.start - moved
    body = tuple(
        Line(" ", lines[new - 1][:2_000].rstrip("\r"), new - moved, new) for new in run
    )
    return Hunk(old, len(body), run.start, len(body), "context", body)
