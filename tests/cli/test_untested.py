"""`routebot untested` on real repositories."""

from __future__ import annotations

import json
import os
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
            "kind": "symbol",
            "lines": [],
            "complexity": 0,
            "callers": 0,
            "stakes": "standard",
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


def test_what_matters_most_stands_first(repo: Repo) -> None:
    branchy = "def a(x):\n    return 1 if x else 2\n\ndef b(x):\n    return 1\n"
    used = "from shop.a import c\n\nprint(c(1), c(2))\n"
    code = f"{branchy}\ndef c(x):\n    return x\n"
    repo.commit({"main.py": used})
    repo.commit({"shop/a.py": code, "shop/auth.py": "def check():\n    return 1\n"})
    shown = json.loads(run("HEAD~1..HEAD", "--format", "json").output)["untested"]
    assert [each["symbol"] for each in shown] == ["check", "a", "c", "b"]
    assert [each["callers"] for each in shown] == [0, 0, 2, 0]
    assert shown[0]["stakes"] == "critical"


def test_lines_that_a_fresh_coverage_report_names(repo: Repo) -> None:
    repo.commit({"cart.py": CODE, "tests/test_cart.py": TEST})
    repo.commit({"cart.py": "def total(items):\n    x = 1\n    return x\n"})
    report = "TN:\nSF:cart.py\nDA:1,1\nDA:2,3\nDA:3,0\nend_of_record\n"
    repo.write("lcov.info", report)
    said = run("HEAD~1..HEAD").output
    assert said.startswith("cart.py:3: total changed; line 3 did not run. A test")
    os.utime(repo.root / "lcov.info", (1, 1))
    done = run("HEAD~1..HEAD")
    assert "lcov.info is older than cart.py" in done.stderr
    assert done.stdout.strip() == untested.NOTHING


def test_what_cannot_be_read_is_passed_over_and_nothing_is_lost(repo: Repo) -> None:
    repo.stage(
        {
            "cart.py": CODE,
            "broken.py": "def one(:\n    pass\n\ndef two():\n    return 2\n",
            "data.py": b"\x00\x01\x02",
            "latin.py": "def caf\u00e9():\n    return 1\n".encode("latin-1"),
            "crlf.py": b"def three():\r\n    return 3\r\n",
            "empty.py": b"",
        }
    )
    (repo.root / "link.py").symlink_to("cart.py")
    repo.git("add", "link.py")
    index = (repo.root / ".git/index").read_bytes()
    done = run("--staged", "--format", "json")
    assert done.exit_code == 0
    found = {each["symbol"] for each in json.loads(done.output)["untested"]}
    assert {"total", "two", "three"} <= found
    assert (repo.root / ".git/index").read_bytes() == index


def test_a_hostile_repository_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "PWNED"
    hostile = repositories.make_hostile(tmp_path / "hostile", marker)
    hostile.write("app.py", CODE)
    # Git itself would run the filters on `add`.
    blob = hostile.run("hash-object", "-w", "--stdin", stdin=CODE).stdout.strip()
    hostile.git("update-index", "--cacheinfo", f"100644,{blob},app.py")
    marker.unlink(missing_ok=True)
    monkeypatch.chdir(hostile.root)
    assert "total is new" in run("--staged").output
    assert not marker.exists()


def test_unknown_commits_and_two_ways_at_once_are_errors(repo: Repo) -> None:
    assert isinstance(run("nothing..here").exception, GitError)
    assert isinstance(run("HEAD", "--staged").exception, UsageError)


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(run().exception, GitError)
