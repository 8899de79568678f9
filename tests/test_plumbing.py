from __future__ import annotations

from pathlib import Path

import pytest

from bot import plumbing
from bot.errors import GitError


def test_environment_is_an_allow_list() -> None:
    given = {
        "PATH": "/bin",
        "GIT_DIR": "/x",
        "GIT_EXTERNAL_DIFF": "evil",
        "GIT_CONFIG_COUNT": "1",
        "GIT_SSH_COMMAND": "evil",
        "ANTHROPIC_API_KEY": "secret",
    }

    assert plumbing.clean(given) == {"PATH": "/bin", **plumbing.HARDENED}
    assert plumbing.inherited(given) == {
        "PATH": "/bin",
        "GIT_DIR": "/x",
        **plumbing.HARDENED,
    }


def test_says_why_git_failed(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(tmp_path)}

    with pytest.raises(GitError, match="not a git repository: go into one"):
        plumbing.git(["rev-parse", "--git-dir"], root=tmp_path, environ=environ)
    with pytest.raises(GitError, match="not installed, or the folder is gone"):
        plumbing.git(["version"], root=tmp_path / "gone", environ=environ)


def test_git_that_hangs_is_stopped(tmp_path: Path) -> None:
    fake = tmp_path / "git"
    fake.write_text("#!/bin/sh\nsleep 30\n")
    fake.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin"}

    with pytest.raises(GitError, match=r"git version took over 0\.1 s"):
        plumbing.git(["version"], root=tmp_path, environ=environ, seconds=0.1)
