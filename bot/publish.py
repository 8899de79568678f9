"""Where a draft goes: the sticky comment, one review, or nowhere at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

from bot import footer, ledger, secrets, sticky
from bot.draft import Draft, Inline
from bot.errors import Forbidden, HostError, SecretInOutput
from bot.events import Event
from bot.ledger import History, Place
from bot.sticky import Comments, OwnComment, Slot
from bot.text import markdown

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
REVIEW = "review"
REFUSED_REACTION = "-1"
KEPT_REACTION = "confused"
KEPT = "{why} The earlier answer stays as it is."
MOVED = "the head moved while the answer was made; nothing was posted"
READ_ONLY = "the token may not comment here; the answer is in the job summary"
GONE = "there is nothing to comment on any more; the answer is in the job summary"
UNREACHED = "{problem}; the answer is in the job summary"
LEAK = "a secret of this run stood in the answer; nothing was posted"
_GONE = frozenset({404, 410})
DROPPED = "_A part of the answer looked like a secret and was left out._"


class ReviewComment(TypedDict, total=False):
    """A review comment in GitHub's words."""

    path: str
    body: str
    line: int
    side: str
    start_line: int
    start_side: str


class Publisher(Comments, Protocol):
    """The writes there are, and what must be read before them."""

    def head_sha(self, number: int) -> str:
        """The pull request's head as it is now."""

    def own_reviews(self, number: int) -> list[str]:
        """The bodies of our reviews."""

    def review(
        self, number: int, body: str, *, sha: str, comments: list[ReviewComment]
    ) -> None:
        """Post one review, always as a comment."""

    def react(self, event: Event, content: str) -> None:
        """React to the comment that triggered the event."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the publishing half holds itself.

    `vault` knows the secrets of this process, `hosts` those a link may lead to,
    `marker_key` seals the markers, `link` is where the job summary can be read.
    """

    vault: secrets.Vault
    hosts: frozenset[str] = frozenset()
    marker_key: str = ""
    link: str = ""


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
    if draft.kind == "nothing":
        return Published("skipped", reason=draft.reason)
    shown = visible(draft, rules)
    text = _whole(shown, draft, rules)
    if event.number is None:
        return Published(_quiet(draft), text, reason=draft.notice)
    try:
        if _has_moved(draft, event, publisher=publisher):
            return Published("skipped", text, reason=MOVED)
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
        return Published("skipped", reason=draft.reason)
    parts = [visible(draft, rules, fold=footer.unfolded)]
    parts += [_as_text(comment, rules) for comment in draft.inline]
    parts += [footer.line(draft.record)] if draft.record is not None else []
    status: Status = "degraded" if draft.degraded else "printed"
    return Published(status, "\n\n".join(parts), reason=draft.notice)


def _whole(shown: str, draft: Draft, rules: Rules) -> str:
    """What stands in the thread, with record and inline comments: for the summary."""
    parts = [shown, *(_as_text(comment, rules) for comment in draft.inline)]
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
    parts.append(_safe(draft.body, rules))
    for each in draft.folds:
        parts.append(fold(each.title, _safe(each.body, rules)))
    text = "\n\n".join(part for part in parts if part)
    if secrets.leaks(text, rules.vault):
        raise SecretInOutput(LEAK)
    return text


def _refuse_leaks(draft: Draft, rules: Rules) -> None:
    """Look at what is not text of an answer: record and paths are posted, too."""
    rest = draft.model_dump_json(
        by_alias=True,
        exclude={"body": True, "folds": True, "inline": {"__all__": {"body"}}},
    )
    if secrets.leaks(rest, rules.vault):
        raise SecretInOutput(LEAK)


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
        return _refuse(shown, event, slot=slot, publisher=publisher)
    there = publisher.own_comments(slot.place.number)
    # An earlier answer that stands there is corrected in place, also by a quiet one.
    is_quiet = draft.kind == "answer" and not draft.speaks
    if is_quiet and not sticky.find(there, slot):
        return Published(_quiet(draft), text, reason=draft.notice)
    kept = _better(draft, slot, there=there)
    if kept is not None:
        publisher.react(event, KEPT_REACTION)
        return Published("degraded", text, kept.url, KEPT.format(why=draft.notice))
    done = sticky.upsert(
        shown,
        slot,
        record=draft.record,
        there=there,
        comments=publisher,
        link=rules.link,
    )
    if draft.inline:
        _review(draft, slot, publisher=publisher, rules=rules)
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


def _refuse(text: str, event: Event, *, slot: Slot, publisher: Publisher) -> Published:
    publisher.react(event, REFUSED_REACTION)
    there = publisher.own_comments(slot.place.number)
    if text and not sticky.find(there, slot):
        done = sticky.upsert(text, slot, record=None, there=there, comments=publisher)
        return Published("created", text, done.comment.url)
    return Published("skipped", text, reason="refused with a reaction")


def _review(draft: Draft, slot: Slot, *, publisher: Publisher, rules: Rules) -> None:
    """Post the inline comments once a key; where GitHub refuses a line, post none.

    The summary in the sticky comment holds every finding anyway.
    """
    seal = ledger.marker(REVIEW, slot.key, history=History(), place=slot.place)
    bodies = publisher.own_reviews(slot.place.number)
    if any(_is_review(body, slot) for body in bodies):
        return
    comments = [_inline(comment, rules) for comment in draft.inline]
    try:
        publisher.review(slot.place.number, seal, sha=draft.sha, comments=comments)
    except HostError as exc:
        if exc.status != 422:
            raise


def _is_review(body: str, slot: Slot) -> bool:
    marker = ledger.read(body, slot.place)
    return marker is not None and (marker.task, marker.key) == (REVIEW, slot.key)


def _inline(comment: Inline, rules: Rules) -> ReviewComment:
    made = ReviewComment(
        path=comment.path,
        body=_safe(comment.body, rules),
        line=comment.line,
        side=comment.side,
    )
    if 0 < comment.start_line < comment.line:
        made["start_line"] = comment.start_line
        made["start_side"] = comment.side
    return made


def _as_text(comment: Inline, rules: Rules) -> str:
    where = markdown.code_span(f"{comment.path}:{comment.line}")
    return f"{where}\n\n{_safe(comment.body, rules)}"


def _safe(text: str, rules: Rules) -> str:
    if secrets.leaks(text, rules.vault):
        raise SecretInOutput(LEAK)
    scrubbed = secrets.scrub(text, rules.vault)
    kept = f"{scrubbed.text}\n\n{DROPPED}" if scrubbed.counts else text
    return markdown.neutral(kept, hosts=rules.hosts)


def _has_moved(draft: Draft, event: Event, *, publisher: Publisher) -> bool:
    if draft.kind != "answer" or not (event.is_pull_request and draft.sha):
        return False
    assert event.number is not None
    return publisher.head_sha(event.number) != draft.sha


def _quiet(draft: Draft) -> Status:
    return "degraded" if draft.degraded else "summary"
