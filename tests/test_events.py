"""Payloads become events, and every event is answered or ignored for a reason."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot import events
from bot.errors import UsageError
from bot.events import ANSWERED, Actor, Event, UnreadablePayload

PAYLOADS = Path(__file__).parent / "payloads"
FILES = sorted(PAYLOADS.glob("*.json"))
OWN_WORKFLOW = ".github/workflows/routebot.yml"

# What routebot acts on. A file that is neither here nor below must be an event
# that it does not answer at all.
ACTED_ON = {
    "issues.opened",
    "issues.opened.null_body_and_user",
    "issues.opened.design",
    "issues.labeled",
    "issues.reopened",
    "issue_comment.created",
    "issue_comment.created.on_pull_request",
    "issue_comment.created.by_stranger",
    "pull_request.opened",
    "pull_request.opened.fork",
    "pull_request.opened.by_bot",
    "pull_request.synchronize",
    "pull_request.synchronize.deleted_fork",
    "pull_request.reopened",
    "pull_request.ready_for_review",
    "pull_request_review_comment.created",
    "pull_request_review_comment.created.fork",
    "workflow_run.completed",
    "workflow_run.completed.fork",
    "workflow_run.completed.deleted_fork",
    "workflow_run.completed.startup_failure",
    "workflow_dispatch",
    "workflow_dispatch.no_inputs",
}
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


def payload(stem: str) -> dict[str, object]:
    content = json.loads((PAYLOADS / f"{stem}.json").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def event(stem: str) -> Event:
    return events.read_file(PAYLOADS / f"{stem}.json", name=stem.partition(".")[0])


def with_field(stem: str, path: str, value: object) -> dict[str, object]:
    content = copy.deepcopy(payload(stem))
    *parents, last = path.split(".")
    target = content
    for key in parents:
        inner = target[key]
        assert isinstance(inner, dict)
        target = inner
    target[last] = value
    return content


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


def test_a_workflow_is_known_by_its_path_and_not_its_name() -> None:
    content = with_field(
        "workflow_run.completed.fork", "workflow_run.path", ".github/workflows/x.yml"
    )
    read = events.from_action("workflow_run", content)
    policy = (".github/workflows/ci.yml",)
    assert read.run is not None
    assert read.run.name == "CI"
    assert "policy" in events.ignored(read, workflows=policy)
    assert not events.ignored(event("workflow_run.completed"), workflows=policy)


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


def test_a_dispatch_gives_number_task_and_class() -> None:
    read = event("workflow_dispatch")
    assert read.number == 7
    assert read.dispatch == {"number": "7", "task": "debug", "class": "reasoning"}
    assert event("workflow_dispatch.no_inputs").dispatch == {}


@pytest.mark.parametrize("number", ["7; id", "-1", "0x7", "\u0667", "1" * 10, "1.5"])
def test_a_dispatch_for_no_number_is_refused(number: str) -> None:
    with pytest.raises(UnreadablePayload, match=r"inputs\.number"):
        events.from_action("workflow_dispatch", {"inputs": {"number": number}})


# Bad input.


@pytest.mark.parametrize(
    ("stem", "path", "value", "message"),
    [
        ("issues.opened", "issue.labels", {}, "issue.labels: expected a list"),
        ("issues.opened", "issue.labels", ["x"], "issue.labels.0: expected an object"),
        ("issues.opened", "issue.title", {"a": 1}, "issue.title: expected text"),
        ("issues.opened", "issue.body", [1, 2], "issue.body: expected text"),
        ("issues.opened", "issue.number", "7", "issue.number: expected a whole number"),
        ("issues.opened", "issue.number", 0, "issue.number: expected a positive"),
        ("issues.opened", "issue.number", True, "issue.number: expected a whole"),
        ("issues.opened", "issue.number", float("nan"), "issue.number: expected"),
        ("issues.opened", "issue.locked", "no", "issue.locked: expected true or"),
        ("issues.opened", "sender", "x", "sender: expected an object"),
        ("issues.opened", "sender.login", "../x", "sender.login: expected a well"),
        ("issues.opened", "repository.full_name", "../../etc", "repository.full_name"),
        ("issues.opened", "repository.full_name", "octo-org/..", "repository.full_n"),
        ("pull_request.opened", "pull_request.head.sha", "main", "pull_request.head"),
        ("watch.started", "action", ["started"], "action: expected text"),
    ],
)
def test_a_wrong_type_is_named_by_its_path(
    stem: str, path: str, value: object, message: str
) -> None:
    content = with_field(stem, path, value)
    with pytest.raises(UnreadablePayload, match="expected") as caught:
        events.from_action(stem.partition(".")[0], content)
    assert str(caught.value).startswith(message)
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("full_name", ["octo-org/.github", "octo-org/a.b", "o/a."])
def test_odd_repository_names_are_names(full_name: str) -> None:
    content = with_field("issues.opened", "repository.full_name", full_name)
    read = events.from_action("issues", content)
    assert read.repository is not None
    assert read.repository.full_name == full_name


def nulls_in(value: object, path: tuple[str | int, ...] = ()) -> list[list[str | int]]:
    found: list[list[str | int]] = [list(path)] if path else []
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in items:
        found += nulls_in(inner, (*path, key))
    return found


@pytest.mark.parametrize("stem", sorted(ACTED_ON))
def test_null_anywhere_never_breaks_the_reading(stem: str) -> None:
    name = stem.partition(".")[0]
    for *parents, last in nulls_in(payload(stem)):
        content = payload(stem)
        target: dict[object, object] = content  # type: ignore[assignment]
        for key in parents:
            target = target[key]  # type: ignore[assignment]
        target[last] = None
        read = events.from_action(name, content)
        events.ignored(read)
        events.actors_to_check(read)


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "event.json"
    path.write_bytes(content)
    return path


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + (PAYLOADS / "issues.opened.json").read_bytes()
    assert events.read_file(write(tmp_path, content), name="issues").number == 7


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "ends too early"),
        (b'{"action": "opened", "issue": {"body": "s3cret', "ends too early"),
        (b'{"action": "opened", ', "ends too early"),
        (b'{"action": s3cret}', "is no JSON (line 1)"),
        (b'{"s3cret": 1} {"a": 2}', "is no JSON (line 1)"),
        ('{"action": "s3cret"}'.encode("utf-16"), "is not UTF-8"),
        (b'{"action": "\xff s3cret"}', "is not UTF-8"),
        (b"[" * 200_000, "beyond any real payload"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "beyond any real payload"),
    ],
)
def test_a_broken_file_is_one_line_that_quotes_nothing(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH") as caught:
        events.read_file(path, name="issues")
    text = str(caught.value)
    assert problem in text
    assert str(path) in text
    assert "s3cret" not in text
    assert "\n" not in text
    assert not isinstance(caught.value, UnreadablePayload)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"NaN"])
def test_a_file_that_holds_no_object_is_unreadable(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(UnreadablePayload, match="expected a JSON object"):
        events.read_file(write(tmp_path, content), name="issues")


@pytest.mark.parametrize("where", ["missing.json", ".", "nul\0byte"])
def test_a_file_that_cannot_be_opened_says_what_to_set(
    tmp_path: Path, where: str
) -> None:
    with pytest.raises(UsageError, match="--event-path"):
        events.read_file(tmp_path / where, name="issues")


def test_the_largest_payload_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    start, end = b'{"action": "opened", "issue": {"number": 1, "body": "', b'"}}'
    padding = b"a" * (events.MAX_PAYLOAD_BYTES - len(start) - len(end))
    path = write(tmp_path, start + padding + end)
    assert len(events.read_file(path, name="issues").body) == 65_536
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(UsageError, match="larger than 25 MB"):
        events.read_file(path, name="issues")


def test_odd_characters_are_replaced_and_doubled_keys_end_with_the_last(
    tmp_path: Path,
) -> None:
    content = (
        rb'{"action": "closed", "action": "opened", "issue": {"number": 1, '
        rb'"title": "\ud800 bad \ud83d\ude00", "body": "x\u0000y", "score": NaN, '
        rb'"inf": -Infinity}, "sender": {"login": "a"}}'
    )
    read = events.read_file(write(tmp_path, content), name="issues")
    assert read.kind == "issues.opened"
    assert read.body == "xy"
    assert read.title.endswith(" bad \U0001f600")
    read.title.encode("utf-8")


def test_what_is_printed_of_a_payload_is_one_plain_word() -> None:
    content = {"action": "x\n::error::y" + "z" * 100, "repository": None}
    reason = events.ignored(events.from_action("repository_dispatch", content))
    assert reason.startswith("repository_dispatch.x???error??yz")
    assert len(reason) < 140


def test_ten_thousand_labels_take_no_time() -> None:
    labels = [{"name": f"label {number}"} for number in range(10_000)]
    started = time.process_time()
    content = with_field("issues.opened", "issue.labels", labels)
    assert len(events.from_action("issues", content).labels) == 10_000
    assert time.process_time() - started < 2


def test_a_git_hook_never_waits_for_pydantic() -> None:
    program = (
        "import sys; from bot import events; events.from_git_hook('pre-commit', ());"
        "sys.exit('pydantic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
