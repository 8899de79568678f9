"""Hunks grow to what encloses them, and carry no comment where nothing changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.context import diff, enclosing, hunks, rebuild

PYTHON = [
    "import os",
    "",
    "class Cart:",
    '    """What is bought."""',
    "",
    "    rate = 2",
    "",
    "    def total(self, items):",
    "        count = 0",
    *(f"        count += {n}" for n in range(12)),
    "        return count",
    "",
    "    def other(self):",
    "        return 1",
    "",
    "def free():",
    "    return 2",
    "",
]


def change(path, old, new):
    before, after = "\n".join(old), "\n".join(new)
    text = rebuild.hunks(before.encode(), after.encode())
    (file,) = diff.parse(f"--- a/{path}\n+++ b/{path}\n{text}\n")
    return file, after


def numbers(file):
    return [line.new for hunk in file.hunks for line in hunk.lines if line.new]


def test_a_hunk_grows_to_the_function_around_it_and_no_further():
    new = list(PYTHON)
    new[14] = "        count -= 5"
    file, text = change("cart.py", PYTHON, new)
    grown = enclosing.grown(file, text)
    assert numbers(grown) == list(range(8, 23))
    assert {hunk.heading for hunk in grown.hunks} == {"context", "Cart.total"}


def test_lines_that_were_added_carry_no_comment():
    new = list(PYTHON)
    new[14] = "        count -= 5"
    file, text = change("cart.py", PYTHON, new)
    read_back = diff.parse(hunks.unified(enclosing.grown(file, text)))
    assert read_back[0].problems == ()
    assert diff.right_ranges(read_back[0]) == diff.right_ranges(file)
    assert (read_back[0].added, read_back[0].removed) == (1, 1)


def test_of_a_class_only_its_head_is_added():
    new = list(PYTHON)
    new.insert(24, "    step = 3")
    file, text = change("cart.py", PYTHON, new)
    grown = enclosing.grown(file, text)
    assert numbers(grown)[:4] == [3, 4, 5, 6]
    assert 12 not in numbers(grown)


def test_a_long_function_shows_its_head_and_what_is_near():
    body = [f"    step({n})" for n in range(1_000)]
    old = ["def long():", *body, ""]
    new = ["def long():", *body[:500], "    extra()", *body[500:], ""]
    file, text = change("a.py", old, new)
    shown = numbers(enclosing.grown(file, text))
    assert shown[: enclosing.HEAD_LINES] == [1, 2, 3, 4]
    assert len(shown) <= enclosing.HEAD_LINES + 2 * enclosing.MAX_LINES + 1
    assert 502 - enclosing.MAX_LINES in shown
    assert 502 + enclosing.MAX_LINES in shown


@pytest.mark.parametrize(
    ("path", "lines", "at", "expected"),
    [
        (
            "a.ts",
            ["export function f(a: number) {", *["  g(a);"] * 9, "}", "h();"],
            5,
            range(1, 12),
        ),
        (
            "a.go",
            ["package a", "", "func F() {", *["\tg()"] * 9, "}", "", "var x = 1"],
            7,
            range(3, 14),
        ),
        (
            "a.rb",
            ["class A", "  def f", *["    g"] * 9, "  end", "  x", "end"],
            6,
            range(2, 12),
        ),
        ("a.php", ["function f() {", *["  g();"] * 9, "}", "h();"], 5, range(1, 12)),
    ],
)
def test_every_language_has_its_blocks(path, lines, at, expected):
    new = list(lines)
    new[at] = new[at].replace("g", "other")
    file, text = change(path, lines, new)
    assert set(expected) <= set(numbers(enclosing.grown(file, text)))


def test_nothing_grows_at_the_top_of_a_file():
    new = ["import sys", *PYTHON]
    file, text = change("cart.py", PYTHON, new)
    assert enclosing.grown(file, text) == file


def test_a_text_of_another_commit_adds_nothing():
    new = list(PYTHON)
    new[14] = "        count -= 5"
    file, text = change("cart.py", PYTHON, new)
    assert enclosing.grown(file, "\n" + text) is file
    assert enclosing.grown(file, "") is file


LINES = st.lists(
    st.sampled_from(
        ["def f():", "    a", "    if b:", "        c", "", "d", "class E:"]
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=200)
@given(LINES, LINES, st.sampled_from(["a.py", "a.rb"]))
def test_numbers_are_right_on_both_sides_whatever_changes(old, new, path):
    text = rebuild.hunks("\n".join(old).encode(), "\n".join(new).encode())
    if not text:
        return
    (file,) = diff.parse(f"--- a/{path}\n+++ b/{path}\n{text}\n")
    grown = enclosing.grown(file, "\n".join(new))
    (read_back,) = diff.parse(hunks.unified(grown))
    assert read_back.problems == ()
    assert diff.right_ranges(read_back) == diff.right_ranges(file)
    for hunk in read_back.hunks:
        for line in hunk.lines:
            assert not line.old or old[line.old - 1] == line.text
            assert not line.new or new[line.new - 1] == line.text
    assert len(numbers(read_back)) == len(set(numbers(read_back)))
