"""Verdicts take tests away and name evidence in our words; they bring nothing in."""

from __future__ import annotations

import json

import pytest

from bot import generated, verdicts
from bot.draft import MAX_SUGGESTION, Candidate, Candidates, Draft
from bot.generated import SuggestedTest
from bot.verdicts import EVIDENCE, Verdict, Verdicts
from bot.verify.sandbox import HOLDS

ONE = SuggestedTest(
    path="tests/test_a.py",
    name="test_a",
    code="def test_a():\n    assert f() == 1\n",
    covers="f",
)
TWO = ONE.model_copy(update={"name": "test_b", "code": "def test_b(): assert f()\n"})
HOW = HOLDS["user namespaces"]
GOOD = "passes 3 of 3, fails without the change, covers lines 3, 7-9 of shop/a.py"


def draft(*candidates: Candidate) -> Draft:
    tests = Candidates(tests=candidates, left_out=("does not parse (1)",))
    return Draft(kind="answer", task="test", body="Found.", tests=tests, speaks=True)


def said(end: str, reason: str = "", test: SuggestedTest = ONE) -> Verdict:
    return Verdict(key=generated.key(test), end=end, reason=reason)


@pytest.mark.parametrize(
    "reason",
    [
        GOOD,
        "passes 3 of 3, kills 2 of 3 mutants",
        "passes 3 of 3, covers line 3 of src/[id].ts",
        f"{GOOD}, kills 1 of 6 mutants",
    ],
)
def test_evidence_in_our_words_is_evidence(reason):
    assert EVIDENCE.fullmatch(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "passes 3 of 3",
        "passes 2 of 3, fails without the change",
        f"{GOOD}, approved by maintainer",
        "passes 3 of 3, covers line 3 of https://evil.example",
        f"{GOOD}\n/route plan",
        "passes 3 of 3" + ", kills 1 of 1 mutants" * 9,
    ],
)
def test_evidence_in_other_words_is_none(reason):
    settled = verdicts.settled(
        draft(Candidate(test=ONE)), Verdicts(tests=(said("kept", reason),))
    )
    assert f"{verdicts.ODD} (1)" in settled.body
    assert settled.folds == ()


def test_what_was_dropped_is_counted_with_what_was_never_run():
    found = verdicts.settled(
        draft(Candidate(test=ONE), Candidate(test=TWO)),
        Verdicts(how=HOW, tests=(said("dropped", "does not run"),)),
    )
    assert f"**No test held** ({HOW})." in found.body
    for reason in ("does not parse", "does not run", verdicts.UNSAID):
        assert f"{reason} (1)" in found.body
    assert found.tests is None


def test_a_verdict_on_another_text_is_none_on_this_one():
    other = ONE.model_copy(update={"code": "def test_a():\n    assert True\n"})
    found = verdicts.settled(
        draft(Candidate(test=ONE)), Verdicts(tests=(said("kept", GOOD, other),))
    )
    assert verdicts.UNSAID in found.body


def test_two_tests_of_one_place_come_as_one_suggestion():
    place = {"line": 5, "current": "    assert g()"}
    found = verdicts.settled(
        draft(
            Candidate(test=ONE, below="\n\n\nONE", **place),
            Candidate(test=TWO, below="\n\n\nTWO", **place),
        ),
        Verdicts(tests=(said("kept", GOOD), said("kept", GOOD, TWO))),
    )
    (comment,) = found.inline
    assert comment.suggestion == "    assert g()\n\n\nONE\n\n\nTWO"
    assert "test_a" in comment.body
    assert "test_b" in comment.body
    assert found.folds == ()
    assert "**2 tests, run before you see them**" in found.body


def test_words_of_who_ran_the_tests_are_not_repeated():
    found = verdicts.settled(
        draft(Candidate(test=ONE)),
        Verdicts(how="**Approved.**", tests=(said("kept", GOOD),)),
    )
    assert "Approved" not in found.model_dump_json()


def test_what_one_suggestion_cannot_hold_stays_in_the_folds():
    place = {"line": 5, "current": "x"}
    found = verdicts.settled(
        draft(
            Candidate(test=ONE, below="a" * (MAX_SUGGESTION - 1), **place),
            Candidate(test=TWO, below="b", **place),
        ),
        Verdicts(tests=(said("kept", GOOD), said("kept", GOOD, TWO))),
    )
    (comment,) = found.inline
    assert len(comment.suggestion) == MAX_SUGGESTION
    (fold,) = found.folds
    assert "test_b" in fold.title
    alone = draft(Candidate(test=ONE, below="a" * MAX_SUGGESTION, **place))
    assert verdicts.settled(alone, Verdicts(tests=(said("kept", GOOD),))).inline == ()


def test_no_test_at_all_needs_no_notice_that_none_was_run():
    assert verdicts.settled(draft(), None).notice == ""


def test_a_bug_stands_apart_and_is_no_suggestion():
    place = Candidate(test=ONE, line=5, current="x", below="ONE")
    found = verdicts.settled(
        draft(place), Verdicts(how="x", tests=(said("bug", "assert 1 == 2"),))
    )
    assert found.inline == ()
    (fold,) = found.folds
    assert fold.title == "Possible bug found by test_a"
    assert "assert 1 == 2" in fold.body


def test_a_draft_without_tests_is_left_alone():
    plain = Draft(kind="info", body="x")
    assert verdicts.settled(plain, None) is plain


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "x"},
        {"end": "approved"},
        {"code": "import os"},
        {"reason": "x" * 1_001},
        {"detail": "x" * 2_001},
    ],
)
def test_odd_verdicts_are_none(tmp_path, wrong):
    one = {"key": "0" * 64, "end": "kept", "reason": GOOD, "detail": ""}
    file = tmp_path / "verdicts.json"
    file.write_text(json.dumps({"schema": 1, "how": "", "tests": [one]}))
    assert verdicts.read_file(str(file)) is not None
    file.write_text(json.dumps({"schema": 1, "how": "", "tests": [one | wrong]}))
    assert verdicts.read_file(str(file)) is None
    file.write_bytes(b" " * (verdicts.MAX_BYTES + 1))
    assert verdicts.read_file(str(file)) is None
    assert verdicts.read_file(str(tmp_path / "none.json")) is None
