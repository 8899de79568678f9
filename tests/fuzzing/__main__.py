"""`make fuzz`: each target for a while; every mutant that breaks one is kept."""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from pathlib import Path

from tests.fuzzing.targets import TARGETS, Target

SLOW = 2.0  # seconds of CPU for 3,000 characters
MOST_FOUND = 5


def main() -> int:
    """Run; returns 1 where something was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600, help="for each target")
    options.add_argument("--seed", type=int, default=None)
    options.add_argument("--into", type=Path, default=Path(".cache/fuzz"))
    options.add_argument("targets", nargs="*", choices=[[], *TARGETS], default=[])
    given = options.parse_args()
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    total, found = 0, 0
    for name in given.targets or TARGETS:
        runs, broken = fuzz(TARGETS[name], seed, seconds=given.seconds)
        total, found = total + runs, found + len(broken)
        print(f"{name:<10} {runs:>9,} executions  {len(broken)} found", flush=True)
        _keep(name, broken, given.into)
    print(f"{'all':<10} {total:>9,} executions  {found} found  (--seed {seed})")
    return 1 if found else 0


def fuzz(target: Target, seed: int, *, seconds: float) -> tuple[int, dict[int, str]]:
    """Run one target; returns executions, and what broke by the mutant's number."""
    end, runs, broken = time.monotonic() + seconds, 0, {}
    while time.monotonic() < end and len(broken) < MOST_FOUND:
        problem = problem_of(target, seed, runs)
        if problem:
            broken[runs] = problem
        runs += 1
    return runs, broken


def problem_of(target: Target, seed: int, number: int) -> str:
    """Make and check mutant `number`; "" where everything holds of it."""
    made = target.make(random.Random(f"{target.name} {seed} {number}"))
    begun = time.process_time()
    try:
        target.check(made)
    except Exception:  # noqa: BLE001 - whatever a mutant raises is what is looked for
        return f"{made!r}\n\n{traceback.format_exc()}"
    spent = time.process_time() - begun
    return f"{made!r}\n\ntook {spent:.1f} s" if spent > SLOW else ""


def _keep(name: str, broken: dict[int, str], folder: Path) -> None:
    for number, problem in broken.items():
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}-{number}.txt"
        file.write_text(problem, encoding="utf-8", errors="surrogateescape")
        print(f"  {file}: {problem.splitlines()[-1][:100]}")


if __name__ == "__main__":
    sys.exit(main())
