"""Event → draft → comment, with a scripted model in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import case, ledger, pipeline, publish, secrets
from bot.case import Opened
from bot.catalog import Route
from bot.errors import AuthRejected, ProviderError, TooLarge
from bot.ledger import Place
from bot.publish import Rules
from bot.reader import Job
from bot.tasks.debug import DebugReply
from bot.tasks.review import ReviewReply
from bot.tasks.triage import TriageReply
from tests.fakes import (
    PARSE_ERROR,
    STRANGER,
    FakePublisher,
    FakeReader,
    ScriptedAsk,
    comment,
    failing_run,
    issue,
    pull,
    world,
)

LOG = b"##[group]Run pytest\nFAILED test_price.py::test_six - 3 != 4\n##[error]exit 1\n"
RUN = FakeReader(
    change=PARSE_ERROR,
    files={"orchard/pricing.py": "def price(count):\n    return count / 0\n"},
    ran=(Job(1, "test", "failure"),),
    logs={1: LOG},
)
CAUSE = TriageReply(
    cause="A price is wrong.",
    evidence=["FAILED test_price.py::test_six - 3 != 4"],
    suspect_path="",
    suspect_line=0,
    missing_information=[],
    next_step="Look at it.",
    needs_debugging=False,
)
INVENTED = CAUSE.model_copy(update={"evidence": ["in no log"]})
NEEDS_DEBUGGING = CAUSE.model_copy(update={"needs_debugging": True})
HYPOTHESIS = {
    "title": "Division by nothing",
    "explanation": "It divides by zero.",
    "evidence": [
        {"path": "orchard/pricing.py", "line": 2, "quote": "return total / 0"}
    ],
    "confirm": "run it",
}
DEBUGGED = DebugReply(
    hypotheses=[HYPOTHESIS], reproduction="", fix_sketch="", wanted=[]
)
FOUND = ReviewReply(
    findings=[
        {
            "path": "orchard/pricing.py",
            "start_line": 3,
            "line": 3,
            "severity": "major",
            "title": "Division by zero",
            "why": "Always.",
            "evidence": "return total / 0",
            "suggestion": "",
        }
    ],
    wanted=[],
)
NOTHING = ReviewReply(findings=[], wanted=[])
PLACE = Place(77, 7)


def _analyze(event, *script, reader=RUN, ask=None, **given):
    asked = ask or ScriptedAsk(list(script))
    return pipeline.analyze(event, world(reader, asked, **given))


def _run(event, publisher, *script, **given):
    rules = Rules(secrets.vault(()))
    made = world(RUN, ScriptedAsk(list(script)), **given)
    draft = pipeline.analyze(event, made)
    return publish.to_thread(draft, event, publisher=publisher, rules=rules)


def test_a_failing_run_is_triaged_from_its_log():
    draft = _analyze(failing_run(), CAUSE)
    assert "A price is wrong." in draft.body
    assert (draft.record.outcome, draft.record.calls) == ("answered", 1)
    assert draft.speaks


def test_two_runs_leave_one_comment_with_both_records():
    publisher = FakePublisher()
    assert _run(failing_run(), publisher, CAUSE).status == "created"
    assert _run(failing_run(), publisher, CAUSE).status == "updated"
    (only,) = publisher.comments
    assert ledger.read(only.body, PLACE).history.runs == 2


def test_a_review_posts_its_findings_on_their_lines_once():
    publisher = FakePublisher(change=RUN.change)
    _run(pull(), publisher, FOUND)
    _run(pull(), publisher, FOUND)
    ((_, comments),) = publisher.reviews
    assert [(c["path"], c["line"]) for c in comments] == [("orchard/pricing.py", 3)]
    assert publisher.comments == []


def test_without_a_key_no_model_is_asked_and_the_findings_stand():
    ask = ScriptedAsk()
    draft = _analyze(failing_run(), ask=ask, keys=False)
    assert ask.requests == []
    assert draft.degraded
    assert "No model key is set" in draft.notice
    assert "3 != 4" in draft.body


def test_a_secret_in_a_file_that_was_looked_up_reaches_no_model():
    files = {"orchard/settings.py": f"KEY = '{'ghp_' + 'a1B2' * 9}'\n"}
    reader = FakeReader(change=PARSE_ERROR, files=files)
    wanting = FOUND.model_copy(update={"wanted": ["orchard/settings.py"]})
    ask = ScriptedAsk([wanting, FOUND])
    _analyze(pull(), reader=reader, ask=ask)
    assert "[REDACTED:github-token]" in ask.requests[1].added
    assert "ghp_" not in ask.requests[1].added


def test_a_rejected_key_is_a_degraded_answer():
    draft = _analyze(failing_run(), AuthRejected("no model answered: 401"))
    assert draft.degraded
    assert "401" in draft.notice
    assert draft.record.calls == 1


def test_an_answer_that_does_not_hold_escalates_and_the_record_says_so():
    draft = _analyze(failing_run(), INVENTED, CAUSE)
    assert draft.record.escalated_from == "balanced"
    assert draft.record.model_class == "reasoning"
    assert draft.record.calls == 2


def test_a_stranger_is_not_escalated_above_the_ceiling():
    ask = ScriptedAsk([INVENTED, CAUSE])
    event = failing_run(author=STRANGER, actor=STRANGER)
    draft = _analyze(event, ask=ask)
    assert len(ask.requests) == 1
    assert (draft.degraded, draft.record.model_class) == (True, "balanced")


@pytest.mark.parametrize(
    "rules", ["escalate = false", '[tasks.triage]\nceiling = "balanced"']
)
def test_where_the_policy_forbids_it_nothing_is_escalated(rules):
    ask = ScriptedAsk([INVENTED, CAUSE])
    assert _analyze(failing_run(), ask=ask, rules=rules).degraded
    assert len(ask.requests) == 1


def test_a_triage_that_needs_debugging_goes_on_in_the_same_run():
    draft = _analyze(failing_run(), NEEDS_DEBUGGING, DEBUGGED)
    assert draft.task == "debug"
    assert "Division by nothing" in draft.body
    assert draft.record.calls == 2
    assert draft.record.redirected_from == "triage"
    assert draft.record.escalated_from == ""
    assert draft.record.runner_up == "triage"


def test_a_redirect_that_fails_leaves_the_triage_with_the_whole_bill():
    draft = _analyze(failing_run(), NEEDS_DEBUGGING, TooLarge("no"), TooLarge("no"))
    assert draft.task == "triage"
    assert "A price is wrong." in draft.body
    assert draft.record.calls == 3


def test_where_the_policy_forbids_it_nothing_is_redirected():
    draft = _analyze(failing_run(), NEEDS_DEBUGGING, rules="redirect = false")
    assert draft.task == "triage"


def test_a_redirect_keeps_the_events_own_limit_of_calls():
    ask = ScriptedAsk([NEEDS_DEBUGGING, DEBUGGED])
    draft = _analyze(failing_run(), ask=ask, rules="max_calls_per_event = 1")
    assert draft.task == "triage"
    assert len(ask.requests) == 1


def test_a_redirect_counts_what_was_spent_before_against_the_budget():
    made = world(RUN)
    found = case.of(failing_run(), made)
    debug = replace(found.classification, task="debug")
    opened = Opened(found.event, RUN, found.standing, debug)
    other = case.made_ready(opened, made)
    # Enough for the dear call alone, not for it and what was spent before.
    usd = other.router.costs.expected_usd(other.decision.routes[0])
    ask = ScriptedAsk([NEEDS_DEBUGGING, DEBUGGED])
    draft = _analyze(failing_run(), ask=ask, usd=usd)
    assert draft.task == "triage"
    assert len(ask.requests) == 1


def test_an_unknown_price_is_recorded_as_unknown():
    rules = """
[classes.balanced]
models = ["compatible:mystery"]
[models."compatible:mystery"]
context_window = 100_000
"""
    record = _analyze(failing_run(), CAUSE, rules=rules).record
    assert record.usd is None
    assert record.baseline_usd is None
    assert record.largest_usd > 0


def test_a_fallback_is_recorded_with_its_reason():
    first = Route("anthropic", "claude-sonnet-5-5", "medium")
    ask = ScriptedAsk([CAUSE], fallbacks=((first, "overloaded"),))
    record = _analyze(failing_run(), ask=ask).record
    assert record.fallbacks == ("anthropic:claude-sonnet-5-5@medium: overloaded",)


def test_the_budget_of_nothing_gives_the_findings_and_says_why():
    draft = _analyze(failing_run(), usd=0.0)
    assert draft.degraded
    assert "USD are left" in draft.notice
    assert draft.record.calls == 0


def test_why_asks_no_model():
    ask = ScriptedAsk()
    draft = _analyze(comment("/route why"), ask=ask)
    assert (draft.kind, draft.title, ask.requests) == ("info", "Why", [])


def test_what_is_wanted_is_read_from_the_repository_only():
    wanted = FOUND.model_copy(update={"wanted": ["orchard/pricing.py", "/etc/passwd"]})
    ask = ScriptedAsk([wanted, FOUND])
    _analyze(pull(), ask=ask)
    assert "return count / 0" in ask.requests[1].added
    assert "passwd" not in ask.requests[1].added


def test_instructions_come_from_the_default_branch():
    ask = ScriptedAsk([CAUSE])
    rules = '[tasks.triage]\ninstructions = "docs/triage.md"'
    _analyze(
        failing_run(), ask=ask, rules=rules, trusted={"docs/triage.md": "Be kind."}
    )
    assert "Be kind." in ask.requests[0].system


def test_missing_instructions_are_no_fault():
    rules = '[tasks.triage]\ninstructions = "docs/gone.md"'
    assert not _analyze(failing_run(), CAUSE, rules=rules).degraded


def test_an_event_for_nobody_is_nothing():
    assert _analyze(issue(is_locked=True)).reason == "#7 is locked"


def test_a_class_for_a_command_is_followed_to_its_models():
    ask = ScriptedAsk([CAUSE])
    _analyze(comment("/route triage fast"), ask=ask)
    assert str(ask.routes[0][0]) == "anthropic:claude-haiku-5-5"


def test_a_symbol_a_review_asks_for_is_shown_where_it_is_defined():
    files = {
        "orchard/pricing.py": "from orchard.rates import rate\n",
        "orchard/rates.py": "def rate(count):\n    return 2  # per piece\n",
    }
    reader = FakeReader(change=PARSE_ERROR, files=files)
    ask = ScriptedAsk([{"findings": [], "wanted": ["orchard.rates.rate"]}, NOTHING])
    _analyze(pull(), ask=ask, reader=reader)
    first, second = ask.requests
    assert second.user == first.user
    assert "definition of orchard.rates.rate in orchard/rates.py:1" in second.added
    assert "per piece" in second.added


def test_critical_files_of_a_large_change_are_read_by_the_bigger_class_alone():
    change = _new_file("orchard/auth.py", 20) + _new_file("orchard/stock.py", 3_000)
    ask = ScriptedAsk([NOTHING, NOTHING])
    draft = _analyze(pull(), ask=ask, reader=FakeReader(change=change))
    (critical,), (other,) = ([r.model for r in routes[:1]] for routes in ask.routes)
    assert (critical, other) == ("claude-opus-5-5", "claude-sonnet-5-5")
    assert "orchard/stock.py" not in ask.requests[0].user
    shares = [(s.model_class, s.files, s.paths) for s in draft.record.shares]
    assert shares == [
        ("reasoning", 1, ("orchard/auth.py",)),
        ("balanced", 1, ("orchard/stock.py",)),
    ]
    assert draft.record.model_class == "reasoning"


def test_a_partial_review_speaks_and_names_what_was_not_read():
    change = _new_file("orchard/auth.py", 20) + _new_file("orchard/stock.py", 3_000)
    ask = ScriptedAsk([NOTHING, ProviderError("down")])
    draft = _analyze(pull(), ask=ask, reader=FakeReader(change=change))
    assert draft.speaks
    assert "read 1 of 2 files; 1 not read: no model answered" in draft.body
    assert "- orchard/stock.py: no model answered" in draft.body


def _new_file(path, lines):
    body = "".join(f"+value_{n} = {n}\n" for n in range(1, lines + 1))
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n"
    return f"{head}--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines} @@\n{body}"
