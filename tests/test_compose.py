"""From an outcome to a draft: the words, the record, and whether to speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import case, choice, compose
from bot.answer import Outcome
from bot.case import Case
from bot.catalog import Route
from bot.classify import Classification
from bot.context import Finding
from bot.providers import Usage
from bot.reader import Job
from bot.record_parts import ShareRecord
from bot.review import words
from bot.spending import Meter
from bot.tasks import Answer, Checked
from bot.tasks.review import ReviewReply
from bot.tasks.triage import TriageReply
from tests.fakes import (
    PARSE_ERROR,
    SHA,
    FakeReader,
    comment,
    failing_run,
    issue,
    pull,
    world,
)

ROUTE = Route("anthropic", "claude-sonnet-5-5", "medium")
REPLY = TriageReply(
    cause="A price is wrong.",
    evidence=[],
    suspect_path="",
    suspect_line=0,
    missing_information=[],
    next_step="",
    needs_debugging=False,
)
NO_FINDINGS = ReviewReply(findings=[], wanted=[])
ANSWERED = Outcome(Checked(REPLY, ("quote 0",)), "balanced")
FAILED = Outcome(None, "balanced", reason="no model answered: it was down")


def _case(event=None, reader=None, **given):
    found = case.of(event or comment("/route triage"), world(reader, **given))
    assert isinstance(found, Case)
    return found


def _meter():
    return Meter(price=lambda route, usage: 0.0, counted=lambda route, usage: 0.0)


def _paid(found):
    meter = _meter()
    meter.calls_made, meter.route = 2, ROUTE
    meter.usage, meter.usd_spent = Usage(12_000, 600, 100), 0.045
    meter.seconds, meter.fallbacks = 1.23456, ["openai:x: no key"] * 30
    return meter


def _draft(found, outcome=ANSWERED, meter=None, **given):
    return compose.draft(
        found, outcome, meter=meter or _paid(found), world=world(**given)
    )


def test_an_answer_carries_its_words_and_its_commit():
    draft = _draft(_case(failing_run()))
    assert (draft.kind, draft.task, draft.title) == ("answer", "triage", "Triage")
    assert "\n\nA price is wrong." in draft.body
    assert (draft.sha, draft.degraded, draft.notice) == (SHA, False, "")


def test_the_record_says_what_was_decided_and_spent():
    record = _draft(_case(), replace(ANSWERED, escalated_from="fast")).record
    assert (record.task, record.via, record.cause) == ("triage", "command", "command")
    assert (record.route, record.calls) == (str(ROUTE), 2)
    assert (record.input_tokens, record.output_tokens, record.usd) == (
        12_000,
        600,
        0.045,
    )
    assert (record.outcome, record.escalated_from, record.dropped) == (
        "answered",
        "fast",
        1,
    )
    assert record.seconds == 1.235
    assert len(record.fallbacks) == 20
    assert record.largest_usd > record.baseline_usd > 0


def test_without_a_call_nothing_is_compared():
    found = _case()
    record = _draft(found, FAILED, _meter()).record
    assert (record.baseline_usd, record.largest_usd, record.route) == (None, None, "")


def test_where_a_model_should_have_answered_the_draft_is_degraded():
    draft = _draft(_case(), FAILED)
    assert draft.degraded
    assert draft.notice == (
        "No model answered: it was down. What follows was established without a model."
    )
    assert draft.record.outcome == "degraded"


def test_without_a_key_the_draft_is_degraded():
    found = _case(keys=False)
    outcome = Outcome(None, "balanced", reason=found.standing.grant.reason)
    assert _draft(found, outcome).degraded


def test_where_the_policy_wants_no_model_the_draft_is_not_degraded():
    found = _case(issue("It is broken", "always"), writers=(), rules=_FINDINGS)
    outcome = Outcome(None, "balanced", reason=found.standing.grant.reason)
    draft = _draft(found, outcome)
    assert (draft.degraded, draft.record.outcome) == (False, "findings")


_FINDINGS = 'outsiders = "findings"'


@pytest.mark.parametrize(("severity", "speaks"), [("minor", True), ("major", True)])
def test_a_finding_that_reaches_the_threshold_speaks(severity, speaks):
    finding = {
        "path": "orchard/pricing.py",
        "start_line": 3,
        "line": 3,
        "severity": severity,
        "title": "t",
        "why": "w",
        "evidence": "return total / 0",
        "suggestion": "",
    }
    reply = ReviewReply(findings=[finding], wanted=[])
    found = _case(pull(), FakeReader(change=PARSE_ERROR))
    draft = _draft(found, Outcome(Checked(reply), "balanced"))
    assert draft.speaks is speaks
    assert draft.inline[0].line == 3


def test_a_finding_below_the_threshold_of_the_policy_is_quiet():
    rules = '[tasks.triage]\ncomment_from = "blocker"'
    draft = _draft(_case(failing_run(), rules=rules), rules=rules)
    assert not draft.speaks


def test_a_review_without_findings_is_quiet():
    found = _case(pull(), FakeReader(change=PARSE_ERROR))
    assert not _draft(found, Outcome(Checked(NO_FINDINGS), "balanced")).speaks


def test_whoever_asked_is_answered_whatever_was_found():
    reply = REPLY.model_copy(update={"cause": ""})
    assert _draft(_case(), Outcome(Checked(reply), "balanced")).speaks


def test_what_did_not_fit_is_listed():
    draft = _draft(_case(), replace(ANSWERED, left_out=("log: all 9 lines left out",)))
    assert "Not read, or not whole:\n\n- log: all 9 lines left out" in draft.body


def test_a_doubtful_text_invites_a_command():
    found = _case(issue("Hm", "well"))
    doubtful = Classification(
        "triage", "text", 0.2, (), "plan", (("plan", 0.3), ("triage", 0.2))
    )
    draft = _draft(replace(found, classification=doubtful))
    assert "(plan was the nearest)" in draft.body
    assert "`/route <task>`" in draft.body


def test_the_failing_jobs_are_part_of_what_makes_two_runs_the_same():
    jobs = (Job(2, "test", "failure"), Job(1, "lint", "failure"))
    draft = _draft(_case(failing_run(), FakeReader(ran=jobs)))
    assert draft.fingerprint == "lint,test"
    assert _draft(_case()).fingerprint == ""


def test_the_longest_reason_still_makes_a_record():
    draft = _draft(_case(), replace(FAILED, reason="x" * 5_000))
    assert len(draft.record.reason) == 400
    assert len(draft.notice) < 1_000


def _found(count, severity="major"):
    said = [
        {
            "path": "orchard/pricing.py",
            "start_line": 3,
            "line": 3,
            "severity": severity,
            "title": f"t{n}",
            "why": "w",
            "evidence": "return total / 0",
            "suggestion": "",
        }
        for n in range(count)
    ]
    return Outcome(Checked(ReviewReply(findings=said, wanted=[])), "balanced")


def _review(outcome, **given):
    found = _case(pull(), FakeReader(change=PARSE_ERROR), **given)
    return _draft(found, outcome, **given)


@pytest.mark.parametrize(
    ("rules", "inline"), [("", 10), ("inline = 3", 3), ("inline = 0", 0)]
)
def test_the_policy_says_how_many_comments_stand_on_lines(rules, inline):
    draft = _review(_found(12), rules=f"[tasks.review]\n{rules}")
    assert len(draft.inline) == inline
    (further,) = draft.folds
    assert further.title == choice.FURTHER
    assert further.body.count("**major: t") == 12 - inline


def test_findings_below_what_the_policy_comments_on_go_to_the_job_summary():
    rules = '[tasks.review]\ncomment_from = "major"'
    draft = _review(_found(2, "minor"), rules=rules)
    assert (draft.inline, draft.folds, draft.speaks) == ((), (), False)
    assert choice.LIGHTER in [each.title for each in draft.asides]


def test_a_calm_risk_map_is_for_the_job_summary_alone():
    found = _case(pull(), FakeReader(change=PARSE_ERROR))
    risk = Finding("untested", "no test names price", "minor", "orchard/pricing.py")
    seen = replace(found.material, findings=(risk,))
    draft = _draft(found, replace(_found(1), seen=seen))
    assert draft.folds == ()
    assert [each.title for each in draft.asides] == [words.RISK_MAP]


def test_the_record_counts_what_was_dropped_by_reason():
    dropped = ("quote not found there",) * 3 + ("path not in the change",)
    outcome = Outcome(Checked(NO_FINDINGS, dropped), "balanced")
    record = _review(outcome).record
    assert record.dropped == 4
    assert [(each.reason, each.count) for each in record.dropped_for] == [
        ("quote not found there", 3),
        ("path not in the change", 1),
    ]


def test_more_reasons_than_a_record_takes_are_cut():
    outcome = Outcome(Checked(NO_FINDINGS, tuple(map(str, range(50)))), "balanced")
    assert len(_review(outcome).record.dropped_for) == 20


def test_the_record_says_which_class_read_which_files():
    share = ShareRecord(model_class="fast", files=2, paths=("a.md",), calls=1, usd=0.1)
    outcome = replace(_found(0), shares=(share,))
    assert _review(outcome).record.shares == (share,)


def test_a_long_list_of_what_was_not_read_is_cut():
    outcome = replace(_found(1), left_out=tuple(f"f{n}.py: budget" for n in range(99)))
    body = _review(outcome).body
    assert body.count("budget") == 20
    assert "and 79 more" in body


def test_the_comment_says_what_was_seen_and_not_what_was_gathered():
    found = _case(pull(), FakeReader(change=PARSE_ERROR))
    seen = replace(found.material, coverage=("read 0 of 1 file; 1 not read: why",))
    draft = _draft(found, replace(_found(1), seen=seen))
    assert "read 0 of 1 file; 1 not read: why" in draft.body


UNREAD = "labels could not be read (no permission)"


def test_what_could_not_be_read_is_a_fold_of_the_answer():
    found = _case()
    found.reader.missing.append(UNREAD)
    fold = _draft(found, ANSWERED).folds[-1]
    assert fold.title == "Not read"
    assert fold.body.startswith(f"- {UNREAD}; give the token `issues: read`")


def test_what_is_found_missing_after_gathering_is_said_too():
    found = _case()
    assert "Not read" not in [fold.title for fold in _draft(found, ANSWERED).folds]
    found.reader.missing.append("log of job 5 is empty")
    assert _draft(found, ANSWERED).folds[-1].title == "Not read"


def test_an_answer_without_words_says_nothing_of_what_was_not_read():
    found = _case(pull(), FakeReader())
    found.reader.missing.append(UNREAD)
    outcome = Outcome(Checked(NO_FINDINGS), "balanced", seen=found.material)
    silent = replace(found.task, render=lambda reply, material: Answer("", weight=None))
    draft = compose.draft(
        replace(found, task=silent), outcome, meter=_meter(), world=world(FakeReader())
    )
    assert draft.folds == ()
    assert [fold.title for fold in draft.asides] == ["Not read"]
