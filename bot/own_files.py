"""Files of ours in folders that a stranger may have prepared: whole, and no link."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def replace(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file in one step; where `path` is a link, the link goes, not its target.

    The folder has to exist. Raises OSError.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    # O_EXCL: a file or link that waits under this name is never written through.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(fresh, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        fresh.chmod(mode)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
        raise


def read(path: Path, *, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes; b"" for anything else."""
    try:
        if path.is_symlink() or not path.is_file():
            return b""
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError:
        return b""
    return data if len(data) <= limit else b""
