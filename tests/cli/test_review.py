"""`routebot review`: on a terminal, in a pipe, as JSON; on what is not upstream."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import repositories
from tests.model_server import KEY, ModelServer
from tests.repositories import Repo

BEFORE = "def mean(values):\n    return sum(values)\n"
AFTER = "def mean(values):\n    return sum(values) / len(values)\n"
FOUND = {
    "walkthrough": ["mean.py: divides by the count"],
    "findings": [
        {
            "path": "mean.py",
            "start_line": 2,
            "line": 2,
            "side": "RIGHT",
            "severity": "major",
            "title": "Divides by zero",
            "why": "Of no values there is no mean.",
            "evidence": "return sum(values) / len(values)",
            "suggestion": "    return sum(values) / len(values) if values else 0.0",
        }
    ],
    "wanted": [],
}


@dataclass
class Desk:
    """A clone with one commit that is not upstream, and the command line in it."""

    repo: Repo
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def _environ(self) -> dict[str, str]:
        home = {"XDG_CONFIG_HOME": self.repo.environ["HOME"]}
        return {**self.repo.environ, **home, **self.variables}

    def review(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command into a pipe."""
        return subprocess.run(
            [sys.executable, "-I", "-m", "bot", "review", *arguments],
            cwd=self.repo.root,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def on_a_terminal(self, *arguments: str) -> str:
        """Run the command on a terminal and return what stands there."""
        ours, theirs = pty.openpty()
        done = subprocess.Popen(
            [sys.executable, "-I", "-m", "bot", "review", *arguments],
            cwd=self.repo.root,
            env=self._environ | {"TERM": "xterm", "COLUMNS": "90"},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 65_536):
                seen += part
        except OSError:
            pass  # how Linux says that the other side has gone
        os.close(ours)
        assert done.wait(timeout=60) in (0, 1)
        return seen.decode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    upstream = repositories.make(tmp_path / "up", {"mean.py": BEFORE})
    repo = repositories.clone(upstream, tmp_path / "work")
    repo.commit({"mean.py": AFTER}, "Divide")
    return Desk(repo)


@pytest.fixture
def asking(desk: Desk):
    with ModelServer() as model:
        desk.variables = {
            "ANTHROPIC_API_KEY": KEY,
            "ROUTEBOT_ANTHROPIC_BASE_URL": model.url,
            "ROUTEBOT_ALLOW_PRIVATE_HOSTS": "1",
        }
        model.answer(FOUND)
        yield desk


def test_what_is_not_upstream_is_reviewed_by_default(asking):
    done = asking.review()
    assert done.returncode == 0, done.stderr
    assert "Divides by zero" in done.stdout
    assert "`mean.py:2`" in done.stdout
    assert "if values else 0.0" in done.stdout
    assert done.stdout.startswith("### Review\n")


def test_nothing_is_asked_about_what_is_upstream(asking):
    asking.repo.git("push", "-q", "origin", "HEAD:refs/heads/topic")
    asking.repo.git("branch", "-q", "--set-upstream-to=origin/topic")
    done = asking.review()
    assert done.returncode == 0, done.stderr
    assert "There is nothing to review: no file changes." in done.stdout
    assert "no model was asked" in done.stdout
    assert "name a range, such as HEAD~1..HEAD" in done.stderr


def test_a_range_that_is_named_is_not_explained(asking):
    done = asking.review("HEAD..HEAD")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("commits", "told"),
    [
        ("a..b..c", "a..b..c is no range: A..B, A...B and A are"),
        ("HEAD~1..HEAD~0...HEAD", "is no range"),
        ("HEAD....HEAD", "HEAD....HEAD is no range"),
        ("gone..HEAD", "gone names no commits here"),
        ("HEAD..gone", "gone names no commits here"),
    ],
)
def test_a_range_that_cannot_be_read_is_told_what_is_wrong_with_it(desk, commits, told):
    done = desk.review(commits)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_branch_without_an_upstream_is_held_against_the_default_branch(asking):
    asking.repo.git("checkout", "-q", "--no-track", "-b", "topic")
    asking.repo.git("branch", "-q", "-f", "main", "HEAD~1")
    done = asking.review()
    assert "Divides by zero" in done.stdout


def test_without_anything_to_compare_with_a_range_is_asked_for(tmp_path):
    repo = repositories.make(tmp_path / "alone", {"mean.py": BEFORE})
    repo.git("branch", "-m", "odd")
    done = Desk(repo).review("--offline")
    assert done.returncode == 2
    assert "name a range, such as HEAD~1..HEAD" in done.stderr


def test_on_a_terminal_it_is_rendered(asking):
    seen = asking.on_a_terminal()
    assert "Divides by zero" in seen
    assert "\x1b[" in seen
    assert "### Review" not in seen
    assert "**major" not in seen


def test_markdown_on_request_also_on_a_terminal(asking):
    seen = asking.on_a_terminal("--format", "markdown")
    assert "### Review" in seen
    assert "\x1b[" not in seen


def test_as_json_each_comment_has_its_lines(asking):
    done = asking.review("--format", "json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    (comment,) = said["comments"]
    assert (comment["path"], comment["start_line"], comment["line"]) == (
        "mean.py",
        2,
        2,
    )
    assert comment["suggestion"].endswith("if values else 0.0")
    assert said["record"]["calls"] == 1
    assert said["schema"] == 1


def test_without_a_key_the_findings_are_printed_and_the_status_is_a_fault(desk):
    done = desk.review()
    assert done.returncode == 1
    assert "no test in this change names mean" in done.stdout
    assert "No model key is set." in done.stdout


def test_offline_on_purpose_is_no_fault(desk):
    done = desk.review("--offline")
    assert done.returncode == 0, done.stderr
    assert "Offline" in done.stdout


def test_a_range_that_names_no_commits_is_a_usage_error(desk):
    done = desk.review("nowhere..HEAD")
    assert done.returncode == 2
    assert "nowhere names no commits here" in done.stderr
    assert "Traceback" not in done.stderr
