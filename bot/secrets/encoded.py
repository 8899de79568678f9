"""Secrets of others in disguise: encoded, escaped, reversed or spread out.

Each view is the text as somebody reads it who undoes one disguise, and knows where
what it shows came from. All are linear in the length of the text.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from bot.secrets import rearranged
from bot.secrets.found import Found, Spans, View, merged
from bot.text.sanitize import HAS_UNSEEN

Search = Callable[[str], Iterable[Found]]

# Base64 once more inside of base64 is what people write; a third time nobody reads.
DEPTH = 2
# Between pieces that stand beside each other in one view: no pattern crosses it.
_APART = "\n\0\n"

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{26,}={0,2}")
_HEX = re.compile(r"[0-9A-Fa-f]{32,}")
_FULL_LINE = 60
_TO_PLAIN = str.maketrans("-_", "+/")
# Two in UTF-16 are what PowerShell is given.
_PRINTABLE = re.compile(r"[\t\n\r -~]{16,}|(?:[ -~]\0){16,}")


def find(text: str, search: Search, shapes: Search, depth: int = DEPTH) -> list[Found]:
    """Find what `text` hides: `search` in what is decoded, `shapes` in the rest.

    Answers ranges of the text, the whole of what was encoded, sorted and disjoint.
    """
    found: list[Found] = []
    # An escape hides a key; what draws nothing may hide any word.
    plain = search if HAS_UNSEEN.search(text) else shapes
    for view, look in (
        *((view, plain) for view in rearranged.undone(text)),
        *((view, shapes) for view in rearranged.drawn_together(text)),
        *((view, search) for view in _decoded(text)),
    ):
        found += _mapped(view, look(view.text))
        if depth > 1:
            found += _mapped(view, find(view.text, shapes, shapes, depth - 1))
    for view in rearranged.views(text):
        found += _mapped(view, shapes(view.text))
    return merged(found)


def _mapped(view: View, found: Iterable[Found]) -> Iterator[Found]:
    return (Found(*view.source(one.start, one.end), one.kind) for one in found)


def _decoded(text: str) -> Iterator[View]:
    groups = _wrapped(text, [match.span() for match in _BASE64.finditer(text)])
    for offset in range(4 if groups else 0):
        yield from _view(text, groups, _from_base64(text, groups, offset))
    runs = [[match.span()] for match in _HEX.finditer(text)]
    for offset in range(2 if runs else 0):
        yield from _view(text, runs, _from_hex(text, runs, offset))


def _wrapped(text: str, runs: Spans) -> list[Spans]:
    """Put together the lines of one run that was wrapped."""
    groups: list[Spans] = []
    for start, end in runs:
        first, last = groups[-1][-1] if groups else (0, -99)
        between = text[last:start] if 0 < start - last <= 12 else ""
        is_next = "\n" in between and not between.strip(" \r\n\t+>|")
        if is_next and last - first >= _FULL_LINE and (last - first) % 4 == 0:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return groups


def _from_base64(text: str, groups: list[Spans], offset: int) -> list[bytes]:
    runs = (_joined(text, group).rstrip("=")[offset:] for group in groups)
    # What is missing at the end decodes to NUL.
    padded = [run + "A" * (-len(run) % 4) for run in runs]
    whole = base64.b64decode("".join(padded).translate(_TO_PLAIN))
    return _cut(whole, [len(run) // 4 * 3 for run in padded])


def _from_hex(text: str, groups: list[Spans], offset: int) -> list[bytes]:
    runs = (_joined(text, group)[offset:] for group in groups)
    even = [run[: len(run) // 2 * 2] for run in runs]
    return _cut(bytes.fromhex("".join(even)), [len(run) // 2 for run in even])


def _joined(text: str, group: Spans) -> str:
    return "".join(text[start:end] for start, end in group)


def _cut(whole: bytes, sizes: Iterable[int]) -> list[bytes]:
    ends = accumulate(sizes)
    start, pieces = 0, []
    for end in ends:
        pieces.append(whole[start:end])
        start = end
    return pieces


def _view(text: str, groups: list[Spans], decoded: list[bytes]) -> Iterator[View]:
    """What can be read of `decoded`, side by side, each leading to all of its run."""
    pieces: list[str] = []
    owners: Spans = []
    for group, raw in zip(groups, decoded, strict=True):
        for match in _PRINTABLE.finditer(raw.decode("latin-1")):
            pieces.append(match[0].replace("\0", ""))
            owners.append((group[0][0], group[-1][1]))
    if not pieces:
        return
    starts = [*accumulate((len(piece) + len(_APART) for piece in pieces), initial=0)]

    def source(start: int, _end: int) -> tuple[int, int]:
        return owners[bisect_right(starts, start) - 1]

    yield View(_APART.join(pieces), source)
