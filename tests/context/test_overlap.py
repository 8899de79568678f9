"""Where a failure and a change meet: whole paths, changed lines, symbols, tests."""

from __future__ import annotations

import pytest

from bot.context import diff, overlap
from bot.context.log_shapes import Failure
from bot.context.overlap import Place
from bot.context.verdict import Overlap
from tests.fakes import PARSE_ERROR

TREE = ("orchard/pricing.py", "orchard/stock.py", "tests/test_pricing.py", "a/x.py")
PATHS = overlap.index(TREE)
CHANGE = diff.parse(PARSE_ERROR)  # lines 1 to 4 of orchard/pricing.py
SOURCE = "def price(count):\n    total = count * 2\n    return total / 0\n# end\n"


def _of(text="", failures=(), *, files=None, change=CHANGE):
    there = {"orchard/pricing.py": SOURCE} | (files or {})
    found = overlap.places(failures, text, PATHS)
    return overlap.of(found, text, change=change, read=there.get)


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("orchard/pricing.py", "orchard/pricing.py"),
        ("./orchard/pricing.py", "orchard/pricing.py"),
        ("orchard\\pricing.py", "orchard/pricing.py"),
        ("/home/runner/work/o/o/orchard/pricing.py", "orchard/pricing.py"),
        ("pricing.py", "orchard/pricing.py"),
        ("xorchard/pricing.py", ""),
        ("rchard/pricing.py", ""),
        ("orchard/pricing.pyc", ""),
        ("/usr/lib/python3/json.py", ""),
        ("", ""),
    ],
)
def test_a_path_is_found_by_whole_names_only(named, path):
    assert PATHS.find(named) == path


def test_a_name_that_two_files_bear_is_none_of_them():
    assert overlap.index(("a/x.py", "b/x.py")).find("x.py") == ""


def test_places_begin_with_what_tools_reported():
    text = 'File "orchard/stock.py", line 9, in load\norchard/pricing.py:3: boom\n'
    found = overlap.places(
        [Failure("pytest", "t", "tests/test_pricing.py", 2)], text, PATHS
    )
    assert found == (
        Place("tests/test_pricing.py", 2),
        Place("orchard/stock.py", 9),
        Place("orchard/pricing.py", 3),
    )


def test_places_are_capped_and_hostile_text_is_read_in_linear_time():
    many = overlap.index(f"d/f{n}.py" for n in range(900))
    text = "\n".join(f"d/f{n}.py:1" for n in range(900))
    assert len(overlap.places((), text, many)) == overlap.MAX_PLACES
    assert overlap.places((), "a/" * 200_000, PATHS) == ()


def test_a_changed_line_is_met():
    assert _of("orchard/pricing.py:3: boom").lines == ("orchard/pricing.py:3",)


def test_a_line_outside_every_hunk_meets_the_file_alone():
    met = _of("orchard/pricing.py:90: boom")
    assert (met.lines, met.files) == ((), ("orchard/pricing.py",))


def test_a_changed_symbol_that_the_log_names_is_met():
    assert _of("NameError: price is not defined").symbols == ("price",)


def test_a_symbol_that_was_removed_is_met():
    gone = diff.parse(
        "--- a/orchard/stock.py\n+++ b/orchard/stock.py\n@@ -1,2 +1 @@\n"
        "-def load(text):\n-    return 1\n+# nothing\n"
    )
    met = _of("ImportError: cannot import name 'load'", change=gone)
    assert met.symbols == ("load",)


def test_a_failing_test_that_uses_the_changed_module_reaches_it():
    failing = [Failure("pytest", "test_six", "tests/test_pricing.py", 2)]
    test = {"tests/test_pricing.py": "from orchard import pricing\n"}
    assert _of("", failing, files=test).reached == ("orchard/pricing.py",)
    assert _of("", failing, files={"tests/test_pricing.py": "import x\n"}).reached == ()


def test_what_does_not_meet_is_empty():
    assert _of("orchard/stock.py:9: boom") == Overlap()
    assert _of("orchard/pricing.py:3: boom", change=()) == Overlap()
