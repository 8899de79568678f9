"""Hooks as git starts them: whole processes, and what only the user may allow."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot import hook_door, user_config
from bot.user_config import UserConfig, Value
from tests import repositories
from tests.model_server import ModelServer
from tests.repositories import Repo

SECRET = "gh" + "p_" + hashlib.sha256(b"pushed").hexdigest()[:36]
ZEROS = "0" * 40
GO = "package a\n\nfunc Run() int {\n\treturn 1\n}\n"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def repo(tmp_path: Path, model: ModelServer) -> Repo:
    """A repository whose user has a key, and leave to use it is still to be given."""
    made = repositories.make(tmp_path / "repo", {"app.py": "x = 1\n"})
    made.environ.update(
        ANTHROPIC_API_KEY=model.key,
        ROUTEBOT_ANTHROPIC_BASE_URL=model.base_urls["anthropic"],
        ROUTEBOT_ALLOW_PRIVATE_HOSTS="1",
    )
    return made


def set_own(repo: Repo, values: Mapping[str, Value]) -> None:
    user_config.write(UserConfig(values), repo.environ)


def hook(
    repo: Repo, name: str, *, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-m", "bot", "hook", name, "origin"],
        cwd=repo.root,
        env=repo.environ | env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def push(repo: Repo, **files: str) -> subprocess.CompletedProcess[str]:
    """Commit files and run the hook of a push that would bring them."""
    there = repo.git("rev-parse", "HEAD")
    text = "<<<<<<< HEAD\n" + "".join(files.values())
    local = repo.commit({"app.py": text})
    ref = "refs/heads/main"
    return hook(repo, "pre-push", stdin=f"{ref} {local} {ref} {there}\n")


def test_keys_alone_let_no_hook_ask_a_model(repo: Repo, model: ModelServer) -> None:
    done = push(repo)

    assert (done.returncode, model.requests) == (0, [])
    assert "conflict marker" in done.stderr


def test_user_lets_pre_push_ask_and_no_secret_goes_out(
    repo: Repo, model: ModelServer
) -> None:
    set_own(repo, {"network": True})

    done = push(repo, settings=f"KEY = '{SECRET}'\n")

    assert done.returncode == 0, done.stderr
    assert model.requests
    assert not any(SECRET in request.text for request in model.requests)
    assert SECRET not in done.stderr


def test_key_and_address_come_from_the_users_file_too(
    repo: Repo, model: ModelServer
) -> None:
    named = {"WORK_KEY": repo.environ.pop("ANTHROPIC_API_KEY")}
    for name in ("ROUTEBOT_ANTHROPIC_BASE_URL", "ROUTEBOT_ALLOW_PRIVATE_HOSTS"):
        repo.environ.pop(name)
    repo.environ.update(named)
    set_own(
        repo,
        {
            "network": True,
            "allow_private_hosts": True,
            "anthropic.api_key_env": "WORK_KEY",
            "anthropic.base_url": model.base_urls["anthropic"],
        },
    )

    assert push(repo).returncode == 0
    assert model.requests


def test_pre_commit_asks_nobody_even_so(repo: Repo, model: ModelServer) -> None:
    set_own(repo, {"network": True})
    repo.stage({"a.go": GO})

    done = hook(repo, "pre-commit")

    assert "Run is new" in done.stderr
    assert model.requests == []


@pytest.mark.parametrize(
    "files",
    [
        {".github/routing.toml": "network = true\n"},
        {".github/routing.toml": "[hooks]\nnetwork = true\n"},
        {".config/routebot/config.toml": "network = true\n"},
        {"routebot/config.toml": "network = true\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_no_file_of_a_repository_gives_leave(
    repo: Repo, model: ModelServer, files: dict[str, str]
) -> None:
    repo.commit(files)
    repo.git("config", "routebot.network", "true")
    repo.environ["XDG_CONFIG_HOME"] = "."

    assert push(repo).returncode == 0
    assert model.requests == []


def test_own_file_that_cannot_be_used_leaves_the_hook_offline(
    repo: Repo, model: ModelServer
) -> None:
    file = user_config.path(repo.environ)
    file.parent.mkdir(parents=True)
    file.write_text("network = true\n")
    file.chmod(0o666)

    done = push(repo)

    assert (done.returncode, model.requests) == (0, [])
    assert done.stderr.startswith("routebot: offline, ")
    assert "conflict marker" in done.stderr


def test_model_that_is_not_there_stops_nothing(repo: Repo) -> None:
    set_own(repo, {"network": True})
    repo.environ["ROUTEBOT_ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9"

    done = push(repo)

    assert done.returncode == 0
    assert "conflict marker" in done.stderr


NAMES = ("feat/$(touch pwned)", "-oProxyCommand=x", ";id", "main\u202egnp.exe", "@{-1}")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_branches_are_never_run(repo: Repo, name: str) -> None:
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "<<<<<<< HEAD\n"})
    line = f"refs/heads/{name} {local} refs/heads/{name} {there}\n"

    done = hook(repo, "pre-push", stdin=line)

    assert done.returncode == 0
    assert not list(repo.root.glob("**/pwned"))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "stdin",
    [
        "",
        "refs/tags/v1 {local} refs/tags/v1 " + ZEROS,
        "(delete) " + ZEROS + " refs/heads/x {there}",
        "refs/heads/x {local} refs/heads/x " + "f" * 40,
        "\x00\x1b nonsense\n" * 2_000,
    ],
    ids=["nothing", "tag", "deletion", "unknown there", "nonsense"],
)
def test_pushes_without_commits_to_look_at_say_nothing(repo: Repo, stdin: str) -> None:
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "<<<<<<< HEAD\n"})

    done = hook(repo, "pre-push", stdin=stdin.format(local=local, there=there))

    assert (done.returncode, done.stderr) == (0, "")


def test_forced_push_is_compared_with_where_it_left_off(
    repo: Repo, tmp_path: Path
) -> None:
    copy = repositories.clone(repo, tmp_path / "clone")
    copy.git("checkout", "-q", "-b", "topic")
    before = copy.commit({"b.py": "x = 1\n"})
    copy.git("reset", "-q", "--hard", "HEAD~1")
    local = copy.commit({"c.py": "<<<<<<< HEAD\n"})

    line = f"refs/heads/topic {local} refs/heads/topic {before}\n"
    done = hook(copy, "pre-push", stdin=line)

    assert "`c.py:1` a conflict marker" in done.stderr


def test_new_branch_is_compared_with_the_default_one(
    repo: Repo, tmp_path: Path
) -> None:
    copy = repositories.clone(repo, tmp_path / "clone")
    copy.git("checkout", "-q", "-b", "topic")
    local = copy.commit({"c.py": "<<<<<<< HEAD\n"})

    line = f"refs/heads/topic {local} refs/heads/topic {ZEROS}\n"
    done = hook(copy, "pre-push", stdin=line)

    assert "`c.py:1` a conflict marker" in done.stderr


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        (_Terminal(), {"TERM": "xterm"}, True),
        (_Terminal(), {"TERM": "dumb"}, False),
        (_Terminal(), {"NO_COLOR": "1"}, False),
        (_Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    stream: io.StringIO, environ: dict[str, str], expected: bool
) -> None:
    assert hook_door.has_colour(stream, environ) is expected


# Commits in every state that a repository can be in


@pytest.fixture
def installed(repo: Repo) -> Repo:
    subprocess.run(
        [sys.executable, "-I", "-m", "bot", "hooks", "install"],
        cwd=repo.root,
        env=repo.environ,
        capture_output=True,
        check=True,
    )
    return repo


def test_merge_that_is_concluded_is_silent(installed: Repo) -> None:
    installed.git("checkout", "-q", "-b", "topic")
    installed.commit({"app.py": "x = 2\n", "a.go": GO})
    installed.git("checkout", "-q", "main")
    installed.commit({"app.py": "x = 3\n"})
    assert installed.run("merge", "topic").returncode == 1
    installed.stage({"app.py": "def y():\n    return 4\n"})

    done = installed.run("commit", "--no-edit")

    assert (done.returncode, done.stderr) == (0, "")


def test_picked_and_rebased_commits_are_silent(installed: Repo) -> None:
    installed.git("checkout", "-q", "-b", "topic")
    installed.commit({"a.go": GO})
    installed.git("checkout", "-q", "main")
    installed.commit({"b.txt": "b\n"})

    picked = installed.run("cherry-pick", "topic")
    installed.git("reset", "-q", "--hard", "HEAD~1")
    installed.git("checkout", "-q", "topic")
    rebased = installed.run("rebase", "-q", "main")

    assert (picked.returncode, rebased.returncode) == (0, 0)
    assert "routebot" not in picked.stderr + rebased.stderr


def test_empty_commit_is_silent(installed: Repo) -> None:
    done = installed.run("commit", "-q", "--allow-empty", "-m", "Nothing")

    assert (done.returncode, done.stderr) == (0, "")


def test_detached_head_and_first_commit_are_like_any_other(
    installed: Repo, tmp_path: Path
) -> None:
    installed.git("checkout", "-q", "--detach")
    installed.stage({"a.go": GO})
    fresh = Repo(tmp_path / "fresh", installed.environ)
    fresh.root.mkdir()
    fresh.git("init", "-q")
    fresh.stage({"a.go": GO})

    detached = installed.run("commit", "-q", "-m", "Run")
    first = hook(fresh, "pre-commit")

    assert "Run is new" in detached.stderr
    assert "Run is new" in first.stderr


def test_submodule_change_is_silent(installed: Repo, tmp_path: Path) -> None:
    other = repositories.make(tmp_path / "other", {"a.py": "x = 1\n"})
    allowed = ("-c", "protocol.file.allow=always")
    installed.git(*allowed, "submodule", "--quiet", "add", str(other.root), "sub")

    done = installed.run("commit", "-q", "-m", "Add sub")

    assert (done.returncode, done.stderr) == (0, "")


def test_skip_and_ci_are_silent(installed: Repo) -> None:
    for name in ("ROUTEBOT_SKIP", "CI"):
        installed.stage({f"{name}.go": GO})
        done = installed.run("commit", "-q", "-m", "Run", env={name: "1"})
        assert (done.returncode, done.stderr) == (0, "")


def test_blocking_policy_stops_git_itself(installed: Repo) -> None:
    installed.commit({".github/routing.toml": "[hooks]\nblocking = true\n"})
    head = installed.git("rev-parse", "HEAD")
    installed.stage({"a.go": GO})

    stopped = installed.run("commit", "-m", "Run")
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[-1].startswith("routebot: stopped, ")
    assert installed.git("rev-parse", "HEAD") == head
    skipped = installed.run("commit", "-m", "Run", env={"ROUTEBOT_SKIP": "1"})
    assert skipped.returncode == 0
