"""`routebot untested` on real repositories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import untested
from bot.errors import GitError, UsageError
from tests import repositories
from tests.repositories import Repo

CODE = "def total(items):\n    return sum(items)\n"
TEST = "from cart import total\n\ndef test_total():\n    assert total([1]) == 1\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = repositories.make(tmp_path / "work", {"README.md": "cart\n"})
    monkeypatch.chdir(made.root)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(untested.COMMAND, list(arguments))


def test_staged_code_without_a_test(repo: Repo) -> None:
    repo.stage({"cart.py": CODE})
    shown = json.loads(run("--staged", "--format", "json").output)
    assert shown["schema"] == 1
    assert shown["untested"] == [
        {
            "path": "cart.py",
            "line": 1,
            "symbol": "total",
            "why": "is new",
            "test_file": "tests/test_cart.py",
        }
    ]


def test_a_staged_test_covers_it(repo: Repo) -> None:
    repo.stage({"cart.py": CODE, "tests/test_cart.py": TEST})
    result = run("--staged")
    assert result.output.strip() == untested.NOTHING


def test_a_range_of_commits(repo: Repo) -> None:
    repo.commit({"cart.py": CODE})
    result = run("HEAD~1..HEAD")
    assert result.exit_code == 0
    assert result.output.startswith("cart.py:1: total is new; no test names it.")


def test_an_older_test_in_the_repository_counts(repo: Repo) -> None:
    repo.commit({"tests/test_cart.py": TEST})
    repo.commit({"cart.py": CODE})
    assert run("HEAD~1..HEAD").output.strip() == untested.NOTHING


def test_unknown_commits_and_two_ways_at_once_are_errors(repo: Repo) -> None:
    assert isinstance(run("nothing..here").exception, GitError)
    assert isinstance(run("HEAD", "--staged").exception, UsageError)


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(run().exception, GitError)
