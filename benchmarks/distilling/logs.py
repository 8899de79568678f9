"""Failing logs with the lines that a person marked as the reason."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.context import log_lines

# What splits a line elsewhere but not here; no number may shift.
_SPLITS = dict.fromkeys((0x2028, 0x2029), " ")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One failing log; `marked` are 1-based lines, `passed` the log of a green run."""

    name: str
    repo: str
    language: str
    file: Path
    marked: frozenset[int]
    passed: Path | None = None


def read(folder: Path) -> list[Labelled]:
    """Read `labels.jsonl` of a folder and find its logs in `logs/`.

    A line is `{"log", "lang", "repo", "start", "end"}` or `{"id", "fail", "pass",
    "lines"}`. Raises `ValueError` with the number of a line that is neither, and
    `OSError` where the file is not there.
    """
    found = []
    labels = (folder / "labels.jsonl").read_text("utf-8").split("\n")
    for number, line in enumerate(labels, start=1):
        if not line.strip():
            continue
        try:
            found.append(_labelled(json.loads(line), folder / "logs"))
        except (ValueError, KeyError, TypeError) as exc:
            raise ValueError(f"labels.jsonl:{number}: not a labelled log") from exc
    return found


def _labelled(row: dict[str, Any], logs: Path) -> Labelled:
    if "fail" in row:
        name = row["id"]
        repo = name.rpartition("_")[0] or name
        marked = frozenset(map(int, row["lines"]))
        one = Labelled(name, repo, "", logs / row["fail"], marked, logs / row["pass"])
    else:
        name = row["log"].partition(".")[0]
        marked = frozenset(range(row["start"], row["end"] + 1))
        one = Labelled(name, row["repo"], row["lang"], logs / row["log"], marked)
    if not marked:
        raise ValueError("nothing is marked")
    return one


def data(file: Path) -> bytes:
    """Return a log's bytes, unpacked where its name says that it is packed."""
    packed = file.read_bytes()
    return gzip.decompress(packed) if file.suffix == ".gz" else packed


@lru_cache(maxsize=8)
def lines(file: Path) -> Sequence[str]:
    """Return a log's lines as a terminal would show them; line n is at n - 1."""
    return tuple(line.translate(_SPLITS) for line in log_lines.lines(data(file)))


def spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of consecutive numbers, in order."""
    start = last = None
    for number in sorted(set(numbers)):
        if start is None or last is None:
            start = number
        elif number != last + 1:
            yield start, last
            start = number
        last = number
    if start is not None and last is not None:
        yield start, last
