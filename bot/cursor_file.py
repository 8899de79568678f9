"""How far a repository's comments were read: a file that is replaced whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from bot import ledger, own_files
from bot.entries import Entry
from bot.github.records import Cursor

MAX_BYTES = 256 * 1024 * 1024


def folder(environ: Mapping[str, str]) -> Path | None:
    """Where the user's caches lie; None where no home is known."""
    base = environ.get("XDG_CACHE_HOME") or ""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if os.path.isabs(base):
        return Path(base) / "routebot"
    return Path(home) / ".cache" / "routebot" if home else None


def path_of(base: Path, *parts: str | int) -> Path:
    """The file for one repository as one reader with one marker key sees it."""
    return base / f"ledger-{ledger.key_of(*parts)}.json"


def load(path: Path | None) -> Cursor:
    """Read a cursor; one that is missing, cut or of another shape begins anew."""
    if path is None:
        return Cursor()
    try:
        stored = json.loads(own_files.read(path, limit=MAX_BYTES))
        found = Cursor(**stored)
        shapes = (str, str, dict, dict)
        values = (found.start, found.at, found.comments, found.kept)
        for kept in found.comments.values():
            for each in kept:
                Entry.model_validate(each)
        return found if all(map(isinstance, values, shapes)) else Cursor()
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return Cursor()


def save(path: Path | None, cursor: Cursor) -> bool:
    """Replace the file at once, or leave it as it is; False where it failed."""
    if path is None:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_files.replace(path, json.dumps(asdict(cursor)).encode(), mode=0o600)
    except OSError:
        return False
    return True
