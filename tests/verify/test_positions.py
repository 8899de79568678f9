"""Where a finding may stand: on lines GitHub takes, where its quote is."""

from __future__ import annotations

import pytest

from bot.context import diff
from bot.verify import positions
from bot.verify.positions import Span

CHANGE = """\
diff --git a/shop/till.py b/shop/till.py
--- a/shop/till.py
+++ b/shop/till.py
@@ -1,3 +1,4 @@
 def total(items):
-    return sum(items)
+    found = sum(items)
+    return found / 0

@@ -20,3 +20,4 @@
 def close(till):
+    till.lock()
     till.flush()
     return till
@@ -40,4 +41,3 @@
 def count(till):
-    check(till)
     till.flush()
     return till
"""
(FILE,) = diff.parse(CHANGE)
PAGE = positions.page(FILE, [FILE])


def _at(start, end, quote, side="RIGHT"):
    return positions.located(Span(start, end, side), quote, PAGE)


def test_lines_with_their_quote_stay_as_they_are():
    assert _at(3, 3, "return found / 0") == Span(3, 3)
    assert _at(2, 3, "found = sum(items)\n    return found / 0") == Span(2, 3)


def test_blanks_and_the_marks_of_a_diff_do_not_count_in_a_quote():
    assert _at(3, 3, "  return   found / 0\n\n") == Span(3, 3)
    assert _at(3, 3, "+    return found / 0") == Span(3, 3)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 3), (4, 3), (3, 99), (3, 21), (10, 10), (25, 25), (43, 44)]
)
def test_lines_outside_one_hunk_carry_nothing(start, end):
    assert _at(start, end, "return found / 0") == positions.NO_LINES


@pytest.mark.parametrize(
    "quote", ["", " \n\t", "return found / 1", "+", "found = sum(items)\ndef close"]
)
def test_a_quote_that_stands_nowhere_carries_nothing(quote):
    assert _at(3, 3, quote) == positions.NO_QUOTE


def test_a_quote_over_two_hunks_stands_nowhere():
    assert _at(3, 3, "return found / 0\ndef close(till):") == positions.NO_QUOTE


def test_a_quote_that_stands_once_takes_the_finding_there():
    assert _at(3, 3, "till.lock()") == Span(21, 21, is_moved=True)


def test_a_quote_that_stands_often_must_be_near():
    assert _at(2, 2, "return till") == positions.NO_QUOTE
    assert _at(21, 21, "return till") == Span(23, 23, is_moved=True)


def test_what_was_taken_away_proves_a_finding_on_its_hunk():
    assert _at(41, 41, "check(till)") == Span(41, 41)
    assert _at(3, 3, "check(till)") == positions.NO_QUOTE


def test_removed_lines_carry_findings_on_the_left():
    assert _at(41, 41, "check(till)", "LEFT") == Span(41, 41, "LEFT")
    assert _at(44, 44, "check(till)", "LEFT") == positions.NO_LINES
    assert _at(2, 2, "return sum(items)", "LEFT") == Span(2, 2, "LEFT")


def test_lines_that_only_the_model_saw_carry_nothing():
    grown = diff.parse(CHANGE.replace("@@ -40,4 +41,3 @@", "@@ -40,4 +41,3 @@ class"))
    shown = diff.parse(
        "--- a/shop/till.py\n+++ b/shop/till.py\n"
        "@@ -60,2 +60,2 @@\n def more():\n     x\n"
    )
    page = positions.page(FILE, [*grown, *shown])
    assert positions.located(Span(60, 60), "def more():", page) == positions.NO_LINES
    assert positions.located(Span(3, 3), "def more():", page) == positions.NO_QUOTE


def test_a_file_whose_numbers_are_not_to_be_trusted_carries_nothing():
    (broken,) = diff.parse(CHANGE.replace("@@ -20,3 +20,4 @@", "@@ -20,9 +20,9 @@"))
    page = positions.page(broken, [broken])
    for side in positions.SIDES:
        found = positions.located(Span(2, 2, side), "found = sum(items)", page)
        assert found == positions.NO_LINES


def test_a_range_too_wide_to_point_at_anything_shrinks_to_its_quote():
    lines = "".join(f"+line {n}\n" for n in range(100))
    (file,) = diff.parse(f"--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,100 @@\n{lines}")
    page = positions.page(file, [file])
    found = positions.located(Span(1, 100), "line 41", page)
    assert found == Span(42, 42, is_moved=True)


def test_a_quote_longer_than_any_is_cut_and_not_searched_forever():
    assert _at(3, 3, "a" * 1_000_000) == positions.NO_QUOTE
