"""Which findings stand on their lines, and how the others are listed."""

from __future__ import annotations

import pytest

from bot import choice
from bot.tasks import InlineComment


def _comment(n=1, weight="major", path="a.py", **changes):
    given = {"weight": weight, "suggestion": ""} | changes
    return InlineComment(path, n, f"**{weight}: {n}**", **given)


@pytest.mark.parametrize(
    ("count", "inline", "further"), [(0, 0, 0), (10, 10, 0), (12, 10, 2)]
)
def test_the_first_ten_stand_on_their_lines(count, inline, further):
    made = [_comment(n) for n in range(1, count + 1)]
    found = choice.chosen(made, most=10, threshold="minor")
    assert (len(found.inline), len(found.further)) == (inline, further)
    assert (*found.inline, *found.further) == tuple(made)


def test_what_weighs_too_little_takes_no_ones_place():
    made = [_comment(1, "minor"), _comment(2, "major"), _comment(3, "blocker")]
    found = choice.chosen(made, most=1, threshold="major")
    assert [each.line for each in found.inline] == [2]
    assert [each.line for each in found.further] == [3]
    assert [each.line for each in found.lighter] == [1]


def test_none_may_stand_on_a_line_where_the_policy_says_so():
    found = choice.chosen([_comment()], most=0, threshold="minor")
    assert (found.inline, len(found.further)) == ((), 1)


def test_the_rest_is_listed_by_file_with_its_suggestion():
    text = choice.by_file(
        [
            _comment(9, path="b.py"),
            _comment(5, path="a.py", suggestion="x = 1"),
            _comment(2, path="b.py"),
        ]
    )
    places = [line for line in text.split("\n") if line.startswith("`")]
    assert places == ["`b.py:2`", "`b.py:9`", "`a.py:5`", "```", "```"]
    assert "```\nx = 1\n```" in text


def test_a_long_list_is_cut_and_says_so():
    made = [_comment(n, path=f"{n % 50}.py") for n in range(1, 501)]
    text = choice.by_file(made)
    assert text.count("**major") == choice.MOST_LISTED
    assert "and 460 more in 46 files" in text


def test_nothing_is_nothing():
    assert choice.by_file([]) == ""
