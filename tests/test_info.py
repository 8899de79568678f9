"""`/route why`: the records of the thread, or the decision that would be made."""

from __future__ import annotations

from dataclasses import replace

from bot import case, info, ledger
from bot import policy as policies
from bot.budgets import Day, Paid
from bot.ledger import History, Place
from bot.policy.model import Budget
from bot.reader import ThreadComment
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


class _Books:
    """Books that say what was spent."""

    def __init__(self, day=None, thread=None):
        self._day, self._thread = day or Day(), thread or Paid()

    def day(self):
        return self._day

    def thread(self):
        return self._thread

    def written(self):
        return 0


def _why_with(books, **budget):
    policy = policies.default().model_copy(update={"budget": Budget(**budget)})
    made = replace(world(FakeReader()), policy=policy)
    made = replace(made, books=books and (lambda event, reader: books))
    return info.why(case.of(comment("/route why"), made), made).body


def test_what_is_left_of_each_limit_is_told_and_which_one_bites():
    actor = "contributor"
    day = Day((Paid(8.5, 20, actor), Paid(1.0, 5, "somebody")))
    books = _Books(day, Paid(0.5, 3))
    body = _why_with(
        books,
        max_usd_per_day=10.0,
        max_usd_per_actor_per_day=2.0,
        max_calls_per_thread=10,
    )
    rows = [line for line in body.splitlines() if "budget of" in line]
    assert any("today (nearly spent) | $9.50 | $0.5000 |" in row for row in rows)
    assert any("thread | 3 calls | 7 calls |" in row for row in rows)
    assert "| one event |  | at most $5.00, 40 calls |" in body


def test_a_limit_that_is_spent_is_marked():
    body = _why_with(_Books(Day((Paid(3.0, 1),))), max_usd_per_day=2.0)
    assert "the budget of today (**spent**) | $3.00 | $0.0000 |" in body


def test_limits_stand_even_where_nobody_knows_what_was_spent():
    body = _why_with(None, max_usd_per_day=2.0)
    assert "the budget of today | not known | at most $2.00 |" in body
    assert "not known without GitHub" in body


def test_no_limit_but_the_events_own_reads_no_books():
    class Closed:
        def day(self):
            raise AssertionError

        thread = written = day

    body = _why_with(Closed())
    assert [line for line in body.splitlines() if "budget of" in line] == []
