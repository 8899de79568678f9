"""The transcript of `suggest-tests --write`: a model on loopback, real runs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bot.verify import sandbox
from tests import repositories, till
from tests.model_server import KEY, ModelServer

# Seconds: one of the six tests hangs so long.
TIMEOUT = "8"
COMMAND = ("suggest-tests", "--write", "--timeout", TIMEOUT)
NONE = {"tests": [], "wanted": []}


def suggest_tests() -> str:
    """Run it on six tests of which two are good; show both streams and the result."""
    with tempfile.TemporaryDirectory() as folder, ModelServer() as model:
        repo = repositories.make(Path(folder) / "till", till.FIRST)
        repo.stage({"shop/till.py": till.CHANGE})
        for reply in ({"tests": till.SIX, "wanted": []}, NONE, NONE):
            model.answer(reply)
        done = subprocess.run(
            [sys.executable, "-I", "-m", "bot", *COMMAND],
            cwd=repo.root,
            env={
                **repo.environ,
                "VIRTUAL_ENV": sys.prefix,
                "ANTHROPIC_API_KEY": KEY,
                "ROUTEBOT_ANTHROPIC_BASE_URL": model.base_urls["anthropic"],
                "ROUTEBOT_ALLOW_PRIVATE_HOSTS": "1",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        status = repo.git("status", "--short")
    said = _here(done.stdout.strip())
    progress = done.stderr.strip().splitlines()
    first, last = progress[:-1], progress[-1:]
    lines = [f"$ routebot {' '.join(COMMAND)}", *first, said, *last]
    lines += ["$ git status --short", status]
    return "\n".join(["````console", *lines, "````"])


def _here(said: str) -> str:
    """The page says what most machines give, whatever the one that writes it has."""
    for holds in sandbox.HOLDS.values():
        said = said.replace(holds, sandbox.HOLDS["user namespaces"])
    return said
