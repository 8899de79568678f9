"""What a finding is, wherever its code stands now: named so that it is known again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

from bot.context.diff import FileDiff, Side
from bot.reviewed import Said

PLACE_DIGITS = 16
_TITLE_DIGITS = 8
_LONGEST_TITLE = 160
_LINE_DIGITS = 8
# A longer finding is known by its beginning.
_MOST_LINES = 20
# Lines with their numbers, normalised.
_Lines = list[tuple[int, str]]
_WORD = re.compile(r"[a-z0-9_]{3,40}")
# Two texts that share this part of the shorter one's words say the same.
ALIKE = 0.5
_MOST_TEXT = 4_000
_TELLING = 4  # letters: shorter words are in any sentence


def said(
    file: FileDiff,
    lines: range,
    *,
    severity: str,
    title: str,
    evidence: str,
    side: Side = "RIGHT",
) -> Said:
    """Describe a finding on `lines` of one side so that it is known again.

    The lines that hold the evidence are the finding; where the evidence is not among
    `lines`, all of these are.
    """
    code = _code(_sided(file, side), lines, evidence)
    digest = _code_name([name for _, name in _named(code)])
    first = code[0][0] if code else lines.start
    return Said.model_validate(
        {
            "fingerprint": fingerprint(file.path, digest, title),
            "path": file.path,
            "line": max(first, 1),
            "severity": severity,
            "title": " ".join(title.split())[:_LONGEST_TITLE],
            "code": digest,
            "lines": max(len(code), 1),
            "side": side,
        }
    )


def fingerprint(path: str, code: str, title: str) -> str:
    """Name a finding by path and code (16 digits) and its title's words (8 digits)."""
    words = " ".join(sorted(set(_WORD.findall(title[:_LONGEST_TITLE].lower()))))
    place = _digest(f"{path}\0{code}")[:PLACE_DIGITS]
    return place + _digest(words)[:_TITLE_DIGITS]


def is_alike(one: str, other: str) -> bool:
    """Whether two texts on one place say the same in other words."""
    words, others = _telling(one), _telling(other)
    least = min(len(words), len(others))
    return len(words & others) >= max(ALIKE * least, 1)


def same_title(fingerprint: str, other: str) -> bool:
    """Whether two fingerprints hold the same words of a title."""
    return fingerprint[PLACE_DIGITS:] == other[PLACE_DIGITS:]


def same_place(fingerprint: str, other: str) -> bool:
    """Whether two fingerprints hold the same code of the same file."""
    return fingerprint[:PLACE_DIGITS] == other[:PLACE_DIGITS]


def line_now(
    said: Said, file: FileDiff | None, *, read: Callable[[str], str | None]
) -> int:
    """Find the line where a finding's code stands now, 0 for nowhere.

    `file` is its file in the change, `read(path)` gives one at the head, for code that
    the diff no longer shows.
    """
    if said.code == _code_name([]):
        return said.line  # It names no code, so nothing says that it is gone.
    line = _nearest(said, _named(_sided(file, said.side))) if file else 0
    if line or said.side == "LEFT":
        return line
    return _nearest(said, _named(_numbered(read(said.path))))


def _telling(text: str) -> frozenset[str]:
    words = _WORD.findall(text[:_MOST_TEXT].lower())
    return frozenset(word for word in words if len(word) >= _TELLING)


def _code(side: _Lines, lines: range, evidence: str) -> _Lines:
    """The lines of the finding, numbered and normalised, at most `_MOST_LINES`."""
    there = [(n, text) for n, text in side if n in lines][:_MOST_LINES]
    quoted = [q for q in (_normal(t) for t in evidence.split("\n")) if q]
    for at in range(len(there) - len(quoted) + 1):
        window = there[at : at + len(quoted)]
        if quoted and all(q in t for q, (_, t) in zip(quoted, window, strict=True)):
            return window
    return there


def _nearest(said: Said, there: _Lines) -> int:
    """Where the code stands now, nearest to where it stood; 0 for nowhere."""
    starts = range(len(there) - said.lines + 1)
    found = [
        there[at][0]
        for at in starts
        if there[at][1] == said.code[:_LINE_DIGITS]
        and _code_name([name for _, name in there[at : at + said.lines]]) == said.code
    ]
    return min(found, key=lambda line: abs(line - said.line), default=0)


def _code_name(lines: Sequence[str]) -> str:
    """Name lines of code by their first one and by all of them together."""
    first = lines[0] if lines else _digest("")[:_LINE_DIGITS]
    return first + _digest("".join(lines))[:_LINE_DIGITS]


def _named(there: _Lines) -> _Lines:
    return [(number, _digest(text)[:_LINE_DIGITS]) for number, text in there]


def _sided(file: FileDiff, side: Side) -> _Lines:
    """The lines of one side that the diff shows, less the empty ones.

    Of the old file those that the change removes: only they are gone with a fix.
    """
    lines = [line for hunk in file.hunks for line in hunk.lines]
    if side == "LEFT":
        numbered = [(line.old, line.text) for line in lines if line.mark == "-"]
    else:
        numbered = [(line.new, line.text) for line in lines if line.new]
    return [(n, normal) for n, text in numbered if (normal := _normal(text))]


def _numbered(text: str | None) -> _Lines:
    lines = enumerate((text or "").split("\n"), start=1)
    shown = ((number, _normal(line)) for number, line in lines)
    return [(number, line) for number, line in shown if line]


def _normal(text: str) -> str:
    return " ".join(text.split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
