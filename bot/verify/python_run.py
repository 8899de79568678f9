"""Runs chosen Python tests in the project's own interpreter and records each one.

Copied into the scratch folder and started there with one JSON argument; standard
library alone, and nothing newer than Python 3.8.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import unittest
from importlib import import_module
from types import FrameType
from typing import Any

_MAX_TEXT = 4_000


class Lines:
    """The lines of some files that ran while it was on, by their paths as given."""

    def __init__(self, top: str, files: list[str]) -> None:
        self.seen: dict[str, set[int]] = {name: set() for name in files}
        self._names = {os.path.realpath(os.path.join(top, f)): f for f in files}
        self._known: dict[str, str] = {}

    def start(self) -> None:
        """Watch from here on, in new threads too."""
        if self._names:
            threading.settrace(self._call)
            sys.settrace(self._call)

    def stop(self) -> None:
        """Watch no longer."""
        sys.settrace(None)
        threading.settrace(None)

    def _call(self, frame: FrameType, event: str, arg: Any) -> Any:
        path = frame.f_code.co_filename
        if path not in self._known:
            self._known[path] = self._names.get(os.path.realpath(path), "")
        return self._line if self._known[path] else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.seen[self._known[frame.f_code.co_filename]].add(frame.f_lineno)
        return self._line


class Recorder:
    """A pytest plugin: outcome, message and place of each test."""

    def __init__(self, lines: Lines) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._lines = lines

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        """Watch the lines of this test, its fixtures included."""
        self._lines.start()

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        """Watch no longer."""
        self._lines.stop()

    def pytest_collectreport(self, report: Any) -> None:
        """Keep what a file that cannot be imported says."""
        if report.failed:
            text = str(report.longrepr)[-_MAX_TEXT:]
            self.found[report.nodeid] = _entry("error", text, "", 0)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep the worst that one of a test's three phases says."""
        outcome = report.outcome
        if outcome == "failed" and report.when != "call":
            outcome = "error"
        if outcome == "passed" and report.when != "call":
            return
        old = self.found.get(report.nodeid, {}).get("outcome")
        if old in (None, "passed"):
            crash = getattr(report.longrepr, "reprcrash", None)
            path = getattr(crash, "path", "")
            line = getattr(crash, "lineno", 0)
            text = str(report.longrepr or "")[-_MAX_TEXT:]
            entry = _entry(outcome, text, path, line)
            entry["said"] = str(getattr(crash, "message", ""))[:_MAX_TEXT]
            self.found[report.nodeid] = entry


class Result(unittest.TestResult):
    """The same of unittest."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.found: dict[str, dict[str, Any]] = {}
        self._lines = lines

    def startTest(self, test: Any) -> None:
        """Watch the lines of this test."""
        self._lines.start()

    def stopTest(self, test: Any) -> None:
        """Watch no longer."""
        self._lines.stop()

    def addSuccess(self, test: Any) -> None:
        """Keep a pass."""
        self.found.setdefault(test.id(), _entry("passed", "", "", 0))

    def addFailure(self, test: Any, err: Any) -> None:
        """Keep an assertion that did not hold."""
        self._bad(test, err, "failed")

    def addError(self, test: Any, err: Any) -> None:
        """Keep what was raised instead."""
        in_loader = "_FailedTest" in type(test).__name__
        self._bad(test, err, "error" if in_loader else "failed")

    def addSkip(self, test: Any, reason: str) -> None:
        """Keep a skip."""
        self.found[test.id()] = _entry("skipped", reason, "", 0)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """Count a part of a test for the whole."""
        if err is not None:
            self._bad(test, err, "failed")

    def _bad(self, test: Any, err: Any, outcome: str) -> None:
        kind, value, trace = err
        path, line = "", 0
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if "unittest" not in name.split(os.sep):
                path, line = name, trace.tb_lineno
            trace = trace.tb_next
        said = "%s: %s" % (kind.__name__, value)  # noqa: UP031 - for old Pythons
        entry = _entry(outcome, said[:_MAX_TEXT], path, line)
        entry["said"] = said[:_MAX_TEXT]
        self.found[test.id()] = entry


def _entry(outcome: str, text: str, path: str, line: int) -> dict[str, Any]:
    return {"outcome": outcome, "text": text, "path": path, "line": line, "said": ""}


def _pytest(asked: dict[str, Any], lines: Lines) -> dict[str, dict[str, Any]]:
    recorder = Recorder(lines)
    options = ["-q", "--no-header", "--tb=short", "-p", "no:cacheprovider"]
    import_module("pytest").main([*options, *asked["tests"]], plugins=[recorder])
    return recorder.found


def _unittest(asked: dict[str, Any], lines: Lines) -> dict[str, dict[str, Any]]:
    result = Result(lines)
    for name in asked["tests"]:
        unittest.defaultTestLoader.loadTestsFromName(name).run(result)
    return result.found


def main() -> None:
    """Run what the first argument asks for; write what happened to its `out`."""
    asked = json.loads(sys.argv[1])
    top = os.getcwd()
    sys.path[0] = top
    lines = Lines(top, asked["watched"])
    run = _pytest if asked["runner"] == "pytest" else _unittest
    found = run(asked, lines)
    seen = {path: sorted(numbers) for path, numbers in lines.seen.items()}
    with io.open(asked["out"], "w", encoding="utf-8") as out:  # noqa: UP020
        json.dump({"tests": found, "lines": seen}, out)


if __name__ == "__main__":
    main()
