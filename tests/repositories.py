"""Real git repositories in tmp_path, for every test that needs one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_IDENTITY = {
    "GIT_AUTHOR_NAME": "maintainer",
    "GIT_AUTHOR_EMAIL": "maintainer@example.com",
    "GIT_COMMITTER_NAME": "maintainer",
    "GIT_COMMITTER_EMAIL": "maintainer@example.com",
    "GIT_AUTHOR_DATE": "2026-11-02T10:00:00+00:00",
    "GIT_COMMITTER_DATE": "2026-11-02T10:00:00+00:00",
}


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository; `environ` hides the machine's own git configuration."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run git here without looking at its status."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=self.environ | dict(env or {}),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        """Run git here; the test fails when git does."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, content: str | bytes, *, mode: int = 0o644) -> Path:
        """Write a file of the work tree."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        file.write_bytes(data)
        file.chmod(mode)
        return file

    def stage(self, files: Mapping[str, str | bytes]) -> None:
        """Write files and stage them."""
        for path, content in files.items():
            self.write(path, content)
        self.git("--literal-pathspecs", "add", "--", *files)

    def commit(self, files: Mapping[str, str | bytes], message: str = "Change") -> str:
        """Write, stage and commit files (hooks off); returns the commit's SHA."""
        self.stage(files)
        self.git("commit", "--no-verify", "--allow-empty", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def worktree(self, path: Path) -> Repo:
        """Add a linked worktree on a new branch."""
        self.git("worktree", "add", "-q", "-b", path.name, str(path))
        return Repo(path, self.environ)


def make(path: Path, files: Mapping[str, str | bytes] | None = None) -> Repo:
    """Make a repository at `path`, with a first commit of `files` if there are any.

    Git's global configuration and HOME of its `environ` lie beside it, in
    `<path>.home`, so nothing of the machine reaches the test.
    """
    home = path.with_name(f"{path.name}.home")
    home.mkdir(parents=True)
    path.mkdir(parents=True)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        **_IDENTITY,
    }
    repo = Repo(path, environ)
    repo.git("init", "-q", "-b", "main")
    repo.git("config", "gc.auto", "0")
    if files:
        repo.commit(files, "First")
    return repo


def clone(source: Repo, path: Path) -> Repo:
    """Clone `source`, so that the clone has an upstream and a default branch."""
    repo = Repo(path, source.environ)
    source.git("clone", "-q", str(source.root), str(path))
    return repo


# What a hostile repository plants beside its files. Each would write PWNED.
PLANTED = "touch {marker}; cat"


def make_hostile(path: Path, marker: Path) -> Repo:
    """Make a repository that names a program wherever git would run one.

    Nothing may ever create `marker`.
    """
    repo = make(path, {"app.py": "def one():\n    return 1\n"})
    program = repo.write(
        ".git/evil.sh", f"#!/bin/sh\ntouch '{marker}'\ncat\n", mode=0o755
    )
    python = f"open({str(marker)!r}, 'w').close()\n"
    for name in ("bot/__init__.py", "bot/__main__.py", "click.py", "sitecustomize.py"):
        repo.write(name, python)
    for key, value in _hostile_settings(str(program)):
        repo.git("config", key, value)
    attributes = "* diff=evil filter=evil merge=evil\n*.py diff=evil filter=evil\n"
    repo.write(".git/info/attributes", attributes)
    return repo


def _hostile_settings(program: str) -> tuple[tuple[str, str], ...]:
    return (
        ("core.fsmonitor", program),
        ("core.pager", program),
        ("core.sshCommand", program),
        ("core.askPass", program),
        ("diff.external", program),
        ("diff.evil.textconv", program),
        ("diff.evil.command", program),
        ("filter.evil.clean", program),
        ("filter.evil.smudge", program),
        ("filter.evil.process", program),
        ("merge.evil.driver", program),
        ("pager.grep", program),
        ("pager.diff", program),
        ("credential.helper", f"!{program}"),
        ("gpg.program", program),
        ("routebot.python", program),
        ("alias.diff-index", f"!{program}"),
        ("alias.rev-parse", f"!{program}"),
        # Read by git 2.54 and later.
        ("hook.evil.command", program),
        ("hook.evil.event", "post-index-change"),
    )
