"""Seconds and memory of `routebot distill` on a long log, beside plainer commands."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STOPWATCH = Path(__file__).with_name("stopwatch.py")
MIB = 1 << 20
STAMP = "2026-11-02T10:{:02}:{:02}.{:06}0Z "
# Lines of a log, in turn; each tells something else than the one before.
TALK = (
    "Collecting package-{n} (from requirements.txt line {n})",
    "tests/test_part_{n}.py::test_case_{n} PASSED [ 12%]",
    "[INFO] Compiling module {n} of the application with 14 source files",
    "warning: unused variable `value_{n}` in src/module_{n}.rs:{n}:9",
    "\x1b[32m  ok\x1b[0m {n} handles an error of the network as it should (4 ms)",
    "npm http fetch GET 200 https://npm.example/package-{n} 41ms (cache miss)",
    "    at Object.<anonymous> (/home/runner/work/app/app/node_modules/a/{n}.js:1:1)",
    "",
)
END = (
    "FAILED tests/test_cart.py::test_total - assert 3 == 4",
    "##[error]Process completed with exit code 1.",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one command took: wall seconds, peak resident MiB."""

    name: str
    seconds: float
    mebibytes: float


def measure(size: int) -> list[Taken]:
    """Time each command once on a generated log of `size` MiB, the page cache warm."""
    with tempfile.TemporaryDirectory() as folder:
        log, passed = Path(folder, "long.log"), Path(folder, "passed.log")
        for place, with_end in ((log, True), (passed, False)):
            with place.open("w", encoding="utf-8") as file:
                file.writelines(generated(size * MIB, with_end=with_end))
        own = [sys.executable, "-I", "-m", "bot", "distill", str(log)]
        commands = {
            "cat | wc -l": ["sh", "-c", f"cat {log} | wc -l"],
            "grep -ci error": ["grep", "-ci", "error", str(log)],
            "routebot distill": own,
            "routebot distill --passed": [*own, "--passed", str(passed)],
        }
        return [timed(name, command) for name, command in commands.items()]


def generated(size: int, *, with_end: bool) -> Iterator[str]:
    """Yield the stamped lines of a log of about `size` bytes."""
    written = number = 0
    while written < size:
        stamp = STAMP.format(
            number // 60_000 % 60, number // 1_000 % 60, number % 1_000
        )
        line = f"{stamp}{TALK[number % len(TALK)].format(n=number // 8)}\n"
        written += len(line)
        number += 1
        yield line
    if with_end:
        yield from (f"{STAMP.format(59, 59, 0)}{line}\n" for line in END)


def timed(name: str, command: Sequence[str]) -> Taken:
    """Run a command to its end; raise `RuntimeError` where it fails."""
    ran = subprocess.run(
        [sys.executable, "-I", str(STOPWATCH), *command], stdout=subprocess.PIPE
    )
    if ran.returncode:
        raise RuntimeError(f"{name}: exit code {ran.returncode}")
    seconds, peak = json.loads(ran.stdout)
    return Taken(name, seconds, peak / MIB)
