"""A review as it is posted: its comments in one call, each on a line that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot import earlier, ledger, remark, sticky
from bot.context import diff
from bot.context.diff import FileDiff
from bot.context.review_threads import ReviewThread
from bot.draft import Draft, Inline
from bot.earlier import Earlier
from bot.errors import HostError
from bot.events import Event
from bot.ledger import History
from bot.outgoing import Rules
from bot.remark import ReviewComment
from bot.reviewed import Said
from bot.sticky import Comments, OwnComment, Slot, Upserted
from bot.text import markdown
from bot.verify.positions import commentable

# The `t=` of the marker in a review that stands beside its summary.
BESIDE = "inline"
FIXED = "Fixed since the last review: {what}."
NEW = "{count} new here; the whole review is in [its summary]({url})."


class Reviews(Comments, Protocol):
    """A pull request's reviews and the threads on its lines."""

    def own_reviews(self, number: int) -> list[OwnComment]:
        """Our reviews, oldest first."""

    def review_threads(self, number: int) -> tuple[ReviewThread, ...]:
        """The threads on the lines of the diff."""

    def diff(self, event: Event) -> str:
        """The change as GitHub has it now."""

    def review(
        self, number: int, body: str, *, sha: str, comments: Sequence[ReviewComment]
    ) -> OwnComment:
        """Post one review, always as a comment."""

    def resolve(self, threads: Sequence[str]) -> None:
        """Resolve threads by their ids."""


@dataclass(frozen=True, slots=True)
class Post:
    """One review about to be posted; `there` are our comments as just read."""

    draft: Draft
    slot: Slot
    there: Sequence[OwnComment]
    publisher: Reviews
    rules: Rules


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be posted beside the summary.

    `fresh` go on their lines. `unplaced` cannot and `beside` need not, for a thread of
    ours is there that says something else: both are said in the summary. `fixed` are
    earlier findings whose code is gone, `settled` the threads that say them.
    """

    fresh: tuple[Inline, ...] = ()
    unplaced: tuple[Inline, ...] = ()
    beside: tuple[Inline, ...] = ()
    fixed: tuple[Said, ...] = ()
    settled: tuple[str, ...] = ()
    files: Mapping[str, FileDiff] = field(default_factory=dict)


def write(text: str, post: Post, event: Event) -> Upserted:
    """Write summary and comments so that people are told once at most.

    Where there is no summary yet, it is the body of the review with the comments; else
    it is edited, which tells nobody. What GitHub refuses on its lines is said in the
    summary. Stopped anywhere and run again, it says nothing twice. Raises `HostError`.
    """
    planned = plan(post, event)
    if planned.settled:
        _resolve(planned.settled, post.publisher)
    summary = _above_folds(text, fixed_line(planned.fixed))
    found = sticky.find(post.there, post.slot)
    comments = remark.in_githubs_words(
        planned.fresh, planned.files, place=post.slot.place, rules=post.rules
    )
    try:
        if comments and found:
            _beside(comments, post, url=found[0].comment.url)
            comments = ()
        return _upsert(summary, post, said=planned, on_lines=comments)
    except HostError as exc:
        if exc.status != 422 or not comments:
            raise
    unplaced = (*planned.fresh, *planned.unplaced)
    return _upsert(summary, post, said=replace(planned, unplaced=unplaced))


def plan(post: Post, event: Event) -> Plan:
    """Hold the draft against the diff and the threads as they are; writes nothing.

    The draft is believed in neither: positions are looked up in the hunks, what was
    said or fixed in our own comments. Raises `HostError`.
    """
    draft, publisher = post.draft, post.publisher
    inline = draft.inline if draft.speaks else ()
    if not inline and not draft.fixed:
        return Plan()
    files = diff.parse(publisher.diff(event))
    number = post.slot.place.number
    # Who never wrote here has no thread, either.
    is_first = not sticky.find(post.there, post.slot)
    is_first = is_first and not any(comment.pull for comment in post.there)
    threads = () if is_first else _threads(number, publisher)
    bodies = [comment.body for comment in post.there]
    known = earlier.of(bodies, post.slot.place, threads=threads or ())
    fixed = _fixed(draft, known, files)
    by_path = {file.path: file for file in files}
    new, beside = _unsaid(inline, known)
    # Without threads nobody can tell what an earlier review said on its lines.
    is_blind = threads is None and bool(publisher.own_reviews(number))
    fresh = [each for each in new if not is_blind and _stands(each, by_path)]
    return Plan(
        fresh=tuple(fresh),
        unplaced=tuple(each for each in new if each not in fresh),
        beside=tuple(beside),
        fixed=fixed,
        settled=_settled(fixed, known),
        files=by_path,
    )


def _upsert(
    summary: str,
    post: Post,
    *,
    said: Plan,
    on_lines: Sequence[ReviewComment] = (),
) -> Upserted:
    parts = (
        summary,
        remark.in_summary(said.unplaced, post.rules),
        remark.in_summary(said.beside, post.rules, title=remark.TAKEN),
    )
    return sticky.upsert(
        "\n\n".join(filter(None, parts)),
        post.slot,
        record=post.draft.record,
        reviewed=post.draft.reviewed,
        there=post.there,
        comments=_Thread(post.publisher, post.draft.sha, on_lines),
        link=post.rules.link,
    )


def _above_folds(text: str, line: str) -> str:
    """Put a line where people read it; no model's text holds a live fold."""
    above, fold, below = text.partition("\n\n<details>")
    return f"{above}\n\n{line}{fold}{below}" if line else text


def fixed_line(fixed: Sequence[Said]) -> str:
    """Name the earlier findings that are fixed; "" for none."""
    if not fixed:
        return ""
    named = (
        f"{markdown.code_span(f'{each.path}:{each.line}')} {markdown.plain(each.title)}"
        for each in fixed
    )
    return FIXED.format(what="; ".join(named))


@dataclass(frozen=True, slots=True)
class _Thread:
    """`sticky.Comments` of a pull request; the first one brings review comments."""

    publisher: Reviews
    sha: str
    on_lines: Sequence[ReviewComment]

    def own_comments(self, number: int) -> list[OwnComment]:
        reviews = self.publisher.own_reviews(number)
        return [*self.publisher.own_comments(number), *reviews]

    def create(self, number: int, body: str) -> OwnComment:
        if not self.on_lines:
            return self.publisher.create(number, body)
        return self.publisher.review(number, body, sha=self.sha, comments=self.on_lines)

    def edit(self, comment: OwnComment, body: str) -> OwnComment:
        return self.publisher.edit(comment, body)

    def delete(self, comment: OwnComment) -> None:
        self.publisher.delete(comment)


def _threads(number: int, publisher: Reviews) -> tuple[ReviewThread, ...] | None:
    try:
        return publisher.review_threads(number)
    except HostError:
        return None


def _fixed(draft: Draft, known: Earlier, files: Sequence[FileDiff]) -> tuple[Said, ...]:
    """What the draft calls fixed, as our own comment knows it, if the diff agrees."""
    claimed = {each.fingerprint for each in draft.fixed}
    if not claimed:
        return ()
    gone = earlier.carried(known, files, read=lambda path: None).fixed
    return tuple(each for each in gone if each.fingerprint in claimed)


def _settled(fixed: Sequence[Said], known: Earlier) -> tuple[str, ...]:
    threads = (known.ours.get(each.fingerprint) for each in fixed)
    return tuple(
        thread.id
        for thread in threads
        if thread is not None
        and thread.may_resolve
        and not (thread.is_resolved or thread.is_answered)
    )


def _unsaid(
    inline: Sequence[Inline], known: Earlier
) -> tuple[list[Inline], list[Inline]]:
    """What no thread says: on lines of its own, and where one says something else."""
    new: dict[str, Inline] = {}
    beside: dict[str, Inline] = {}
    for each in inline:
        name = remark.name(each)
        start = min(each.start_line or each.line, each.line)
        lines = range(start, each.line + 1) if each.side == "RIGHT" else range(0)
        if earlier.is_said(
            known, each.path, lines=lines, fingerprint=name, words=each.body
        ):
            continue
        is_taken = earlier.is_taken(known, each.path, lines=lines, fingerprint=name)
        (beside if is_taken else new).setdefault(name, each)
    return list(new.values()), list(beside.values())


def _stands(comment: Inline, files: dict[str, FileDiff]) -> bool:
    """Whether GitHub takes a comment there: one hunk of that very path (R17, T28)."""
    file = files.get(comment.path)
    if file is None:
        return False
    start = comment.start_line or comment.line
    ranges = commentable(file, comment.side)
    return start <= comment.line and any(
        start in hunk and comment.line in hunk for hunk in ranges
    )


def _beside(comments: Sequence[ReviewComment], post: Post, *, url: str) -> None:
    """Post the comments as a review of their own, once, lost answer or not (R13)."""
    slot, publisher = post.slot, post.publisher
    number, sha = slot.place.number, post.draft.sha
    key = ledger.key_of(slot.key, *(comment["body"] for comment in comments))
    seal = ledger.marker(BESIDE, key, history=History(), place=slot.place)
    body = f"{NEW.format(count=len(comments), url=url)}\n\n{seal}"
    try:
        publisher.review(number, body, sha=sha, comments=comments)
    except HostError as exc:
        if not exc.is_lost:
            raise
        ours = publisher.own_reviews(number)
        if not any(each.body.rstrip().endswith(seal) for each in ours):
            publisher.review(number, body, sha=sha, comments=comments)


def _resolve(threads: Sequence[str], publisher: Reviews) -> None:
    # The summary names what is fixed, so a thread left open is no fault.
    try:
        publisher.resolve(threads)
    except HostError:
        return
