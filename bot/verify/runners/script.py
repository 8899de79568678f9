"""vitest and jest, which are started alike and report alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.context import coverage_data, imports
from bot.verify.test_run import (
    MAX_SAID,
    UNREADABLE,
    Bench,
    Outcome,
    Report,
    Runner,
    Status,
)

# The version that brought `--randomize`.
JEST_MIXES = (29, 2)


def _has(name: str) -> Callable[[Bench], bool]:
    return lambda bench: bench.tools.script(name) is not None


def _script(name: str, options: Sequence[str]) -> Callable[..., Report]:
    def run(
        bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
    ) -> Report:
        bench.renew()
        out, lcov = bench.own / "out.json", bench.own / "lcov.info"
        asked = [str(bench.tools.script(name)), *options, path, f"--outputFile={out}"]
        # Both know no order of names: one is chosen by its title, several are mixed.
        asked += ["-t", re.escape(names[0])] if len(names) == 1 else []
        asked += _mixing(bench, name) if len(names) > 1 else []
        asked += _measuring(bench, name) if watched else []
        ran = bench.run(asked)
        covered = coverage_data.of_file(lcov, "lcov.info", watched)
        lines = {each: found.hit for each, found in covered.items()}
        try:
            said = json.loads(bench.result(out.name))
            fault = "\n".join(str(f.get("message", "")) for f in said["testResults"])
            return Report(_script_outcomes(said, path), lines, fault[-MAX_SAID:])
        except UNREADABLE:
            return Report(fault=bench.fault(ran) or ran.output[-MAX_SAID:])

    return run


def _mixing(bench: Bench, name: str) -> list[str]:
    """Options for a random order; an older jest has none and refuses the option."""
    if name == "vitest":
        return ["--sequence.shuffle"]
    node = bench.tools.node
    try:
        own = json.loads((node / "jest" / "package.json").read_bytes()) if node else {}
        major, minor = str(own["version"]).split(".")[:2]
        is_new = (int(major), int(minor)) >= JEST_MIXES
    except UNREADABLE:
        is_new = False
    return ["--randomize"] if is_new else []


def _measuring(bench: Bench, name: str) -> list[str]:
    """Options by which lines are counted; vitest needs a package for it."""
    if name == "jest":
        to = f"--coverageDirectory={bench.own}"
        return ["--coverage", "--coverageReporters=lcovonly", to]
    node = bench.tools.node
    if node is None or not (node / "@vitest" / "coverage-v8").exists():
        return []
    to = f"--coverage.reportsDirectory={bench.own}"
    kept = "--coverage.clean=false"
    return ["--coverage.enabled", "--coverage.reporter=lcovonly", to, kept]


def _script_outcomes(said: Mapping[str, Any], path: str) -> dict[str, Outcome]:
    statuses: dict[str, Status] = {"passed": "passed", "failed": "failed"}
    found: dict[str, Outcome] = {}
    for file in said["testResults"]:
        for test in file["assertionResults"]:
            text = "\n".join(map(str, test.get("failureMessages") or ()))
            status = statuses.get(str(test["status"]), "skipped")
            one = text.partition("\n")[0][:MAX_SAID]
            found[str(test["title"])] = Outcome(status, one, text[-MAX_SAID:], path)
    return found


VITEST = Runner(
    "vitest",
    imports.SCRIPT_ENDS,
    _has("vitest"),
    _script("vitest", ("run", "--reporter=json")),
)
JEST = Runner(
    "jest",
    imports.SCRIPT_ENDS,
    _has("jest"),
    # By path: a name with brackets in it is no pattern.
    _script("jest", ("--json", "--ci", "--runTestsByPath")),
)
