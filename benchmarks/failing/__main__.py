"""Capture the logs again: `python -m benchmarks.failing [NAME…]`.

Runs every suite whose programs are there, and says which are not. jest and tsc come
from npm into `.cache/failing-node` the first time. Line numbers, durations and version
numbers in the logs change with the tools; what fails does not.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.failing import capture, runner, written
from benchmarks.failing.shots import SUITES, TOGGLES, Shot
from benchmarks.judging import templates

NODE = Path(__file__).parents[2] / ".cache" / "failing-node"
PACKAGES = ("jest@29", "typescript@5")


def main(names: Sequence[str]) -> int:
    """Capture the logs of these names, all where none is given."""
    shots = [shot for shot in wanted() if not names or shot.name in names]
    lacking = {name: capture.missing(suite) for name, suite in SUITES.items()}
    for shot in shots:
        if lacking[shot.suite]:
            print(f"{shot.name}: skipped, no {', '.join(lacking[shot.suite])}")
            continue
        text, code = _log(shot)
        shot.file.write_text(text, encoding="utf-8")
        print(f"{shot.name}: exit code {code}, {text.count(chr(10))} lines", flush=True)
    return 0


def wanted() -> list[Shot]:
    """List every log that a case names, by name."""
    found = {shot.name: shot for made in templates.every() for shot in _of(made)}
    return [found[name] for name in sorted(found)]


def _of(made: templates.Made) -> Iterable[Shot]:
    for ran in (*made.ends, *made.base, *made.attempts):
        if ran.shot is not None:
            yield ran.shot
    yield from (shot for _, shot in made.seen)


def _log(shot: Shot) -> tuple[str, int]:
    if shot.suite == "written":
        steps = written.logs()[shot.toggle]
        setup = "actions/setup-python"
        return runner.log(shot.name, steps, setup=setup), steps[-1].code
    return capture.log(
        SUITES[shot.suite],
        shot.changes,
        name=shot.name,
        toggles=TOGGLES[shot.toggle],
        modules=_modules(),
    )


def _modules() -> Path:
    if not (NODE / "node_modules").is_dir():
        NODE.mkdir(parents=True, exist_ok=True)
        (NODE / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES]
        subprocess.run(command, cwd=NODE, check=True)
    return NODE / "node_modules"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
