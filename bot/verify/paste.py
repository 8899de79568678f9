"""Where in the diff a generated test can be taken in by one click."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.context.diff import FileDiff
from bot.context.symbols import symbols
from bot.draft import MAX_CURRENT, Candidate
from bot.generated import SuggestedTest
from bot.verify import test_file
from bot.verify.positions import commentable
from bot.verify.test_file import Unusable

GAPS = {".py": "\n\n\n"}
GAP = "\n\n"
CLOSES = ("}", ")")


def candidates(
    tests: Sequence[SuggestedTest],
    files: Sequence[FileDiff],
    *,
    read: Callable[[str], str | None],
) -> tuple[Candidate, ...]:
    """Give each test the line of the diff below which it can go, where there is one."""
    by_path = {file.path: file for file in files}
    return tuple(_candidate(test, by_path.get(test.path), read) for test in tests)


def _candidate(
    test: SuggestedTest, file: FileDiff | None, read: Callable[[str], str | None]
) -> Candidate:
    source = read(test.path) if file is not None else None
    if file is None or source is None:
        return Candidate(test=test)
    try:
        pieces = test_file.take_apart(test.path, test.code)
        test_file.merged(test.path, source, pieces)
        # A click changes one place: what needs an import on top goes in by hand.
        if test_file.lacking(test.path, source, pieces):
            return Candidate(test=test)
    except Unusable:
        return Candidate(test=test)
    lines = source.replace("\r\n", "\n").split("\n")
    line = _line(file, source, lines)
    if not 0 < line <= len(lines) or len(lines[line - 1]) > MAX_CURRENT:
        return Candidate(test=test)
    gap = GAPS.get(test.path[test.path.rfind(".") :], GAP)
    return Candidate(
        test=test, line=line, current=lines[line - 1], below=gap + pieces.body
    )


def _line(file: FileDiff, source: str, lines: Sequence[str]) -> int:
    """The last line of the diff at which something at the margin ends; 0 for none."""
    ranges = commentable(file, "RIGHT")
    found = symbols(file.path, source.encode("utf-8", "replace"))
    ends = [each.end for each in found if each.qualified == each.name]
    last = next((n for n in range(len(lines), 0, -1) if lines[n - 1].strip()), 0)
    # In a script a test is no definition but a call.
    ends += [last] if last and lines[last - 1].startswith(CLOSES) else []
    return max((e for e in ends if any(e in hunk for hunk in ranges)), default=0)
