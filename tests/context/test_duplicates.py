"""Open issues that say much the same."""

from __future__ import annotations

from bot.context import duplicates
from bot.tasks import IssueSummary
from tests.fakes import issue

OTHERS = (
    IssueSummary(1, "Till crashes on start", "KeyError shelves in stock load"),
    IssueSummary(2, "Add a dark theme", "The screen is too bright at night"),
    IssueSummary(3, "Update the licence year", "It says 2024"),
)


def test_the_most_alike_is_named_with_its_words():
    event = issue("Till crashes on start", "KeyError: 'shelves' when stock loads")
    (found,) = duplicates.findings(event, OTHERS)
    assert (found.kind, found.severity) == ("duplicate", "minor")
    assert "#1 (open: Till crashes on start)" in found.message
    assert "crashes" in found.message


def test_what_is_not_alike_is_not_named():
    assert duplicates.findings(issue("Prices are rounded", "to cents"), OTHERS) == ()


def test_the_issue_itself_is_no_duplicate():
    event = issue("Till crashes on start", "KeyError", number=1)
    assert duplicates.findings(event, OTHERS) == ()


def test_at_most_three_are_named_the_oldest_first_among_equals():
    same = [IssueSummary(n, "Till crashes on start") for n in (9, 8, 6, 5)]
    event = issue("Till crashes on start", "")
    found = duplicates.findings(event, [*same, *OTHERS[1:]])
    assert [each.message.split()[2] for each in found] == ["#5", "#6", "#8"]


def test_nothing_to_compare_is_nothing_found():
    assert duplicates.findings(issue("", ""), OTHERS) == ()
    assert duplicates.findings(issue("words", "here"), ()) == ()


def test_a_long_title_is_cut():
    long = "crash " * 100
    event = issue(long, "")
    found = duplicates.findings(event, (IssueSummary(9, long), *OTHERS))
    assert all(len(each.message) < 250 for each in found)
