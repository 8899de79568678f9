"""A copy of a tree: every file as git has it, nothing outside, nothing executed."""

from __future__ import annotations

import os

import pytest

from bot import git
from bot.errors import GitError
from bot.verify import scratch
from tests import repositories


def copied(repo, into, tree="HEAD"):
    opened = git.open_repository(repo.root, environ=repo.environ)
    into.mkdir(exist_ok=True)
    return scratch.write(opened.ask, repo.git("rev-parse", f"{tree}^{{tree}}"), into)


def test_files_are_copied_byte_for_byte_with_their_modes(tmp_path):
    binary = bytes(range(256)) * 20
    repo = repositories.make(tmp_path / "a", {"x/b.bin": binary, "c.txt": "one\r\ntwo"})
    repo.write("run.sh", "#!/bin/sh\n", mode=0o755)
    repo.git("add", "run.sh")
    repo.git("commit", "--no-verify", "-q", "-m", "Script")
    assert copied(repo, tmp_path / "into") == ()
    assert (tmp_path / "into/x/b.bin").read_bytes() == binary
    assert (tmp_path / "into/c.txt").read_bytes() == b"one\r\ntwo"
    assert os.access(tmp_path / "into/run.sh", os.X_OK)
    assert not (tmp_path / "into/.git").exists()


def test_links_stay_inside_or_are_left_out(tmp_path):
    repo = repositories.make(tmp_path / "a", {"x/real.txt": "here"})
    links = {"in": "x/real.txt", "up": "../../secret", "far": "/etc/passwd"}
    for name, to in links.items():
        (repo.root / name).symlink_to(to)
    repo.git("add", ".")
    repo.git("commit", "--no-verify", "-q", "-m", "Links")
    left = copied(repo, tmp_path / "into")
    assert (tmp_path / "into/in").read_text() == "here"
    assert left == tuple(
        scratch.LEFT_OUT.format(path=name, why="its link leads outside")
        for name in ("far", "up")
    )


def test_a_path_through_a_link_is_not_followed(tmp_path):
    """Git writes no such tree itself; a stranger may."""
    repo = repositories.make(tmp_path / "a", {"f": "evil"})
    blob = repo.git("rev-parse", "HEAD:f")
    link = repo.run("hash-object", "-w", "--stdin", stdin="x").stdout.strip()
    inner = repo.run("mktree", stdin=f"100644 blob {blob}\tf\n").stdout.strip()
    entries = f"120000 blob {link}\tl\n040000 tree {inner}\tl\n"
    tree = repo.run("mktree", stdin=entries).stdout.strip()
    if not tree:
        pytest.skip("this git refuses to write such a tree")
    opened = git.open_repository(repo.root, environ=repo.environ)
    (tmp_path / "into/x").mkdir(parents=True)
    left = scratch.write(opened.ask, tree, tmp_path / "into")
    assert "a folder above it is a link" in "".join(left)
    assert list((tmp_path / "into/x").iterdir()) == []


def test_nothing_that_the_repository_names_is_run(tmp_path):
    marker = tmp_path / "PWNED"
    repo = repositories.make_hostile(tmp_path / "a", marker)
    copied(repo, tmp_path / "into")
    assert (tmp_path / "into/app.py").exists()
    assert not marker.exists()


def test_a_tree_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "MAX_FILES", 1)
    repo = repositories.make(tmp_path / "a", {"a": "1", "b": "2"})
    with pytest.raises(GitError, match="too large to copy: 2 files"):
        copied(repo, tmp_path / "into")


def test_files_are_read_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "MAX_BATCH", 10)
    files = {f"f{n}": f"{n}" * 8 for n in range(5)}
    repo = repositories.make(tmp_path / "a", files)
    copied(repo, tmp_path / "into")
    assert {p.name: p.read_text() for p in (tmp_path / "into").iterdir()} == files
