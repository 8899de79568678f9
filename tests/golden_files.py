"""Rendered comments kept as files; `UPDATE_GOLDEN=1 pytest …` writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot import ledger

FOLDER = Path(__file__).parent / "golden"
# What changes without anybody meaning it: prices, the policy's fingerprint, commits.
_CHANGING = (
    (re.compile(r"\$[0-9]+\.[0-9]+"), "$0.00"),
    (re.compile(r"(?m)^\| policy \| .*$"), "| policy | … |"),
    (re.compile(r"\b[0-9a-f]{12,40}\b"), "0123456789ab"),
)


def check(name: str, body: str) -> None:
    """Compare a comment, less its marker, with the file of that name."""
    path = FOLDER / f"{name}.md"
    shown = ledger.without_marker(body) + "\n"
    for pattern, constant in _CHANGING:
        shown = pattern.sub(constant, shown)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text("utf-8"), f"{path}: UPDATE_GOLDEN=1 writes it anew"
