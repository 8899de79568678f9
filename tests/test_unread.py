"""What could not be read: by kind, short, with the permission that would help."""

from __future__ import annotations

import pytest

from bot import unread

FORBIDDEN = "could not be read (no permission)"
GONE = "could not be read (404: GitHub has none)"


def test_nothing_missing_is_nothing_said():
    assert unread.as_markdown([]) == ""


def test_what_is_alike_is_one_line():
    missing = [f"log of job {n} {FORBIDDEN}" for n in range(3)]
    assert unread.as_markdown(missing) == (
        "- log of job 0 and 2 more could not be read (no permission); "
        "give the token `actions: read`"
    )


def test_another_reason_is_another_line():
    told = unread.as_markdown([f"log of job 1 {FORBIDDEN}", f"log of job 2 {GONE}"])
    assert told.count("\n") == 1


def test_the_same_sentence_is_said_once():
    sentence = "log of job 5 is empty"
    assert unread.as_markdown([sentence, sentence]) == f"- {sentence}"


def test_what_was_told_already_is_not_told_again():
    assert unread.as_markdown(["cut", "other"], told=("cut",)) == "- other"


def test_an_expired_log_that_a_finding_tells_of_is_not_told_again():
    why = "could not be read (410: it has expired or was deleted)"
    told = (f"job test: its log {why}",)
    assert unread.as_markdown([f"log of job 5 {why}"], told=told) == ""
    assert unread.as_markdown([f"log of job 5 {why}"]) != ""


def test_a_permission_is_named_though_the_fault_was_told():
    told = (f"its log {FORBIDDEN}",)
    assert "actions: read" in unread.as_markdown(
        [f"log of job 5 {FORBIDDEN}"], told=told
    )


@pytest.mark.parametrize(
    ("what", "permission"),
    [
        ("annotations of job test (3.12)", "checks: read"),
        ("runs of the base branch", "actions: read"),
        ("artifacts of run 5", "actions: read"),
        ("open issues", "issues: read"),
        ("our earlier comments", "issues: read"),
        ("review threads", "pull-requests: read"),
        ("file list", "contents: read"),
        ("file labels.yml of the default branch", "contents: read"),
        ("files (12 of them)", "contents: read"),
        ("archive of the repository", "contents: read"),
    ],
)
def test_the_permission_that_is_lacking_is_named(what, permission):
    given = unread.as_markdown([f"{what} {FORBIDDEN}"])
    assert given.endswith(f"; give the token `{permission}`")
    hidden = unread.as_markdown([f"{what} {GONE}"])
    assert hidden.endswith(f"; if there is any, the token lacks `{permission}`")


def test_an_outage_needs_no_permission():
    sentence = "labels could not be read (GitHub answered 502)"
    assert unread.as_markdown([sentence]) == f"- {sentence}"


def test_no_more_than_ten_lines():
    lines = unread.as_markdown([f"thing {n} is odd" for n in range(11)]).split("\n")
    assert lines[8:] == ["- thing 8 is odd", "- and 2 more"]
    assert len(lines) == 10
    ten = unread.as_markdown([f"thing {n} is odd" for n in range(10)])
    assert ten.endswith("- thing 9 is odd")


def test_what_strangers_named_is_plain_and_short():
    told = unread.as_markdown([f"annotations of job @octocat <b>{'x' * 900} {GONE}"])
    assert "<b>" not in told
    assert " @octocat" not in told
    assert len(told) < 500
