"""What hooks leave in this machine's ledger: real git, real processes, real signals."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from bot import ledger_file, local_ledger
from tests import fakes, repositories

GO = "package a\n\nfunc Run() int { return 1 }\n"


@pytest.fixture
def repo(tmp_path):
    made = repositories.make(tmp_path / "repo", {"app.py": "x = 1\n"})
    made.stage({"a.go": GO})
    return made


def _started(repo, name="pre-commit", **env):
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "bot", "hook", name],
        cwd=repo.root,
        env=repo.environ | env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _read(repo):
    return local_ledger.read(repo.root / ".git")


def test_a_commit_that_was_told_something_leaves_a_record(repo):
    process = _started(repo)
    assert "Run is new" in process.communicate()[1]
    (entry,), broken = _read(repo)
    record = entry.record
    assert (record.event, record.task, record.outcome, record.calls, broken) == (
        "git.pre-commit",
        "test",
        "findings",
        0,
        0,
    )
    assert record.usd == 0
    assert record.stakes == "standard"


def test_a_commit_with_nothing_to_say_leaves_none(repo):
    repo.git("reset", "-q")
    repo.stage({"notes.txt": "x\n"})
    assert _started(repo).communicate()[1] == ""
    assert not (repo.root / ".git" / "routebot").exists()


def test_hooks_at_once_leave_a_record_each(repo):
    running = [_started(repo) for _ in range(4)]
    for process in running:
        process.communicate()
    entries, broken = _read(repo)
    assert (len(entries), broken) == (4, 0)


def test_a_full_disk_stops_no_hook(repo):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    folder = repo.root / ".git" / "routebot"
    folder.mkdir()
    (folder / "records.jsonl").symlink_to("/dev/full")
    process = _started(repo)
    assert "Run is new" in process.communicate()[1]
    assert process.returncode == 0


def test_a_worktrees_hook_writes_where_all_of_them_read(repo, tmp_path):
    repo.git("worktree", "add", "-q", str(tmp_path / "other"))
    other = repositories.Repo(tmp_path / "other", repo.environ)
    other.stage({"b.go": GO})
    _started(other).communicate()
    assert len(_read(repo)[0]) == 1


def test_the_command_lists_what_a_hook_left(repo):
    _started(repo).communicate()
    done = subprocess.run(
        [sys.executable, "-I", "-m", "bot", "ledger", "--format", "csv"],
        cwd=repo.root,
        env=repo.environ | {"HOME": str(repo.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    _, line = done.stdout.splitlines()
    assert ",test,rule,,rule,,findings,0,0.0," in line
    assert line.endswith(",local")


def _endless(folder):
    while True:
        local_ledger.append(folder, fakes.record(usd=1.0))


def test_a_writer_that_is_killed_spoils_nothing_that_stands(tmp_path):
    writer = multiprocessing.get_context("spawn").Process(
        target=_endless, args=(tmp_path,)
    )
    writer.start()
    path = tmp_path / ledger_file.FILE
    while not path.exists() or path.stat().st_size < 20_000:
        assert writer.is_alive()
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    before, broken = local_ledger.read(tmp_path)
    assert len(before) >= 20
    assert broken <= 1
    assert local_ledger.append(tmp_path, fakes.record(usd=2.0))
    after, _ = local_ledger.read(tmp_path)
    assert len(after) == len(before) + 1


def test_a_push_that_was_told_something_leaves_a_record(repo):
    repo.commit({"src/auth.py": "def check(password):\n    return eval(password)\n"})
    before, sha = repo.git("rev-parse", "HEAD~1", "HEAD").split()
    done = subprocess.run(
        [sys.executable, "-I", "-m", "bot", "hook", "pre-push", "origin", "address"],
        cwd=repo.root,
        env=repo.environ,
        input=f"refs/heads/main {sha} refs/heads/main {before}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "what stands out" in done.stderr
    (entry,), _ = _read(repo)
    assert (entry.record.event, entry.record.task, entry.record.calls) == (
        "git.pre-push",
        "review",
        0,
    )
