"""The git repository that a command line stands in, read as plain files."""

from __future__ import annotations

import re
from pathlib import Path

from bot import workflow_files

_OWNER_NAME = re.compile(r"[:/]([\w.-]{1,100}/[\w.-]{1,100}?)(?:\.git)?/?$")
_CONFIG_LIMIT = 100_000


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
    git = top / ".git"
    try:
        config = (git / "config").read_text(encoding="utf-8")[:_CONFIG_LIMIT]
    except (OSError, ValueError):
        return ""
    in_origin = False
    for line in map(str.strip, config.splitlines()):
        if line.startswith("["):
            in_origin = line == '[remote "origin"]'
        elif in_origin and line.startswith("url"):
            name = _OWNER_NAME.search(line.partition("=")[2].strip()[-300:])
            return name[1] if name else ""
    return ""
