"""Test reports among what a run left behind: of our own commits' runs only (T14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.context import archive
from bot.errors import HostError
from bot.github import PAGE_SIZE, Client
from bot.github.runs import RunFacts

# Artifacts read of one run, and the packed bytes of one (contract T15).
MAX_ARTIFACTS = 6
MAX_PACKED = 8 * 1024 * 1024
MAX_UNPACKED = archive.MAX_TOTAL
# Surer names first: a "report" may be of anything.
_NAMES = tuple(re.compile(word, re.IGNORECASE) for word in ("junit", "test", "report"))


@dataclass(frozen=True, slots=True)
class Reports:
    """The XML files by the artifact's and their own name, and what was not read."""

    files: tuple[tuple[str, bytes], ...] = ()
    problems: tuple[str, ...] = ()


def reports(
    client: Client,
    run: RunFacts,
    *,
    since: str,
    download: Callable[[str], bytes],
) -> Reports:
    """Read the run's test reports; none of a run in which a fork's commits ran.

    `since` leaves out what an earlier attempt left behind (ISO 8601, "" for nothing);
    `download(path)` follows the API's redirect without the token. Raises `HostError`
    where the list cannot be read; one artifact that cannot be is a problem.
    """
    if not run.is_own:
        return Reports()
    where = f"{client.path}/actions/runs/{run.id}/artifacts"
    listed = client.get(where, per_page=PAGE_SIZE).get("artifacts") or []
    files: list[tuple[str, bytes]] = []
    problems: list[str] = []
    for name, number in _chosen(listed, run, since=since):
        try:
            packed = download(f"{client.path}/actions/artifacts/{number}/zip")
        except HostError as exc:
            problems.append(f"the artifact {name} could not be read ({exc})")
            continue
        unpacked = archive.unpack(packed, wanted=_is_xml)
        files += [(f"{name}/{path}", text) for path, text in unpacked.files]
        if unpacked.problem:
            problems.append(f"the artifact {name}: {unpacked.problem}")
    return Reports(_within(files), tuple(problems))


def _chosen(
    listed: Sequence[dict[str, Any]], run: RunFacts, *, since: str
) -> list[tuple[str, int]]:
    ranked = [
        (rank, str(each["name"]), int(each["id"]))
        for each in listed
        if (rank := _rank(str(each.get("name") or ""))) < len(_NAMES)
        and _is_ours(each, run)
        and 0 < int(each.get("size_in_bytes") or 0) <= MAX_PACKED
        and not each.get("expired")
        and str(each.get("created_at") or "") > since
    ]
    return [(name, number) for _, name, number in sorted(ranked)[:MAX_ARTIFACTS]]


def _rank(name: str) -> int:
    found = (rank for rank, word in enumerate(_NAMES) if word.search(name[:255]))
    return next(found, len(_NAMES))


def _is_ours(found: dict[str, Any], run: RunFacts) -> bool:
    """Whether GitHub itself says which run made it, and out of whose commits."""
    made_by = found.get("workflow_run") or {}
    head = made_by.get("head_repository_id")
    is_own = bool(head) and head == made_by.get("repository_id")
    return is_own and made_by.get("id") == run.id


def _is_xml(name: str) -> bool:
    return name.lower().endswith(".xml")


def _within(files: Sequence[tuple[str, bytes]]) -> tuple[tuple[str, bytes], ...]:
    kept, left = [], MAX_UNPACKED
    for name, content in files:
        left -= len(content)
        if left < 0:
            break
        kept.append((name, content))
    return tuple(kept)
