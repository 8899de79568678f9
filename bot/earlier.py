"""What an earlier review read and said, and what of it still holds."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot import ledger
from bot.context import patch_identity
from bot.context.diff import FileDiff
from bot.context.review_threads import ReviewThread
from bot.ledger import Marker, Place
from bot.reviewed import MOST_SAID, Reviewed, Said

TASK = "review"
# The `t=` of the marker under a review comment; its `k=` is the finding's fingerprint.
FINDING = "finding"
PLACE_DIGITS = 16
_TITLE_DIGITS = 8
_LONGEST_TITLE = 160
# Characters for all findings in the marker.
_ROOM = 8_000
_LINE_DIGITS = 8
# A longer finding is known by its beginning.
_MOST_LINES = 20
_WORD = re.compile(r"[a-z0-9_]{3,40}")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The state of the last review as our own comment remembers it, and all threads.

    `ours` are our own threads by the fingerprint of their finding. `is_sealed`: a
    marker key vouches for it. Without a key it is a hint, which only those can forge
    who can edit our comments (contract T21).
    """

    patches: Counter[str] = field(default_factory=Counter)
    said: tuple[Said, ...] = ()
    threads: tuple[ReviewThread, ...] = ()
    ours: Mapping[str, ReviewThread] = field(default_factory=dict)
    is_sealed: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there was a review whose patches are known."""
        return bool(self.patches)


@dataclass(frozen=True, slots=True)
class Carried:
    """The earlier findings against the change as it is now.

    - `standing`: their code is still there, on the lines given now.
    - `fixed`: their code is gone or changed, and nobody took them on.
    What somebody answered stands until its code goes; what somebody resolved is in
    neither.
    """

    standing: tuple[Said, ...] = ()
    fixed: tuple[Said, ...] = ()


def of(
    bodies: Iterable[str], place: Place, *, threads: Sequence[ReviewThread] = ()
) -> Earlier:
    """Read the state out of our own comments' bodies; the last one that has it counts.

    With a secret in `place` only a sealed marker is believed.
    """
    state: Reviewed | None = None
    is_sealed = False
    for body in bodies:
        marker = _believed(body, TASK, place)
        if marker is not None and marker.history and marker.history.reviewed:
            state, is_sealed = marker.history.reviewed, marker.is_authentic
    patches = patch_identity.unpack(state.patches) if state else Counter[str]()
    said = state.said if state else ()
    ours = _by_fingerprint(threads, place)
    return Earlier(patches, said, tuple(threads), ours, is_sealed)


def unseen(files: Iterable[FileDiff], earlier: Earlier) -> tuple[FileDiff, ...]:
    """Leave what the earlier review has not read, whatever the commits are called."""
    return patch_identity.unseen(files, earlier.patches)


def state(files: Iterable[FileDiff], said: Sequence[Said]) -> Reviewed:
    """What the next review is to know: all patches read so far, what was said.

    Of findings that take more room than a marker has for them the last ones go.
    """
    kept: list[Said] = []
    room = _ROOM
    for each in said[:MOST_SAID]:
        room -= len(json.dumps(each.model_dump()))
        if room < 0:
            break
        kept.append(each)
    return Reviewed(patches=patch_identity.pack(files), said=tuple(kept))


def said(
    file: FileDiff,
    lines: range,
    *,
    severity: str,
    title: str,
    evidence: str,
) -> Said:
    """Describe a finding on `lines` of the new file so that it is known again.

    The lines that hold the evidence are the finding; where the evidence is not among
    `lines`, all of these are.
    """
    code = _code(file, lines, evidence)
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
        }
    )


def fingerprint(path: str, code: str, title: str) -> str:
    """Name a finding by path and code (16 digits) and its title's words (8 digits)."""
    words = " ".join(sorted(set(_WORD.findall(title[:_LONGEST_TITLE].lower()))))
    place = _digest(f"{path}\0{code}")[:PLACE_DIGITS]
    return place + _digest(words)[:_TITLE_DIGITS]


def carried(
    earlier: Earlier, files: Iterable[FileDiff], *, read: Callable[[str], str | None]
) -> Carried:
    """Hold the earlier findings against the change as it is now.

    `read(path)` gives a file at the head, for code that the diff no longer shows.
    """
    shown = {file.path: _named(_right(file)) for file in files}
    standing, fixed = [], []
    for each in earlier.said:
        thread = earlier.ours.get(each.fingerprint)
        if thread is not None and thread.is_resolved and not thread.resolved_by_us:
            continue
        line = _line_now(each, shown.get(each.path, []))
        line = line or _line_now(each, _named(_numbered(read(each.path))))
        if line:
            standing.append(each.model_copy(update={"line": line}))
        elif thread is None or not thread.is_answered:
            fixed.append(each)
    return Carried(tuple(standing), tuple(fixed))


def is_said(earlier: Earlier, path: str, lines: range, *, fingerprint: str) -> bool:
    """Whether one of our threads says this already, or said it and was settled.

    The same code of the same file is the same finding, whatever its title; so is a
    finding on the lines of an open thread. What we resolved ourselves may come back.
    """
    wanted = fingerprint[:PLACE_DIGITS]
    for key, thread in earlier.ours.items():
        if thread.is_resolved and thread.resolved_by_us:
            continue
        if key[:PLACE_DIGITS] == wanted or _overlaps(thread, path, lines):
            return True
    return False


def _by_fingerprint(
    threads: Sequence[ReviewThread], place: Place
) -> dict[str, ReviewThread]:
    found: dict[str, ReviewThread] = {}
    for thread in threads:
        if thread.is_ours:
            marker = _believed(thread.comments[0].body, FINDING, place)
            if marker is not None:
                found[marker.key] = thread
    return found


def _believed(body: str, task: str, place: Place) -> Marker | None:
    marker = ledger.read(body, place)
    if marker is None or marker.task != task or marker.version != ledger.VERSION:
        return None
    return marker if marker.is_authentic or not place.secret else None


def _overlaps(thread: ReviewThread, path: str, lines: range) -> bool:
    if thread.path != path or not thread.line or thread.is_outdated:
        return False
    start = thread.start_line or thread.line
    return start < lines.stop and lines.start <= thread.line


def _code(file: FileDiff, lines: range, evidence: str) -> list[tuple[int, str]]:
    """The lines of the finding, numbered and normalised, at most `_MOST_LINES`."""
    there = [(n, text) for n, text in _right(file) if n in lines][:_MOST_LINES]
    quoted = [q for q in (_normal(t) for t in evidence.split("\n")) if q]
    for at in range(len(there) - len(quoted) + 1):
        window = there[at : at + len(quoted)]
        if quoted and all(q in t for q, (_, t) in zip(quoted, window, strict=True)):
            return window
    return there


def _line_now(said: Said, there: Sequence[tuple[int, str]]) -> int:
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


def _named(there: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(number, _digest(text)[:_LINE_DIGITS]) for number, text in there]


def _right(file: FileDiff) -> list[tuple[int, str]]:
    """The lines of the new file that the diff shows, less the empty ones."""
    lines = (line for hunk in file.hunks for line in hunk.lines if line.new)
    shown = ((line.new, _normal(line.text)) for line in lines)
    return [(number, text) for number, text in shown if text]


def _numbered(text: str | None) -> list[tuple[int, str]]:
    lines = enumerate((text or "").split("\n"), start=1)
    shown = ((number, _normal(line)) for number, line in lines)
    return [(number, line) for number, line in shown if line]


def _normal(text: str) -> str:
    return " ".join(text.split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
