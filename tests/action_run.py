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
) -> Ran:
    """Run one event through the real command line; `token` "" means none."""
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
    done = subprocess.run(
        [sys.executable, "-I", "-m", "bot", *arguments],
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
