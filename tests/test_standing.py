"""Who asks, for what, and what they get for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import commands, standing
from bot.access import NO_KEY, Permission
from bot.draft import Draft
from bot.events import Actor, Comment, Event, PullHead
from bot.standing import Standing
from tests.fakes import REPOSITORY, SHA, STRANGER, WRITER, comment, issue, policy, pull

BOT = Actor("dependabot[bot]", 9, "Bot")


def _of(event, *, has_keys=True, rules="", asked=None):
    def permission(login):
        if asked is not None:
            asked.append(login)
        return Permission("write" if login == WRITER.login else "read")

    return standing.of(
        event, permission=permission, terms=policy(rules), has_keys=has_keys
    )


def _dispatch(**inputs):
    return Event(
        "workflow_dispatch", repository=REPOSITORY, actor=WRITER, dispatch=inputs
    )


def test_a_comment_without_a_command_asks_for_no_permission():
    asked = []
    found = _of(comment("Looks good to me."), asked=asked)
    assert found == Draft(kind="nothing", reason=standing.NO_COMMAND)
    assert asked == []


def test_a_writers_issue_gets_the_model():
    found = _of(issue())
    assert (found.trust, found.grant.kind, found.asked_for) == (
        "writer",
        "model",
        False,
    )


def test_a_strangers_issue_gets_the_model_up_to_a_ceiling():
    found = _of(issue(author=STRANGER, actor=STRANGER))
    assert (found.grant.kind, found.grant.ceiling) == ("limited", "balanced")


def test_the_policy_may_leave_strangers_the_findings():
    event = issue(author=STRANGER, actor=STRANGER)
    assert _of(event, rules='outsiders = "findings"').grant.kind == "findings"


def test_without_a_key_there_are_findings_and_the_reason():
    found = _of(issue(), has_keys=False)
    assert (found.grant.kind, found.grant.reason) == ("findings", NO_KEY)


def test_a_strangers_command_is_refused():
    found = _of(comment("/route debug", by=STRANGER))
    assert (found.kind, found.body) == ("refusal", commands.NOT_PERMITTED)


def test_a_strangers_unknown_command_is_refused_and_not_explained():
    assert _of(comment("/route dance", by=STRANGER)).kind == "refusal"


def test_a_bots_command_is_ignored():
    assert _of(comment("/route debug", by=BOT)).kind == "nothing"


def test_an_unknown_command_of_a_writer_is_answered_with_the_usage():
    found = _of(comment("/route degub"))
    assert found.kind == "info"
    assert "`/route debug`?" in found.body
    assert "degub" not in found.body


@pytest.mark.parametrize(
    ("text", "verb", "model_class"),
    [
        ("/route", "", ""),
        ("/route debug", "debug", ""),
        ("\n\n/route review reasoning\nplease", "review", "reasoning"),
    ],
)
def test_a_command_is_found(text, verb, model_class):
    found = _of(comment(text))
    assert (found.command.verb, found.command.model_class) == (verb, model_class)
    assert found.asked_for


@pytest.mark.parametrize("text", ["> /route", "please /route", "```\n/route\n```"])
def test_a_quoted_command_is_none(text):
    assert _of(comment(text)).kind == "nothing"


def test_help_ends_here_with_every_task():
    found = _of(comment("/route help"))
    assert (found.kind, found.title) == ("info", "Help")
    assert all(f"/route {name}" in found.body for name in ("plan", "debug", "search"))


def test_why_goes_on():
    assert _of(comment("/route why")).wants_why


def test_a_pin_of_another_commit_does_nothing_and_says_how_to_go_on():
    event = replace(
        pull(),
        name="issue_comment",
        action="created",
        comment=Comment(1, "/route review bbbbbbb", WRITER),
    )
    found = _of(event)
    assert found.kind == "info"
    assert f"/route review {SHA[:12]}" in found.body


def test_a_pin_of_the_head_is_followed():
    event = replace(
        pull(),
        name="issue_comment",
        action="created",
        comment=Comment(1, f"/route review {SHA[:7]}", WRITER),
    )
    assert isinstance(_of(event), Standing)


def _on_a_fork(text, *, pushed_at):
    asked = comment(text)
    head = PullHead(SHA, "change", REPOSITORY.id + 1, "stranger", pushed_at)
    return replace(asked, is_pull_request=True, head=head)


BEFORE, AFTER = "2026-11-02T08:59:59Z", "2026-11-02T09:00:01Z"


@pytest.mark.parametrize("pushed_at", [AFTER, ""])
def test_a_fork_pushed_to_after_the_command_has_to_be_pinned(pushed_at):
    found = _of(_on_a_fork("/route review", pushed_at=pushed_at))
    assert (found.kind, found.degraded) == ("info", False)
    assert f"`/route review {SHA[:12]}`" in found.body


@pytest.mark.parametrize(
    ("text", "pushed_at"),
    [
        ("/route review", BEFORE),
        (f"/route review {SHA[:12]}", AFTER),
        ("/route why", AFTER),
    ],
)
def test_a_fork_that_stood_still_or_is_pinned_is_followed(text, pushed_at):
    assert isinstance(_of(_on_a_fork(text, pushed_at=pushed_at)), Standing)


def test_a_push_by_who_may_write_here_stops_no_command():
    event = _on_a_fork("/route review", pushed_at=AFTER)
    own = replace(event.head, repository_id=REPOSITORY.id)
    assert isinstance(_of(replace(event, head=own)), Standing)


def test_a_dispatch_names_its_task_and_class():
    found = _of(_dispatch(task="debug", **{"class": "fast"}))
    assert (found.command.verb, found.command.model_class) == ("debug", "fast")


def test_a_dispatch_with_an_unknown_task_is_told_what_there_is():
    draft = _of(_dispatch(task="dance"))
    assert draft.kind == "info"
    assert "/route help" in draft.body
    assert _of(_dispatch(task="")).command.verb == ""


def test_a_local_event_asks_nobody():
    asked = []
    found = _of(Event("terminal", "review"), asked=asked)
    assert (found.grant.kind, asked) == ("model", [])


def test_labels_of_a_stranger_do_not_count():
    found = _of(issue(author=STRANGER, actor=STRANGER, labels=("bug",)))
    assert found.labels == ()
    assert _of(issue(labels=("bug",))).labels == ("bug",)


def _ends(event, **given):
    given = {"bot_login": "github-actions[bot]", "own_workflow": "", **given}
    return standing.early_end(event, **given)


def test_our_own_comment_ends_before_any_request():
    own = Actor("github-actions[bot]", 3, "Bot")
    assert "does not answer itself" in _ends(comment("/route", by=own))


def test_a_comment_without_a_command_ends_before_any_request():
    assert _ends(comment("thanks")) == standing.NO_COMMAND


def test_a_command_does_not_end_early():
    assert _ends(comment("/route")) == ""
    assert _ends(comment("/route", by=BOT)) == ""


def test_an_event_nobody_answers_ends_early():
    assert "not an event" in _ends(Event("watch", "started", repository=REPOSITORY))
