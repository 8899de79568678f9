"""Two versions of a file: the hunks between them, and one out of the other."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from bot.context import diff
from bot.context.diff import FileDiff, Hunk
from bot.context.diff_pieces import MAX_LINE

# Beyond these a comparison takes too long on input that is made for it: lines of the
# differing middle, and pairs of equal lines in it.
MAX_LINES = 4_000
MAX_PAIRS = 100_000
_CONTEXT = 3


def hunks(old: bytes, new: bytes) -> str | None:
    """Write the hunks of a unified diff, without the file's header.

    None for binary content and for more than can be compared in reasonable time.
    """
    if b"\0" in old or b"\0" in new:
        return None
    before, after = (text.decode("utf-8", "replace").split("\n") for text in (old, new))
    before, after = _lines(before), _lines(after)
    top = _shared(before, after)
    bottom = _shared(before[top:][::-1], after[top:][::-1])
    # Three lines around the middle that differs are all the context there will be.
    start = max(top - _CONTEXT, 0)
    kept = max(bottom - _CONTEXT, 0)
    left, right = before[start : len(before) - kept], after[start : len(after) - kept]
    if min(len(left), len(right)) > MAX_LINES or _pairs(left, right) > MAX_PAIRS:
        return None
    return _written(left, right, start)


def before(file: FileDiff, text: str) -> str | None:
    """Take a file's change back: its text before, from that after.

    None where the hunks do not fit the text: it is that of another commit.
    """
    if file.status == "added":
        return ""
    if file.status == "removed":
        return "\n".join(diff.removed_lines(file).values())
    lines = text.split("\n")
    found: list[str] = []
    at = 0
    for hunk in file.hunks:
        start = hunk.new_start - (1 if hunk.new_count else 0)
        if start < at or not fits(hunk, lines):
            return None
        found += lines[at:start]
        found += [line.text for line in hunk.lines if line.mark != "+"]
        at = start + hunk.new_count
    return "\n".join(found + lines[at:])


def fits(hunk: Hunk, lines: Sequence[str]) -> bool:
    """Whether what a hunk shows of the new file stands there in `lines`."""
    return all(
        0 < line.new <= len(lines)
        and lines[line.new - 1].rstrip("\r")[:MAX_LINE] == line.text.rstrip("\r")
        for line in hunk.lines
        if line.mark != "-"
    )


def _lines(text: list[str]) -> list[str]:
    return text[:-1] if text[-1] == "" else text


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _pairs(left: Sequence[str], right: Sequence[str]) -> int:
    here, there = Counter(left), Counter(right)
    return sum(count * there[line] for line, count in here.items())


def _written(left: Sequence[str], right: Sequence[str], start: int) -> str:
    matcher = difflib.SequenceMatcher(None, left, right)
    lines: list[str] = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        (_, a, _, b, _), (_, _, c, _, d) = group[0], group[-1]
        lines.append(f"@@ -{_range(a, c, start)} +{_range(b, d, start)} @@")
        for tag, i, j, k, end in group:
            if tag == "equal":
                lines.extend(f" {line}" for line in left[i:j])
                continue
            lines.extend(f"-{line}" for line in left[i:j])
            lines.extend(f"+{line}" for line in right[k:end])
    return "\n".join(lines)


def _range(first: int, last: int, start: int) -> str:
    # A side without lines is numbered by the line before it.
    count = last - first
    return f"{start + first + (count > 0)},{count}"
