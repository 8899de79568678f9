"""How many new comments of ours a thread and a repository take (contract T22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import earlier, ledger
from bot.case import Opened
from bot.draft import Draft
from bot.earlier import Earlier
from bot.errors import HostError
from bot.ledger import Place
from bot.policy.model import (
    MAX_COMMENTS_PER_THREAD_PER_DAY,
    MAX_COMMENTS_PER_THREAD_PER_HOUR,
)
from bot.world import World

THREAD = (
    "{count} comments of mine were made here in the last {while_}; {most} is the most"
)
REPOSITORY = (
    "{count} comments of mine were made in this repository today; {most} is the most"
)
ADVICE = (
    "Nothing new is posted for now. {reason}. An answer that stands is still edited."
)


def full(opened: Opened, world: World) -> Draft | None:
    """End an event whose answer would be one new comment too many.

    Reads the thread and the repository's comments of today; asks no model. What has
    its comment already goes on: that is edited. Where nothing can be read nothing is
    full.
    """
    event = opened.event
    if world.books is None or event.number is None or event.is_local:
        return None
    budget = world.policy.budget
    ours = [said for said in opened.reader.comments() if said.is_ours]
    reason = in_thread(
        [said.created_at for said in ours],
        now=world.now(),
        an_hour=budget.max_comments_per_thread_per_hour,
        a_day=budget.max_comments_per_thread_per_day,
    ) or _in_repository(opened, world)
    if not reason or _stands(opened, [said.body for said in ours], world):
        return None
    body = ADVICE.format(reason=reason[0].upper() + reason[1:])
    return Draft(kind="nothing", body=body, reason=reason)


def in_thread(
    made: Sequence[str],
    *,
    now: str,
    an_hour: int = MAX_COMMENTS_PER_THREAD_PER_HOUR,
    a_day: int = MAX_COMMENTS_PER_THREAD_PER_DAY,
) -> str:
    """Say why a thread takes no more comments of ours, "" where it does.

    `made` are the times (ISO 8601, UTC) at which those in it were created.
    """
    then = _moment(now)
    times = [] if then is None else [each for at in made if (each := _moment(at))]
    for while_, span, most in (
        ("hour", timedelta(hours=1), an_hour),
        ("day", timedelta(days=1), a_day),
    ):
        # A clock that is off by days is no reason to fall silent.
        count = sum(then is not None and abs(then - at) < span for at in times)
        if count >= most:
            return THREAD.format(count=count, while_=while_, most=most)
    return ""


def _in_repository(opened: Opened, world: World) -> str:
    assert world.books is not None
    most = world.policy.budget.max_comments_per_day
    try:
        count = world.books(opened.event, opened.reader).written()
    except HostError:
        return ""
    return REPOSITORY.format(count=count, most=most) if count >= most else ""


def _stands(opened: Opened, bodies: Sequence[str], world: World) -> bool:
    """Whether the task has its comment in the thread, to be edited in place."""
    event, task = opened.event, opened.classification.task
    assert event.number is not None
    id = event.repository.id if event.repository is not None else 0
    place = Place(id, event.number, world.marker_key)
    wanted = "info" if opened.standing.wants_why else task
    markers = (ledger.read(body, place) for body in bodies)
    if any(marker is not None and marker.task == wanted for marker in markers):
        return True
    # A review's stands in the body of the review.
    is_review = event.is_pull_request and wanted == earlier.TASK
    return is_review and opened.reader.reviewed() != Earlier()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
