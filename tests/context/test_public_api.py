"""Public names, compared between two versions of a file."""

from __future__ import annotations

import pytest

from bot.context import public_api
from tests.context.versions_of import changed


def steps(*files: tuple[str, str | None, str | None]) -> list[tuple[str, str]]:
    diffs = [changed(*file) for file in files]
    texts = {path: new for path, _, new in files if new is not None}
    return [(each.step, each.name) for each in public_api.changes(diffs, texts)]


@pytest.mark.parametrize(
    ("path", "old", "new", "name"),
    [
        ("src/a.py", "def total(items):\n    pass\n", "x = 1\n", "total"),
        (
            "src/a.py",
            "class Cart:\n    def add(self):\n        pass\n    x = 1\n",
            "class Cart:\n    x = 1\n",
            "Cart.add",
        ),
        ("src/a.ts", "export async function total() {}\n", "let x = 1;\n", "total"),
        (
            "src/a.go",
            "package a\n\nfunc (c *Cart) Total() int { return 1 }\n",
            "package a\n",
            "Cart.Total",
        ),
        ("src/a.rs", "pub fn total() {}\n", "fn total() {}\n", "total"),
        (
            "src/A.java",
            "public class A { public int total() { return 1; } }\n",
            "public class A { }\n",
            "A.total",
        ),
    ],
)
def test_a_public_name_that_goes_is_named(path, old, new, name):
    assert steps((path, old, new)) == [("removed", name)]
    assert steps((path, new, old)) == [("added", name)]


@pytest.mark.parametrize(
    ("path", "old"),
    [
        ("src/a.py", "def _total():\n    pass\n"),
        ("src/a.py", "def f():\n    def nested():\n        pass\n"),
        ("src/_private.py", "def total():\n    pass\n"),
        ("scripts/a.py", "def total():\n    pass\n"),
        ("src/a.ts", "function total() {}\n"),
        ("src/a.go", "package a\n\nfunc total() {}\n"),
        ("internal/a.go", "package a\n\nfunc Total() {}\n"),
        ("tests/test_a.py", "def total():\n    pass\n"),
    ],
)
def test_what_nobody_outside_relies_on_may_go(path, old):
    new = "def f():\n    pass\n" if "nested" in old else "package a\n"
    assert steps((path, old, new)) == []


def test_of_a_removed_class_its_methods_are_not_listed():
    old = "class Cart:\n    def add(self):\n        pass\n"
    assert steps(("a.py", old, "x = 1\n")) == [("removed", "Cart")]


def test_a_removed_file_takes_its_names_with_it():
    assert steps(("a.py", "def total():\n    pass\n", None)) == [("removed", "total")]


def test_a_name_that_moves_is_not_removed():
    text = "def total(items):\n    pass\n"
    assert steps(("a.py", text, ""), ("b.py", "", text)) == []


def test_a_file_whose_text_is_not_there_says_nothing():
    file = changed("a.py", "def total():\n    pass\n", "x = 1\n")
    assert public_api.changes([file], {}) == ()
    assert public_api.changes([file], {"a.py": "of another commit\n"}) == ()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("def f(a):", "def f(a: int) -> int:"),
        ("def f(a):", "def f(a, b=1):"),
        ("def f(a, *, x=1, y=2):", "def f(a, *, y=2, z=3, x=1):"),
        ("def f(a, b):", "def f(a, b=None):"),
        ("def f(a):", "def f(a, *rest, **more):"),
        ("async def f(a: dict[str, int]):", "async def f(a: Mapping[str, int], /):"),
    ],
)
def test_a_signature_that_still_takes_every_call_does_not_count(was, now):
    assert public_api.is_compatible(was, now, language="python")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("def f(a):", "def f(a, b):"),
        ("def f(a, b):", "def f(b, a):"),
        ("def f(a, b=1):", "def f(a):"),
        ("def f(a, b=1):", "def f(a, b):"),
        ("def f(a, *, x=1):", "def f(a, *, y=1):"),
        ("def f(a, *, x=1):", "def f(a, *, x):"),
        ("def f(a):", "def f(other):"),
    ],
)
def test_a_signature_that_breaks_a_call_counts(was, now):
    assert not public_api.is_compatible(was, now, language="python")


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        ("function f(a: string)", "function f(a: string, b?: X)", True),
        ("f = (a: () => void) =>", "f = (a: () => void, b = 1) =>", True),
        ("function f(a)", "function f(a, b)", False),
    ],
)
def test_scripts_may_leave_arguments_out(was, now, same):
    assert public_api.is_compatible(was, now, language="typescript") is same


def test_other_languages_compare_the_whole_signature():
    same = public_api.is_compatible
    assert same("func F(a  int)", "func F(a int)", language="go")
    assert not same("func F(a int)", "func F(a int, b int)", language="go")


OLD = "def total(a):\n    pass\n\n\ndef gone():\n    pass\n"
NEW = "def total(a, b):\n    pass\n\n\ndef fresh():\n    pass\n"


def findings(uses):
    api = public_api.changes([changed("a.py", OLD, NEW)], {"a.py": NEW})
    return [(f.severity, f.message) for f in public_api.findings(api, uses)]


def test_what_nothing_uses_any_more_is_one_calm_finding_a_step():
    assert findings({}) == [
        ("minor", "public gone is removed"),
        ("minor", "the signature of public total changes"),
        ("info", "new public names (1): fresh"),
    ]


def test_a_removed_name_that_is_still_used_is_major():
    found = findings({"gone": ["b.py:3"], "total": ["c.py:1", "d.py:2"]})
    assert found[:2] == [
        (
            "minor",
            "the signature of total changes; it is used in c.py:1, d.py:2, outside "
            "this change",
        ),
        ("major", "gone is removed and still used in b.py:3"),
    ]
