"""The one comment a thread has of a task: found, written once, edited in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot import footer, ledger
from bot.errors import Forbidden, HostError
from bot.ledger import History, Marker, Place, Record
from bot.reviewed import Reviewed
from bot.text import markdown

BODY_LIMIT = 65_000  # GitHub's own limit is 65,536 (contract R18).


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment that our own account wrote.

    `pull` is the pull request's number where it is the body of a review there, else 0.
    `made_at` is GitHub's time (ISO 8601, "" where it says none).
    """

    id: int
    body: str
    url: str = ""
    pull: int = 0
    made_at: str = ""


class Comments(Protocol):
    """The comments of ours in one thread."""

    def own_comments(self, number: int) -> list[OwnComment]:
        """Our comments in the thread, oldest first."""

    def create(self, number: int, body: str) -> OwnComment:
        """Write a comment."""

    def edit(self, comment: OwnComment, body: str) -> OwnComment:
        """Replace the body of one of ours."""

    def delete(self, comment: OwnComment) -> None:
        """Delete one of ours."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Which sticky comment: `task` names it, `key` says what it is about now."""

    task: str
    key: str
    place: Place


@dataclass(frozen=True, slots=True)
class Found:
    """One of our comments that carries this slot's marker."""

    comment: OwnComment
    marker: Marker


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of the comment, and where it stands."""

    status: Literal["created", "updated", "unchanged"]
    comment: OwnComment


def find(comments: Sequence[OwnComment], slot: Slot) -> list[Found]:
    """Pick the slot's comments, oldest first, bodies of reviews last.

    A newer marker version belongs to a newer routebot and is left alone (R29).
    """
    found = ((comment, ledger.read(comment.body, slot.place)) for comment in comments)
    mine = [
        Found(comment, marker)
        for comment, marker in found
        if marker is not None
        and marker.task == slot.task
        and marker.version == ledger.VERSION
    ]
    return sorted(mine, key=lambda each: (each.comment.pull, each.comment.id))


def answered(comments: Sequence[OwnComment], slot: Slot) -> OwnComment | None:
    """The slot's comment where it holds a model's answer about the same state."""
    for found in find(comments, slot)[:1]:
        records = _history(found, slot).records
        if found.marker.key == slot.key and records and records[-1].calls:
            return found.comment if records[-1].outcome == "answered" else None
    return None


def upsert(
    text: str,
    slot: Slot,
    *,
    record: Record | None,
    there: Sequence[OwnComment],
    comments: Comments,
    reviewed: Reviewed | None = None,
    link: str = "",
) -> Upserted:
    """Write the text into the slot's comment, making it where there is none.

    `there` are our comments as just read. The same text for the same key changes
    nothing, unless a model was paid for it. Raises `HostError`.
    """
    mine = find(there, slot)
    if not mine:
        history = _after(History(), record, reviewed)
        body = _body(text, slot, history=history, link=link)
        created = _create_once(body, slot, comments=comments)
        # Two runs may both have found nothing: the lowest id stays (contract R14).
        mine = find(comments.own_comments(slot.place.number), slot)
        if not mine or mine[0].comment.id == created.id:
            _drop(mine[1:], comments)
            return Upserted("created", created)
    first, *younger = mine
    _drop(younger, comments)
    history = _history(first, slot)
    if _is_same(first, slot, text=text, history=history, record=record):
        return Upserted("unchanged", first.comment)
    history = _after(history, record, reviewed)
    body = _body(text, slot, history=history, link=link)
    return Upserted("updated", comments.edit(first.comment, body))


def _create_once(body: str, slot: Slot, *, comments: Comments) -> OwnComment:
    try:
        return comments.create(slot.place.number, body)
    except Forbidden:
        raise
    except HostError as exc:
        if not exc.is_lost:
            raise
        there = find(comments.own_comments(slot.place.number), slot)
        same = [each.comment for each in there if each.marker.key == slot.key]
        return same[0] if same else comments.create(slot.place.number, body)


def _drop(younger: Sequence[Found], comments: Comments) -> None:
    for each in younger:
        try:
            comments.delete(each.comment)
        except HostError as exc:
            # The run that lost the race deletes its own comment, too.
            if exc.status != 404:
                raise


def _history(found: Found, slot: Slot) -> History:
    # With a key, a broken seal means that somebody else wrote the totals.
    if slot.place.secret and not found.marker.is_authentic:
        return History()
    return found.marker.history or History()


def _after(
    history: History, record: Record | None, reviewed: Reviewed | None
) -> History:
    history = history.with_reviewed(reviewed)
    return history if record is None else history.with_record(record)


def _is_same(
    found: Found, slot: Slot, *, text: str, history: History, record: Record | None
) -> bool:
    was_paid = record is not None and record.calls > 0
    if was_paid or found.marker.key != slot.key:
        return False
    return ledger.without_marker(found.comment.body) == _shown(text, history).rstrip()


def _shown(text: str, history: History) -> str:
    if not history.records:
        return text
    return f"{text}\n\n{footer.render(history.records[-1], history)}"


def _body(text: str, slot: Slot, *, history: History, link: str) -> str:
    marker = ledger.marker(slot.task, slot.key, history=history, place=slot.place)
    tail = f"\n\n{_shown('', history).lstrip()}\n{marker}"
    return markdown.cap(text, limit=BODY_LIMIT, tail=tail, link=link)
