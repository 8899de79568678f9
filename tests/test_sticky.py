"""One comment a thread and task: found, created once, edited, settled after races."""

from __future__ import annotations

import pytest

from bot import ledger, sticky
from bot.errors import Forbidden, HostError
from bot.ledger import History, Place
from bot.sticky import Slot
from tests.fakes import FakePublisher, record

PLACE = Place(77, 7)
SEALED = Place(77, 7, "a key for markers")
SLOT = Slot("triage", "ab12", PLACE)
FREE = {"calls": 0, "route": "", "outcome": "findings"}


@pytest.fixture
def comments():
    return FakePublisher()


def _upsert(comments, text="It broke.", *, slot=SLOT, **changes):
    there = comments.own_comments(slot.place.number)
    return sticky.upsert(
        text, slot, record=record(**changes), there=there, comments=comments
    )


def _history(comments, place=PLACE):
    return ledger.read(comments.comments[0].body, place).history


def _body(text="It broke.", *, slot=SLOT, history=None):
    marker = ledger.marker(
        slot.task, slot.key, history=history or History(), place=slot.place
    )
    return f"{text}\n\n{marker}"


def test_the_first_run_creates_the_comment(comments):
    done = _upsert(comments)
    assert done.status == "created"
    assert comments.comments[0].body.startswith("It broke.\n\n<details>")
    assert _history(comments).runs == 1


def test_a_second_paid_run_edits_the_first_comment(comments):
    first = _upsert(comments)
    done = _upsert(comments, "It broke differently.")
    assert (done.status, done.comment.id) == ("updated", first.comment.id)
    assert len(comments.comments) == 1
    assert _history(comments).usd == 0.025


def test_the_same_text_that_cost_nothing_changes_nothing(comments):
    _upsert(comments, **FREE)
    comments.writes.clear()
    assert _upsert(comments, **FREE).status == "unchanged"
    assert comments.writes == []


def test_the_same_text_that_was_paid_for_is_counted(comments):
    _upsert(comments)
    assert _upsert(comments).status == "updated"
    assert _history(comments).runs == 2


def test_the_same_text_about_another_commit_is_written(comments):
    _upsert(comments, **FREE)
    other = Slot("triage", "cd34", PLACE)
    assert _upsert(comments, slot=other, **FREE).status == "updated"
    assert ledger.read(comments.comments[0].body, PLACE).key == "cd34"


def test_twenty_five_edits_forget_no_total(comments):
    for number in range(25):
        _upsert(comments, f"Answer {number}.", usd=0.5)
    history = _history(comments)
    assert (history.runs, history.usd, len(history.records)) == (25, 12.5, 20)
    assert "ran 25 times with 25 model calls for $12.50" in comments.comments[0].body


def test_another_task_has_a_comment_of_its_own(comments):
    _upsert(comments)
    _upsert(comments, slot=Slot("review", "ab12", PLACE))
    assert len(comments.comments) == 2


def test_a_newer_marker_is_left_alone(comments):
    newer = comments.add(_body().replace(":v1 ", ":v2 "))
    assert _upsert(comments).status == "created"
    assert comments.comments[0] == newer


def test_a_marker_that_cannot_be_read_starts_the_totals_again(comments):
    comments.add("Text\n\n<!-- routebot:v1 t=triage k=ab12 d=AAAA h= -->")
    assert _upsert(comments).status == "updated"
    assert _history(comments).runs == 1


def test_with_a_key_a_broken_seal_starts_the_totals_again(comments):
    slot = Slot("triage", "ab12", SEALED)
    _upsert(comments, slot=slot)
    forged = History(runs=1, calls=0, usd=0.0)
    comments.edit(comments.comments[0], _body(history=forged))
    _upsert(comments, slot=slot)
    assert _history(comments, SEALED).runs == 1
    assert ledger.read(comments.comments[0].body, SEALED).is_authentic


def test_with_a_key_a_whole_seal_keeps_the_totals(comments):
    slot = Slot("triage", "ab12", SEALED)
    _upsert(comments, slot=slot)
    _upsert(comments, slot=slot)
    assert _history(comments, SEALED).runs == 2


def test_younger_twins_are_deleted_and_the_oldest_is_edited(comments):
    first = comments.add(_body("one"))
    comments.add(_body("two"))
    comments.add(_body("three"))
    assert _upsert(comments).comment.id == first.id
    assert len(comments.comments) == 1


def test_the_run_that_lost_a_race_adds_its_record_to_the_older_comment(comments):
    other = History().with_record(record(usd=0.5))
    comments.before_create = lambda: comments.add(_body("other", history=other))
    done = _upsert(comments, "mine")
    assert done.status == "updated"
    assert [c.body.partition("\n")[0] for c in comments.comments] == ["mine"]
    assert _history(comments).runs == 2
    assert _history(comments).usd == pytest.approx(0.5125)


def test_a_twin_that_its_own_run_deleted_first_is_no_fault(comments):
    comments.add(_body("one"))
    comments.add(_body("two"))
    comments.faults["delete"] = [HostError("GitHub answered 404", status=404)]
    assert _upsert(comments).status == "updated"


def test_a_twin_that_may_not_be_deleted_is_a_fault(comments):
    comments.add(_body("one"))
    comments.add(_body("two"))
    comments.faults["delete"] = [Forbidden("no", status=403)]
    with pytest.raises(Forbidden):
        _upsert(comments)


@pytest.mark.parametrize("status", [0, 500, 502, 503, 504])
def test_a_create_that_had_no_effect_is_tried_once_more(comments, status):
    comments.faults["create"] = [HostError("lost", status=status)]
    assert _upsert(comments).status == "created"
    assert len(comments.comments) == 1


def test_a_create_whose_answer_was_lost_is_found_and_not_repeated(comments):
    comments.lost.add("create")
    assert _upsert(comments).status == "created"
    assert comments.writes == ["create"]
    assert len(comments.comments) == 1


def test_a_create_that_fails_twice_is_a_fault(comments):
    comments.faults["create"] = [HostError("lost", status=502)] * 2
    with pytest.raises(HostError):
        _upsert(comments)


@pytest.mark.parametrize(
    "fault", [Forbidden("no", status=403), HostError("invalid", status=422)]
)
def test_what_github_refused_is_not_tried_again(comments, fault):
    comments.faults["create"] = [fault]
    with pytest.raises(HostError):
        _upsert(comments)
    assert comments.writes == ["create"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "\U0001f600" * 60_000,
        "```\n" + "line\n" * 30_000,
        "<details><summary>s</summary>\n\n" + "line\n" * 30_000,
        "a" * (sticky.BODY_LIMIT - 1),
    ],
)
def test_a_body_never_passes_the_limit_and_keeps_footer_and_marker(comments, text):
    for _ in range(22):
        _upsert(comments, text, fallbacks=("anthropic:x: no key",) * 3)
    body = comments.comments[0].body
    assert len(body.encode("utf-16-le")) // 2 <= sticky.BODY_LIMIT
    assert "routebot · triage" in body
    assert _history(comments).runs == 22
    assert "Cut here" in body


def test_a_cut_body_links_to_the_whole(comments):
    sticky.upsert(
        "x" * 70_000,
        SLOT,
        record=None,
        there=[],
        comments=comments,
        link="https://github.com/octo/sample/actions/runs/1",
    )
    assert (
        "(https://github.com/octo/sample/actions/runs/1)" in comments.comments[0].body
    )
    assert _history(comments) == History()
