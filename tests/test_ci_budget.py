"""What a failed matrix costs: calls to GitHub, counted through the command line."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator

import pytest

from tests import action_run
from tests.github_server import GitHubServer

BUDGET = 60
NAMES = "abcdefghijkl"
CI = ".github/workflows/ci.yml"
POLICY = "[tasks.triage]\ntracking_issue = true\n"
FILES = {
    CI: "on: push\n",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
}
STORES = ("/_logs/", "/_artifacts/")


def _log(test: str) -> bytes:
    return (
        "2026-11-02T10:00:00.0Z ##[group]Run python -m pytest\n"
        "2026-11-02T10:00:00.1Z ##[endgroup]\n"
        f"2026-11-02T10:00:01.0Z FAILED tests/test_pricing.py::{test} - assert 3 == 4\n"
        "2026-11-02T10:00:02.0Z ##[error]Process completed with exit code 1.\n"
    ).encode()


def _matrix(failing: int) -> list[tuple[str, str, bytes]]:
    """Twelve jobs, the first of which fail, each in a way of its own."""
    return [
        (f"test ({n})", "failure", _log(f"test_{NAMES[n]}"))
        if n < failing
        else (f"test ({n})", "success", b"fine\n")
        for n in range(12)
    ]


def _report() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("junit.xml", "<testsuite/>")
    return packed.getvalue()


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        repository = running.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        yield running


def _calls(server: GitHubServer) -> list[str]:
    return [
        f"{request.method} {request.route or request.path}"
        for request in server.requests
        if not request.path.startswith(STORES)
    ]


def _worst(server: GitHubServer, failing: int) -> dict[str, object]:
    """Make the event of a matrix that failed three times, on a base as red."""
    repository = server.repository("octo/sample")
    for conclusion in ("success", "failure", "success", "failure", "failure"):
        jobs = _matrix(0 if conclusion == "success" else 3)
        repository.workflow_run(conclusion=conclusion, jobs=jobs)
    pull = repository.pull(head_files={"orchard/pricing.py": "x = 1\n"})
    run = repository.workflow_run(pull=pull, jobs=_matrix(failing))
    for _ in range(2):
        repository.rerun(run, jobs=_matrix(failing), conclusion="failure")
    for n in range(12):
        repository.artifact(run, f"test-results-{n}", _report())
    return repository.event("workflow_run", "completed", run)


def test_three_failures_in_a_matrix_of_twelve_stay_far_below_the_budget(
    server, tmp_path
):
    payload = _worst(server, failing=3)
    ran = action_run.run(server, "workflow_run", payload, folder=tmp_path)
    assert ran.outputs["status"] == "degraded", ran.errors
    calls = Counter(_calls(server))
    repo = "GET /repos/{owner}/{repo}"
    told = {
        # The run's jobs of all attempts, and those of five runs of the base branch.
        f"{repo}/actions/runs/{{run_id}}/jobs": 6,
        f"{repo}/actions/workflows/{{workflow_id}}/runs": 1,
        f"{repo}/actions/runs/{{run_id}}/artifacts": 1,
        f"{repo}/actions/artifacts/{{artifact_id}}/{{archive_format}}": 6,
        "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": 1,
    }
    assert {call: calls[call] for call in told} == told
    # Three failures are read whole, one green log, and three of the base branch.
    assert calls[f"{repo}/actions/jobs/{{job_id}}/logs"] <= 3 + 1 + 3
    assert calls[f"{repo}/check-runs/{{check_run_id}}/annotations"] <= 3
    assert sum(calls.values()) <= 40, calls


def test_also_where_all_twelve_fail_each_in_its_own_way(server, tmp_path):
    payload = _worst(server, failing=12)
    ran = action_run.run(server, "workflow_run", payload, folder=tmp_path)
    assert ran.outputs["status"] == "degraded", ran.errors
    assert len(_calls(server)) <= BUDGET


def test_a_failure_of_the_default_branch_is_followed_in_an_issue(server, tmp_path):
    repository = server.repository("octo/sample")
    repository.commit({".github/routing.toml": POLICY})
    for _ in range(2):
        run = repository.workflow_run(jobs=_matrix(1))
        payload = repository.event("workflow_run", "completed", run)
        ran = action_run.run(server, "workflow_run", payload, folder=tmp_path)
        assert ran.status == 0, ran.errors
    (issue,) = repository.issues.values()
    assert issue.title.startswith("CI fails on main: ")
    assert "test_a" in issue.title
    assert f"/actions/runs/{run.id}" in issue.body
    assert ran.outputs["comment-url"].endswith(f"/issues/{issue.number}")
    assert len(_calls(server)) <= 2 * BUDGET


def test_without_a_word_in_the_policy_no_issue_is_opened(server, tmp_path):
    repository = server.repository("octo/sample")
    run = repository.workflow_run(jobs=_matrix(1))
    payload = repository.event("workflow_run", "completed", run)
    ran = action_run.run(server, "workflow_run", payload, folder=tmp_path)
    assert ran.outputs["status"] == "degraded"
    assert "test_a" in ran.summary
    assert server.write_attempts == [] or all(
        request.path == "/graphql" for request in server.write_attempts
    )
    assert not repository.issues
