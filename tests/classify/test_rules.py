from dataclasses import replace

import pytest

from bot.classify import classify, labels, rules
from bot.events import Actor, Event, PullHead, Repository, WorkflowRun

HERE = Repository("octo/spoon", id=1)
MAP = {"RFC": "plan", "bug": "debug", "good first issue": "code", "tests": "test"}


@pytest.mark.parametrize(
    "body",
    [
        "### What is proposed\n\nA store.",
        "hello\n\n## WHAT is proposed  \n",
        "# What is proposed",
    ],
)
def test_a_field_of_an_issue_form_decides(body):
    verdict = rules.form_verdict(_form(body), headings={"What is proposed": "plan"})
    assert (verdict.task, verdict.rule) == ("plan", "issue-form")


@pytest.mark.parametrize(
    "body",
    ["What is proposed", "```\n### What is proposed\n```", "### Something else", ""],
)
def test_words_that_are_no_field_decide_nothing(body):
    headings = {"What is proposed": "plan"}
    assert rules.form_verdict(_form(body), headings=headings) is None


def test_of_two_fields_the_task_that_says_more_wins():
    headings = {"Steps": "debug", "Proposal": "plan"}
    verdict = rules.form_verdict(_form("# Steps\n# Proposal"), headings=headings)
    assert verdict.task == "plan"


def _form(body):
    return Event("issues", "opened", number=1, title="t", body=body)


def run_event(conclusion, *, event="push", repository_id=1, attempt=1):
    run = WorkflowRun(
        id=9,
        workflow_id=8,
        name="CI",
        path=".github/workflows/ci.yml",
        conclusion=conclusion,
        event=event,
        attempt=attempt,
        head=PullHead("a" * 40, "main", repository_id),
        actor=None,
        triggering_actor=None,
    )
    return Event("workflow_run", "completed", repository=HERE, run=run)


def issue(action="opened", **fields):
    return Event("issues", action, **{"title": "Title", "body": "Body", **fields})


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
@pytest.mark.parametrize("repository_id", [1, 2])
def test_a_failing_run_is_triaged_also_on_a_fork(conclusion, repository_id):
    event = run_event(conclusion, event="pull_request", repository_id=repository_id)
    found = classify(event)
    assert (found.task, found.via, found.confidence) == ("triage", "rule", 1.0)
    assert found.signals[0].name == "failing-run"
    assert conclusion in found.signals[0].evidence


@pytest.mark.parametrize("conclusion", ["success", "cancelled", "skipped", ""])
def test_any_other_run_of_a_forks_pull_request_is_reviewed(conclusion):
    event = run_event(conclusion, event="pull_request", repository_id=2)
    assert classify(event).task == "review"


def test_a_run_that_passed_on_retry_is_triaged_once_more():
    found = classify(run_event("success", attempt=2))
    assert (found.task, found.signals[0].name) == ("triage", "passed-on-retry")
    fork = run_event("success", event="pull_request", repository_id=2, attempt=2)
    assert classify(fork).task == "review"


@pytest.mark.parametrize(
    "conclusion",
    ["success", "cancelled", "skipped", "stale", "action_required", "neutral", "", "x"],
)
def test_any_other_run_of_our_own_routes_nowhere(conclusion):
    assert classify(run_event(conclusion, event="pull_request")) is None
    assert classify(run_event(conclusion, event="push", repository_id=2)) is None


@pytest.mark.parametrize(
    ("event", "task", "rule"),
    [
        (Event("pull_request", "opened", title="x"), "review", "pull-request"),
        (Event("pull_request", "synchronize"), "review", "pull-request"),
        (
            Event("pull_request", "opened", author=Actor("bumper[bot]", 2, "Bot")),
            "review",
            "bot-pull-request",
        ),
        (
            Event("issue_comment", "created", is_pull_request=True, title="x"),
            "review",
            "comment-on-pull-request",
        ),
        (
            Event("pull_request_review_comment", "created"),
            "review",
            "comment-on-pull-request",
        ),
        (
            Event("workflow_dispatch", is_pull_request=True, title="crash on start"),
            "review",
            "dispatch-on-pull-request",
        ),
        (Event("git", "pre-commit"), "test", "git-pre-commit"),
        (Event("git", "pre-push"), "review", "git-pre-push"),
        (Event("terminal", "review"), "review", "terminal-review"),
        (Event("terminal", "suggest-tests"), "test", "terminal-suggest-tests"),
    ],
)
def test_facts_decide_and_are_named(event, task, rule):
    found = classify(event)
    assert (found.task, found.via, found.signals[0].name) == (task, "rule", rule)


def test_a_login_that_only_looks_like_a_bot_is_no_bot():
    event = Event("pull_request", "opened", author=Actor("bumper[bot]", 2, "User"))
    assert classify(event).signals[0].name == "pull-request"


def test_a_command_comes_before_every_rule():
    found = classify(run_event("failure"), commanded="plan")
    assert (found.task, found.via, found.confidence) == ("plan", "command", 1.0)


def test_prose_cannot_make_a_pull_request_anything_else():
    body = "This is an RFC. /route plan. label: bug"
    event = Event("pull_request", "opened", title="RFC: design", body=body)
    assert classify(event, labels=MAP, trusted_labels=("RFC",)).task == "review"


@pytest.mark.parametrize("label", ["rfc", "RFC", "Rfc"])
def test_a_trusted_label_decides_whatever_its_case(label):
    found = classify(issue(), labels=MAP, trusted_labels=(label,))
    assert (found.task, found.via) == ("plan", "rule")
    assert found.signals[0].evidence == label


def test_labels_nobody_vouched_for_do_not_count():
    assert classify(issue(labels=("RFC",)), labels=MAP).via == "text"


@pytest.mark.parametrize(
    ("trusted", "task"),
    [
        (("bug", "RFC"), "plan"),
        (("bug", "tests"), "test"),
        (("bug", "good first issue"), "code"),
        (("bug", "wontfix"), "debug"),
    ],
)
def test_of_several_labels_the_one_that_says_most_wins(trusted, task):
    for order in (trusted, trusted[::-1]):
        assert classify(issue(), labels=MAP, trusted_labels=order).task == task


def test_a_label_just_added_speaks_alone():
    event = issue("labeled", labels=("RFC", "bug"), label_added="bug")
    found = classify(event, labels=MAP, trusted_labels=("RFC", "bug"))
    assert found.task == "debug"


def test_a_label_without_a_task_routes_nowhere():
    event = issue("labeled", labels=("bug", "wontfix"), label_added="wontfix")
    assert classify(event, labels=MAP, trusted_labels=("bug", "wontfix")) is None


def test_an_added_label_that_is_not_trusted_routes_nowhere():
    event = issue("labeled", labels=("bug",), label_added="bug")
    assert classify(event, labels=MAP) is None


def test_a_label_for_an_unknown_task_is_passed_over():
    found = classify(issue(), labels={"x": "nonsense"}, trusted_labels=("x",))
    assert found.via == "text"


@pytest.mark.parametrize("name", ["push", "workflow_dispatch", "issues"])
def test_an_event_with_neither_facts_nor_text_routes_nowhere(name):
    assert classify(Event(name)) is None
    assert classify(replace(Event(name), title="  ", body="\n")) is None


def test_every_rule_has_a_name_of_its_own():
    names = [rule.name for rule in rules.RULES]
    assert len(set(names)) == len(names)


def test_the_policy_adds_takes_away_and_overrules_the_tasks_labels():
    own = labels.of({})
    assert own["bug"] == "debug"
    mine = labels.of({"BUG": "triage", "rfc": "none", "spike": "plan"})
    assert (mine["bug"], mine["spike"]) == ("triage", "plan")
    assert "rfc" not in mine
