"""This machine's records, below the git directory: appended to in one write.

A hook that people wait for uses it alone, so it needs nothing that is slow to import.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

FILE = "routebot/records.jsonl"


def append(git_dir: Path, line: str) -> bool:
    """Append a line in one write, which two at once cannot mix; False if it failed.

    It begins with a line end, so that half a line, which a killed run or a full disk
    left behind, spoils no other.
    """
    data = f"\n{line}\n".encode()
    path = git_dir / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        file = os.open(path, flags, 0o600)
        try:
            return os.write(file, data) == len(data)
        finally:
            os.close(file)
    except OSError:
        return False


def append_findings(git_dir: Path, *, event: str, task: str, stakes: str) -> bool:
    """Append the record of a hook that told findings and asked no model."""
    record = {
        "schema": 1,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "event": event,
        "task": task,
        "via": "rule",
        "confidence": 1.0,
        "cause": "rule",
        "stakes": stakes,
        "model_class": "",
        "outcome": "findings",
        "weight": "minor",
    }
    return append(git_dir, json.dumps({"source": "local", "record": record}))
