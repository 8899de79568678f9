"""Our manifest for the pre-commit framework: by its rules, and by itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import events, shims
from tests import repositories
from tests.repositories import Repo

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
GO = "package a\n\nfunc Run() int {\n\treturn 1\n}\n"
# What the framework reads in a manifest: https://pre-commit.com/#new-hooks
KEYS = {
    "id",
    "name",
    "entry",
    "language",
    "description",
    "types_or",
    "always_run",
    "pass_filenames",
    "require_serial",
    "verbose",
    "stages",
    "minimum_pre_commit_version",
}


def entries() -> list[dict[str, Any]]:
    found = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def test_manifest_offers_one_hook_for_each_of_ours() -> None:
    assert {entry["id"]: entry["stages"] for entry in entries()} == {
        "routebot-suggest-tests": ["pre-commit"],
        "routebot-review-push": ["pre-push"],
    }
    stages = {stage for entry in entries() for stage in entry["stages"]}
    assert stages == set(shims.names()) == events.ANSWERED["git"]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_entry_is_installed_with_the_package_and_shown(entry: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert set(entry) <= KEYS
    assert entry["entry"].split() == ["routebot", "hook", *entry["stages"]]
    assert "routebot" in project["project"]["scripts"]
    # File names would start it several times; unless verbose, advice is not shown.
    assert (entry["language"], entry["pass_filenames"]) == ("python", False)
    assert (entry["verbose"], entry["require_serial"]) == (True, True)


# The framework itself, where `make benchmark-hooks` or the PATH has put it.


def framework() -> str:
    peers = ROOT / ".cache/peers/bin/pre-commit"
    return str(peers) if peers.is_file() else shutil.which("pre-commit") or ""


needs_framework = pytest.mark.skipif(
    not framework(), reason="pre-commit is not here; make benchmark-hooks installs it"
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository that runs our hooks by the interpreter of the tests."""
    made = repositories.make(tmp_path / "repo", {"app.py": "x = 1\n"})
    made.environ["PATH"] = f"{Path(framework()).parent}:{made.environ['PATH']}"
    config = {"repos": [{"repo": "local", "hooks": [_local(e) for e in entries()]}]}
    made.commit({".pre-commit-config.yaml": yaml.safe_dump(config)})
    stages = [part for name in shims.names() for part in ("-t", name)]
    done = run(made, "install", *stages)
    assert done.returncode == 0, done.stderr
    return made


def _local(entry: dict[str, Any]) -> dict[str, Any]:
    # As installed: the same program, without building an environment for it.
    start = f"{sys.executable} -I -m bot"
    command = entry["entry"].replace("routebot", start, 1)
    return entry | {"language": "system", "entry": command}


def run(repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [framework(), *arguments],
        cwd=repo.root,
        env=repo.environ,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_framework
def test_framework_takes_the_manifest(repo: Repo) -> None:
    done = run(repo, "validate-manifest", str(MANIFEST))

    assert done.returncode == 0, done.stdout


@needs_framework
def test_framework_shows_what_the_commit_hook_says(repo: Repo) -> None:
    repo.stage({"a.go": GO})
    repo.write("a.go", GO + "\nfunc Later() {\n}\n")

    done = repo.run("commit", "-m", "Add Run")

    assert done.returncode == 0, done.stderr
    assert "a.go:3  Run is new; test goes into a_test.go" in done.stderr
    assert "Later" not in done.stderr


@needs_framework
def test_framework_lets_a_blocking_policy_stop_the_commit(repo: Repo) -> None:
    repo.commit({".github/routing.toml": "[hooks]\nblocking = true\n"})
    repo.stage({"a.go": GO})

    done = repo.run("commit", "-m", "Add Run")

    assert done.returncode == 1
    assert "ROUTEBOT_SKIP=1 git commit" in done.stderr


@needs_framework
def test_framework_hands_the_push_over(repo: Repo, tmp_path: Path) -> None:
    target = tmp_path / "target.git"
    repo.git("init", "-q", "--bare", str(target))
    repo.git("remote", "add", "origin", str(target))
    repo.git("push", "-q", "--no-verify", "origin", "main")
    repo.commit({"app.py": "<<<<<<< HEAD\nx = 1\n"})

    done = repo.run("push", "origin", "main")

    assert done.returncode == 0, done.stderr
    assert "conflict marker" in done.stdout + done.stderr
