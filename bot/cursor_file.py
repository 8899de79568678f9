"""How far a repository's comments were read: a file that is replaced whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from bot import ledger, own_files
from bot.github.cursor import Cursor

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
        return Cursor.model_validate_json(own_files.read(path, limit=MAX_BYTES))
    except (OSError, ValidationError):
        return Cursor()


def save(path: Path | None, cursor: Cursor) -> bool:
    """Replace the file at once, or leave it as it is; False where it failed."""
    if path is None:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = cursor.model_dump_json(by_alias=True, exclude_defaults=True)
        own_files.replace(path, written.encode(), mode=0o600)
    except OSError:
        return False
    return True
