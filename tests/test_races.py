"""Ten real processes at once for one thread, and some that are cancelled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import ledger
from bot.ledger import Place
from tests.github_server import GitHubServer, Repository
from tests.hostile import obedience
from tests.model_server import KEY, ModelServer, Received

SECONDS = 120
FILES = {
    "orchard/auth.py": "def check(user):\n    return user.is_known\n",
    "README.md": "# x\n",
}
BOT = "github-actions[bot]"


@dataclass
class Stage:
    """A GitHub, a model that answers only once `go` is set, and runs between them."""

    server: GitHubServer
    repository: Repository
    model: ModelServer
    folder: Path
    go: threading.Event
    started: int = 0
    says: Callable[[Received], str] | None = None

    def start(self, name: str, payload: object) -> subprocess.Popen[bytes]:
        """Start one run as the runner would."""
        self.started += 1
        folder = self.folder / str(self.started)
        folder.mkdir()
        (folder / "event.json").write_text(json.dumps(payload))
        variables = {
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_API_URL": self.server.base_url,
            "GITHUB_GRAPHQL_URL": self.server.graphql_url,
            "GITHUB_REPOSITORY": "octo/sample",
            "GITHUB_OUTPUT": str(folder / "output"),
            "INPUT_GITHUB_TOKEN": self.server.write_token,
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

    def finish(self, runs: list[subprocess.Popen[bytes]]) -> None:
        """Let the model answer, and wait."""
        self.go.set()
        assert [run.wait(SECONDS) for run in runs] == [0] * len(runs)

    def summaries(self, task: str, number: int = 1) -> list[str]:
        """The bodies of ours in the thread that carry the task's marker."""
        place = Place(self.repository.id, number, "")
        bodies = [
            item.body
            for item in (
                *self.repository.comments.values(),
                *self.repository.reviews.values(),
            )
            if item.user is not None and item.user.login == BOT
        ]
        found = ((body, ledger.read(body, place)) for body in bodies)
        return [body for body, marker in found if marker and marker.task == task]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    go = threading.Event()
    with GitHubServer() as server, ModelServer(key=KEY) as model:
        model_says = model.respond

        def respond(request):
            go.wait(SECONDS)
            return (stage.says or model_says)(request)

        model.respond = respond
        repository = server.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        stage = Stage(server, repository, model, tmp_path, go)
        yield stage
        go.set()


def _until(holds) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ten_processes_leave_one_comment_of_the_newest_commit(stage: Stage) -> None:
    stage.says = obedience.obedient("It lets anybody in.")
    change = {"orchard/auth.py": "def check(user):\n    return True\n"}
    pull = stage.repository.pull("Let in", head_files=change, author="contributor")
    payloads = [stage.repository.event("pull_request", "opened", pull)]
    for number in range(4):
        stage.repository.push(pull, {f"orchard/new{number}.py": "x = 1\n"})
        payloads.append(stage.repository.event("pull_request", "synchronize", pull))
    runs = [
        stage.start("pull_request", each) for each in (*payloads, *payloads[-1:] * 5)
    ]
    stage.finish(runs)
    (summary,) = stage.summaries("review")
    assert len(stage.repository.review_comments) == 1
    marker = ledger.read(summary, Place(stage.repository.id, 1, ""))
    assert marker is not None
    assert marker.history is not None
    assert {record.sha for record in marker.history.records} == {pull.head_sha}


def test_ten_processes_leave_one_comment_on_an_issue(stage: Stage) -> None:
    issue = stage.repository.issue("Crash", "It crashes with 2.1 since Monday.")
    payload = stage.repository.event("issues", "opened", issue)
    runs = [stage.start("issues", payload) for _ in range(10)]
    stage.finish(runs)
    assert len(issue.comments) == 1


def test_a_cancelled_process_leaves_nothing_half(stage: Stage) -> None:
    issue = stage.repository.issue("Crash", "It crashes with 2.1 since Monday.")
    payload = stage.repository.event("issues", "opened", issue)
    waiting = stage.start("issues", payload)
    _until(lambda: stage.model.requests)
    waiting.send_signal(signal.SIGTERM)
    assert waiting.wait(SECONDS) != 0
    assert stage.server.write_attempts == []
    stage.go.set()
    killed = stage.start("issues", payload)
    _until(lambda: stage.server.write_attempts)
    killed.kill()
    killed.wait(SECONDS)
    stage.finish([stage.start("issues", payload)])
    (comment,) = issue.comments
    assert comment.body.rstrip().endswith("-->")
