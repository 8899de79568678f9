"""A folder of payloads that others wrote, with a manifest, as carriers and models.

Its `manifest.jsonl` names files by kind; its `expand.py`, where there is one, fills in
what must not be stored.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.github_server import GitHubServer, Repository
from tests.hostile.carriers import CARRIERS, FILES

OWN_MARKER = "<!-- routebot:v1 t=triage k=aa d=e30 h= -->"
_IN_TEXT = {
    "comment": ("issue", "comment", "command"),
    "diff": ("code",),
    "log": ("log",),
    "archive": ("log",),
    "config": ("policy", "default policy"),
    "model_output": ("issue", "code", "log"),
    "local_hook": ("code",),
    "api_fault": ("log",),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One payload in one place; `reply` is what a model says, "" where it obeys.

    `carrier` is the legitimate event it rides in, "" where the event is the payload.
    """

    name: str
    event: Callable[[GitHubServer], tuple[Repository, str, Any]]
    text: str
    reply: str = ""
    carrier: str = ""


def cases(folder: Path) -> Iterator[Case]:
    """Read the manifest; every payload once for each place it can stand in."""
    script = folder / "expand.py"
    expand = runpy.run_path(str(script))["expand"] if script.exists() else None
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        path = folder / row["file"]
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if expand is not None and row.get("expand"):
            text = expand(text, bot_login="github-actions[bot]", marker=OWN_MARKER)
        if row["kind"] == "webhook":
            yield Case(row["file"], _webhook(row["event"], text), text)
            continue
        reply = text if row["kind"] == "model_output" else ""
        for carrier in _IN_TEXT[row["kind"]]:
            event = _carried(carrier, text)
            yield Case(f"{row['file']}-{carrier}", event, text, reply, carrier)


def _carried(carrier: str, text: str) -> Callable[[GitHubServer], Any]:
    def made(server: GitHubServer) -> tuple[Repository, str, Any]:
        repository = server.repository("octo/sample", files=FILES)
        name, payload = CARRIERS[carrier](repository, text)
        return repository, name, payload

    return made


def _webhook(name: str, text: str) -> Callable[[GitHubServer], Any]:
    def made(server: GitHubServer) -> tuple[Repository, str, Any]:
        try:
            payload = json.loads(text)
        except ValueError:
            payload = {}
        repository = _of_payload(server, payload)
        return repository, name, text.encode("utf-8", "surrogateescape")

    return made


def _of_payload(server: GitHubServer, payload: Any) -> Repository:
    """A repository with the items that the payload speaks of."""
    said = payload.get("repository") if isinstance(payload, dict) else None
    said = said if isinstance(said, dict) else {}
    name = str(said.get("full_name", ""))
    is_name = name.count("/") == 1 and ".." not in name
    repository = server.repository(name if is_name else "octo/sample", files=FILES)
    if isinstance(said.get("id"), int):
        repository.id = said["id"]
    repository.issue("Crash", "It fails.")
    repository.pull("Let in", head_files={"orchard/auth.py": "x = 1\n"})
    return repository
