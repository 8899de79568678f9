"""Tests are gathered in two rounds, each once, and what may not be run is counted."""

from __future__ import annotations

from bot import prompt
from bot.context import Material, Section
from bot.generated import Gathered, SuggestedTest
from bot.tasks.test import TestReply
from bot.verify import gathering
from bot.verify.gathering import MAX_TESTS, Gathering

MATERIAL = Material((Section("file shop/a.py", "def f(): pass", path="shop/a.py"),))


def one(name: str, line: str = "assert f() == 1") -> SuggestedTest:
    code = f"from shop.a import f\n\ndef {name}():\n    {line}\n"
    return SuggestedTest(path="tests/test_a.py", name=name, code=code, covers="f")


def reply(*tests: SuggestedTest) -> TestReply:
    return TestReply(tests=list(tests), wanted=[])


def test_two_rounds_add_up_and_there_is_no_third():
    gathered = Gathering()
    gathered.check(reply(one("test_a")), MATERIAL)
    (section,) = gathered.again()
    assert section.text == "tests/test_a.py::test_a"
    last = gathered.check(reply(one("test_a", "assert f()"), one("test_b")), MATERIAL)
    assert isinstance(last.reply, Gathered)
    assert [test.name for test in last.reply.tests] == ["test_a", "test_b"]
    # The first of a name stays.
    assert last.reply.tests[0] == one("test_a")
    assert gathered.again() == ()
    assert gathered.words == prompt.FURTHER


def test_what_may_not_be_run_is_counted_over_both_rounds():
    gathered = Gathering()
    for name in ("test_a", "test_b"):
        last = gathered.check(reply(one(name, "assert True")), MATERIAL)
    assert isinstance(last.reply, Gathered)
    assert last.reply.tests == []
    (left,) = last.reply.left_out
    assert left.endswith("(2)")


def test_nothing_to_run_asks_for_no_more():
    gathered = Gathering()
    gathered.check(reply(), MATERIAL)
    assert gathered.again() == ()


def test_there_are_never_more_than_a_draft_takes():
    gathered = Gathering()
    many = [one(f"test_{n}") for n in range(20)]
    gathered.check(reply(*many), MATERIAL)
    more = [one(f"test_more_{n}") for n in range(20)]
    last = gathered.check(reply(*more), MATERIAL).reply
    assert isinstance(last, Gathered)
    assert len(last.tests) == MAX_TESTS == gathering.MAX_TESTS
