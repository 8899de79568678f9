"""The hunks between two versions of a file, where nobody else shows them."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

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
