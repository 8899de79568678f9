"""A review's reply: one bad finding costs no good one."""

from __future__ import annotations

import json

import pytest

from bot import reply
from bot.errors import ReplyError
from bot.review import mending
from bot.review.reply import ReviewFinding, ReviewReply

GOOD = {
    "path": "orchard/pricing.py",
    "start_line": 3,
    "line": 4,
    "side": "RIGHT",
    "severity": "major",
    "title": "Division by zero",
    "why": "Always.",
    "evidence": "return total / 0",
    "suggestion": "",
}


def _read(*findings, **given) -> ReviewReply:
    said = {"walkthrough": [], "findings": list(findings), "wanted": []} | given
    return reply.parse(json.dumps(said), ReviewReply)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "word " * 100}, {"title": ("word " * 59)[:-1] + "…"}),
        ({"title": "x" * 301}, {"title": "x" * 299 + "…"}),
        ({"title": "x" * 300}, {"title": "x" * 300}),
        ({"why": "é" * 9_000}, {"why": "é" * 2_999 + "…"}),
        ({"severity": "Critical"}, {"severity": "blocker"}),
        ({"severity": "HIGH"}, {"severity": "major"}),
        ({"severity": "purple"}, {"severity": "minor"}),
        ({"severity": None}, {"severity": "minor"}),
        ({"severity": ["major"]}, {"severity": "minor"}),
        ({"side": "left"}, {"side": "LEFT"}),
        ({"side": "both"}, {"side": "RIGHT"}),
        ({"suggestion": None}, {"suggestion": ""}),
        ({"line": None}, {"line": 3}),
        ({"start_line": 0}, {"start_line": 4}),
        ({"line": "4"}, {"line": 4}),
        ({"line": 4.0}, {"line": 4}),
        ({"confidence": 0.9}, {}),
    ],
)
def test_what_is_nearly_right_is_mended(changes, expected):
    read = _read(GOOD | changes)
    (kept,) = read.findings
    assert kept.model_dump() == GOOD | expected
    assert read.unread == ()


@pytest.mark.parametrize("missing", ["start_line", "line", "side", "suggestion"])
def test_what_can_be_told_from_the_rest_may_be_missing(missing):
    given = {name: value for name, value in GOOD.items() if name != missing}
    assert len(_read(given).findings) == 1


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        None,
        [],
        {},
        {**GOOD, "path": 3},
        {**GOOD, "line": -1, "start_line": -1},
        {**GOOD, "line": 1.5},
        {**GOOD, "title": {"a": 1}},
        {**GOOD, "evidence": None},
        {name: value for name, value in GOOD.items() if name != "why"},
    ],
)
def test_a_finding_that_cannot_be_read_costs_no_other(bad):
    read = _read(GOOD, bad, GOOD | {"line": 5})
    assert [each.line for each in read.findings] == [4, 5]
    assert read.unread == (mending.MALFORMED,)
    assert read.model_copy(update={"findings": []}).unread == read.unread


def test_a_reply_without_any_finding_that_can_be_read_is_asked_for_again():
    with pytest.raises(ReplyError):
        _read({**GOOD, "path": 3}, 7)


@pytest.mark.parametrize("severity", ["nit", "Style", "info"])
def test_a_nit_by_its_own_word_is_dropped_and_no_fault(severity):
    read = _read(GOOD | {"severity": severity})
    assert (read.findings, read.unread) == ([], (mending.NIT,))


def test_of_too_many_findings_the_heaviest_are_kept():
    light = [GOOD | {"severity": "minor"}] * 500
    read = _read(*light, GOOD | {"severity": "blocker"}, GOOD)
    assert len(read.findings) == mending.MOST_FINDINGS
    assert [each.severity for each in read.findings[:3]] == [
        "blocker",
        "major",
        "minor",
    ]
    assert read.unread == (mending.TOO_MANY,) * 2


def test_what_stands_beside_the_findings_is_mended_too():
    read = _read(walkthrough=["a", 3, None] * 60, wanted=None, comment="extra")
    assert read.walkthrough == ["a"] * 50
    assert read.wanted == []


@pytest.mark.parametrize("given", [[], {}, {"findings": None}, {"findings": {}}])
def test_without_a_list_of_findings_there_is_no_reply(given):
    with pytest.raises(ReplyError):
        reply.parse(json.dumps(given), ReviewReply)


def test_a_model_is_told_the_strict_form_alone():
    schema = json.dumps(ReviewReply.model_json_schema())
    assert "unread" not in schema
    assert set(ReviewFinding.model_json_schema()["properties"]) == set(GOOD)
