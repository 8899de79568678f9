"""The git repository that a command line stands in: top, workflows, origin."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot import plumbing, workflow_files
from bot.errors import GitError

_OWNER_NAME = re.compile(r"[:/]([\w.-]{1,100}/[\w.-]{1,100}?)(?:\.git)?/?$")
_LONGEST_URL = 300


def root(start: Path | None = None) -> Path | None:
    """Return the work tree's top folder, None outside a repository; runs no git."""
    here = (start or Path.cwd()).resolve()
    return next((p for p in (here, *here.parents) if (p / ".git").exists()), None)


def workflows(top: Path) -> dict[str, str]:
    """Return the text of each workflow file by its path."""
    folder = top / workflow_files.FOLDER
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        if file.suffix in workflow_files.SUFFIXES and file.is_file():
            with file.open("rb") as stream:
                # One byte too many is enough to see that it is too long.
                content = stream.read(workflow_files.MAX_CHARACTERS + 1)
            path = f"{workflow_files.FOLDER}/{file.name}"
            found[path] = content.decode("utf-8", "replace")
    return found


def origin(top: Path) -> str:
    """Return `owner/name` of the remote `origin`, "" where it has none."""
    asked = ("config", "--get", "remote.origin.url")
    environ = plumbing.clean(os.environ)
    try:
        url = plumbing.git(asked, root=top, environ=environ, accept=(0, 1))
    except GitError:
        return ""
    name = _OWNER_NAME.search(url.decode("utf-8", "replace").strip()[-_LONGEST_URL:])
    return name[1] if name else ""
