"""What an earlier review read and said, and what of it still holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot import finding_identity, ledger
from bot.context import patch_identity
from bot.context.diff import FileDiff
from bot.context.review_threads import ReviewThread
from bot.ledger import Marker, Place
from bot.reviewed import Reviewed, Said

TASK = "review"
# The `t=` of the marker under a review comment; its `k=` is the finding's fingerprint.
FINDING = "finding"


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

    `unseen` is what of it is still to be read, `known` the paths read as they are now.
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
        line = finding_identity.line_now(each, by_path.get(each.path), read=read)
        if line:
            standing.append(each.model_copy(update={"line": line}))
        elif thread is None or not (thread.is_answered or thread.is_resolved):
            fixed.append(each)
    return Carried(tuple(standing), tuple(fixed))


def is_said(
    earlier: Earlier, path: str, *, lines: range, fingerprint: str, words: str
) -> bool:
    """Whether one of our threads says this already, or said it and was settled.

    On the same code, or on lines of an open thread, what says the same in other
    `words` is the same finding. What we resolved ourselves may come back.
    """
    return any(
        key == fingerprint or finding_identity.is_alike(words, thread.comments[0].body)
        for key, thread in _there(earlier, path, lines, fingerprint)
    )


def is_taken(earlier: Earlier, path: str, *, lines: range, fingerprint: str) -> bool:
    """Whether one of our threads stands there already, whatever it says."""
    return any(_there(earlier, path, lines, fingerprint))


def is_repeated(earlier: Earlier, path: str, *, title: str, words: str) -> bool:
    """Whether a finding that stands nowhere in what was read says what we said."""
    named = finding_identity.fingerprint(path, "", title)
    told = [
        (each.fingerprint, each.title) for each in earlier.said if each.path == path
    ]
    told += [
        (key, thread.comments[0].body)
        for key, thread in earlier.ours.items()
        if thread.path == path
    ]
    return any(
        finding_identity.same_title(key, named)
        or finding_identity.is_alike(words, text)
        for key, text in told
    )


def _there(
    earlier: Earlier, path: str, lines: range, fingerprint: str
) -> Iterator[tuple[str, ReviewThread]]:
    """Our threads on the same code or on open lines, by fingerprint."""
    for key, thread in earlier.ours.items():
        if thread.is_resolved and thread.resolved_by_us:
            continue
        is_same = finding_identity.same_place(key, fingerprint)
        if is_same or _overlaps(thread, path, lines):
            yield key, thread


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
