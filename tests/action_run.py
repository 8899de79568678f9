"""Running routebot as GitHub Actions does: a process, an environment, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.github_server import GitHubServer


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    status: int
    outputs: Mapping[str, str]
    summary: str
    log: str
    errors: str
    seen: tuple[str, ...] = ()


# Runs routebot with every connection and every child process written down.
_WATCH = """
import runpy, sys
log = open(sys.argv.pop(1), "a")
TOLD = {"socket.connect": 1, "subprocess.Popen": 1, "os.system": 0, "os.exec": 0,
        "os.posix_spawn": 0, "os.fork": None}
def hear(event, args):
    if event in TOLD:
        at = TOLD[event]
        what = "" if at is None else args[at]
        print(event.rpartition(".")[2], what, file=log, flush=True)
sys.addaudithook(hear)
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


def run(
    server: GitHubServer,
    name: str,
    payload: Mapping[str, Any] | bytes,
    *,
    folder: Path,
    token: str | None = None,
    arguments: tuple[str, ...] = ("run",),
    environment: Mapping[str, str] | None = None,
    seconds: float = 120,
    watched: bool = False,
) -> Ran:
    """Run one event through the real command line; `token` "" means none.

    `watched` fills `seen` with what it connected to and started.
    """
    event = folder / "event.json"
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    event.write_bytes(content)
    summary, output = folder / "summary.md", folder / "output.txt"
    summary.write_text("")
    output.write_text("")
    variables = {
        "PATH": os.environ["PATH"],
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_API_URL": server.base_url,
        "GITHUB_GRAPHQL_URL": server.graphql_url,
        "GITHUB_REPOSITORY": "octo/sample",
        "GITHUB_RUN_ID": "1",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(output),
        "INPUT_GITHUB_TOKEN": server.write_token if token is None else token,
        "ROUTEBOT_ALLOW_PRIVATE_HOSTS": "1",
        "RUNNER_TEMP": str(folder),
        **(environment or {}),
    }
    seen = folder / "seen.txt"
    start = ("-c", _WATCH, str(seen)) if watched else ("-m", "bot")
    done = subprocess.run(
        [sys.executable, "-I", *start, *arguments],
        env=variables,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Ran(
        done.returncode,
        outputs_in(output.read_text()),
        summary.read_text(),
        done.stdout,
        done.stderr,
        tuple(seen.read_text().splitlines()) if watched else (),
    )


def outputs_in(text: str) -> dict[str, str]:
    """Read a `$GITHUB_OUTPUT` file as the runner does."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, fence = line.partition("<<")
        values = []
        for value in lines:
            if value == fence:
                break
            values.append(value)
        found[name] = "\n".join(values)
    return found
