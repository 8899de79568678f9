"""A folder full of programs that wait to be imported: no door runs one of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import group
from tests import repositories
from tests.payload_files import PAYLOADS
from tests.repositories import Repo

# What a Python that looks around would take from where it stands.
WAITING = (
    *("bot/__init__.py", "bot/__main__.py", "bot/cli.py", "click.py", "json.py"),
    *("pydantic.py", "sitecustomize.py", "usercustomize.py", "evil.pth", "yaml.py"),
    *("git.py", "github/__init__.py", "httpx.py", "secrets.py", "re.py", "conftest.py"),
)
EVENT = ("--event-name", "issues", "--event-path", f"{PAYLOADS}/issues.opened.json")
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "run": EVENT,
    "analyze": ("--out", "draft.json", *EVENT),
    "publish": ("draft.json", *EVENT),
    "explain": EVENT,
    "classify": ("--title", "It crashes"),
    "distill": ("log.txt",),
    "context": ("debug",),
    "schema": ("draft",),
    "config check": (),
    "config init": ("--force",),
    "config user": (),
    "hooks install": (),
    "hooks uninstall": (),
    "hook": ("pre-commit",),
    "review": ("--offline",),
    "untested": ("--staged",),
}


def _commands(found: click.Command = group, name: str = "") -> list[str]:
    if not isinstance(found, click.Group):
        return [name]
    context = click.Context(found)
    inner = ((n, found.get_command(context, n)) for n in found.list_commands(context))
    return [
        leaf
        for each, command in inner
        if command is not None
        for leaf in _commands(command, f"{name} {each}".strip())
    ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    marker = folder / "PWNED"
    repo = repositories.make_hostile(folder / "evil", marker)
    python = f"open({str(marker)!r}, 'w').close()\n"
    for name in WAITING:
        repo.write(name, f"import sys; {python}" if name.endswith(".pth") else python)
    repo.write("log.txt", "error: x\n")
    repo.write("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-p evil'\n")
    repo.write(".git/hooks/pre-commit", f"#!/bin/sh\ntouch '{marker}'\n", mode=0o755)
    marker.unlink(missing_ok=True)
    return repo, marker


def _run(repo, call):
    return subprocess.run(
        call,
        cwd=repo.root,
        env=repo.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", _commands())
def test_no_door_runs_anything_of_the_folder_it_stands_in(hostile, command):
    repo, marker = hostile
    arguments = ARGUMENTS.get(command, ())
    done = _run(repo, [sys.executable, "-I", "-m", "bot", *command.split(), *arguments])
    assert not marker.exists(), done.stderr
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr


def test_the_installed_command_is_no_other_door(hostile):
    repo, marker = hostile
    program = Path(sys.executable).with_name("routebot")
    for arguments in (("--help",), ("untested", "--staged"), ("models",)):
        done = _run(repo, [program, *arguments])
        assert not marker.exists(), done.stderr
        assert done.returncode in (0, 1, 2), done.stderr


def test_the_folder_would_run_them(hostile):
    """Without `-I` Python takes what lies there, so that the others can fail."""
    repo, marker = hostile
    call = [sys.executable, "-m", "bot"]
    subprocess.run(call, cwd=repo.root, env=repo.environ, check=False)
    assert marker.exists()
    marker.unlink()
