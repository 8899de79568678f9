"""`/route why`: the records of the thread, or the decision that would be made."""

from __future__ import annotations

from bot import case, info, ledger
from bot.ledger import History, Place
from bot.tasks import ThreadComment
from tests.fakes import FakeReader, comment, record, world


def _comment(made, *, ours=True, secret="", task="triage"):
    history = History().with_record(made)
    marker = ledger.marker(task, "ab", history=history, place=Place(77, 7, secret))
    return ThreadComment("github-actions[bot]", f"text\n\n{marker}", is_ours=ours)


def _why(*thread, marker_key=""):
    made = world(FakeReader(thread=tuple(thread)), marker_key=marker_key)
    return info.why(case.of(comment("/route why"), made), made)


def test_a_thread_without_a_record_shows_what_would_be_decided():
    draft = _why()
    assert (draft.kind, draft.title) == ("info", "Why")
    assert info.NO_RECORD in draft.body
    assert "| estimate | ≈ $" in draft.body


def test_the_last_record_of_each_task_is_shown():
    draft = _why(
        _comment(record(route="anthropic:first")),
        _comment(record(task="review", route="anthropic:second"), task="review"),
    )
    assert info.NO_RECORD not in draft.body
    assert "anthropic:first" in draft.body
    assert "anthropic:second" in draft.body


def test_a_marker_that_somebody_else_wrote_is_ignored():
    draft = _why(_comment(record(route="evil:model"), ours=False))
    assert "evil:model" not in draft.body
    assert info.NO_RECORD in draft.body


def test_with_a_key_a_record_without_its_seal_is_ignored():
    draft = _why(_comment(record(), secret="another"), marker_key="a marker key")
    assert info.NO_RECORD in draft.body


def test_with_a_key_a_sealed_record_is_shown():
    draft = _why(_comment(record(), secret="a marker key"), marker_key="a marker key")
    assert info.NO_RECORD not in draft.body


def test_a_comment_of_ours_without_a_marker_is_no_record():
    assert info.NO_RECORD in _why(ThreadComment("bot", "text", is_ours=True)).body
