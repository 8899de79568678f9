"""Where a failure and a change meet: whole paths, changed lines, symbols, tests."""

from __future__ import annotations

import pytest

from bot.context import diff, overlap
from bot.context.log_shapes import Failure
from bot.context.overlap import Place
from bot.context.verdict_shapes import Overlap
from tests.fakes import PARSE_ERROR, FakeReader

TREE = ("orchard/pricing.py", "orchard/stock.py", "tests/test_pricing.py", "a/x.py")
PATHS = overlap.index(TREE)
CHANGE = diff.parse(PARSE_ERROR)  # lines 1 to 4 of orchard/pricing.py
SOURCE = "def price(count):\n    total = count * 2\n    return total / 0\n# end\n"


def _of(text="", failures=(), *, files=None, change=CHANGE, commands=()):
    there = dict.fromkeys(TREE, "") | {"orchard/pricing.py": SOURCE} | (files or {})
    found = overlap.places(failures, text, overlap.index(there))
    reader = FakeReader(files=there)
    return overlap.of(found, text, change=change, files=reader, commands=commands)


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


SUMMARY = "def summary(shelf):\n    return shelf\n"


def _summary(text):
    change = diff.parse(
        "--- a/orchard/stock.py\n+++ b/orchard/stock.py\n@@ -5 +1,2 @@ class Shelf:\n"
        "-# old\n" + "".join(f"+{line}\n" for line in SUMMARY.splitlines())
    )
    return _of(text, change=change, files={"orchard/stock.py": SUMMARY}).symbols


@pytest.mark.parametrize(
    "text",
    [
        "E   NameError: name 'summary' is not defined",
        "E   AttributeError: stock.summary",
        ">       assert summary(shelf) == 3",
        '  File "/x.py", line 3, in summary',
        "tests/x.py::summary FAILED",
        "x.go:3: undefined: summary",
        "  symbol:   method summary",
    ],
)
def test_a_name_that_stands_as_code_is_met(text):
    assert _summary(text) == ("summary",)


@pytest.mark.parametrize(
    "text",
    [
        "=========== short test summary info ===========",
        "short test summary info",
        "E   AssertionError: assert 'a summary here' == ''",
        "The build summary failed",
        "Shelf().take('rice')",  # named by the hunk's heading, and unchanged
    ],
)
def test_a_word_of_prose_or_of_an_unchanged_class_is_not_met(text):
    assert _summary(text) == ()


def test_a_symbol_that_was_removed_is_met():
    gone = diff.parse(
        "--- a/orchard/stock.py\n+++ b/orchard/stock.py\n@@ -1,2 +1 @@\n"
        "-def load(text):\n-    return 1\n+# nothing\n"
    )
    met = _of("ImportError: cannot import name 'load'", change=gone)
    assert met.symbols == ("load",)


STOCK = [Failure("pytest", "test_load", "tests/test_stock.py", 2)]
TEST = {"tests/test_stock.py": "from orchard import stock\n"}


def test_a_failing_test_that_uses_what_uses_the_changed_file_reaches_it():
    files = {**TEST, "orchard/stock.py": "from orchard.pricing import price\n"}
    met = _of("", STOCK, files=files)
    assert (met.reached, met.is_apart) == (("orchard/pricing.py",), False)


def test_a_failing_test_that_uses_nothing_of_the_change_is_apart():
    met = _of("", STOCK, files=TEST)
    assert (met.reached, met.is_apart) == ((), True)


def test_a_file_that_was_removed_is_still_reached():
    gone = diff.parse(
        "--- a/orchard/cart.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-TOTAL = 1\n"
    )
    files = {"tests/test_stock.py": "import orchard.cart\n"}
    assert _of("", STOCK, files=files, change=gone).reached == ("orchard/cart.py",)


def test_a_test_is_of_what_it_is_named_after():
    failing = [Failure("pytest", "test_six", "tests/test_pricing.py", 2)]
    assert _of("", failing).reached == ("orchard/pricing.py",)


def test_in_a_language_that_does_not_say_what_it_uses_nothing_is_apart():
    failing = [Failure("phpunit", "testLoad", "tests/StockTest.php", 2)]
    assert not _of("", failing, files={"tests/StockTest.php": "<?php\n"}).is_apart


def test_a_change_of_what_all_is_built_with_is_shared_and_never_apart():
    change = diff.parse(
        "--- a/pyproject.toml\n+++ b/pyproject.toml\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"
    )
    met = _of("", STOCK, files=TEST, change=change)
    assert (met.shared, met.is_apart) == (("pyproject.toml",), False)


@pytest.mark.parametrize(("command", "lines"), [("make images", (1,)), ("make", ())])
def test_a_command_that_the_change_adds_is_met(command, lines):
    path = ".github/workflows/ci.yml"
    change = diff.parse(
        f"--- a/{path}\n+++ b/{path}\n@@ -0,0 +1 @@\n+      - run: make images\n"
    )
    met = _of("boom", change=change, commands=(command,))
    assert met.lines == tuple(f"{path}:{line}" for line in lines)


def test_what_does_not_meet_is_empty():
    assert _of("orchard/stock.py:9: boom") == Overlap(is_apart=True)
    assert _of("orchard/pricing.py:3: boom", change=()) == Overlap()
