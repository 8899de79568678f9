"""What a generated test must not do, read off its text."""

from __future__ import annotations

import pytest

from bot.verify import assertions, test_code
from bot.verify.test_code import NO_ASSERTION, NO_TEST, Known

KNOWN = Known(frozenset({"shop", "pytest"}), "import subprocess\nopen('x')\n")


def problem(code: str, path: str = "tests/test_a.py") -> str:
    return test_code.problem(path, code, known=KNOWN)


def body(*lines: str) -> str:
    return "def test_it():\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    "code",
    [
        body("assert total([1]) == 1"),
        body("got = total([1])", "assert got == 1"),
        body("with pytest.raises(ValueError):", "    total(None)"),
        "def test_it(cart):\n    assert cart.total == 3\n",
        "class TestIt:\n    def test_it(self):\n        assert total([1]) == 1\n",
        "import unittest\nclass A(unittest.TestCase):\n    def test_it(self):\n"
        "        self.assertEqual(self.cart.total(), 3)\n",
        "from shop.till import total\n" + body("assert total([1])"),
        "    def test_it(self):\n        assert total([1]) == 1\n",
        "async def test_it():\n    assert await total([1]) == 1\n",
        body("m = Mock()", "total(m)", "got = total([1])", "assert got"),
        "import subprocess\n" + body("assert subprocess.run(total())"),
        "def test_it(capsys):\n    main()\n    assert capsys.readouterr().out == 'x'\n",
        "def test_it(tmp_path):\n    shop.save(tmp_path)\n"
        "    assert (tmp_path / 'a').read_text() == 'x'\n",
    ],
)
def test_a_real_assertion_is_enough(code: str) -> None:
    assert problem(code) == ""


def test_a_helper_of_the_tests_may_assert_for_a_test() -> None:
    there = "def check(got):\n    assert got == 3\n\ndef log(got):\n    print(got)\n"
    known = Known(KNOWN.modules, there, assertions.asserting_in(there))
    assert known.asserting == {"check"}
    for line in ("check(total([1]))", "tests.check(got=total([1]))"):
        assert test_code.problem("tests/test_a.py", body(line), known=known) == ""
    for line in ("log(total([1]))", "check(3)", "check(Mock())"):
        said = test_code.problem("tests/test_a.py", body(line), known=known)
        assert said == NO_ASSERTION


def test_a_helper_that_a_test_brings_along_must_be_able_to_fail() -> None:
    good = "def check(got):\n    assert got == 3\n\n"
    idle = "def check(got):\n    assert True\n\n"
    assert problem(good + body("check(total([1]))")) == ""
    assert problem(idle + body("check(total([1]))")) == NO_ASSERTION


@pytest.mark.parametrize("text", ["def f(:", "\0", "x = " + "(" * 5_000])
def test_what_does_not_parse_asserts_nothing(text: str) -> None:
    assert assertions.asserting_in(text) == frozenset()


@pytest.mark.parametrize(
    "code",
    [
        body("total([1])"),
        body("assert True"),
        body("assert 1 + 1 == 2"),
        body("total([1])", "assert total([1]) == total([1])"),
        body("x = 3", "y = x", "assert y == 3"),
        body("m = Mock()", "m.go()", "assert m.go.called"),
        body("m = MagicMock()", "m.total.return_value = 3", "assert m.total() == 3"),
        body("m = Mock()", "m.go()", "m.go.assert_called_once()"),
        body("with patch('shop.till.total') as m:", "    assert m() is not None"),
        "@patch('shop.total')\ndef test_it(total):\n    assert total() is not None\n",
        "class A(TestCase):\n    def test_it(self):\n        self.assertEqual(1, 1)\n",
        "class A(T):\n    def test_it(self):\n        self.assertEqual(f(), f())\n",
        body("assert isinstance('a', str)"),
        "def test_it(tmp_path):\n    assert tmp_path.exists()\n",
        "def test_it(capsys):\n    print('x')\n    assert capsys.readouterr().out\n",
        "def test_it(capsys):\n    m = Mock()\n    m()\n"
        "    assert capsys.readouterr()\n",
    ],
)
def test_constants_mocks_and_the_same_twice_assert_nothing(code: str) -> None:
    assert problem(code) == NO_ASSERTION


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def test_it(:\n", "does not parse: invalid syntax"),
        ("def test_it():\n    assert f('\0')\n", "does not parse"),
        ("x = 1\n", NO_TEST),
        ("def check():\n    assert total()\n", NO_TEST),
        ("import numpy\n" + body("assert total()"), "imports numpy"),
        ("import socket\n" + body("assert total()"), "uses socket"),
        ("import time\n" + body("time.sleep(1)", "assert total()"), "uses sleep"),
        ("import os\n" + body("os.system('x')", "assert total()"), "uses system"),
        (body("exec('1')", "assert total()"), "uses exec"),
        (body("__import__('os')", "assert total()"), "uses __import__"),
        (body("p.write_text('x')", "assert total()"), "uses write_text"),
        ("def test_it():\n    assert " + "(" * 5_000 + "\n", "does not parse"),
        (body("assert f" + ".a" * 4_000), "nested too deeply|does not parse"),
    ],
)
def test_what_may_not_even_be_run(code: str, why: str) -> None:
    said = problem(code)
    assert said
    assert any(each in said for each in why.split("|"))


@pytest.mark.parametrize(
    ("path", "code", "why"),
    [
        ("a.test.ts", "it('adds', () => { expect(f()).toBe(1) })", ""),
        ("a.test.ts", "it('adds', () => { f() })", NO_ASSERTION),
        ("a.test.ts", "expect(f()).toBe(1)", NO_TEST),
        (
            "a.test.js",
            "it('x', async () => { expect(await fetch('/')) })",
            "uses fetch",
        ),
        ("a_test.go", "func TestA(t *testing.T) { t.Error(1) }", ""),
        ("a_test.go", "func TestA(t *testing.T) { A() }", NO_ASSERTION),
        ("a_test.go", "func helper() { t.Error(1) }", NO_TEST),
        (
            "a_test.go",
            'import "os/exec"\nfunc TestA(t *testing.T) { t.Error(1) }',
            "uses os/exec",
        ),
    ],
)
def test_other_languages_by_their_words(path: str, code: str, why: str) -> None:
    said = problem(code, path)
    assert (said == "") == (why == "")
    assert why in said


def test_names_are_those_the_runner_knows() -> None:
    names = test_code.names_in
    code = "class A:\n    def test_a(self): ...\ndef test_b(): ...\ndef help(): ...\n"
    assert names("t.py", code) == ("A.test_a", "test_b")
    assert names("a_test.go", "func TestA(t *testing.T) {}\nfunc b() {}") == ("TestA",)
    assert names("a.test.js", "it('one two', x); test(`three`, y)") == (
        "one two",
        "three",
    )


def test_modules_of_a_file_that_does_not_parse_are_none() -> None:
    assert test_code.modules_of("import a.b\nfrom c.d import e\n") == {"a", "c"}
    assert test_code.modules_of("import (") == frozenset()
