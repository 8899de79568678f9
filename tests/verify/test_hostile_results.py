"""Tests that leave something else than a result: nobody waits, nothing is followed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.verify import runners, sandbox, tools
from bot.verify.sandbox import Limits, Ran
from bot.verify.test_run import NO_RESULT, OWN, TREE, Bench, Report
from bot.verify.tools import Tools

ENTRY = {"outcome": "passed", "text": "", "path": "", "said": "", "line": 1}
DEEP = "[" * 100_000
RESULTS = {
    "python": ("pytest", "test_a.py", "out.json"),
    "script": ("jest", "a.test.js", "out.json"),
    "coverage of scripts": ("vitest", "a.test.js", "lcov.info"),
    "coverage of go": ("go test", "a_test.go", "cover.out"),
}


@dataclass(frozen=True, slots=True)
class Leaving:
    """A sandbox whose command does what the test says, with the folder of ours."""

    scratch: Path
    leaves: object
    output: str = ""

    def run(self, command, environ, *, limits, cwd):
        self.leaves(self.scratch / OWN)
        return Ran(0, self.output)


def ran(tmp_path: Path, name: str, path: str, leaves, output: str = "") -> Report:
    (tmp_path / TREE).mkdir(exist_ok=True)
    node = tmp_path / "node_modules"
    (node / ".bin").mkdir(parents=True, exist_ok=True)
    for each in ("jest", "vitest"):
        (node / ".bin" / each).touch(mode=0o755)
    found = Tools("python", "go", node)
    bench = Bench(Leaving(tmp_path, leaves, output), found, {}, Limits())
    runner = next(each for each in runners.RUNNERS if each.name == name)
    return runner.run(bench, path, ["test_a"], ["a.py"])


@pytest.mark.parametrize("which", list(RESULTS))
def test_a_pipe_or_a_link_in_the_place_of_a_result_is_none(tmp_path, which):
    name, path, file = RESULTS[which]
    outside = tmp_path / "outside"
    outside.mkdir()
    entry = {"tests": {"test_a": ENTRY}, "lines": {"a.py": [1]}, "testResults": []}
    texts = {
        "lcov.info": "SF:a.py\nDA:1,1\n",
        "cover.out": "mode: set\na.py:1.1,2.1 1 1",
    }
    (outside / file).write_text(texts.get(file, json.dumps(entry)))

    def links_the_folder(own: Path) -> None:
        own.rmdir() if not list(own.iterdir()) else own.rename(own.with_name("x"))
        own.symlink_to(outside)

    for leaves in (
        lambda own: os.mkfifo(own / file),
        lambda own: (own / file).symlink_to(outside / file),
        links_the_folder,
    ):
        report = ran(tmp_path, name, path, leaves)
        assert report.tests == {}
        assert not any(report.lines.values())
        assert report.of("test_a").said == NO_RESULT
    assert [each.name for each in outside.iterdir()] == [file]


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        json.dumps(
            {"tests": {"test_a": {**ENTRY, "line": 1}}, "lines": {"a": [1e999]}}
        ),
        json.dumps({"tests": {"test_a": {**ENTRY, "line": 1e999}}, "lines": {}}),
        json.dumps({"tests": {"test_a": []}, "lines": {}}),
    ],
    ids=["deep", "lines", "line", "list"],
)
def test_numbers_without_end_and_deep_nesting_are_no_result(tmp_path, text):
    for name, path in (("pytest", "test_a.py"), ("jest", "a.test.js")):
        report = ran(
            tmp_path, name, path, lambda own: (own / "out.json").write_text(text)
        )
        assert report.tests == {}
        assert report.of("test_a").status == "error"


def test_an_event_of_go_that_is_nested_too_deep_is_left_out(tmp_path):
    event = json.dumps({"Test": "test_a", "Action": "pass"})
    report = ran(tmp_path, "go test", "a_test.go", lambda own: None, f"{DEEP}\n{event}")
    assert report.of("test_a").status == "passed"


def test_a_folder_of_ours_that_became_a_link_is_made_anew(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / OWN).symlink_to(outside)
    entry = json.dumps({"tests": {"test_a": ENTRY}, "lines": {}})
    report = ran(
        tmp_path,
        "pytest",
        "test_a.py",
        lambda own: (own / "out.json").write_text(entry),
    )
    assert report.of("test_a").status == "passed"
    assert list(outside.iterdir()) == []


def test_in_the_real_sandbox_a_test_reaches_no_file_outside(tmp_path):
    """The test replaces itself, the result and the folder of ours by links."""
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    code = (
        "import json, os, shutil, sys\n"
        "def test_a():\n"
        "    out = json.loads(sys.argv[1])['out']\n"
        "    own = os.path.dirname(out)\n"
        "    shutil.rmtree(own)\n"
        f"    os.symlink({str(tmp_path)!r}, own)\n"
        "    os._exit(0)\n"
    )
    folder = tmp_path / "scratch"
    (folder / TREE).mkdir(parents=True)
    (folder / TREE / "test_a.py").write_text(code)
    found = Tools(python=sys.executable)
    environ = tools.environment(found, folder, os.environ)
    bench = Bench(sandbox.best(folder, kept=[tmp_path]), found, environ, Limits())
    (tmp_path / "out.json").write_text(json.dumps({"tests": {"a": ENTRY}, "lines": {}}))
    runner = next(each for each in runners.RUNNERS if each.name == "pytest")
    for _ in range(2):
        assert runner.run(bench, "test_a.py", (), ()).tests == {}
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [
        "kept.txt",
        "out.json",
    ]
