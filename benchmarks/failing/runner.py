"""The job log that GitHub's runner would write around what a command prints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

WORK = "/home/runner/work/app/app"
START = datetime(2026, 11, 2, 8, 0)
CHECKOUT = "11bd71901bbe5b1630ceea73d27597364c9af683"
EXIT = "##[error]Process completed with exit code {code}."
HEAD = """\
Current runner version: '2.329.0'
##[group]Runner Image Provisioner
Hosted Compute Agent
Version: 20261016.436
##[endgroup]
##[group]Operating System
Ubuntu
24.04.3
LTS
##[endgroup]
##[group]GITHUB_TOKEN Permissions
Contents: read
Metadata: read
##[endgroup]
Secret source: Actions
Prepare workflow directory
Prepare all required actions
Getting action download info
Download action repository 'actions/checkout@v4' (SHA:{checkout})
Complete job name: test
##[group]Run actions/checkout@v4
with:
  repository: octocat/app
  fetch-depth: 1
##[endgroup]
Syncing repository: octocat/app
##[group]Initializing the repository
[command]/usr/bin/git init {work}
Initialized empty Git repository in {work}/.git/
##[endgroup]
##[group]Fetching the repository
[command]/usr/bin/git fetch --no-tags --prune --depth=1 origin {sha}
##[endgroup]
HEAD is now at {short} {subject}"""
SETUP = """\
##[group]Run {action}@v5
with:
  token: ***
##[endgroup]"""
TAIL = """\
Post job cleanup.
[command]/usr/bin/git version
git version 2.51.0
Cleaning up orphan processes"""


@dataclass(frozen=True, slots=True)
class Step:
    """What a `run:` step was told, what it printed, and its exit code.

    With `last`, that line stands for the runner's word on the exit code, and nothing
    follows it where `is_cut`.
    """

    command: str
    output: str
    code: int
    last: str = ""
    is_cut: bool = False


def log(name: str, steps: Iterable[Step], *, setup: str) -> str:
    """Write the whole job log; `name` fixes its times, SHA and subject."""
    sha = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
    minutes = int(sha[:4], 16)
    lines = list(_lines(sha, name, steps, setup=setup))
    at = START + timedelta(minutes=minutes)
    stamped = []
    for place, line in enumerate(lines):
        at += timedelta(
            microseconds=1_700 + 7_919 * (int(sha[4:8], 16) + place) % 90_000
        )
        stamped.append(f"{at:%Y-%m-%dT%H:%M:%S.%f}{place % 10}Z {line}".rstrip())
    return "\n".join(stamped) + "\n"


def _lines(sha: str, name: str, steps: Iterable[Step], *, setup: str) -> Iterator[str]:
    subject = name.rpartition("--")[2].replace("+", " ")
    head = HEAD.format(
        work=WORK, sha=sha, short=sha[:7], subject=subject, checkout=CHECKOUT
    )
    yield from head.split("\n")
    if setup != "actions/checkout":
        yield from SETUP.format(action=setup).split("\n")
    for step in steps:
        if step.command:
            yield from (f"##[group]Run {step.command}", step.command)
            yield from ("shell: /usr/bin/bash -e {0}", "##[endgroup]")
        yield from step.output.rstrip("\n").split("\n")
        if step.code or step.last:
            yield step.last or EXIT.format(code=step.code)
        if step.is_cut:
            return
        if step.code:
            break
    yield from TAIL.split("\n")
