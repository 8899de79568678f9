"""Test: what no test names, and tests that go into test files and assert."""

from __future__ import annotations

import pytest

from bot.generated import NOT_RUN
from bot.tasks.test import TASK, TWICE, TestReply
from tests.fakes import FakeReader, pull

CHANGE = """\
diff --git a/orchard/pricing.py b/orchard/pricing.py
--- a/orchard/pricing.py
+++ b/orchard/pricing.py
@@ -1,2 +1,5 @@
 def price(count):
     return count * 2
+
+def discount(count):
+    return count // 6
"""
FILES = {
    "orchard/pricing.py": (
        "def price(count):\n    return count * 2\n\n"
        "def discount(count):\n    return count // 6\n"
    ),
    "tests/test_pricing.py": "def test_price():\n    assert price(1) == 2\n",
}


def _material(**changes):
    return TASK.gather(pull(), FakeReader(change=CHANGE, files=FILES | changes))


def _reply(**changes):
    said = {
        "path": "tests/test_pricing.py",
        "name": "test_six_pieces_are_cheaper",
        "code": "def test_six():\n    assert discount(6) == 1\n",
        "covers": "discount",
    }
    return TestReply(tests=[said | changes], wanted=[])


def test_a_changed_symbol_that_no_test_names_is_found():
    (found,) = _material().findings
    assert (found.kind, found.path) == ("untested", "orchard/pricing.py")
    assert "discount" in found.message
    assert "tests/test_pricing.py" in found.message


def test_a_symbol_that_a_test_names_is_not():
    named = "def test_it():\n    assert discount(6) == 1\n    assert price(1) == 2\n"
    assert _material(**{"tests/test_pricing.py": named}).findings == ()


def test_the_nearest_tests_are_read_for_their_style():
    assert "file tests/test_pricing.py" in [s.name for s in _material().sections]


def test_a_test_in_a_test_file_that_asserts_is_kept():
    checked = TASK.check(_reply(), _material())
    assert (len(checked.reply.tests), checked.failed) == (1, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "    def test_six(self):\n        assert discount(6) == 1\n"},
        {"path": "tests/x.test.js", "code": "it('is', () => { expect(1).toBe(1)"},
    ],
)
def test_a_method_or_a_piece_of_another_language_is_kept(changes):
    assert len(TASK.check(_reply(**changes), _material()).reply.tests) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "orchard/pricing.py"},
        {"path": "../tests/test_pricing.py"},
        {"path": "/tests/test_pricing.py"},
        {"path": "tests\\test_pricing.py"},
        {"path": ""},
        {"code": "def test_six():\n    discount(6)\n"},
        {"code": "def test_six(:\n    assert discount(6) == 1\n"},
    ],
)
def test_a_test_elsewhere_without_an_assertion_or_that_does_not_parse_is_dropped(wrong):
    checked = TASK.check(_reply(**wrong), _material())
    assert (checked.reply.tests, checked.failed) == ([], True)


def test_no_tests_at_all_is_no_failure_and_shows_the_findings():
    empty = TestReply(tests=[], wanted=[])
    assert not TASK.check(empty, _material()).failed
    assert "discount" in TASK.render(empty, _material()).body


def test_suggested_tests_say_that_nobody_ran_them():
    answer = TASK.render(_reply(), _material())
    assert NOT_RUN in answer.body
    ((title, fold),) = answer.folds
    assert title == "test_six_pieces_are_cheaper (covers discount)"
    assert "assert discount(6) == 1" in fold


def test_without_a_model_what_is_untested_weighs_a_little():
    answer = TASK.render(None, _material())
    assert answer.weight == "minor"
    assert "discount" in answer.body


def test_a_test_goes_by_the_name_that_its_code_gives_it():
    checked = TASK.check(_reply(name="test_of_another_name"), _material())
    assert [test.name for test in checked.reply.tests] == ["test_six"]
    kept = TASK.check(_reply(name="test_six"), _material())
    assert kept.reply == checked.reply


def test_the_same_name_in_the_same_file_is_suggested_once():
    twice = TestReply(tests=_reply().tests * 2, wanted=[])
    checked = TASK.check(twice, _material())
    assert len(checked.reply.tests) == 1
    assert checked.dropped == (TWICE,)
    assert not checked.failed


@pytest.mark.parametrize(
    ("path", "fence"),
    [
        ("tests/test_pricing.py", "```python\ndef"),
        ("price_test.go", "```go\ndef"),
        ("tests/test_x.a b", "```\ndef"),
        ("tests/x", "```\ndef"),
    ],
)
def test_a_suggested_test_is_shown_in_its_language(path, fence):
    ((_, shown),) = TASK.render(_reply(path=path), _material()).folds
    assert fence in shown
