"""One issue for each failure of the default branch: kept current, never closed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from bot import ledger, outgoing, sticky
from bot.ci_comment import FAILED
from bot.draft import Draft
from bot.events import FAILING, Event
from bot.ledger import Place
from bot.outgoing import Rules
from bot.sticky import OwnComment, Slot, Upserted

TASK = "triage"
TITLE = "{workflow} fails on {branch}"
SEEN = "_Last seen in [this run]({url}) at {sha}. routebot does not close this issue._"
POINTER = "The same failure is followed in #{number}; this one may be closed."
MAX_TITLE = 200

# A marker in an issue's body cannot name the number the issue is about to get.
ANY_ISSUE = 0
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")


class Issues(Protocol):
    """The issues of ours, as if each were a comment: its number is the id."""

    def own_issues(self) -> list[OwnComment]:
        """Our open issues."""

    def open_issue(self, title: str, body: str) -> OwnComment:
        """Open an issue."""

    def edit_issue(self, issue: OwnComment, body: str) -> OwnComment:
        """Replace the body of one of ours; nobody is told."""


def is_due(draft: Draft, event: Event) -> bool:
    """Whether a draft is about a failure of the default branch itself."""
    run, repository = event.run, event.repository
    if run is None or repository is None or event.number is not None:
        return False
    on_branch = run.head.ref == repository.default_branch and not event.is_fork
    # A pull request from the default branch runs on a merge, not on the branch.
    is_its_own = on_branch and not run.event.startswith("pull_request")
    is_told = run.conclusion in FAILING or run.passed_on_retry
    is_answer = draft.kind == "answer" and draft.task == TASK
    return is_answer and is_its_own and is_told and bool(_keys(draft, event))


def write(
    text: str, draft: Draft, event: Event, *, issues: Issues, rules: Rules
) -> Upserted | None:
    """Write the text into the failure's issue; None where a quiet draft finds none.

    An issue counts as the failure's if it is open and its marker carries the name of
    one of the failures; of several the lowest number stays and the others point to it.
    A failure that comes back after its issue was closed gets a new one. Raises
    `HostError`.
    """
    assert event.repository is not None
    place = Place(event.repository.id, ANY_ISSUE, rules.marker_key)
    keys = _keys(draft, event)
    comments = _Followed(issues, place, keys, title(text, event))
    there = comments.own_comments(ANY_ISSUE)
    # A run that passed in the end opens nothing; it corrects what was said.
    is_quiet = not draft.speaks or event.run is None or event.run.passed_on_retry
    if is_quiet and not there:
        return None
    first = ledger.read(there[0].body, place) if there else None
    return sticky.upsert(
        f"{text}\n\n{outgoing.safe(_seen(event), rules)}",
        Slot(TASK, first.key if first else keys[0], place),
        record=draft.record,
        there=there,
        comments=comments,
        link=rules.link,
    )


def title(text: str, event: Event) -> str:
    """Name the failure in one line: from what is shown, which holds no secret."""
    assert event.run is not None
    head = TITLE.format(workflow=event.run.name, branch=event.run.head.ref)
    starts = f"**{FAILED}:** "
    told = (line for line in text.splitlines() if line.startswith(starts))
    what = html.unescape(_ESCAPED.sub(r"\1", next(told, "").removeprefix(starts)))
    whole = f"{head}: {what}" if what else head
    line = _SPACES.sub(" ", whole).strip()
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1]}…"


@dataclass(slots=True)
class _Followed:
    """`bot.sticky.Comments` over the issues that follow one of the failures."""

    issues: Issues
    place: Place
    keys: tuple[str, ...]
    title: str
    _lowest: int = field(default=0)

    def own_comments(self, number: int) -> list[OwnComment]:
        found = list(self._mine())
        self._lowest = found[0].id if found else 0
        return found

    def create(self, number: int, body: str) -> OwnComment:
        return self.issues.open_issue(self.title, body)

    def edit(self, comment: OwnComment, body: str) -> OwnComment:
        return self.issues.edit_issue(comment, body)

    def delete(self, comment: OwnComment) -> None:
        """Issues are never closed: the later of two says where the other is."""
        self.issues.edit_issue(comment, POINTER.format(number=self._lowest))

    def _mine(self) -> Iterator[OwnComment]:
        for issue in sorted(self.issues.own_issues(), key=lambda each: each.id):
            marker = ledger.read(issue.body, self.place)
            if marker is None or marker.task != TASK or marker.key not in self.keys:
                continue
            # With a key of ours, a seal that is broken or missing is somebody else's.
            if marker.is_authentic or not self.place.secret:
                yield issue


def _keys(draft: Draft, event: Event) -> tuple[str, ...]:
    """A key for every failure told; the jobs' names where none has a name."""
    assert event.repository is not None
    told = draft.record.failures if draft.record is not None else ()
    names = told or ((draft.fingerprint,) if draft.fingerprint else ())
    return tuple(ledger.key_of(event.repository.id, TASK, name) for name in names)


def _seen(event: Event) -> str:
    run = event.run
    assert run is not None
    return SEEN.format(url=run.url, sha=run.head.sha[:12])
