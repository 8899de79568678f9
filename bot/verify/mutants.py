"""How many mutants of a changed file a generated test kills, within a time box."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from bot.verify.test_run import Bench, Outcome

MODULE = "bot.verify.mutate"
MOST = 6
# Seconds: of all mutants of one file, and of one run.
BOX, ONE = 20.0, 10.0
MAX_SOURCE = 200_000  # characters


@dataclass(frozen=True, slots=True)
class Killed:
    """Of `tried` mutants the test failed on `killed`."""

    killed: int = 0
    tried: int = 0


def are_there() -> bool:
    """Whether mutmut is installed beside routebot."""
    return find_spec("mutmut") is not None


def killed(
    bench: Bench,
    path: str,
    lines: Collection[int],
    *,
    run: Callable[[Bench], Outcome],
) -> Killed:
    """Run a test on mutants of the file `path` in the copy, which is left as it was.

    Only `lines` are mutated. What runs for too long is killed, as a mutant is.
    """
    file = bench.tree / path
    if not (path.endswith(".py") and lines and are_there()):
        return Killed()
    before = file.read_bytes()
    texts = _made(bench, file, lines) if len(before) <= MAX_SOURCE else []
    # A mutant that loops for ever must not take the whole box.
    seconds = min(ONE, bench.limits.seconds)
    hurried = replace(bench, limits=replace(bench.limits, seconds=seconds))
    until = time.monotonic() + BOX
    outcomes: list[Outcome] = []
    try:
        for text in texts:
            if time.monotonic() > until:
                break
            file.write_text(text, encoding="utf-8")
            outcomes.append(run(hurried))
    finally:
        file.write_bytes(before)
    dead = sum(outcome.status != "passed" for outcome in outcomes)
    return Killed(dead, len(outcomes))


def _made(bench: Bench, file: Path, lines: Collection[int]) -> list[str]:
    folder = bench.own / "mutmut"
    folder.mkdir(parents=True, exist_ok=True)
    out = bench.own / "mutants.json"
    out.unlink(missing_ok=True)
    asked = {"source": str(file), "lines": sorted(lines), "most": MOST}
    argument = json.dumps({**asked, "out": str(out)})
    bench.sandbox.run(
        [sys.executable, "-I", "-m", MODULE, argument],
        bench.environ,
        limits=bench.limits,
        cwd=folder,
    )
    try:
        return [str(each) for each in json.loads(out.read_bytes())][:MOST]
    except (OSError, ValueError, TypeError):
        # It could not read the file, or took too long.
        return []
