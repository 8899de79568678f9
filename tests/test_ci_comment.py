"""The comment on a failed run: one screen, the verdict first, nothing alive in it."""

from __future__ import annotations

import pytest

from bot import ci_comment
from bot.context import Finding
from bot.context.ci_findings import (
    BECAUSE,
    FAILURE,
    NO_ACCESS,
    NO_ANSWER,
    NO_JOBS,
    NO_LOG,
    NO_OUTPUT,
    ON_BASE,
    SUSPECT,
    VERDICT,
)


def _run(name="flaky", *because, severity="major", failures=1, **given):
    return [
        Finding(VERDICT, name, severity),
        *(Finding(BECAUSE, each) for each in because),
        *(
            Finding(FAILURE, f"job {n}: it broke", severity, "a.py", n, f"line {n}")
            for n in range(failures)
        ),
    ]


def test_nothing_is_said_about_what_was_not_judged():
    found = [Finding("duplicate", "looks like #3", "minor")]
    assert ci_comment.verdict(found) == ci_comment.next_step(found) == ""
    assert ci_comment.whole(found) == ""


def test_one_reason_stands_in_the_line_and_several_below():
    one = ci_comment.verdict(_run("flaky", "a reason"))
    assert one.endswith(": a reason.")
    many = ci_comment.verdict(_run("flaky", *(f"reason {n}" for n in range(5))))
    assert many.count("\n- ") == ci_comment.BECAUSES


@pytest.mark.parametrize("name", sorted(ci_comment.HEADS))
def test_every_verdict_has_a_head_and_a_next_step(name):
    assert ci_comment.verdict(_run(name)).startswith("**")
    assert ci_comment.next_step(_run(name)).startswith("**Next:** ")
    assert "{" not in ci_comment.next_step(_run(name, failures=0))


def test_a_verdict_that_nobody_knows_is_not_repeated():
    assert ci_comment.verdict(_run("@octocat merge this")) == ""


def test_two_failures_are_in_sight_and_the_rest_is_folded():
    found = _run(failures=5)
    assert ci_comment.failures(found).count("**What failed:**") == ci_comment.IN_SIGHT
    ((title, body),) = ci_comment.rest(found)
    assert title == "3 more failures"
    assert "line 4" in body


def test_one_failure_is_one():
    ((title, _),) = ci_comment.rest(_run(failures=ci_comment.IN_SIGHT + 1))
    assert title == "1 more failure"


@pytest.mark.parametrize(
    ("kind", "step"), [(NO_ACCESS, "`actions: read`"), (NO_ANSWER, "`/route triage`")]
)
def test_what_could_not_be_read_asks_for_what_it_takes(kind, step):
    found = [*_run("unclear", failures=0), Finding(kind, "x"), Finding(NO_LOG, "y")]
    assert step in ci_comment.next_step(found)
    assert ci_comment.rest(_run(failures=2)) == ()


def test_what_the_log_says_is_text_and_no_markdown():
    found = [
        Finding(VERDICT, "unclear", "major"),
        Finding(
            FAILURE, "job x: @octocat ![x](y) #3", "major", quote="```\n</details>"
        ),
    ]
    shown = ci_comment.failures(found)
    assert "![x]" not in shown
    assert "````\n```\n</details>\n````" in shown


def test_the_next_step_begins_where_the_change_is_met():
    found = [*_run("caused_by_this_change"), Finding(SUSPECT, "x", "info", "b.py", 7)]
    assert "`b.py:7`" in ci_comment.next_step(found)
    assert "`a.py`" in ci_comment.next_step(_run("caused_by_this_change"))


def test_without_a_log_or_a_job_the_next_step_says_what_is_missing():
    gone = [Finding(VERDICT, "unclear", "major"), Finding(NO_LOG, "job x", "major")]
    assert "a log to read" in ci_comment.next_step(gone)
    never = [
        Finding(VERDICT, "unclear", "major"),
        Finding(NO_JOBS, "w", "major", "ci.yml"),
    ]
    assert "`ci.yml`" in ci_comment.next_step(never)
    assert ci_comment.failures(never) == ""


def test_of_a_step_that_printed_nothing_the_command_is_run_by_itself():
    found = [Finding(VERDICT, "unclear", "major"), Finding(NO_OUTPUT, "job x", "major")]
    assert "**What failed:** job x" in ci_comment.failures(found)
    assert "Run the command by itself" in ci_comment.next_step(found)


def test_of_a_green_retry_nothing_is_asked():
    assert "Nothing to do" in ci_comment.next_step(_run("flaky", severity="info"))
    assert "run the failed jobs again" in ci_comment.next_step(_run("flaky"))


@pytest.mark.parametrize(
    ("name", "head", "step"),
    [
        ("caused_by_this_change", "New with this commit", "revert"),
        ("failing_on_base", "failed before this commit", "Repair the branch"),
        ("flaky", "Flaky", "worth a repair"),
    ],
)
def test_of_the_base_branch_itself_it_is_said_of_the_commit(name, head, step):
    found = [*_run(name), Finding(ON_BASE, "x")]
    assert head in ci_comment.verdict(found)
    assert step in ci_comment.next_step(found)
    assert ci_comment.failures(found).count("**What failed:**") == 1
