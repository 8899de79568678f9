from __future__ import annotations

import pytest
import yaml

from bot import workflow_files
from bot.errors import UsageError
from bot.workflow_files import PLACEHOLDER

SHA = "a" * 40
ROUTE = "routebot/routebot/.github/workflows/route.yml"
CI = "name: Build & test\non: [push, pull_request]\njobs: {}\n"
NIGHTLY = "name: Nightly\non:\n  schedule:\n    - cron: '0 0 * * *'\n"


def _calling(uses=f"{ROUTE}@{SHA}", permissions="{issues: write}", top=""):
    return (
        f"name: mine\non: push\n{top}\njobs:\n  one:\n    permissions: {permissions}\n"
        f"    uses: {uses}\n    secrets:\n      openai-api-key: x\n"
    )


def test_workflow_without_a_name_goes_by_its_path():
    read = workflow_files.read(".github/workflows/x.yml", "on: push\njobs: {}")
    assert read.name == ".github/workflows/x.yml"
    assert read.is_ci


def test_ci_is_what_runs_on_a_change_and_is_not_ours():
    files = {"a.yml": CI, "b.yml": NIGHTLY, "c.yml": _calling()}
    found, wrong = workflow_files.read_all(files)
    assert workflow_files.ci_names(found) == ("Build & test",)
    assert not wrong


def test_file_that_cannot_be_read_is_named_and_the_others_are_read():
    found, wrong = workflow_files.read_all({"a.yml": "on: [push", "b.yml": CI})
    assert [flow.path for flow in found] == ["b.yml"]
    assert wrong == ["a.yml:1: no readable YAML"]


@pytest.mark.parametrize("text", ["- a", "just text", ""])
def test_file_without_a_map_is_refused(text):
    with pytest.raises(UsageError, match=r"x\.yml"):
        workflow_files.read("x.yml", text)


@pytest.mark.parametrize("names", [["CI"], ["Build & test", 'a "b"', "ü: #1"]])
def test_rendered_workflow_waits_for_the_names(names):
    text = workflow_files.render(names)
    read = yaml.safe_load(text)
    # YAML 1.1 takes the key `on` for a truth.
    assert read[True]["workflow_run"]["workflows"] == names
    assert workflow_files.read("x.yml", text).watched == tuple(names)


def test_rendered_workflow_without_ci_has_no_such_trigger():
    text = workflow_files.render([])
    assert "workflow_run" not in yaml.safe_load(text)[True]
    assert "issues" in yaml.safe_load(text)[True]
    assert '#   workflows: ["CI"]' in text


def test_rendered_workflow_takes_a_pin():
    text = workflow_files.render(["CI"], pin=SHA)
    assert workflow_files.read("x.yml", text).calls[0].ref == SHA
    assert PLACEHOLDER not in text


def test_rendered_workflow_has_all_it_needs():
    call = workflow_files.read("x.yml", workflow_files.render(["CI"])).calls[0]
    assert call.lacking == {}
    assert call.is_pinned
    assert "anthropic-api-key" in call.secrets


@pytest.mark.parametrize(
    ("uses", "pinned"),
    [
        (f"{ROUTE}@{SHA}", True),
        (f"octo/routebot@{SHA}", True),
        ("$/.github/workflows/route.yml", True),
        ("./.github/workflows/route.yml", True),
        (f"{ROUTE}@v1", False),
        (f"{ROUTE}@{SHA[1:]}", False),
    ],
)
def test_a_call_is_pinned_by_a_whole_commit(uses, pinned):
    (call,) = workflow_files.read("x.yml", _calling(uses)).calls
    assert call.is_pinned is pinned


@pytest.mark.parametrize("uses", ["./", "$/.", f"actions/checkout@{SHA}", "octo/x@v1"])
def test_other_actions_are_none_of_ours(uses):
    assert not workflow_files.read("x.yml", _calling(uses)).calls


@pytest.mark.parametrize(
    ("permissions", "lacking"),
    [
        ("write-all", set()),
        ("read-all", {"issues", "pull-requests"}),
        ("{}", {"contents", "actions", "checks", "issues", "pull-requests"}),
        ("{issues: write, contents: read}", {"actions", "checks", "pull-requests"}),
    ],
)
def test_permissions_of_the_job_are_what_counts(permissions, lacking):
    text = _calling(permissions=permissions, top="permissions: write-all")
    (call,) = workflow_files.read("x.yml", text).calls
    assert set(call.lacking) == lacking


def test_job_without_permissions_has_those_of_the_file():
    text = (
        "on: push\npermissions: write-all\njobs:\n  one:\n    steps:\n"
        f"      - run: x\n      - uses: routebot/routebot@{SHA}\n"
        "        with:\n          xai-api-key: x\n"
    )
    (call,) = workflow_files.read("x.yml", text).calls
    assert call.lacking == {}
    assert call.secrets == {"xai-api-key"}
