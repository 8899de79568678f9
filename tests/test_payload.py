"""What GitHub sends is read; what it never sends is one line, and never quoted."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import events
from bot.errors import UsageError
from bot.events import UnreadablePayload
from tests.payload_files import ACTED_ON, PAYLOADS, event, payload, with_field


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


def test_a_dispatch_gives_number_task_and_class() -> None:
    read = event("workflow_dispatch")
    assert read.number == 7
    assert read.dispatch == {"number": "7", "task": "debug", "class": "reasoning"}
    assert event("workflow_dispatch.no_inputs").dispatch == {}


@pytest.mark.parametrize("number", ["7; id", "-1", "0x7", "\u0667", "1" * 10, "1.5"])
def test_a_dispatch_for_no_number_is_refused(number: str) -> None:
    with pytest.raises(UnreadablePayload, match=r"inputs\.number"):
        events.from_action("workflow_dispatch", {"inputs": {"number": number}})


KEYS = ("action", "issue", "pull_request", "comment", "user", "head", "repo", "id")
MORE_KEYS = ("labels", "workflow_run", "inputs", "repository", "sender", "login")
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS + MORE_KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(
    name=st.sampled_from(sorted({stem.partition(".")[0] for stem in ACTED_ON})),
    content=st.dictionaries(st.sampled_from(KEYS + MORE_KEYS), JSON, max_size=8),
)
def test_any_json_is_an_event_or_unreadable(
    name: str, content: dict[str, object]
) -> None:
    try:
        read = events.from_action(name, content)
    except UnreadablePayload:
        return
    events.ignored(read)
    events.actors_to_check(read)


def test_a_run_whose_repository_names_no_owner_still_leads_to_its_pull_request() -> (
    None
):
    name = "workflow_run.completed.fork"
    read = events.from_action(
        "workflow_run", with_field(name, "workflow_run.head_repository.owner", None)
    )
    assert read.run is not None
    known = event(name)
    assert known.run is not None
    assert read.run.head == known.run.head
