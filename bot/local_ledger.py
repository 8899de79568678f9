"""Records of this machine: one JSON a line, in a file below the git directory."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from bot import ledger_file
from bot.entries import Entry
from bot.ledger import Record

MAX_BYTES = 32 * 1024 * 1024


def append(git_dir: Path, record: Record, *, repository: str = "") -> bool:
    """Append a record, whoever else does at the same time; False if it failed."""
    entry = Entry(repository=repository, source="local", record=record)
    line = entry.model_dump_json(by_alias=True, exclude_defaults=False)
    return ledger_file.append(git_dir, line)


def read(git_dir: Path) -> tuple[list[Entry], int]:
    """Read the newest 32 MiB of records, and count the lines that are none.

    A file that is not there, or cannot be read, holds none.
    """
    try:
        with (git_dir / ledger_file.FILE).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - MAX_BYTES, 0))
            lines = file.read(MAX_BYTES).split(b"\n")
    except OSError:
        return [], 0
    entries: list[Entry] = []
    broken = 0
    for line in filter(None, lines):
        try:
            entries.append(Entry.model_validate_json(line))
        except ValidationError:
            broken += 1
    return entries, broken
