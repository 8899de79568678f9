"""Hunks between two versions: those of a diff, in time whatever the input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.context import diff, rebuild

LINES = st.lists(st.sampled_from(["a", "b", "", "{", "c d"]), max_size=40)


def _parsed(hunks):
    (file,) = diff.parse(f"--- a/x\n+++ b/x\n{hunks}\n")
    return file


@given(LINES, LINES)
def test_the_hunks_lead_from_one_version_to_the_other(old, new):
    text = rebuild.hunks("\n".join(old).encode(), "\n".join(new).encode())
    assert text is not None
    left, right = ("\n".join(lines).split("\n") for lines in (old, new))
    left, right = (lines[:-1] if lines[-1] == "" else lines for lines in (left, right))
    if left == right:
        assert text == ""
        return
    file = _parsed(text)
    assert file.problems == ()
    result, at = [], 1
    for hunk in file.hunks:
        start = hunk.old_start + (hunk.old_count == 0)
        result += left[at - 1 : start - 1]
        at = start
        for line in hunk.lines:
            if line.mark in " -":
                assert left[at - 1] == line.text
                assert line.old == at
                at += 1
            if line.mark in " +":
                result.append(line.text)
                assert line.new == len(result)
    assert result + left[at - 1 :] == right


def test_a_long_file_with_a_small_change_is_compared():
    lines = [f"line {n}" for n in range(100_000)]
    old = "\n".join(lines).encode()
    lines[70_000] = "changed"
    file = _parsed(rebuild.hunks(old, "\n".join(lines).encode()))
    assert diff.added_lines(file) == {70_001: "changed"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\0b", b"a"),
        (
            "\n".join(map(str, range(9_000))).encode(),
            "\n".join(map(str, range(8_999, 0, -1))).encode(),
        ),
        (b"x\n" * 2_000 + b"y", b"z\n" + b"x\n" * 2_000),
    ],
)
def test_what_takes_too_long_or_is_no_text_is_not_compared(old, new):
    assert rebuild.hunks(old, new) is None


def test_a_whole_new_file_is_no_comparison():
    many = b"x\n" * 50_000
    file = _parsed(rebuild.hunks(b"", many))
    assert file.added == 50_000
