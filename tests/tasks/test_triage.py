"""Triage: a cause rests on lines of the log; nothing is invented."""

from __future__ import annotations

import pytest

from bot.tasks import IssueSummary, Job
from bot.tasks.triage import NO_JOBS, TASK, TriageReply
from tests.fakes import PARSE_ERROR, FakeReader, failing_run, issue

LOG = (
    b"2026-11-02T10:00:00.0Z ##[group]Run python -m pytest\n"
    b"2026-11-02T10:00:01.0Z FAILED tests/test_price.py::test_six - assert 3 == 4\n"
    b"2026-11-02T10:00:02.0Z ##[error]Process completed with exit code 1.\n"
)
JOBS = (Job(1, "test", "failure", ("Run tests",)),)
QUOTE = "FAILED tests/test_price.py::test_six - assert 3 == 4"


def _run(log=LOG, jobs=JOBS, **given):
    reader = FakeReader(ran=jobs, logs={1: log}, **given)
    return TASK.gather(failing_run(), reader)


def _reply(**changes):
    said = {
        "cause": "The price of six is wrong.",
        "evidence": [QUOTE],
        "suspect_path": "tests/test_price.py",
        "suspect_line": 3,
        "missing_information": [],
        "next_step": "Look at the discount.",
        "needs_debugging": False,
    }
    return TriageReply(**said | changes)


def test_the_log_is_distilled_to_what_explains_the_failure():
    material = _run()
    (log,) = [s for s in material.sections if s.kind == "log"]
    assert "log of job test" in log.name
    assert QUOTE in log.text
    assert material.findings[0].kind == "ci-failure"
    assert "test_six" in material.findings[0].message


def test_the_change_is_read_with_the_log():
    assert "the change" in [s.name for s in _run(change=PARSE_ERROR).sections]


def test_what_nobody_would_see_in_a_log_is_shown():
    (log,) = _run(LOG.replace(b"3 == 4", "3 \u202e== 4".encode())).sections
    assert "3 ⟨U+202E⟩== 4" in log.text


def test_what_nobody_would_see_in_the_change_is_shown():
    hidden = PARSE_ERROR.replace("total / 0", "total\u202e / 0")
    (change,) = [s for s in _run(change=hidden).sections if s.name == "the change"]
    assert "total⟨U+202E⟩ / 0" in change.text


def test_a_run_without_jobs_points_at_the_workflow_file():
    (found,) = _run(jobs=()).findings
    assert (found.message, found.severity) == (NO_JOBS, "major")


def test_a_log_that_is_gone_is_named():
    assert [f.kind for f in _run(b"").findings] == ["no-log"]


def test_a_log_without_an_error_claims_nothing():
    material = _run(b"all is well\n" * 50)
    assert [each.kind for each in material.findings] == ["no-cause"]
    assert "nothing is claimed" in TASK.render(None, material).body


def test_at_most_five_jobs_are_read_and_the_rest_is_counted():
    jobs = tuple(Job(1, f"job {n}", "failure") for n in range(9))
    assert _run(jobs=jobs).coverage == ("read the logs of 5 of 9 failed jobs",)


def test_an_issue_is_compared_with_the_open_ones():
    reader = FakeReader(issues=(IssueSummary(3, "Till crashes on start"),))
    found = TASK.gather(issue("Till crashes on start"), reader).findings
    assert "duplicate" in [each.kind for each in found]


def test_a_quote_that_stands_in_the_log_is_kept():
    checked = TASK.check(_reply(), _run())
    assert checked.reply.evidence == [QUOTE]
    assert (checked.failed, checked.redirect) == (False, "")


def test_a_cause_that_rests_on_an_invented_quote_fails():
    checked = TASK.check(_reply(evidence=["it was the wind"]), _run())
    assert checked.failed
    assert checked.reply.evidence == []


def test_a_cause_of_a_run_without_any_quote_fails():
    assert TASK.check(_reply(evidence=[]), _run()).failed


def test_no_cause_needs_no_quote():
    assert not TASK.check(_reply(cause="", evidence=[]), _run()).failed


def test_a_cause_of_an_issue_needs_no_quote():
    material = TASK.gather(issue("Crash", "It crashes."), FakeReader())
    assert not TASK.check(_reply(evidence=[]), material).failed


def test_a_path_that_nothing_names_is_dropped_with_its_line():
    checked = TASK.check(_reply(suspect_path="src/ghost.py"), _run())
    assert (checked.reply.suspect_path, checked.reply.suspect_line) == ("", 0)
    assert "suspect path" in checked.dropped


@pytest.mark.parametrize(("quote", "redirect"), [(QUOTE, "debug"), ("wind", "")])
def test_debugging_takes_over_only_with_evidence(quote, redirect):
    reply = _reply(evidence=[quote], needs_debugging=True)
    assert TASK.check(reply, _run()).redirect == redirect


def test_the_answer_has_cause_evidence_suspect_and_next_step():
    answer = TASK.render(_reply(missing_information=["the version"]), _run())
    assert answer.body.startswith("The price of six is wrong.")
    assert f"```\n{QUOTE}\n```" in answer.body
    assert "**Suspect:** `tests/test_price.py:3`" in answer.body
    assert "- the version" in answer.body
    assert "**Next:** Look at the discount." in answer.body
    assert answer.weight == "major"


def test_an_issue_with_nothing_missing_has_nothing_to_act_on():
    reply = _reply(cause="", evidence=[], suspect_path="", next_step="Wait.")
    material = TASK.gather(issue("Thanks", "for the fish"), FakeReader())
    assert TASK.render(reply, material).weight is None
