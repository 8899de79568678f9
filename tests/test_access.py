"""Who may have what: the whole table, and every way trust can be missing."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from bot import access
from bot.access import Permission, Trigger
from bot.events import (
    Actor,
    Comment,
    Event,
    PullHead,
    Repository,
    Trust,
    WorkflowRun,
    actors_to_check,
    from_command_line,
    from_git_hook,
)

REPOSITORY = Repository("octo-org/sample", 1001)
WRITER = Actor("maintainer", 11)
STRANGER = Actor("stranger", 13)
BOT = Actor("helper-app[bot]", 14, "Bot")
NOBODY = Actor("")
AUTHORS: dict[Trust, Actor] = {"writer": WRITER, "outsider": STRANGER, "bot": BOT}
PERMISSIONS = {
    "maintainer": Permission("write", "maintain"),
    "owner": Permission("admin", "admin"),
    "triager": Permission("read", "triage"),
    "stranger": Permission("read", "read"),
    "helper-app[bot]": Permission("none", ""),
    "trusted-app[bot]": Permission("write", "write"),
}
COMMANDS = ("issue_comment", "pull_request_review_comment")
AUTOMATIC = ("issues", "pull_request", "workflow_run")
EVENTS = (*COMMANDS, *AUTOMATIC, "workflow_dispatch")


def permission(login: str) -> Permission | None:
    return PERMISSIONS.get(login)


def head(is_fork: bool) -> PullHead:
    return PullHead("a" * 40, "main", repository_id=1002 if is_fork else 1001)


def run(by: Actor | None, is_fork: bool) -> WorkflowRun:
    return WorkflowRun(
        id=1,
        workflow_id=2,
        name="CI",
        path=".github/workflows/ci.yml",
        conclusion="failure",
        event="pull_request",
        attempt=1,
        head=head(is_fork),
        actor=by,
        triggering_actor=by,
    )


def event(name: str, *, by: Actor | None = WRITER, is_fork: bool = False) -> Event:
    is_comment = name in COMMANDS
    return Event(
        name=name,
        action="created" if is_comment else "opened",
        repository=REPOSITORY,
        actor=by,
        author=by,
        number=None if name == "workflow_run" else 7,
        head=head(is_fork) if name.startswith("pull_request") else None,
        comment=Comment(1, "/route", by, "2026-11-02T09:30:00Z")
        if is_comment
        else None,
        run=run(by, is_fork) if name == "workflow_run" else None,
    )


def expected_kind(name: str, trust: Trust, *, has_keys: bool, outsiders: str) -> str:
    """Read the table of who gets what, written a second time and another way."""
    if name not in AUTOMATIC and trust == "outsider":
        return "refuse"
    if trust == "bot":
        return "findings" if name in AUTOMATIC else "ignore"
    if not has_keys or (trust == "outsider" and outsiders != "balanced"):
        return "findings"
    return "model" if trust == "writer" else "limited"


CASES = list(
    itertools.product(
        EVENTS, AUTHORS, (False, True), (False, True), ("balanced", "findings", "?")
    )
)


@pytest.mark.parametrize(("name", "trust", "is_fork", "has_keys", "outsiders"), CASES)
def test_every_case_gets_what_the_table_says(
    name: str, trust: Trust, is_fork: bool, has_keys: bool, outsiders: str
) -> None:
    happened = event(name, by=AUTHORS[trust], is_fork=is_fork)
    found = access.trust_of(actors_to_check(happened), permission)
    assert found == trust
    granted = access.grant(
        happened,
        trigger=access.trigger_of(happened),
        trust=found,
        has_keys=has_keys,
        outsiders=outsiders,
    )
    assert granted.kind == expected_kind(
        name, trust, has_keys=has_keys, outsiders=outsiders
    )
    assert granted.ceiling == ("balanced" if granted.kind == "limited" else "")
    assert bool(granted.reason) == (granted.kind != "model")


@pytest.mark.parametrize("trigger", ["automatic", "command", "dispatch"])
@pytest.mark.parametrize("trust", ["writer", "outsider", "bot"])
@pytest.mark.parametrize("has_keys", [False, True])
def test_a_local_event_gets_the_model_wherever_there_is_a_key(
    trigger: Trigger, trust: Trust, has_keys: bool
) -> None:
    for happened in (from_git_hook("pre-push", ()), from_command_line("review", ())):
        granted = access.grant(
            happened,
            trigger=trigger,
            trust=trust,
            has_keys=has_keys,
            outsiders="findings",
        )
        assert granted.kind == ("model" if has_keys else "findings")


@pytest.mark.parametrize(
    ("name", "is_fork", "reason"),
    [
        ("pull_request", True, access.NO_KEY_FORK),
        ("pull_request_review_comment", True, access.NO_KEY_FORK_THREAD),
        ("pull_request", False, access.NO_KEY),
        ("issues", False, access.NO_KEY),
        ("workflow_run", True, access.NO_KEY),
    ],
)
def test_a_missing_key_is_explained(name: str, is_fork: bool, reason: str) -> None:
    happened = event(name, is_fork=is_fork)
    granted = access.grant(
        happened,
        trigger=access.trigger_of(happened),
        trust="writer",
        has_keys=False,
        outsiders="balanced",
    )
    assert granted.reason == reason


@pytest.mark.parametrize("name", EVENTS)
def test_what_set_an_event_off_follows_from_its_name(name: str) -> None:
    wanted = "automatic" if name in AUTOMATIC else "command"
    wanted = "dispatch" if name == "workflow_dispatch" else wanted
    assert access.trigger_of(event(name)) == wanted


def test_a_comment_event_without_its_comment_is_still_a_command() -> None:
    bare = Event(name="issue_comment", action="created", repository=REPOSITORY)
    assert access.trigger_of(bare) == "command"
    assert access.trust_of(actors_to_check(bare), permission) == "outsider"
    assert access.head_moved_after(bare, "2020-01-01T00:00:00Z")


# Trust.


@pytest.mark.parametrize(
    ("actors", "trust"),
    [
        ((), "outsider"),
        ((NOBODY,), "outsider"),
        ((WRITER,), "writer"),
        ((Actor("owner", 1),), "writer"),
        ((Actor("triager", 2),), "outsider"),
        ((Actor("unknown", 3),), "outsider"),
        ((STRANGER,), "outsider"),
        ((WRITER, STRANGER), "outsider"),
        ((STRANGER, WRITER), "outsider"),
        ((WRITER, NOBODY), "outsider"),
        ((BOT,), "bot"),
        ((WRITER, BOT), "bot"),
        ((BOT, WRITER), "bot"),
        ((STRANGER, BOT), "bot"),
    ],
)
def test_trust_is_the_lowest_of_all(actors: tuple[Actor, ...], trust: Trust) -> None:
    assert access.trust_of(actors, permission) == trust


@pytest.mark.parametrize("name", ["admin", "write"])
def test_only_two_permissions_write(name: str) -> None:
    assert access.trust_of((STRANGER,), lambda _: Permission(name)) == "writer"


@pytest.mark.parametrize("name", ["read", "none", "", "maintain", "WRITE", "triage"])
def test_every_other_permission_does_not(name: str) -> None:
    assert access.trust_of((STRANGER,), lambda _: Permission(name)) == "outsider"


def test_a_role_the_policy_names_counts_as_a_writer() -> None:
    actors = (Actor("triager", 2),)
    assert access.trust_of(actors, permission, roles=("triage",)) == "writer"
    assert access.trust_of((STRANGER,), permission, roles=("triage",)) == "outsider"


@pytest.mark.parametrize("role", ["read", "none", ""])
def test_a_role_everybody_has_opens_nothing(role: str) -> None:
    def answer(_: str) -> Permission:
        return Permission("read", role)

    assert access.trust_of((STRANGER,), answer, roles=(role,)) == "outsider"


def test_a_login_that_ends_like_a_bot_is_judged_by_its_type() -> None:
    person = Actor("trusted-app[bot]", 15, "User")
    assert access.trust_of((person,), permission) == "writer"
    assert access.trust_of((Actor("maintainer", 11, "Bot"),), permission) == "bot"


LISTED = Actor("trusted-app[bot]", 15, "Bot")


@pytest.mark.parametrize(
    ("actors", "bots", "trust"),
    [
        ((LISTED,), ("trusted-app[bot]",), "writer"),
        ((LISTED,), (), "bot"),
        ((LISTED,), ("*",), "bot"),
        ((LISTED,), ("trusted-app",), "bot"),
        ((LISTED,), ("Trusted-App[bot]",), "bot"),
        ((BOT,), ("helper-app[bot]",), "outsider"),
        ((WRITER, BOT), ("helper-app[bot]",), "writer"),
        ((STRANGER, BOT), ("helper-app[bot]",), "outsider"),
        ((STRANGER, LISTED), ("trusted-app[bot]",), "outsider"),
        ((BOT, WRITER), ("helper-app[bot]",), "outsider"),
        ((NOBODY, LISTED), ("trusted-app[bot]",), "outsider"),
    ],
)
def test_a_listed_bot_needs_an_author_who_passes(
    actors: tuple[Actor, ...], bots: tuple[str, ...], trust: Trust
) -> None:
    assert access.trust_of(actors, permission, bots=bots) == trust


def recording(asked: list[str]) -> Callable[[str], Permission | None]:
    def ask(login: str) -> Permission | None:
        asked.append(login)
        return permission(login)

    return ask


def test_nobody_is_asked_about_when_the_answer_is_known() -> None:
    asked: list[str] = []
    access.trust_of((WRITER, BOT), recording(asked))
    access.trust_of((NOBODY, WRITER), recording(asked))
    assert asked == []
    access.trust_of((STRANGER, WRITER), recording(asked))
    assert asked == ["stranger"]


# Labels.


def labelled(*, author: Actor | None, actor: Actor, action: str = "labeled") -> Event:
    return Event(
        name="issues",
        action=action,
        repository=REPOSITORY,
        author=author,
        actor=actor,
        number=7,
        labels=("bug", "plan"),
        label_added="bug" if action == "labeled" else "",
    )


def test_a_writers_own_item_has_trusted_labels() -> None:
    opened = labelled(author=WRITER, actor=WRITER, action="opened")
    assert access.trusted_labels(opened, "writer") == ("bug", "plan")


def test_on_a_strangers_item_only_the_label_a_writer_sets_counts() -> None:
    set_by_writer = labelled(author=STRANGER, actor=WRITER)
    assert access.trusted_labels(set_by_writer, "writer") == ("bug",)


def test_a_command_on_a_strangers_item_trusts_none_of_its_labels() -> None:
    happened = event("issue_comment", by=WRITER)
    theirs = Event(
        name="issue_comment",
        action="created",
        author=STRANGER,
        labels=("bug",),
        comment=happened.comment,
    )
    assert access.trusted_labels(theirs, "writer") == ()


@pytest.mark.parametrize("trust", ["outsider", "bot"])
def test_without_a_writer_no_label_counts(trust: Trust) -> None:
    happened = labelled(author=STRANGER, actor=STRANGER)
    assert access.trusted_labels(happened, trust) == ()


def test_an_item_without_an_author_trusts_the_set_label_only() -> None:
    assert access.trusted_labels(labelled(author=None, actor=WRITER), "writer") == (
        "bug",
    )


# Time.


@pytest.mark.parametrize(
    ("pushed", "moved"),
    [
        ("2026-11-02T09:29:59Z", False),
        ("2026-11-02T09:30:00Z", True),
        ("2026-11-02T09:30:01Z", True),
        ("2026-11-02T10:29:59+01:00", False),
        ("2026-11-02T09:29:59", True),
        ("", True),
        ("yesterday", True),
    ],
)
def test_a_head_pushed_at_or_after_the_comment_has_moved(
    pushed: str, moved: bool
) -> None:
    assert access.head_moved_after(event("issue_comment"), pushed) is moved


def test_a_comment_without_a_time_counts_as_moved() -> None:
    happened = Event(name="issue_comment", comment=Comment(1, "/route", WRITER, ""))
    assert access.head_moved_after(happened, "2020-01-01T00:00:00Z")


def test_an_event_without_a_comment_has_its_own_head() -> None:
    assert not access.head_moved_after(event("pull_request"), "")


@pytest.mark.parametrize(
    ("sha", "matches"),
    [
        ("ec26c3e57c", True),
        ("ec26c3e", True),
        ("ec26c3e57ca3a959ca5aad62de7213c562f8c821", True),
        ("ec26c3", False),
        ("", False),
        ("deadbeef", False),
        ("EC26C3E", False),
        ("ec26c3e57ca3a959ca5aad62de7213c562f8c8210", False),
        ("26c3e57", False),
    ],
)
def test_a_pin_is_a_long_enough_start_of_the_head(sha: str, matches: bool) -> None:
    head_sha = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
    assert access.pin_matches(sha, head_sha) is matches
    assert not access.pin_matches(sha, "")
