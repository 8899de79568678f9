"""Runners: how the tests of one file are run in a sandbox, and what each one said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from bot.context import coverage_data, imports
from bot.verify.sandbox import Limits, Ran, Sandbox
from bot.verify.tools import Tools

Status = Literal["passed", "failed", "error", "skipped"]
TREE = "tree"
OWN = ".routebot"
MAX_SAID = 4_000
TIMED_OUT = "did not end within {seconds:g} s and was killed"
BOMB = "started more processes than the {most} it may"
NO_RESULT = "the runner said nothing of it"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test; `said` is its error in one line, `text` with its trace.

    `path` and `line` are where it was raised, "" and 0 where that is not known.
    """

    status: Status
    said: str = ""
    text: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One run: outcomes by the runner's own names, lines that ran by path.

    `fault` says why there is no outcome where there is none.
    """

    tests: Mapping[str, Outcome] = field(default_factory=dict)
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    fault: str = ""

    def of(self, name: str) -> Outcome:
        """The outcome of a test (`f` or `Class.f`), the worst of its parameters."""
        found = [each for key, each in self.tests.items() if is_named(key, name)]
        worst: tuple[Status, ...] = ("error", "failed", "skipped", "passed")
        found.sort(key=lambda each: worst.index(each.status))
        return found[0] if found else Outcome("error", self.fault or NO_RESULT)


@dataclass(frozen=True, slots=True)
class Bench:
    """A scratch copy of the repository with the sandbox around it."""

    sandbox: Sandbox
    tools: Tools
    environ: Mapping[str, str]
    limits: Limits

    @property
    def tree(self) -> Path:
        """The copy."""
        return self.sandbox.scratch / TREE

    @property
    def own(self) -> Path:
        """What is ours beside it."""
        return self.sandbox.scratch / OWN

    def run(self, command: Sequence[str]) -> Ran:
        """Run a command in the copy."""
        return self.sandbox.run(
            command, self.environ, limits=self.limits, cwd=self.tree
        )

    def fault(self, ran: Ran) -> str:
        """Say why a command did not end by itself, "" where it did."""
        if ran.end == "time":
            return TIMED_OUT.format(seconds=self.limits.seconds)
        if ran.end == "processes":
            return BOMB.format(most=self.limits.processes)
        return ran.output[-MAX_SAID:] if ran.end == "missing" else ""


@dataclass(frozen=True, slots=True)
class Runner:
    """One test runner: the files it takes and how it runs tests of one.

    `run(bench, path, names, watched)` runs the named tests (none: all of the file), in
    that order, and says which lines of the `watched` files ran.
    """

    name: str
    suffixes: tuple[str, ...]
    is_there: Callable[[Bench], bool]
    run: Callable[[Bench, str, Sequence[str], Sequence[str]], Report]


def is_named(key: str, name: str) -> bool:
    """Whether a runner's own name for a test means `f` or `Class.f`."""
    plain = key.partition("[")[0].replace("::", ".")
    return key == name or f".{plain}".endswith(f".{name}")


def chosen(bench: Bench, path: str) -> Runner | None:
    """Choose the first runner that takes a file and is installed."""
    fitting = (each for each in RUNNERS if path.endswith(each.suffixes))
    return next((each for each in fitting if each.is_there(bench)), None)


# Python.


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
    bench.own.mkdir(exist_ok=True)
    script, out = bench.own / "run.py", bench.own / "out.json"
    script.write_text(files("bot.verify").joinpath("python_run.py").read_text("utf-8"))
    out.unlink(missing_ok=True)
    asked = {"runner": runner, "tests": list(tests), "watched": list(watched)}
    argument = json.dumps({**asked, "out": str(out)})
    ran = bench.run([bench.tools.python, str(script), argument])
    try:
        said: dict[str, Any] = json.loads(out.read_bytes())
        found = {key: _entry(bench, each) for key, each in said["tests"].items()}
        lines = {
            path: frozenset(map(int, each)) for path, each in said["lines"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
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


# Go.

_GO_TEST = re.compile(r"\s{0,20}([\w./-]{1,200}\.go):(\d{1,7}): (.{0,1000})")


def _has_go(bench: Bench) -> bool:
    return bool(bench.tools.go) and (bench.tree / "go.mod").is_file()


def _go(
    bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
) -> Report:
    bench.own.mkdir(exist_ok=True)
    profile = bench.own / "cover.out"
    profile.unlink(missing_ok=True)
    package = f"./{path.rpartition('/')[0]}"
    asked = [bench.tools.go, "test", "-json", "-count=1", "-vet=off"]
    asked += ["-shuffle=on"] if len(names) != 1 else [f"-run=^{names[0]}$"]
    asked += [f"-coverprofile={profile}", package]
    ran = bench.run(asked)
    found = _go_outcomes(ran.output, package)
    fault = bench.fault(ran) or ran.output[-MAX_SAID:]
    covered = coverage_data.of_file(profile, "cover.out", watched)
    return Report(found, {name: each.hit for name, each in covered.items()}, fault)


def _go_outcomes(output: str, package: str) -> dict[str, Outcome]:
    statuses: dict[str, Status] = {
        "pass": "passed",
        "fail": "failed",
        "skip": "skipped",
    }
    said: dict[str, list[str]] = {}
    found: dict[str, Outcome] = {}
    for line in output.splitlines():
        try:
            event = json.loads(line)
            name, action = str(event["Test"]), str(event["Action"])
        except (ValueError, KeyError, TypeError):
            continue
        if action == "output":
            said.setdefault(name, []).append(str(event.get("Output", "")))
        elif action in statuses:
            found[name] = _go_outcome(
                statuses[action], "".join(said.get(name, ())), package
            )
    return found


def _go_outcome(status: Status, text: str, package: str) -> Outcome:
    place = _GO_TEST.search(text)
    if place is None or status == "passed":
        panicked = "panic:" in text
        return Outcome("error" if panicked else status, text[:200], text[-MAX_SAID:])
    name = place[1].rpartition("/")[2]
    path = f"{package.removeprefix('./')}/{name}".lstrip("/")
    return Outcome(status, place[3], text[-MAX_SAID:], path, int(place[2]))


# JavaScript and TypeScript.


def _has(name: str) -> Callable[[Bench], bool]:
    return lambda bench: bench.tools.script(name) is not None


def _script(name: str, options: Sequence[str]) -> Callable[..., Report]:
    def run(
        bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
    ) -> Report:
        bench.own.mkdir(exist_ok=True)
        out, lcov = bench.own / "out.json", bench.own / "lcov.info"
        for file in (out, lcov):
            file.unlink(missing_ok=True)
        asked = [str(bench.tools.script(name)), *options, path, f"--outputFile={out}"]
        # Both know no order of names: one is chosen by its title, else all are run.
        asked += ["-t", re.escape(names[0])] if len(names) == 1 else []
        asked += _measuring(bench, name) if watched else []
        ran = bench.run(asked)
        covered = coverage_data.of_file(lcov, "lcov.info", watched)
        lines = {each: found.hit for each, found in covered.items()}
        try:
            return Report(_script_outcomes(json.loads(out.read_bytes()), path), lines)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Report(fault=bench.fault(ran) or ran.output[-MAX_SAID:])

    return run


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


RUNNERS: tuple[Runner, ...] = (
    Runner("pytest", (".py",), _has_pytest, _pytest),
    Runner("unittest", (".py",), lambda bench: bool(bench.tools.python), _unittest),
    Runner(
        "vitest",
        imports.SCRIPT_ENDS,
        _has("vitest"),
        _script("vitest", ("run", "--reporter=json")),
    ),
    Runner(
        "jest", imports.SCRIPT_ENDS, _has("jest"), _script("jest", ("--json", "--ci"))
    ),
    Runner("go test", (".go",), _has_go, _go),
)
