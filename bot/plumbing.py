"""Git for the fast path: it takes no lock and starts nothing that a repository names.

Every command is hardened git plumbing (contract T38), ends within its seconds, and
nothing heavy is imported for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.errors import GitError

# Bytes: git treats a larger file as binary, and we never read it.
MAX_FILE = 2_000_000
SECONDS = 2.0
# Tried in this order where no remote names its default branch.
DEFAULT_BRANCHES = ("main", "master", "trunk", "develop")

# Each one switches off a place where a repository's configuration names a program.
CONFIGURATION = (
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "diff.external=",
    # From git 2.54 on a repository's configuration may hold hooks of its own.
    "hook.post-index-change.enabled=false",
    f"core.bigFileThreshold={MAX_FILE}",
)
FLAGS = (
    "--no-pager",
    "--literal-pathspecs",
    *(part for setting in CONFIGURATION for part in ("-c", setting)),
)
DIFF_FLAGS = ("--no-ext-diff", "--no-textconv", "--no-color", "--full-index", "-M")
PREFIXES = ("--src-prefix=a/", "--dst-prefix=b/")
HARDENED = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
# What a child may inherit: where programs and the user's own git configuration are.
ALLOWED = (
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "USERPROFILE",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
)
# Where git says, to a hook, that index and objects are. Only the staged change is read
# with them: from a worktree's hook anything else would hit the wrong repository.
LOCATION = (
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
)
NO_REPOSITORY = "{path} is not a git repository: go into one, or run git init"


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a git child, without what git set for a hook."""
    kept = {name: environ[name] for name in ALLOWED if name in environ}
    return kept | HARDENED


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for reading the staged change: with git's own places."""
    kept = {name: environ[name] for name in LOCATION if name in environ}
    return kept | clean(environ)


def git(
    arguments: Sequence[str],
    *,
    root: Path,
    environ: Mapping[str, str],
    stdin: bytes = b"",
    flags: Sequence[str] = FLAGS,
    accept: Sequence[int] = (0,),
    seconds: float = SECONDS,
) -> bytes:
    """Run one git command and return its output; `environ` is the whole environment.

    Raises GitError when git is missing, takes longer than `seconds`, or ends with a
    status outside `accept`.
    """
    try:
        child = subprocess.Popen(
            ["git", *flags, *arguments],
            cwd=root,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as exc:
        raise GitError("git is not installed, or the folder is gone") from exc
    # A timeout of subprocess's own sleeps between looks, and a commit waits for that.
    late = threading.Event()
    watch = threading.Timer(seconds, _stop, (child, late))
    watch.daemon = True
    watch.start()
    try:
        output, errors = child.communicate(stdin)
    finally:
        watch.cancel()
    if late.is_set():
        raise GitError(f"git {arguments[0]} took over {seconds:g} s")
    if child.returncode not in accept:
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        if lines and "not a git repository" in lines[0]:
            raise GitError(NO_REPOSITORY.format(path=root))
        raise GitError(f"git {arguments[0]}: {lines[0] if lines else 'failed'}")
    return output


def _stop(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    # With what it started, which would hold its pipes open; Windows has no groups.
    killpg = getattr(os, "killpg", None)
    try:
        if killpg is not None:
            killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        return
