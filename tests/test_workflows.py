"""The workflows we ship: what the contract says of them, and two linters' word."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import workflow_files

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
TEMPLATE = workflow_files.TEMPLATE
SHIPPED = [*sorted(FOLDER.glob("*.yml")), TEMPLATE]
BIN = Path(sys.executable).parent
SELF = "$/.github/workflows/route.yml"


def _read(path):
    return yaml.safe_load(path.read_text())


def _jobs(path):
    return _read(path)["jobs"].items()


def _steps(path):
    return [step for _, job in _jobs(path) for step in job.get("steps", ())]


def _own(job):
    (step,) = [step for step in job["steps"] if step.get("uses") == "$/."]
    return step


def _step(job, name):
    (step,) = [step for step in job["steps"] if step["name"] == name]
    return step


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_nothing_is_permitted_before_a_job_says_why(path):
    assert _read(path)["permissions"] == {}
    for name, job in _jobs(path):
        assert job["permissions"], name
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"      [\w-]+: (read|write)\b", line):
            assert " # " in line, f"line {number + 1} says no reason"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_every_job_ends_and_every_workflow_has_its_group(path):
    assert set(_read(path)["concurrency"]) == {"group", "cancel-in-progress"}
    for name, job in _jobs(path):
        assert "timeout-minutes" in job or "uses" in job, name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_every_action_is_pinned_with_its_version(path):
    for uses in re.findall(r"uses: (.+)", path.read_text()):
        is_own = uses.startswith("$/")
        assert is_own or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", uses), uses


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_no_script_holds_an_expression_and_no_checkout_leaves_a_token(path):
    for step in _steps(path):
        assert "${{" not in step.get("run", "")
        assert "cache" not in step.get("uses", "")
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_nothing_runs_with_the_rights_of_the_base_on_a_forks_word(path):
    assert "pull_request_target" not in path.read_text()


def test_calling_grants_what_the_called_jobs_take():
    granted = _read(TEMPLATE)["jobs"]["route"]["permissions"]
    called = [job["permissions"] for _, job in _jobs(FOLDER / "route.yml")]
    analyze, verify, publish = called
    assert granted == {**analyze, **verify, **publish}
    assert granted == workflow_files.NEEDED


def test_job_with_the_keys_may_not_write_and_the_job_that_may_has_none():
    jobs = _read(FOLDER / "route.yml")["jobs"]
    assert set(jobs["analyze"]["permissions"].values()) == {"read"}
    assert jobs["publish"]["permissions"]["issues"] == "write"
    assert "actions" not in jobs["publish"]["permissions"]
    keys = re.findall(r"[\w-]+-api-key", str(jobs["analyze"]))
    assert len(set(keys)) == 4
    assert "api-key" not in str(jobs["publish"])
    modes = [_own(job)["with"]["mode"] for job in jobs.values()]
    assert modes == ["analyze", "verify", "publish"]


def test_draft_is_fetched_where_it_was_left():
    jobs = _read(FOLDER / "route.yml")["jobs"]
    written = _own(jobs["analyze"])["with"]["draft"]
    left = _step(jobs["analyze"], "Hand the draft on")["with"]
    fetched = _step(jobs["publish"], "Fetch the draft")["with"]
    assert left["path"] == written
    # By its number: what ran a stranger's tests cannot put another in its place.
    number = jobs["analyze"]["outputs"]["draft"]
    assert number == "${{ steps.draft.outputs.artifact-id }}"
    assert _step(jobs["analyze"], "Hand the draft on")["id"] == "draft"
    for name in ("verify", "publish"):
        fetched = _step(jobs[name], "Fetch the draft")["with"]
        assert fetched["artifact-ids"] == "${{ needs.analyze.outputs.draft }}"
        read = _own(jobs[name])["with"]["draft"]
        assert read == f"{fetched['path']}/{written.rpartition('/')[2]}"


def test_verdicts_are_fetched_where_they_were_left():
    jobs = _read(FOLDER / "route.yml")["jobs"]
    written = _own(jobs["verify"])["with"]["verdicts"]
    left = _step(jobs["verify"], "Hand the verdicts on")["with"]
    fetched = _step(jobs["publish"], "Fetch the verdicts")["with"]
    assert left["path"] == written
    assert left["name"] == fetched["name"]
    read = _own(jobs["publish"])["with"]["verdicts"]
    assert read == f"{fetched['path']}/{written.rpartition('/')[2]}"


def test_job_that_runs_tests_is_off_by_default_and_holds_nothing():
    called = _read(FOLDER / "route.yml")
    assert called[True]["workflow_call"]["inputs"]["verify-tests"]["default"] is False
    job = called["jobs"]["verify"]
    assert job["if"].startswith("inputs.verify-tests && ")
    assert job["permissions"] == {"contents": "read"}
    assert job["runs-on"] == "ubuntu-24.04"
    assert "secrets." not in str(job)
    names = [step["name"] for step in job["steps"]]
    # What has the token, and what the default branch installs, is over by then.
    assert names.index("Run the tests") == len(names) - 2
    tokens = [s["name"] for s in job["steps"] if "github.token" in str(s.get("env"))]
    assert tokens == ["Fetch the change"]


def test_publishing_waits_for_no_job_that_was_skipped_or_failed():
    jobs = _read(FOLDER / "route.yml")["jobs"]
    assert jobs["publish"]["needs"] == ["analyze", "verify"]
    assert "!cancelled()" in jobs["publish"]["if"]
    assert jobs["verify"]["continue-on-error"] is True
    fetched = _step(jobs["publish"], "Fetch the verdicts")
    assert fetched["continue-on-error"] is True


def test_event_that_asks_for_nothing_costs_no_second_job():
    condition = _read(FOLDER / "route.yml")["jobs"]["publish"]["if"]
    assert re.findall(r'"(\w+)"', condition) == ["printed", "degraded"]


def test_calling_hands_over_secrets_that_the_called_workflow_knows():
    known = _read(FOLDER / "route.yml")[True]["workflow_call"]["secrets"]
    assert _read(TEMPLATE)["jobs"]["route"]["secrets"].keys() == known.keys()


def test_called_workflow_passes_only_inputs_of_the_action():
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    for _, job in _jobs(FOLDER / "route.yml"):
        assert _own(job)["with"].keys() <= inputs.keys()


def test_our_own_caller_is_the_one_that_init_writes():
    own = _read(FOLDER / "routebot.yml")
    written = yaml.safe_load(workflow_files.render(["CI"]))
    assert own["jobs"]["route"].pop("uses") == SELF
    assert written["jobs"]["route"].pop("uses").startswith("routebot/routebot/")
    assert own == written


def test_command_and_change_have_groups_of_their_own():
    text = " ".join(_read(TEMPLATE)["concurrency"]["group"].split())
    ids = ("comment.id", "pull_request.number", "issue.number", "run_id")
    places = [text.index(f"github.{'' if i == 'run_id' else 'event.'}{i}") for i in ids]
    assert places == sorted(places)
    cancels = _read(TEMPLATE)["concurrency"]["cancel-in-progress"]
    assert "pull_request" in cancels
    assert "issue" not in cancels


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
def test_cheap_condition_lets_through_what_the_code_answers(conclusion):
    condition = " ".join(_read(TEMPLATE)["jobs"]["route"]["if"].split())
    assert f'"{conclusion}"' in condition
    assert "workflow_run.run_attempt > 1" in condition
    assert "head_repository.full_name != github.repository" in condition
    assert "startsWith(github.event.comment.body, '/route')" in condition


def test_dispatch_offers_the_tasks_and_classes_there_are():
    from bot import policy, tasks

    inputs = _read(TEMPLATE)[True]["workflow_dispatch"]["inputs"]
    assert inputs["task"]["options"][0] == ""
    assert sorted(inputs["task"]["options"][1:]) == sorted(tasks.names())
    assert tuple(inputs["class"]["options"][1:]) == policy.CLASSES


def _ran(*command):
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_auditor_finds_nothing_and_little_is_ignored():
    zizmor = (str(BIN / "zizmor"), "--offline", "--persona", "auditor")
    done = _ran(*zizmor, ".github", "action.yml")
    assert done.returncode == 0, done.stdout
    ignored = re.search(r"\((\d+) ignored", done.stdout + done.stderr)
    assert ignored is not None
    assert int(ignored[1]) <= 3
    done = _ran(*zizmor, str(TEMPLATE))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-actions", [ROOT / "action.yml"]),
        ("vendor.github-workflows", SHIPPED),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_files_have_the_shape_that_github_reads(schema, paths):
    checker = str(BIN / "check-jsonschema")
    done = _ran(checker, "--builtin-schema", schema, *map(str, paths))
    assert done.returncode == 0, done.stdout
