"""Published tools, each asked in a virtual environment of their own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.distilling import logs
from benchmarks.distilling.logs import Labelled

RUNNER = Path(__file__).with_name("peer_runner.py")
SECONDS = 1_800
# Name, whether it reads one log alone, whether it reads a passing log beside it.
PEERS = {
    "ci-log-intelligence": (True, False),
    "drain3": (True, True),
    "logreduce": (False, True),
    "buildlog-consultant": (True, False),
}
NO_PLACE = "{name} was not asked: no --peers"
NO_LANE = {
    False: "{name} was not asked without a passing log: it needs one",
    True: "{name} was not asked with a passing log: it reads none",
}
BROKEN = "{name} was not measured: {reason}"
BROKE_DOWN = "{name} broke down on {count} logs, which count as nothing chosen"


def ask(
    name: str, cases: Sequence[Labelled], *, home: Path | None, with_passed: bool
) -> list[list[int] | None] | str:
    """Return the lines that a peer chose for each log, best first, or why it did not.

    None stands for a log that it broke down on.
    `home` is the virtual environment that has the peers. The logs are given without
    colours and time stamps, one line a line.
    """
    if home is None:
        return NO_PLACE.format(name=name)
    if not PEERS[name][with_passed]:
        return NO_LANE[with_passed].format(name=name)
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder, "asked.json"), Path(folder, "told.json")
        work = [_laid(case, Path(folder), with_passed=with_passed) for case in cases]
        asked.write_text(json.dumps(work), encoding="utf-8")
        reason = _run(home, name, asked, told)
        if reason:
            return BROKEN.format(name=name, reason=reason)
        return list(json.loads(told.read_text("utf-8")))


def _laid(case: Labelled, folder: Path, *, with_passed: bool) -> dict[str, str]:
    laid = {}
    sides = {"fail": case.file, "pass": case.passed if with_passed else None}
    for side, file in sides.items():
        if file is not None:
            place = folder / side / case.name / "log.txt"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("\n".join(logs.lines(file)), encoding="utf-8")
            laid[side] = str(place)
    return laid


def _run(home: Path, name: str, asked: Path, told: Path) -> str:
    command = [
        str(home / "bin" / "python"),
        "-I",
        str(RUNNER),
        name,
        str(asked),
        str(told),
    ]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as exc:
        return type(exc).__name__
    if ran.returncode:
        last = ran.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return last[:200] or f"exit code {ran.returncode}"
    return ""
