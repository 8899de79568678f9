"""Faults that no project of ours can be made to show, in the words of the tools.

They stand in `written.txt`: after `=== NAME` its steps, each `$ COMMAND`, what it
printed, and `=> CODE`, with the line that the runner wrote instead of its word on the
code; `cut` where nothing follows. Registries and mirrors are called `*.example`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.failing.runner import Step
from benchmarks.failing.shape import Suite
from benchmarks.failing.suites.python import PYTEST

TEXT = Path(__file__).with_name("written.txt")
_NAME = re.compile(r"^=== (?=[\w-]+$)", re.MULTILINE)
_END = re.compile(r"=> (\d+)( cut)? ?(.*)")
DOCKERFILE = """\
FROM registry.example/python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends gcc
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
"""
WORKFLOW = """\
name: CI
on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
      - run: pip install -r requirements.txt
      - run: python -m pytest -v
"""
WRITTEN: Suite = replace(
    PYTEST,
    name="written",
    needs=(),
    files={
        **PYTEST.files,
        "Dockerfile": DOCKERFILE,
        "requirements.txt": "requests==2.32.5\nurllib3==2.5.0\n",
        ".github/workflows/ci.yml": WORKFLOW,
    },
    changes={
        **PYTEST.changes,
        "docker": {
            "Dockerfile": ("install-recommends gcc", "install-recommends gcc git")
        },
        "docker-typo": {
            "Dockerfile": (
                "install-recommends gcc",
                "install-recommends gcc libjpegg-dev",
            )
        },
        "pin": {"requirements.txt": ("urllib3==2.5.0", "urllib3==2.55.0")},
        "raise": {"requirements.txt": ("urllib3==2.5.0", "urllib3==2.6.0")},
        "action": {
            ".github/workflows/ci.yml": ("actions/setup-python@v5", "octocat/setup@v9")
        },
        "disk": {
            ".github/workflows/ci.yml": (
                "      - run: python -m pytest -v\n",
                "      - run: fallocate -l 200G cache.img\n"
                "      - run: python -m pytest -v\n",
            )
        },
    },
)


def logs() -> dict[str, tuple[Step, ...]]:
    """Read the steps of every written log, by its name."""
    found = {}
    for part in _NAME.split(TEXT.read_text("utf-8"))[1:]:
        name, _, steps = part.partition("\n")
        found[name] = tuple(_steps(steps))
    return found


def _steps(text: str) -> Iterator[Step]:
    command = ""
    printed: list[str] = []
    for line in text.removesuffix("\n").split("\n"):
        if end := _END.fullmatch(line):
            code, cut, last = end.groups()
            yield Step(command, "\n".join(printed), int(code), last, bool(cut))
        elif line.startswith("$"):
            command, printed = line[1:].strip(), []
        else:
            printed.append(line)
