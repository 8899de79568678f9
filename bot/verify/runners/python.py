"""pytest and unittest, by a script that runs in the project's own interpreter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot import untrusted_files
from bot.verify.test_run import (
    MAX_SAID,
    UNREADABLE,
    Bench,
    Outcome,
    Report,
    Runner,
    Status,
)


def _has_pytest(bench: Bench) -> bool:
    asked = [bench.tools.python, "-c", "import pytest"]
    return bool(bench.tools.python) and bench.run(asked).status == 0


def _pytest(
    bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
) -> Report:
    ids = [
        name if "::" in name else f"{path}::{'::'.join(name.split('.'))}"
        for name in names
    ]
    return _python(bench, "pytest", ids or [path], watched)


def _unittest(
    bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
) -> Report:
    module = path.removesuffix(".py").replace("/", ".")
    own = [n if n.startswith(f"{module}.") else f"{module}.{n}" for n in names]
    return _python(bench, "unittest", own or [module], watched)


def _python(
    bench: Bench, runner: str, tests: Sequence[str], watched: Sequence[str]
) -> Report:
    bench.renew()
    script, out = bench.own / "run.py", bench.own / "out.json"
    data = files("bot.verify").joinpath("python_run.py").read_bytes()
    untrusted_files.put(script, data, top=bench.own)
    asked = {"runner": runner, "tests": list(tests), "watched": list(watched)}
    argument = json.dumps({**asked, "out": str(out)})
    ran = bench.run([bench.tools.python, str(script), argument])
    try:
        said: dict[str, Any] = json.loads(bench.result(out.name))
        found = {key: _entry(bench, each) for key, each in said["tests"].items()}
        lines = {
            path: frozenset(map(int, each)) for path, each in said["lines"].items()
        }
    except UNREADABLE:
        # Nothing, or what a hostile test wrote instead.
        return Report(fault=bench.fault(ran) or ran.output[-MAX_SAID:])
    return Report(found, lines, bench.fault(ran) or ran.output[-MAX_SAID:])


def _entry(bench: Bench, said: Mapping[str, Any]) -> Outcome:
    statuses: dict[str, Status] = {"passed": "passed", "failed": "failed"}
    statuses["skipped"] = "skipped"
    path = str(said["path"])
    with suppress(ValueError):
        path = Path(path).relative_to(bench.tree).as_posix()
    text = str(said["text"])[-MAX_SAID:]
    one = str(said["said"]).strip().partition("\n")[0]
    status = statuses.get(str(said["outcome"]), "error")
    return Outcome(status, one[:MAX_SAID], text, path, int(said["line"]))


PYTEST = Runner("pytest", (".py",), _has_pytest, _pytest)
UNITTEST = Runner(
    "unittest", (".py",), lambda bench: bool(bench.tools.python), _unittest
)
