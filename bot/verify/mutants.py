"""How many mutants of a changed file a generated test kills, within a time box."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from bot import untrusted_files
from bot.verify.test_run import UNREADABLE, Bench, Outcome, written

MODULE = "bot.verify.mutate"
MOST = 6
# Seconds: of all mutants of one file, and of one run.
BOX, ONE = 20.0, 10.0
MAX_SOURCE = 200_000  # bytes


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
    before = untrusted_files.held(file, top=bench.tree)
    is_short = isinstance(before, bytes) and len(before) <= MAX_SOURCE
    texts = _made(bench, file, lines) if is_short else []
    # A mutant that loops for ever must not take the whole box.
    seconds = min(ONE, bench.limits.seconds)
    hurried = replace(bench, limits=replace(bench.limits, seconds=seconds))
    until = time.monotonic() + BOX
    outcomes: list[Outcome] = []
    for text in texts:
        if time.monotonic() > until:
            break
        with written(bench, {path: text}):
            outcomes.append(run(hurried))
    dead = sum(outcome.status != "passed" for outcome in outcomes)
    return Killed(dead, len(outcomes))


def _made(bench: Bench, file: Path, lines: Collection[int]) -> list[str]:
    folder = bench.own / "mutmut"
    bench.renew()
    folder.mkdir()
    out = bench.own / "mutants.json"
    asked = {"source": str(file), "lines": sorted(lines), "most": MOST}
    argument = json.dumps({**asked, "out": str(out)})
    bench.sandbox.run(
        [sys.executable, "-I", "-m", MODULE, argument],
        bench.environ,
        limits=bench.limits,
        cwd=folder,
    )
    try:
        return [str(each) for each in json.loads(bench.result(out.name))][:MOST]
    except UNREADABLE:
        # It could not read the file, or took too long.
        return []
