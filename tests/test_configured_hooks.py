from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import configured_hooks
from bot.errors import UsageError
from tests import repositories
from tests.repositories import Repo

GO = "package a\n\nfunc Run() int {\n\treturn 1\n}\n"
NAMES = ("pre-commit", "pre-push")


def as_version(repo: Repo, version: str) -> Repo:
    """The same repository, with a git that says it is of another version."""
    folder = repo.root.with_name("bin")
    folder.mkdir(exist_ok=True)
    git = folder / "git"
    git.write_text(
        f'#!/bin/sh\n[ "$1" != version ] || {{ echo "git version {version}"; exit; }}\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    git.chmod(0o755)
    path = f"{folder}:{repo.environ['PATH']}"
    return Repo(repo.root, repo.environ | {"PATH": path})


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = repositories.make(tmp_path / "it's here", {"app.py": "x = 1\n"})
    return as_version(made, "2.54.0.windows.1")


def hooks(repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-m", "bot", "hooks", *arguments],
        cwd=repo.root,
        env=repo.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def as_git_runs_it(repo: Repo, name: str) -> subprocess.CompletedProcess[str]:
    """Run a configured hook as git does: through a shell, arguments last."""
    command = repo.git("config", f"hook.routebot-{name}.command")
    return subprocess.run(
        ["sh", "-c", f'{command} "$@"', command, "origin"],
        cwd=repo.root,
        env=repo.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("version", "is_offered"),
    [
        ("2.39.5", False),
        ("2.53.9", False),
        ("2.54.0", True),
        ("2.54.1 (Apple Git-160)", True),
        ("3.0.0-rc1", True),
        ("from the future", False),
    ],
)
def test_only_a_git_that_reads_them_gets_them(
    repo: Repo, version: str, is_offered: bool
) -> None:
    repo = as_version(repo, version)

    if is_offered:
        configured_hooks.check_git(repo.root, repo.environ)
    else:
        with pytest.raises(UsageError, match="leave out --configured"):
            configured_hooks.check_git(repo.root, repo.environ)


def test_older_git_is_refused_and_nothing_written(repo: Repo) -> None:
    repo = as_version(repo, "2.39.5")
    before = (repo.root / ".git/config").read_bytes()

    done = hooks(repo, "install", "--configured")

    assert done.returncode == 2
    assert done.stderr.startswith("routebot: git 2.39.5 reads no hooks from")
    assert (repo.root / ".git/config").read_bytes() == before


def test_configured_hook_speaks_and_is_named_once(repo: Repo) -> None:
    hooks(repo, "install", "--configured")
    config = (repo.root / ".git/config").read_bytes()
    again = hooks(repo, "install", "--configured")
    repo.stage({"a.go": GO})

    done = as_git_runs_it(repo, "pre-commit")

    assert done.returncode == 0
    assert "Run is new" in done.stderr
    assert (repo.root / ".git/config").read_bytes() == config
    assert "pre-commit: unchanged" in again.stdout
    assert repo.git("config", "hook.routebot-pre-push.event") == "pre-push"
    assert not (repo.root / ".git/hooks/pre-commit").exists()


def test_says_what_it_did_and_how_to_undo_it(repo: Repo) -> None:
    shown = hooks(repo, "install", "--configured", "--hook", "pre-push")
    path = repo.root / ".git/routebot-hooks/pre-push"

    assert shown.stdout == (
        f"pre-push: installed, {path}\n"
        f"git config --local hook.routebot-pre-push.command is {path}\n"
        "undo: routebot hooks uninstall\n"
    )
    status = json.loads(hooks(repo, "status", "--format", "json").stdout)
    assert status["configured"] == ["pre-push"]
    assert "pre-push: installed in git's configuration" in hooks(repo, "status").stdout


def test_uninstall_leaves_configuration_and_folder_as_they_were(repo: Repo) -> None:
    repo.git("config", "hook.linter.command", "lint")
    repo.git("config", "hook.linter.event", "pre-commit")
    before = repo.git("config", "--local", "--list")
    hooks(repo, "install", "--configured")

    done = hooks(repo, "uninstall")

    assert done.stdout.count("removed") == 2
    assert repo.git("config", "--local", "--list") == before
    assert not (repo.root / ".git/routebot-hooks").exists()


@pytest.mark.parametrize("scope", ["--repo", "--user"])
def test_one_hook_never_stands_in_both_places(repo: Repo, scope: str) -> None:
    hooks(repo, "install", scope)
    moved = hooks(repo, "install", scope, "--configured")
    status = json.loads(hooks(repo, "status", scope, "--format", "json").stdout)
    back = hooks(repo, "install", scope)
    after = json.loads(hooks(repo, "status", scope, "--format", "json").stdout)

    assert "pre-commit: removed" in moved.stdout
    assert status["configured"] == list(NAMES)
    assert not any(hook["installed"] for hook in status["hooks"])
    assert "pre-commit: removed" in back.stdout
    assert after["configured"] == []
    assert all(hook["installed"] for hook in after["hooks"])


def test_user_wide_ones_need_no_hooks_path(repo: Repo) -> None:
    hooks(repo, "install", "--user", "--configured")

    assert repo.run("config", "core.hooksPath").returncode == 1
    assert repo.git("config", "--show-scope", "hook.routebot-pre-commit.event") == (
        "global\tpre-commit"
    )
    hooks(repo, "uninstall", "--user")
    assert repo.run("config", "--global", "--list").stdout == ""
