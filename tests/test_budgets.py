"""Budgets: what is left bounds an event; near a limit a class less, at it findings."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot import budgets, case, pipeline
from bot.budgets import Day, Lost, Paid
from bot.errors import HostError
from bot.tasks.triage import TriageReply
from tests import fakes
from tests.fakes import STRANGER, WRITER, FakeReader, ScriptedAsk

DAY = "[budget]\nmax_usd_per_day = 10.0\n"
VAGUE = "How do I configure a proxy?"
ASKED = TriageReply(
    cause="",
    evidence=[],
    suspect_path="",
    suspect_line=0,
    missing_information=["Which version?"],
    next_step="Answer.",
    needs_debugging=False,
)


@dataclass
class FakeBooks:
    """`bot.budgets.Books` over plain values; `reads` counts."""

    today: Day = field(default_factory=Day)
    in_thread: Paid = field(default_factory=Paid)
    fault: str = ""
    reads: list[str] = field(default_factory=list)

    def day(self) -> Day:
        self.reads.append("day")
        if self.fault:
            raise HostError(self.fault)
        return self.today

    def thread(self) -> Paid:
        self.reads.append("thread")
        if self.fault:
            raise HostError(self.fault)
        return self.in_thread

    def written(self) -> int:
        return 0


def _means(books, rules="", *, by=WRITER, event=None, **given):
    world = fakes.world(rules=rules, books=books, marker_key="k", **given)
    happened = event or fakes.issue(VAGUE, actor=by, author=by)
    opened = case.opened(happened, world)
    assert isinstance(opened, case.Opened)
    return budgets.bounded(opened, world).means


def _paid(usd, *, calls=1, actor=WRITER.login, is_outsider=False):
    return Paid(usd, calls, actor, is_outsider)


def test_nothing_is_read_where_no_budget_asks_for_it():
    books = FakeBooks()
    assert _means(books).usd == 5.0
    assert books.reads == []


def test_what_is_left_of_the_day_bounds_the_event():
    books = FakeBooks(Day((_paid(7.5),)))
    means = _means(books, DAY)
    assert (means.usd, means.spent, means.near) == (2.5, "", "")


@pytest.mark.parametrize(
    ("used", "is_near", "is_spent"),
    [
        (7.99, False, False),
        (8.0, True, False),
        (9.99, True, False),
        (10.0, False, True),
    ],
)
def test_near_and_at_the_limit(used, is_near, is_spent):
    means = _means(FakeBooks(Day((_paid(used),))), DAY)
    assert (bool(means.near), bool(means.spent)) == (is_near, is_spent)


def test_at_the_limit_nothing_is_left():
    means = _means(FakeBooks(Day((_paid(11.0),))), DAY)
    assert (means.usd, means.calls) == (0.0, 0)
    assert means.spent == "the budget of today is spent (11 of 10.00 USD)"


def test_a_run_without_a_record_counts_the_most_it_can_have_spent():
    means = _means(FakeBooks(Day((), (Lost(1),))), DAY)
    assert means.usd == 5.0
    assert _means(FakeBooks(Day((), (Lost(2),))), DAY).spent


def test_every_attempt_of_a_run_counts():
    assert _means(FakeBooks(Day((), (Lost(2),))), DAY).spent


def test_calls_are_limited_too():
    rules = "[budget]\nmax_calls_per_day = 10\n"
    means = _means(FakeBooks(Day((_paid(0.0, calls=7),))), rules)
    assert means.calls == 3
    assert _means(FakeBooks(Day((_paid(0.0, calls=10),))), rules).spent


def test_a_person_has_a_budget_of_their_own():
    rules = "[budget]\nmax_usd_per_actor_per_day = 1.0\n"
    others = _paid(3.0, actor="contributor")
    assert _means(FakeBooks(Day((others,))), rules).usd == 1.0
    assert _means(FakeBooks(Day((_paid(1.0),))), rules).spent


def test_a_thread_has_a_budget_of_its_own():
    rules = "[budget]\nmax_usd_per_thread = 1.0\nmax_calls_per_thread = 5\n"
    books = FakeBooks(in_thread=Paid(0.25, 3))
    means = _means(books, rules)
    assert (means.usd, means.calls) == (0.75, 2)
    assert books.reads == ["thread"]


def test_outsiders_share_a_budget_that_is_set_by_default():
    day = Day((_paid(1.9, is_outsider=True), _paid(100.0)))
    means = _means(FakeBooks(day), by=STRANGER)
    assert means.usd == pytest.approx(0.1)
    assert means.near
    spent = Day((_paid(2.0, actor="another", is_outsider=True),))
    assert _means(FakeBooks(spent), by=STRANGER).spent


def test_one_event_of_an_outsider_takes_a_part_of_their_day():
    assert _means(FakeBooks(), by=STRANGER).usd == 0.5


def test_four_lost_runs_of_outsiders_are_their_day():
    lost = tuple(Lost(1) for _ in range(4))
    assert not _means(FakeBooks(Day((), lost[:3])), by=STRANGER).spent
    assert _means(FakeBooks(Day((), lost)), by=STRANGER).spent
    known = Day((), (Lost(9, may_be_outsider=False),))
    assert not _means(FakeBooks(known), by=STRANGER).spent


@pytest.mark.parametrize(
    "books", [FakeBooks(fault="GitHub answered 502"), FakeBooks(Day(gap="too many"))]
)
def test_unreadable_books_close_for_outsiders_and_stay_open_for_writers(books):
    means = _means(books, by=STRANGER)
    assert (means.usd, means.calls) == (0.0, 0)
    assert means.spent.startswith("what outsiders spent today cannot be told")
    assert _means(books, DAY).usd == 5.0


def test_what_an_unreadable_ledger_says_still_counts_for_writers():
    books = FakeBooks(Day((_paid(9.0),), gap="too many"))
    assert _means(books, DAY).usd == 1.0


def test_a_command_that_asks_no_model_reads_no_books():
    books = FakeBooks()
    _means(books, DAY, event=fakes.comment("/route why"))
    assert books.reads == []


def test_without_a_seal_the_figures_are_only_a_hint():
    books = FakeBooks(Day((_paid(11.0),)))
    world = fakes.world(rules=DAY, books=books)
    opened = case.opened(fakes.issue(VAGUE), world)
    assert budgets.bounded(opened, world).means.spent.endswith("only a hint")


def test_an_unknown_price_counts_as_the_largest_model_and_else_as_everything():
    known = fakes.record(usd=None, largest_usd=0.4)
    assert budgets.counted(known, 5.0).usd == 0.4
    assert budgets.counted(fakes.record(usd=None, largest_usd=None), 5.0).usd == 5.0


# Through the whole first half


def _draft(books, rules, *script):
    ask = ScriptedAsk(list(script))
    world = fakes.world(FakeReader(), ask, rules=rules, books=books, marker_key="k")
    return pipeline.analyze(fakes.issue(VAGUE), world), ask


def test_spent_means_findings_only_and_a_notice_that_says_so():
    draft, ask = _draft(FakeBooks(Day((_paid(10.0),))), DAY)
    assert ask.requests == []
    assert draft.degraded
    assert draft.notice.startswith("The budget of today is spent (10 of 10.00 USD).")
    assert draft.record.calls == 0


def test_near_means_a_class_less_and_a_notice_that_says_so():
    draft, _ = _draft(FakeBooks(Day((_paid(9.0),))), DAY, ASKED)
    assert (draft.record.model_class, draft.record.cause) == ("fast", "budget")
    assert draft.notice == (
        "The budget of today is nearly spent (9 of 10.00 USD); this was answered by "
        "the class fast."
    )
    assert not draft.degraded


def test_record_says_who_where_and_by_which_right():
    draft, _ = _draft(FakeBooks(), "", ASKED)
    record = draft.record
    assert (record.actor, record.trust, record.number) == ("maintainer", "writer", 7)
