"""Budgets held by real processes: two that race, and ten that were killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import ledger
from bot.ledger import RECORD_FILE, Place
from tests.github_server import GitHubServer, Repository
from tests.github_server.state import Issue, Run
from tests.model_formats import Answer, Tokens
from tests.model_server import KEY, ModelServer

WORKFLOW = ".github/workflows/routebot.yml"
BODY = "I could not find anything about proxies in the documentation. Is it possible?"
ASKED = {
    "cause": "",
    "evidence": [],
    "suspect_path": "",
    "suspect_line": 0,
    "missing_information": ["Which version is it?"],
    "next_step": "Answer.",
    "needs_debugging": False,
}
# 100,000 tokens of balanced's first model: 0.30 USD.
DEAR = Answer(json.dumps(ASKED), usage=Tokens(100_000, 10_000, 0))
SECONDS = 60


@dataclass(frozen=True)
class Stage:
    """A GitHub with a policy, a model that waits until `go`, a folder for each run."""

    server: GitHubServer
    repository: Repository
    model: ModelServer
    folder: Path
    go: threading.Event

    def start(
        self, issue: Issue, run: Run | int, *, hangs: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start the run of an issue that was opened, as the runner would.

        With `hangs` its record goes into a pipe that nobody reads: there it stays,
        having paid.
        """
        id = run if isinstance(run, int) else run.id
        folder = self.folder / str(id)
        folder.mkdir()
        if hangs:
            os.mkfifo(folder / RECORD_FILE)
        payload = self.repository.event("issues", "opened", issue)
        (folder / "event.json").write_text(json.dumps(payload))
        variables = {
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "issues",
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_API_URL": self.server.base_url,
            "GITHUB_GRAPHQL_URL": self.server.graphql_url,
            "GITHUB_REPOSITORY": "octo/sample",
            "GITHUB_RUN_ID": str(id),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKFLOW_REF": f"octo/sample/{WORKFLOW}@refs/heads/main",
            "GITHUB_OUTPUT": str(folder / "output"),
            "INPUT_GITHUB_TOKEN": self.server.write_token,
            "INPUT_MARKER_KEY": "k",
            "ANTHROPIC_API_KEY": KEY,
            "ROUTEBOT_ANTHROPIC_BASE_URL": self.model.url,
            "ROUTEBOT_ALLOW_PRIVATE_HOSTS": "1",
            "RUNNER_TEMP": str(folder),
        }
        return subprocess.Popen(
            [sys.executable, "-I", "-m", "bot", "run"],
            env=variables,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def opened(self) -> tuple[Issue, Run]:
        """Open an issue, and start a run of our workflow for it."""
        issue = self.repository.issue("How do I configure a proxy?", BODY)
        run = self.repository.workflow_run(
            conclusion=None, path=WORKFLOW, event="issues", actor="contributor"
        )
        return issue, run

    def spent(self) -> float:
        """What the markers of all our comments say was spent, USD."""
        found = 0.0
        for issue in self.repository.issues.values():
            place = Place(self.repository.id, issue.number, "k")
            for comment in issue.comments:
                marker = ledger.read(comment.body, place)
                assert marker is not None
                assert marker.history is not None
                found += marker.history.usd
        return found

    def said(self, issue: Issue) -> str:
        """All that we wrote in a thread."""
        return "\n".join(comment.body for comment in issue.comments)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    go = threading.Event()
    with GitHubServer() as server, ModelServer() as model:

        def respond(request: object) -> Answer:
            go.wait(SECONDS)
            return DEAR

        model.respond = respond
        repository = server.repository("octo/sample", files={"README.md": "# x\n"})
        repository.collaborator("contributor", "write")
        yield Stage(server, repository, model, tmp_path, go)
        go.set()


def _policy(stage: Stage, usd: float) -> None:
    text = (
        "outsiders = 'findings'\nconfidence_threshold = 0.0\n"
        f"[budget]\nmax_usd_per_day = {usd}\n"
        "[tasks.triage]\ncomment_from = 'info'\n"
    )
    stage.repository.commit({".github/routing.toml": text})


def _until(holds: object) -> None:
    end = time.monotonic() + SECONDS
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def _finish(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        assert process.wait(SECONDS) == 0


def test_of_two_runs_that_race_the_older_one_gets_the_budget(stage: Stage) -> None:
    _policy(stage, 1.0)
    (first, older), (second, younger) = stage.opened(), stage.opened()
    processes = [stage.start(first, older), stage.start(second, younger)]
    # The younger one is through while the older one waits for its model.
    assert processes[1].wait(SECONDS) == 0
    stage.go.set()
    _finish(processes)
    assert len(stage.model.requests) == 1
    assert 0 < stage.spent() <= 1.0
    assert "The budget of today is spent" in stage.said(second)


def test_two_that_github_does_not_list_yet_overshoot_by_one_event(stage: Stage) -> None:
    _policy(stage, 0.5)
    (first, _), (second, _) = stage.opened(), stage.opened()
    stage.repository.runs.clear()
    processes = [stage.start(first, 900_001), stage.start(second, 900_002)]
    _until(lambda: len(stage.model.requests) == 2)
    stage.go.set()
    _finish(processes)
    one_event = stage.spent() / 2
    assert 0.5 < stage.spent() <= 0.5 + one_event
    third, run = stage.opened()
    _finish([stage.start(third, run)])
    assert len(stage.model.requests) == 2
    assert "The budget of today is spent" in stage.said(third)


def test_money_of_ten_runs_killed_after_the_model_answered_is_counted(
    stage: Stage,
) -> None:
    _policy(stage, 50.0)
    stage.go.set()
    opened = [stage.opened() for _ in range(10)]
    processes = [stage.start(*each, hangs=True) for each in opened]
    _until(lambda: len(stage.model.requests) == 10)
    time.sleep(0.2)
    for process, (_, run) in zip(processes, opened, strict=True):
        process.send_signal(signal.SIGKILL)
        assert process.wait(SECONDS) == -signal.SIGKILL
        run.conclusion = "failure"
    assert stage.spent() == 0
    issue, run = stage.opened()
    _finish([stage.start(issue, run)])
    assert len(stage.model.requests) == 10
    assert "The budget of today is spent (50 of 50.00 USD)" in stage.said(issue)
