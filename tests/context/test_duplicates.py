"""Open issues that say much the same."""

from __future__ import annotations

from bot.context import duplicates
from bot.reader import IssueSummary
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


TEMPLATE = "## Steps\n\nOpen the page of the shop and click on sell.\n" * 5


def test_a_template_that_both_filled_in_makes_no_duplicate():
    others = [IssueSummary(9, "Prices are rounded", TEMPLATE), *OTHERS]
    found = duplicates.findings(issue("Till crashes at night", TEMPLATE), others)
    assert not any("#9" in each.message for each in found)


def test_titles_that_name_other_code_make_no_duplicate():
    log = "Segmentation fault in the kernel of the device, core dumped\n" * 5
    others = [IssueSummary(9, "Abort when running `load_stock`", log), *OTHERS]
    same = issue("Crash when running `load_stock` twice", log)
    other = issue("Abort when running `price_of`", log)
    assert any("#9" in each.message for each in duplicates.findings(same, others))
    assert not any("#9" in each.message for each in duplicates.findings(other, others))
