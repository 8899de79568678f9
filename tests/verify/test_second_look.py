"""A blocker is put to a model once more, to be refuted."""

from __future__ import annotations

import json

from bot.context import Section
from bot.review.reply import ReviewFinding
from bot.verify import second_look
from bot.verify.second_look import SecondLookReply

SECTIONS = (
    Section("the item", "title: x"),
    Section("the diff of a.py", "+x", "diff", path="a.py"),
    Section("the diff of b.py", "+y", "diff", path="b.py"),
)


def _finding(**changes):
    said = {
        "path": "a.py",
        "start_line": 1,
        "line": 2,
        "severity": "blocker",
        "title": "t",
        "why": "w",
        "evidence": "x",
        "suggestion": "",
    }
    return ReviewFinding.model_validate(said | changes)


def _reply(*verdicts):
    said = [{"number": n, "reason": "", "verdict": verdict} for n, verdict in verdicts]
    return SecondLookReply.model_validate({"verdicts": said})


def test_without_claims_nothing_is_asked():
    assert second_look.question([], SECTIONS) == ()


def test_the_claims_come_first_and_then_only_what_they_are_about():
    claims, *about = second_look.question([_finding()], SECTIONS)
    assert json.loads(claims.text)[0] | {"number": 1, "lines": "1-2"} == {
        "number": 1,
        "path": "a.py",
        "lines": "1-2",
        "title": "t",
        "why": "w",
        "evidence": "x",
    }
    assert claims.must
    assert [each.name for each in about] == ["the item", "the diff of a.py"]


def test_verdicts_are_by_number_and_two_that_differ_are_none():
    found = second_look.verdicts(
        _reply(
            (1, "holds"), (2, "refuted"), (2, "holds"), (3, "refuted"), (3, "refuted")
        )
    )
    assert found == {1: "holds", 2: "unsure", 3: "refuted"}


def test_no_reply_is_no_verdict():
    assert second_look.verdicts(None) == {}
