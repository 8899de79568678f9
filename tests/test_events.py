"""Every event is answered or ignored for a reason, and says whom to ask about."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot import events
from bot.errors import UsageError
from bot.events import ANSWERED, Actor, Event
from tests.payload_files import ACTED_ON, FILES, event, with_field

OWN_WORKFLOW = ".github/workflows/routebot.yml"

# Why routebot does nothing about the rest. A file in neither table must be an event
# that it does not answer at all.
IGNORED = {
    "issues.opened.skipped": "routebot:skip",
    "issues.labeled.by_bot": "does not give orders",
    "issue_comment.created.by_bot": "does not give orders",
    "issue_comment.created.on_closed": "is closed",
    "issue_comment.created.on_locked": "is locked",
    "issue_comment.created.own_marker": "routebot's own",
    "pull_request.opened.draft": "is a draft",
    "workflow_run.completed.fork_not_approved": "action_required",
    "workflow_run.completed.success": "did not fail (conclusion: success)",
    "workflow_run.completed.null_conclusion": "did not fail (conclusion: none)",
    "workflow_run.completed.own_workflow": "routebot's own workflow",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_payload_is_read_and_answered_as_the_table_says(path: Path) -> None:
    reason = events.ignored(event(path.stem), own_workflow=OWN_WORKFLOW)
    if path.stem in ACTED_ON:
        assert reason == ""
    else:
        expected = IGNORED.get(path.stem, "is not an event routebot answers")
        assert expected in reason


def test_the_tables_name_only_files_that_exist() -> None:
    stems = {path.stem for path in FILES}
    assert set(IGNORED) | ACTED_ON <= stems
    assert len({stem.partition(".")[0] for stem in stems}) >= 58


def test_every_answered_kind_has_a_payload_that_is_acted_on() -> None:
    kinds = {event(stem).kind for stem in ACTED_ON}
    answered = {
        f"{name}.{action}" if action else name
        for name, actions in ANSWERED.items()
        if name not in ("git", "terminal")
        for action in actions
    }
    assert kinds == answered


def test_an_issue_gives_its_author_sender_labels_and_text() -> None:
    read = event("issues.labeled")
    assert read.kind == "issues.labeled"
    assert read.actor == Actor("maintainer", 11)
    assert read.author == Actor("stranger", 13)
    assert read.labels == ("bug", "area: export")
    assert read.label_added == "bug"
    assert read.number == 7
    assert read.body.startswith("With two rows")
    assert not read.is_pull_request
    assert not read.is_fork


def test_a_pull_request_gives_its_head_and_base() -> None:
    read = event("pull_request.opened")
    assert read.head is not None
    assert read.head.ref == "keep-last-row"
    assert read.head.owner == "octo-org"
    assert read.base_ref == "main"
    assert len(read.head_sha) == 40
    assert read.is_pull_request
    assert not read.is_fork


def test_a_comment_on_a_pull_request_is_not_one_on_an_issue() -> None:
    assert event("issue_comment.created.on_pull_request").is_pull_request
    assert not event("issue_comment.created").is_pull_request


def test_a_review_comment_brings_the_head_with_it() -> None:
    read = event("pull_request_review_comment.created")
    assert read.comment is not None
    assert read.comment.is_review_comment
    assert read.head_sha


def test_a_run_is_pinned_to_its_own_head_and_names_no_item() -> None:
    read = event("workflow_run.completed.fork")
    assert read.run is not None
    assert read.run.triggering_actor == Actor("maintainer", 11)
    assert read.head_sha == read.run.head.sha
    assert read.number is None
    assert read.is_fork


@pytest.mark.parametrize(
    "stem",
    [
        "pull_request.opened.fork",
        "pull_request.synchronize.deleted_fork",
        "pull_request_review_comment.created.fork",
        "workflow_run.completed.deleted_fork",
    ],
)
def test_a_fork_is_told_by_its_repository_id(stem: str) -> None:
    assert event(stem).is_fork


def test_a_fork_that_copies_the_name_is_still_a_fork() -> None:
    content = with_field(
        "pull_request.opened.fork",
        "pull_request.head.repo.full_name",
        "octo-org/sample",
    )
    content = json.loads(json.dumps(content).replace('"fork": true', '"fork": false'))
    assert events.from_action("pull_request", content).is_fork


def test_two_missing_repository_ids_are_not_the_same_repository() -> None:
    content = with_field("pull_request.opened", "pull_request.head.repo.id", None)
    content["repository"] = {"full_name": "octo-org/sample", "id": None}
    assert events.from_action("pull_request", content).is_fork


def test_a_path_loses_the_ref_github_appends() -> None:
    content = with_field(
        "workflow_run.completed", "workflow_run.path", f"{OWN_WORKFLOW}@refs/heads/main"
    )
    read = events.from_action("workflow_run", content)
    assert "own workflow" in events.ignored(read, own_workflow=OWN_WORKFLOW)


@pytest.mark.parametrize(
    ("attempt", "reason"), [(1, "did not fail"), (2, ""), (None, "did not fail")]
)
def test_a_green_run_counts_where_an_earlier_attempt_was_not(attempt, reason) -> None:
    content = with_field(
        "workflow_run.completed.success", "workflow_run.run_attempt", attempt
    )
    said = events.ignored(events.from_action("workflow_run", content))
    assert said.startswith("the run did not fail") if reason else said == ""


@pytest.mark.parametrize("conclusion", ["success", "neutral", "cancelled", "failure"])
def test_a_forks_run_counts_whatever_its_conclusion(conclusion: str) -> None:
    content = with_field(
        "workflow_run.completed.fork", "workflow_run.conclusion", conclusion
    )
    assert events.ignored(events.from_action("workflow_run", content)) == ""


@pytest.mark.parametrize("conclusion", ["action_required", "skipped", "stale", None])
def test_a_forks_run_that_ran_nothing_is_ignored(conclusion: str | None) -> None:
    content = with_field(
        "workflow_run.completed.fork", "workflow_run.conclusion", conclusion
    )
    assert events.ignored(events.from_action("workflow_run", content))


def test_a_push_by_a_fork_owner_does_not_count_as_a_pull_request() -> None:
    content = with_field("workflow_run.completed.fork", "workflow_run.event", "push")
    assert events.ignored(events.from_action("workflow_run", content))


def test_only_a_listed_bot_may_give_orders_and_never_ourselves() -> None:
    read = event("issue_comment.created.by_bot")
    assert events.ignored(read, bots=("*", "helper-app"))
    assert events.ignored(read, bots=("helper-app[bot]",)) == ""
    assert "itself" in events.ignored(
        read, bots=("helper-app[bot]",), bot_login="helper-app[bot]"
    )


def test_a_bot_does_not_dispatch() -> None:
    bot = Actor("helper-app[bot]", 14, "Bot")
    read = replace(event("workflow_dispatch"), actor=bot)
    assert "orders" in events.ignored(read)


def test_a_comment_by_a_bot_in_a_persons_name_is_a_bots() -> None:
    read = replace(event("issue_comment.created.by_bot"), actor=Actor("maintainer", 11))
    assert events.ignored(read)


def test_a_quoted_marker_does_not_silence_a_person() -> None:
    content = with_field(
        "issue_comment.created", "comment.body", "/route why\n> <!-- routebot:v1 x -->"
    )
    assert events.ignored(events.from_action("issue_comment", content)) == ""


@pytest.mark.parametrize(
    ("stem", "missing"),
    [
        ("issue_comment.created", "comment"),
        ("issues.opened", "issue"),
        ("issues.opened", "repository"),
        ("workflow_run.completed", "workflow_run"),
        ("pull_request.opened", "pull_request"),
    ],
)
@pytest.mark.parametrize("how", ["null", "absent"])
def test_a_payload_without_its_main_part_is_ignored(
    stem: str, missing: str, how: str
) -> None:
    content = with_field(stem, missing, None)
    if how == "absent":
        del content[missing]
    reason = events.ignored(events.from_action(stem.partition(".")[0], content))
    assert reason.startswith("the payload names no")


def test_an_empty_payload_of_every_answered_event_is_ignored() -> None:
    for name in ANSWERED:
        if name not in ("git", "terminal"):
            assert events.ignored(events.from_action(name, {}))


# Whom T17 asks about.


def logins(read: Event) -> list[str]:
    return [actor.login for actor in events.actors_to_check(read)]


def test_a_command_is_its_writers() -> None:
    assert logins(event("issue_comment.created")) == ["maintainer"]


def test_a_bots_command_is_also_the_item_authors() -> None:
    read = event("issue_comment.created.by_bot")
    assert logins(read) == ["stranger", "helper-app[bot]"]


def test_an_item_is_its_authors_and_whoever_touched_it() -> None:
    assert logins(event("issues.opened")) == ["stranger"]
    assert logins(event("issues.reopened")) == ["stranger", "maintainer"]


def test_a_label_is_of_who_set_it() -> None:
    assert logins(event("issues.labeled")) == ["maintainer"]


def test_a_label_set_by_a_bot_is_also_the_item_authors() -> None:
    assert logins(event("issues.labeled.by_bot")) == ["stranger", "helper-app[bot]"]


def test_a_dispatch_is_of_who_dispatched() -> None:
    assert logins(event("workflow_dispatch")) == ["maintainer"]


def test_a_run_is_of_both_its_actors_and_the_author_once_known() -> None:
    read = event("workflow_run.completed.fork")
    assert logins(read) == ["stranger", "maintainer"]
    author = Actor("contributor", 12)
    assert logins(replace(read, author=author))[0] == "contributor"


def test_an_account_sent_as_null_stays_in_the_list() -> None:
    assert logins(event("issues.opened.null_body_and_user")) == ["", "stranger"]
    content = with_field("issue_comment.created", "comment.user", None)
    assert logins(events.from_action("issue_comment", content)) == [""]
    assert logins(events.from_action("issue_comment", {})) == [""]


def test_a_local_event_asks_about_nobody() -> None:
    assert events.actors_to_check(events.from_git_hook("pre-push", ())) == ()


# The other two doors.


def test_a_git_hook_is_an_event_with_its_arguments() -> None:
    read = events.from_git_hook("pre-push", ["origin", "https://example.com/x"])
    assert (read.kind, read.arguments[0]) == ("git.pre-push", "origin")
    assert read.is_local
    assert events.ignored(read) == ""


def test_a_git_hook_nobody_answers_is_ignored() -> None:
    assert "git.post-merge" in events.ignored(events.from_git_hook("post-merge", ()))


def test_a_terminal_command_is_an_event() -> None:
    read = events.from_command_line("review", ["main.."])
    assert (read.kind, read.arguments) == ("terminal.review", ("main..",))
    assert events.ignored(read) == ""


@pytest.mark.parametrize("name", ["git", "terminal", "", "Issues", "a b", "x" * 65])
def test_no_payload_passes_for_a_local_event(name: str) -> None:
    with pytest.raises(UsageError, match="GITHUB_EVENT_NAME"):
        events.from_action(name, {"action": "pre-push"})


def test_a_git_hook_never_waits_for_pydantic() -> None:
    program = (
        "import sys; from bot import events; events.from_git_hook('pre-commit', ());"
        "sys.exit('pydantic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
