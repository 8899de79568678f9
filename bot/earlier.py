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
from bot.context.diff import FileDiff, Hunk, Side
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
# Lines with their numbers, normalised.
_Lines = list[tuple[int, str]]
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


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier review held against a change.

    `unseen` is what of it has not been read, `known` the paths read as they are now.
    """

    earlier: Earlier
    carried: Carried
    unseen: tuple[FileDiff, ...] = ()
    known: tuple[str, ...] = ()


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


def before(
    earlier: Earlier, files: Sequence[FileDiff], *, read: Callable[[str], str | None]
) -> Before:
    """Hold what an earlier review read and said against the change as it is now.

    `files` are those a review reads; `read(path)` gives a file at the head, for code
    that the diff no longer shows.
    """
    unseen = patch_identity.unseen(files, earlier.patches)
    left = {file.path for file in unseen}
    known = tuple(file.path for file in files if file.path not in left)
    return Before(earlier, carried(earlier, files, read=read), unseen, known)


def state(
    earlier: Earlier,
    files: Iterable[FileDiff],
    *,
    shown: Iterable[FileDiff],
    said: Sequence[Said],
) -> Reviewed:
    """What the next review is to know: the patches read so far, what was said.

    `shown` is what a model was shown of `files` this time. Of findings that take more
    room than a marker has for them the last ones go.
    """
    ranges = _ranges(shown)
    names = [
        name
        for file in files
        for patches, lines in _pieces(file)
        if all(earlier.patches[name] for name in patches)
        or any(_covers(each, lines) for each in ranges.get(file.path, ()))
        for name in patches
    ]
    kept: list[Said] = []
    room = _ROOM
    for each in said[:MOST_SAID]:
        room -= len(json.dumps(each.model_dump()))
        if room < 0:
            break
        kept.append(each)
    return Reviewed(patches=patch_identity.pack(names), said=tuple(kept))


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


def carried(
    earlier: Earlier, files: Iterable[FileDiff], *, read: Callable[[str], str | None]
) -> Carried:
    """Hold the earlier findings against the change as it is now.

    `read(path)` gives a file at the head, for code that the diff no longer shows.
    """
    by_path = {file.path: file for file in files}
    standing, fixed = [], []
    for each in earlier.said:
        thread = earlier.ours.get(each.fingerprint)
        if thread is not None and thread.is_resolved and not thread.resolved_by_us:
            continue
        line = _line_in(each, by_path.get(each.path), read=read)
        if line:
            standing.append(each.model_copy(update={"line": line}))
        elif thread is None or not (thread.is_answered or thread.is_resolved):
            fixed.append(each)
    return Carried(tuple(standing), tuple(fixed))


def is_said(earlier: Earlier, path: str, *, lines: range, fingerprint: str) -> bool:
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


def _pieces(file: FileDiff) -> list[tuple[tuple[str, ...], range]]:
    """The patches of each hunk, with its lines of the new file (else of the old)."""
    if not file.hunks:
        return [(patch_identity.of_file(file), range(0))]
    return [
        (tuple(patch_identity.of_hunk(file.path, hunk)), _lines(hunk))
        for hunk in file.hunks
    ]


def _lines(hunk: Hunk) -> range:
    # A hunk that only removes has no line of the new file; one number stands for it.
    return range(hunk.new_start, hunk.new_start + max(hunk.new_count, 1))


def _ranges(shown: Iterable[FileDiff]) -> dict[str, list[range]]:
    """The lines shown of each path; pieces of one hunk that meet are one range."""
    found: dict[str, list[range]] = {}
    for file in shown:
        found.setdefault(file.path, []).extend(map(_lines, file.hunks))
    for ranges in found.values():
        ranges.sort(key=lambda each: each.start)
        merged = ranges[:1]
        for each in ranges[1:]:
            last = merged[-1]
            if each.start <= last.stop:
                merged[-1] = range(last.start, max(last.stop, each.stop))
            else:
                merged.append(each)
        ranges[:] = merged or [range(0)]
    return found


def _covers(outer: range, inner: range) -> bool:
    if not inner:
        return True
    return outer.start <= inner.start and inner.stop <= outer.stop


def _overlaps(thread: ReviewThread, path: str, lines: range) -> bool:
    if thread.path != path or not thread.line or thread.is_outdated:
        return False
    start = thread.start_line or thread.line
    return start < lines.stop and lines.start <= thread.line


def _code(side: _Lines, lines: range, evidence: str) -> _Lines:
    """The lines of the finding, numbered and normalised, at most `_MOST_LINES`."""
    there = [(n, text) for n, text in side if n in lines][:_MOST_LINES]
    quoted = [q for q in (_normal(t) for t in evidence.split("\n")) if q]
    for at in range(len(there) - len(quoted) + 1):
        window = there[at : at + len(quoted)]
        if quoted and all(q in t for q, (_, t) in zip(quoted, window, strict=True)):
            return window
    return there


def _line_in(
    said: Said, file: FileDiff | None, *, read: Callable[[str], str | None]
) -> int:
    if said.code == _code_name([]):
        return said.line  # It names no code, so nothing says that it is gone.
    line = _line_now(said, _named(_sided(file, said.side))) if file else 0
    if line or said.side == "LEFT":
        return line
    return _line_now(said, _named(_numbered(read(said.path))))


def _line_now(said: Said, there: _Lines) -> int:
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
