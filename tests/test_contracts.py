"""What holds for every task, whichever file it stands in."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from bot import capability, policy, reply, tasks
from bot.context import Material
from bot.events import Event
from bot.findings import ORDER
from bot.tasks import Answer, Checked, Task
from bot.wire.schema import strict
from tests import schema_values
from tests.fakes import FakeReader, comment, failing_run, issue, pull

TASKS = tasks.names()
EVENTS = (
    issue(),
    issue("", ""),
    comment("/route"),
    pull(),
    failing_run(),
    Event("git", "pre-commit"),
    Event("terminal", "review"),
    Event("workflow_dispatch"),
)


@pytest.fixture(params=TASKS)
def task(request: pytest.FixtureRequest) -> Task:
    return tasks.load(request.param)


def _smallest(task: Task) -> BaseModel:
    schema = strict(task.reply.model_json_schema())
    return task.reply.model_validate(schema_values.fill(schema))


def _objects(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [found for part in schema for found in _objects(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if schema.get("type") == "object" else []
    return own + [found for part in schema.values() for found in _objects(part)]


def test_there_are_seven_tasks() -> None:
    assert TASKS == ("code", "debug", "plan", "review", "search", "test", "triage")


def test_a_task_is_named_after_its_file_and_says_what_it_does(task: Task) -> None:
    assert task.name in TASKS
    assert tasks.load(task.name) is task
    assert 20 < len(task.summary) < 100
    assert len(task.prompt) > 200
    assert task.title


def test_a_task_stands_in_the_shipped_policy_as_it_says(task: Task) -> None:
    said = policy.preset("default")["tasks"][task.name]
    assert said["class"] == task.model_class
    assert said["comment_from"] == task.comment_from
    assert said["max_calls"] == task.max_calls
    assert task.model_class in policy.CLASSES
    assert task.comment_from in ORDER


def test_labels_mean_one_task_each() -> None:
    labels = [label for name in TASKS for label in tasks.load(name).labels]
    assert len(labels) == len({label.casefold() for label in labels})


def test_hooks_and_terminal_commands_are_answered_by_one_task_each() -> None:
    kinds = [kind for name in TASKS for kind in tasks.load(name).answers]
    assert sorted(kinds) == [
        "git.pre-commit",
        "git.pre-push",
        "terminal.review",
        "terminal.suggest-patch",
        "terminal.suggest-tests",
    ]


def test_every_object_of_a_reply_is_closed_and_whole(task: Task) -> None:
    objects = _objects(strict(task.reply.model_json_schema()))
    assert objects
    for each in objects:
        assert each["additionalProperties"] is False
        assert set(each["required"]) == set(each["properties"])


def test_a_reply_keeps_nothing_that_it_does_not_know(task: Task) -> None:
    plain = _smallest(task).model_dump(mode="json")
    said = reply.parse(json.dumps(plain | {"surprise": 1}), task.reply)
    assert said.model_dump(mode="json") == plain


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_gathering_from_nothing_raises_nothing(task: Task, event: Event) -> None:
    material = task.gather(event, FakeReader())
    assert isinstance(material, Material)
    assert isinstance(task.render(None, material), Answer)


def test_nothing_at_all_can_be_rendered(task: Task) -> None:
    answer = task.render(None, Material())
    assert answer.weight is None
    assert answer.inline == ()


def test_the_smallest_reply_can_be_checked_and_rendered(task: Task) -> None:
    checked = task.check(_smallest(task), Material())
    assert isinstance(checked, Checked)
    assert isinstance(checked.reply, task.reply)
    assert isinstance(task.render(checked.reply, Material()), Answer)


def test_checking_changes_no_reply_in_place(task: Task) -> None:
    said = _smallest(task)
    before = said.model_dump()
    task.check(said, Material())
    assert said.model_dump() == before


def test_a_need_is_met_by_the_tasks_own_class(task: Task) -> None:
    rules = policy.default()
    assert task.model_class in capability.allowed_classes(rules, task.name)


def test_hostile_text_can_be_gathered(task: Task) -> None:
    text = "```\n<!--" + "\ud800\u202e\0[a](b" * 2_000 + "<details>" * 500
    reader = FakeReader(
        change=text,
        files={"a.py": text, "README.md": text, "tests/test_a.py": text},
    )
    for event in (issue(text[:200], text), pull(body=text)):
        answer = task.render(None, task.gather(event, reader))
        assert isinstance(answer.body, str)
