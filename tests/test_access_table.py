"""Event, actor, fork, token and command: every combination, held against the rules."""

from __future__ import annotations

import itertools

import pytest

from bot import case, publish, secrets
from bot.access import Permission
from bot.case import Opened
from bot.draft import Draft
from bot.errors import Forbidden
from bot.events import Actor, Comment, Event, PullHead, Repository, WorkflowRun
from bot.outgoing import Rules
from tests import fakes
from tests.fakes import FakePublisher

REPOSITORY = Repository("octo/sample", 77, "main")
BOT = "github-actions[bot]"
# Who acts: what the permission API says of them, and their type. None: it fails.
ACTORS = {
    "owner": (Permission("admin", "admin"), "User"),
    "maintainer": (Permission("write", "maintain"), "User"),
    "contributor": (Permission("write", "write"), "User"),
    "triager": (Permission("read", "triage"), "User"),
    "reader": (Permission("read", "read"), "User"),
    "stranger": (Permission("none", ""), "User"),
    "unreadable": (None, "User"),
    "admin": (Permission("Admin", "Write"), "User"),
    "helper-app[bot]": (Permission("write", "write"), "Bot"),
    "listed[bot]": (Permission("write", "write"), "Bot"),
    "looks-like[bot]": (Permission("write", "write"), "User"),
    BOT: (Permission("write", "write"), "Bot"),
    "": (Permission("write", "write"), "User"),
}
WRITERS = {"owner", "maintainer", "contributor", "listed[bot]", "looks-like[bot]"}
EVENTS = (
    *("issues.opened", "issues.labeled", "issues.edited", "issues.closed"),
    *("pull_request.opened", "pull_request.synchronize", "pull_request.edited"),
    *("issue_comment.created", "issue_comment.edited", "issue_comment.deleted"),
    *("pull_request_review_comment.created", "pull_request_review.submitted"),
    *("workflow_run.completed", "workflow_dispatch.", "push.", "star.created"),
)
COMMANDS = (
    *("/route", "/route plan", "/route why", "/route help", "/route nonsense"),
    *("hello", "> /route plan", "/route plan balanced", "/route plan; id"),
)
ANSWERED_AT_ONCE = ("/route help", "/route nonsense", "/route plan; id")
KEYS, OUTSIDERS = (True, False), ("balanced", "findings")
COMMENTS = {"issue_comment", "pull_request_review_comment"}
AUTOMATIC = {"issues", "pull_request", "workflow_run"}
ANSWERED = {
    *("issues.opened", "issues.labeled", "pull_request.opened"),
    *("pull_request.synchronize", "issue_comment.created", "workflow_run.completed"),
    *("pull_request_review_comment.created", "workflow_dispatch."),
}


def _actor(login: str) -> Actor:
    return Actor(login, 1 + list(ACTORS).index(login), ACTORS[login][1])


def _event(what: str, login: str, *, is_fork: bool, command: str) -> Event:
    name, _, action = what.partition(".")
    actor = _actor(login)
    head = PullHead(
        "a" * 40, "change", 99 if is_fork else 77, "octo", "2026-11-01T00:00:00Z"
    )
    said = Comment(900, command, actor, "2026-11-02T09:00:00Z")
    run = WorkflowRun(
        5, 6, "CI", ".github/workflows/ci.yml", "failure", "pull_request", 1,
        head, actor, actor,
    )  # fmt: skip
    return Event(
        name,
        action,
        repository=REPOSITORY,
        actor=actor,
        author=actor,
        number=7,
        is_pull_request=name.startswith("pull_request") or name == "workflow_run",
        title="It crashes",
        body="It crashes with 2.1.",
        labels=("bug",) if action == "labeled" else (),
        label_added="bug" if action == "labeled" else "",
        head=head if name.startswith("pull_request") else None,
        comment=said if name in COMMENTS else None,
        run=run if name == "workflow_run" else None,
        dispatch={"task": "plan", "number": "7"} if name == "workflow_dispatch" else {},
    )


def _world(*, has_keys: bool, outsiders: str):
    rules = f'outsiders = "{outsiders}"\nbots = ["listed[bot]"]\n'
    world = fakes.world(
        rules=rules,
        keys=has_keys,
        trusted={".github/workflows/ci.yml": "name: CI\n"},
    )
    object.__setattr__(
        world, "permission", lambda login: ACTORS.get(login, (None, ""))[0]
    )
    return world


def _expected(what: str, login: str, command: str, *, has_keys: bool, outsiders: str):
    """The rules in words of their own: nothing, reaction, findings, limited, model."""
    name = what.partition(".")[0]
    # A run that our account set off is anybody's CI; our own is known by its file.
    if what not in ANSWERED or (login == BOT and name != "workflow_run"):
        return "nothing"
    if what == "issues.labeled" and login not in WRITERS:
        return "nothing"
    if command in ("hello", "> /route plan"):
        return "nothing"
    if ACTORS[login][1] == "Bot" and login != "listed[bot]":
        return "findings" if name in AUTOMATIC else "nothing"
    if login in WRITERS:
        return "reply" if command in ANSWERED_AT_ONCE else _paid(has_keys)
    if name not in AUTOMATIC:
        return "refusal"
    if not has_keys or outsiders == "findings":
        return "findings"
    return "limited"


def _paid(has_keys: bool) -> str:
    return "model" if has_keys else "findings"


def _got(opened: Opened | Draft) -> str:
    if isinstance(opened, Opened):
        return opened.standing.grant.kind
    return {"info": "reply"}.get(opened.kind, opened.kind)


@pytest.mark.parametrize("what", EVENTS)
def test_every_combination_gets_what_the_rules_say(what, record_property):
    name = what.partition(".")[0]
    commands = COMMANDS if name in COMMENTS else ("",)
    cases = list(itertools.product(ACTORS, (False, True), commands, KEYS, OUTSIDERS))
    for login, is_fork, command, has_keys, outsiders in cases:
        event = _event(what, login, is_fork=is_fork, command=command)
        terms = {"has_keys": has_keys, "outsiders": outsiders}
        got = _got(case.opened(event, _world(**terms)))
        wanted = _expected(what, login, command, **terms)
        if what == "workflow_run.completed" and is_fork and wanted != "nothing":
            # A fork's run is another task, never another right.
            assert got in (wanted, "nothing"), (login, got)
            continue
        assert got == wanted, (what, login, is_fork, command, terms)
    record_property("permission cases", len(cases))


@pytest.mark.parametrize("kind", ["answer", "info", "refusal", "nothing"])
@pytest.mark.parametrize("scope", ["write", "read"])
@pytest.mark.parametrize("name", ["issue", "pull", "comment", "failing_run"])
def test_a_token_that_may_only_read_writes_nothing(kind, scope, name, record_property):
    make = {"comment": lambda: fakes.comment("/route plan")}
    event = make.get(name, getattr(fakes, name))()
    verbs = ("create", "edit", "delete", "review", "react", "resolve")
    faults = (
        {v: [Forbidden("no", status=403)] for v in verbs} if scope == "read" else {}
    )
    publisher = FakePublisher(faults=faults)
    draft = Draft(kind=kind, task="triage", body="Said.", speaks=True)
    rules = Rules(secrets.vault([]))
    done = publish.to_thread(draft, event, publisher=publisher, rules=rules)
    record_property("permission cases", 1)
    if scope == "read":
        assert (publisher.comments, publisher.reviews, publisher.reactions) == (
            [],
            [],
            [],
        )
        assert done.status in ("summary", "degraded", "skipped")
    else:
        assert len(publisher.comments) == (0 if kind == "nothing" else 1)
