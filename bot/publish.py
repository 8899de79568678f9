"""Where a draft goes: the sticky comment, one review, or nowhere at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot import (
    caps,
    earlier,
    footer,
    ledger,
    outgoing,
    remark,
    review_post,
    sticky,
    tracking,
)
from bot.draft import Draft, Fold
from bot.errors import Forbidden, HostError
from bot.events import Event
from bot.ledger import History, Place
from bot.outgoing import Rules
from bot.review_post import Post, Reviews
from bot.sticky import OwnComment, Slot
from bot.text import markdown
from bot.tracking import Issues

Status = Literal[
    "created",
    "updated",
    "unchanged",
    "summary",
    "printed",
    "skipped",
    "degraded",
    "failed",
]
# The tasks whose answers link to the pages that a search returned.
CITING = frozenset({"search"})
REFUSED_REACTION = "-1"
KEPT_REACTION = "confused"
KEPT = "{why} The earlier answer stays as it is."
MOVED = "the head moved while the answer was made; nothing was posted"
READ_ONLY = "the token may not comment here; the answer is in the job summary"
GONE = "there is nothing to comment on any more; the answer is in the job summary"
QUIET = "nothing in it weighs enough for a comment; the answer is in the job summary"
NO_ITEM = "the run belongs to no open pull request; the answer is in the job summary"
UNREACHED = "{problem}; the answer is in the job summary"
FULL = "{reason}; the answer is in the job summary"
_GONE = frozenset({404, 410})


class Publisher(Reviews, Issues, Protocol):
    """The writes there are, and what must be read before them."""

    def head_sha(self, number: int) -> str:
        """The pull request's head as it is now."""

    def react(self, event: Event, content: str) -> None:
        """React to the comment that triggered the event."""

    def add_labels(self, number: int, names: Sequence[str]) -> None:
        """Add labels to an issue, those of them that the repository has."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a draft; `text` is the whole answer, for summary and terminal."""

    status: Status
    text: str = ""
    url: str = ""
    reason: str = ""


def to_thread(
    draft: Draft, event: Event, *, publisher: Publisher, rules: Rules
) -> Published:
    """Post a draft where its event happened.

    The target is the event's alone; the draft is neutralised and searched for secrets
    again, whoever made it. Where GitHub takes no comment the text is still there, for
    the job summary. Raises `SecretInOutput` (nothing was posted).
    """
    shown = visible(draft, rules)
    if draft.kind == "nothing":
        return Published("skipped", shown, reason=draft.reason)
    text = _whole(shown, draft, rules)
    try:
        if event.number is None:
            return _without_item(
                draft, event, shown=shown, text=text, publisher=publisher, rules=rules
            )
        if _has_moved(draft, event, publisher=publisher):
            return Published("skipped", text, reason=MOVED)
        if rules.applies_labels and draft.labels and not event.is_pull_request:
            publisher.add_labels(event.number, draft.labels)
        return _post(
            draft, event, shown=shown, text=text, publisher=publisher, rules=rules
        )
    except Forbidden:
        return Published(_quiet(draft), text, reason=READ_ONLY)
    except HostError as exc:
        if exc.status in _GONE:
            return Published(_quiet(draft), text, reason=GONE)
        return Published("degraded", text, reason=UNREACHED.format(problem=exc))


def to_terminal(draft: Draft, rules: Rules) -> Published:
    """Show a draft and write nothing anywhere. Raises `SecretInOutput`."""
    if draft.kind == "nothing":
        return Published("skipped", visible(draft, rules), reason=draft.reason)
    parts = [visible(draft, rules, fold=footer.unfolded)]
    parts += _folded(draft.asides, rules, fold=footer.unfolded)
    parts += [remark.as_text(comment, rules) for comment in draft.inline]
    parts += [footer.line(draft.record)] if draft.record is not None else []
    status: Status = "degraded" if draft.degraded else "printed"
    return Published(status, "\n\n".join(parts), reason=draft.notice)


def _whole(shown: str, draft: Draft, rules: Rules) -> str:
    """What stands in the thread, with record and inline comments: for the summary."""
    parts = [shown, *(remark.as_text(comment, rules) for comment in draft.inline)]
    parts += _folded(draft.asides, rules, fold=footer.fold)
    if draft.record is not None:
        parts.append(footer.render(draft.record, History().with_record(draft.record)))
    return "\n\n".join(parts)


def visible(
    draft: Draft, rules: Rules, *, fold: Callable[[str, str], str] = footer.fold
) -> str:
    """Write what people see of a draft, without footer and marker.

    `fold(title, body)` says how its folds are written. Raises `SecretInOutput` where
    an exact value of ours stands in it.
    """
    _refuse_leaks(draft, rules)
    parts = [f"### {markdown.plain(draft.title)}" if draft.title else ""]
    parts.append(f"> {markdown.plain(draft.notice)}" if draft.notice else "")
    pages = frozenset(draft.pages if draft.task in CITING else ())
    parts.append(outgoing.safe(draft.body, rules, urls=pages))
    parts += _folded(draft.folds, rules, fold=fold)
    text = "\n\n".join(part for part in parts if part)
    return outgoing.refuse_leaks(text, rules)


def _folded(
    folds: Iterable[Fold], rules: Rules, *, fold: Callable[[str, str], str]
) -> list[str]:
    return [fold(each.title, outgoing.safe(each.body, rules)) for each in folds]


def _refuse_leaks(draft: Draft, rules: Rules) -> None:
    """Look at what is not text of an answer: record and paths are posted, too."""
    rest = draft.model_dump_json(
        by_alias=True,
        exclude={
            "body": True,
            "folds": True,
            "asides": True,
            "inline": {"__all__": {"body"}},
        },
    )
    outgoing.refuse_leaks(rest, rules)


def _post(
    draft: Draft,
    event: Event,
    *,
    shown: str,
    text: str,
    publisher: Publisher,
    rules: Rules,
) -> Published:
    assert event.number is not None
    slot = _slot(draft, event, rules=rules)
    if draft.kind == "refusal":
        return _refuse(shown, event, slot=slot, publisher=publisher, rules=rules)
    there = publisher.own_comments(slot.place.number)
    is_review = event.is_pull_request and (
        draft.task == earlier.TASK or bool(draft.inline)
    )
    if is_review and not sticky.find(there, slot):
        there = [*there, *publisher.own_reviews(slot.place.number)]
    # An earlier answer that stands there is corrected in place, also by a quiet one.
    is_quiet = draft.kind == "answer" and not draft.speaks
    if is_quiet and not sticky.find(there, slot):
        return Published(_quiet(draft), text, reason=draft.notice or QUIET)
    reason = _full(slot, there, rules)
    if reason:
        return Published(_quiet(draft), text, reason=FULL.format(reason=reason))
    kept = _better(draft, slot, there=there)
    if kept is not None:
        publisher.react(event, KEPT_REACTION)
        return Published("degraded", text, kept.url, KEPT.format(why=draft.notice))
    if is_review:
        post = Post(draft, slot, there=there, publisher=publisher, rules=rules)
        done = review_post.write(shown, post, event)
    else:
        done = sticky.upsert(
            shown,
            slot,
            record=draft.record,
            there=there,
            comments=publisher,
            link=rules.link,
        )
    status = "degraded" if draft.degraded else done.status
    return Published(status, text, done.comment.url, draft.notice)


def _without_item(
    draft: Draft,
    event: Event,
    *,
    shown: str,
    text: str,
    publisher: Publisher,
    rules: Rules,
) -> Published:
    """Follow a failure of the default branch in an issue, if the policy says so."""
    quiet = Published(_quiet(draft), text, reason=draft.notice or NO_ITEM)
    if not (rules.tracking_issue and tracking.is_due(draft, event)):
        return quiet
    done = tracking.write(shown, draft, event, issues=publisher, rules=rules)
    if done is None:
        return quiet
    status = "degraded" if draft.degraded else done.status
    return Published(status, text, done.comment.url, draft.notice)


def _better(draft: Draft, slot: Slot, *, there: list[OwnComment]) -> OwnComment | None:
    """An earlier answer that findings alone must not take the place of."""
    if draft.kind != "answer" or not draft.degraded:
        return None
    return sticky.answered(there, slot)


def _slot(draft: Draft, event: Event, *, rules: Rules) -> Slot:
    assert event.number is not None
    assert event.repository is not None
    task = draft.task if draft.kind == "answer" else draft.kind
    place = Place(event.repository.id, event.number, rules.marker_key)
    key = ledger.key_of(
        place.repository_id, place.number, task, draft.sha, draft.fingerprint
    )
    return Slot(task, key, place)


def _full(slot: Slot, there: list[OwnComment], rules: Rules) -> str:
    """Say why this would be one new comment too many, "" where it is not (T22)."""
    if sticky.find(there, slot):
        return ""
    return caps.in_thread([each.made_at for each in there], now=rules.now)


def _refuse(
    text: str, event: Event, *, slot: Slot, publisher: Publisher, rules: Rules
) -> Published:
    publisher.react(event, REFUSED_REACTION)
    there = publisher.own_comments(slot.place.number)
    if text and not (sticky.find(there, slot) or _full(slot, there, rules)):
        done = sticky.upsert(text, slot, record=None, there=there, comments=publisher)
        return Published("created", text, done.comment.url)
    return Published("skipped", text, reason="refused with a reaction")


def _has_moved(draft: Draft, event: Event, *, publisher: Publisher) -> bool:
    if draft.kind != "answer" or not (event.is_pull_request and draft.sha):
        return False
    assert event.number is not None
    return publisher.head_sha(event.number) != draft.sha


def _quiet(draft: Draft) -> Status:
    return "degraded" if draft.degraded else "summary"
