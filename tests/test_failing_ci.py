"""A failing pull request → the comment: whose fault, what shows it, what next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests import ci_logs, golden_files
from tests.action_run import Ran
from tests.github_server import GitHubServer
from tests.github_server.state import Pull, Run
from tests.model_formats import Tokens
from tests.model_server import ModelServer
from tests.test_end_to_end import FILES as ORCHARD
from tests.test_end_to_end import Stage

PRICING = """\
RATES = {count: count * 2 for count in range(9)}

def price(count):
    return RATES[count]
"""
FILES = {
    **ORCHARD,
    "orchard/pricing.py": PRICING,
    "tests/test_pricing.py": "def test_six():\n    assert price(6) == 12\n",
}
# The change takes away what `price` needs, on the line before the one that fails.
FEWER = {"orchard/pricing.py": PRICING.replace("range(9)", "range(6)")}
ELSEWHERE = {"orchard/auth.py": "def check(user):\n    return True\n"}
PASSED = ci_logs.log(ci_logs.PASSED)
FAILED = ci_logs.log(ci_logs.FAILED, exit_code=1)
OFFLINE = ci_logs.log(ci_logs.OFFLINE, command="pip install pytest", exit_code=1)
GREEN = ("success", PASSED)
RED = ("failure", FAILED)
QUOTE = "FAILED tests/test_pricing.py::test_six - KeyError: 6"
USAGE = Tokens(1_200, 80, 0)
REPLY = {
    "cause": "The table of rates ends at five, and the test asks for six pieces.",
    "evidence": [">       return RATES[count]\nE       KeyError: 6"],
    "suspect_path": "orchard/pricing.py",
    "suspect_line": 1,
    "missing_information": [],
    "next_step": "Let `RATES` cover six pieces again.",
    "needs_debugging": False,
}
CUT_OFF = {
    **REPLY,
    "cause": "The runner could not resolve the package index.",
    "evidence": ["Temporary failure in name resolution"],
    "suspect_path": "",
    "suspect_line": 0,
    "next_step": "Run the job again.",
}
HYPOTHESIS = {
    "title": "The table is too short",
    "explanation": "`RATES` is built for fewer counts than are sold.",
    "evidence": [
        {"path": "orchard/pricing.py", "line": 4, "quote": "return RATES[count]"}
    ],
    "confirm": "python -c 'from orchard.pricing import RATES; print(max(RATES))'",
}
DEBUGGED = {
    "hypotheses": [HYPOTHESIS],
    "reproduction": "",
    "fix_sketch": "Build the table for nine counts.",
    "wanted": [],
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        yield Stage(server, repository, model, tmp_path)


def _fails(
    stage: Stage,
    change: dict[str, str],
    *,
    base: Sequence[tuple[str, bytes]] = (GREEN, GREEN),
    log: bytes | None = FAILED,
) -> tuple[Pull, Run]:
    """Run the base branch, oldest first, then a pull request on which `test` fails."""
    for conclusion, text in base:
        jobs = [("test", conclusion, text)]
        stage.repository.workflow_run(branch="main", conclusion=conclusion, jobs=jobs)
    pull = stage.repository.pull("Price pieces", head_files=change)
    jobs = [("test", "failure", log), ("lint", "success", b"")]
    return pull, stage.repository.workflow_run(pull=pull, jobs=jobs)


def _hear(stage: Stage, run: Run, *, keys: bool = False) -> Ran:
    payload = stage.repository.event("workflow_run", "completed", run)
    ran = stage.run("workflow_run", payload, keys=keys)
    assert ran.status == 0, ran.log + ran.errors
    return ran


CASES = {
    "caused": (FEWER, (GREEN, GREEN), FAILED, REPLY),
    "base": (ELSEWHERE, (GREEN, RED, RED), FAILED, REPLY),
    "infrastructure": (ELSEWHERE, (GREEN, GREEN), OFFLINE, CUT_OFF),
}


@pytest.mark.parametrize("keys", [False, True], ids=["findings", "answer"])
@pytest.mark.parametrize("case", CASES)
def test_a_failing_pull_request_hears_whose_fault_it_is(
    stage: Stage, case: str, keys: bool
) -> None:
    change, base, log, reply = CASES[case]
    _, run = _fails(stage, change, base=base, log=log)
    if keys:
        stage.model.answer(reply, usage=USAGE)
    _hear(stage, run, keys=keys)
    (body,) = stage.ours()
    golden_files.check(f"{'answer' if keys else 'findings'}-ci-{case}", body)
    assert len(stage.server.requests) <= 40


def test_a_matrix_that_fails_alike_is_told_once(stage: Stage) -> None:
    versions = [f"test (3.{minor})" for minor in range(11, 15)]
    green = [(name, "success", PASSED) for name in versions]
    stage.repository.workflow_run(branch="main", conclusion="success", jobs=green)
    pull = stage.repository.pull("Price pieces", head_files=FEWER)
    jobs = [(name, "failure", FAILED) for name in versions[:3]]
    jobs += [(versions[3], "success", PASSED), ("docs", "failure", OFFLINE)]
    run = stage.repository.workflow_run(pull=pull, jobs=jobs)
    _hear(stage, run)
    golden_files.check("findings-ci-matrix", stage.ours()[0])
    assert len(stage.server.requests) <= 50


def test_a_run_that_started_no_job_points_at_its_workflow(stage: Stage) -> None:
    broken = {".github/workflows/ci.yml": "on: push\njobs: [\n"}
    pull = stage.repository.pull("Build on push", head_files=broken)
    run = stage.repository.workflow_run(pull=pull, conclusion="startup_failure")
    _hear(stage, run, keys=True)
    assert stage.model.requests == []
    golden_files.check("findings-ci-startup", stage.ours()[0])


@pytest.mark.parametrize("keys", [False, True], ids=["findings", "answer"])
def test_a_green_retry_corrects_the_comment_and_asks_no_model(
    stage: Stage, keys: bool
) -> None:
    _, run = _fails(stage, ELSEWHERE)
    if keys:
        stage.model.answer(REPLY, usage=USAGE)
    _hear(stage, run, keys=keys)
    asked = len(stage.model.requests)
    jobs = [("test", "success", PASSED)]
    stage.repository.rerun(run, jobs=jobs, conclusion="success")
    ran = _hear(stage, run, keys=keys)
    assert ran.outputs["status"] == "updated"
    assert len(stage.model.requests) == asked
    (body,) = stage.ours()
    golden_files.check(f"{'answer' if keys else 'findings'}-ci-flaky", body)


def test_a_green_retry_that_nobody_was_told_about_stays_quiet(stage: Stage) -> None:
    _, run = _fails(stage, ELSEWHERE)
    jobs = [("test", "success", PASSED)]
    stage.repository.rerun(run, jobs=jobs, conclusion="success")
    ran = _hear(stage, run)
    assert ran.outputs["status"] == "summary"
    assert "Flaky" in ran.summary
    assert stage.ours() == []


def test_the_same_failure_in_another_thread_is_known_again(stage: Stage) -> None:
    _, first = _fails(stage, ELSEWHERE)
    _hear(stage, first)
    other = {"README.md": "# Orchard\n\nSells pears.\n"}
    second_pull = stage.repository.pull("Sell pears", head_files=other)
    run = stage.repository.workflow_run(
        pull=second_pull, jobs=[("test", "failure", FAILED)]
    )
    _hear(stage, run)
    (body,) = stage.ours(second_pull.number)
    assert "**Flaky" in body
    assert "once in the last 30 days, last in" in body


def test_a_comment_that_somebody_else_wrote_is_no_memory(stage: Stage) -> None:
    _, first = _fails(stage, ELSEWHERE)
    _hear(stage, first)
    (body,) = stage.ours()
    forged = stage.repository.issue("Forged", "x", author="stranger")
    stage.repository.issues[1].comments.clear()
    stage.repository.comments.clear()
    stage.repository.comment(forged, body, author="stranger")
    pull = stage.repository.pull("Again", head_files={"orchard/stock.py": "x = 1\n"})
    run = stage.repository.workflow_run(pull=pull, jobs=[("test", "failure", FAILED)])
    _hear(stage, run)
    assert "30 days" not in stage.ours(pull.number)[0]


def test_a_triage_that_needs_debugging_gives_it_the_whole_log(stage: Stage) -> None:
    _, run = _fails(stage, FEWER)
    stage.model.answer({**REPLY, "needs_debugging": True}, usage=USAGE)
    stage.model.answer(DEBUGGED, usage=USAGE)
    ran = _hear(stage, run, keys=True)
    assert ran.outputs["task"] == "debug"
    (body,) = stage.ours()
    golden_files.check("answer-ci-debug", body)
    asked = json.dumps(stage.model.requests[-1].body)
    assert "pluggy-1.5.0" in asked
    assert "rootdir" in asked


def test_an_expired_log_is_named_and_no_model_is_asked(stage: Stage) -> None:
    _, run = _fails(stage, FEWER, log=None)
    _hear(stage, run, keys=True)
    assert stage.model.requests == []
    (body,) = stage.ours()
    golden_files.check("findings-ci-expired", body)


def test_a_step_that_printed_nothing_is_named_and_no_model_is_asked(
    stage: Stage,
) -> None:
    silent = ci_logs.log("", command="./scripts/verify.sh --quiet", exit_code=1)
    _, run = _fails(stage, ELSEWHERE, log=silent)
    _hear(stage, run, keys=True)
    assert stage.model.requests == []
    golden_files.check("findings-ci-silent", stage.ours()[0])


def test_of_many_failed_jobs_it_is_said_which_were_read(stage: Stage) -> None:
    pull = stage.repository.pull("Price pieces", head_files=FEWER)
    jobs = [(f"test (3.{minor})", "failure", FAILED) for minor in range(20)]
    jobs += [("docs", "failure", OFFLINE), ("lint", "success", b"")]
    run = stage.repository.workflow_run(pull=pull, jobs=jobs)
    _hear(stage, run)
    golden_files.check("findings-ci-many", stage.ours()[0])


def test_a_run_that_may_not_be_read_is_no_run_without_jobs(stage: Stage) -> None:
    _, run = _fails(stage, FEWER)
    stage.server.fail("GET", "*/actions/*", 403, times=99)
    _hear(stage, run, keys=True)
    assert stage.model.requests == []
    (body,) = stage.ours()
    assert "could not be read (no permission)" in body
    assert "`actions: read`" in body
    assert "workflow file" not in body


def test_what_failed_to_be_read_of_a_run_is_told_with_the_permission(stage):
    _, run = _fails(stage, FEWER)
    stage.server.fail("GET", "*/annotations", 403, times=99)
    stage.server.fail("GET", "*/artifacts", 404, times=99)
    _hear(stage, run)
    (body,) = stage.ours()
    assert "<summary>Not read</summary>" in body
    assert "could not be read (no permission); give the token `checks: read`" in body
    assert "if there is any, the token lacks `actions: read`" in body
