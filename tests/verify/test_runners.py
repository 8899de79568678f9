"""Runners on real tests of Python and Go; jest and vitest by their reports."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from bot.verify import runners, sandbox, tools
from bot.verify.sandbox import Limits
from bot.verify.test_run import TREE, Bench, Report
from bot.verify.tools import Tools

CODE = "def add(a, b):\n    if a > 5:\n        return 0\n    return a + b\n"
PYTEST = """\
import pytest
from shop.a import add

def test_adds():
    assert add(1, 2) == 3

def test_wrong():
    assert add(1, 2) == 4

@pytest.mark.parametrize("a", [1, 9])
def test_some(a):
    assert add(a, 1) == a + 1

@pytest.mark.skip(reason="later")
def test_later():
    assert 0

def test_lost(nowhere):
    assert 0

class TestAll:
    def test_raises(self):
        add("a", 1)
"""
UNITTEST = """\
import unittest
from shop.a import add

class AddTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)

    def test_wrong(self):
        self.assertEqual(add(1, 2), 4)
"""
JEST = {
    "testResults": [
        {
            "assertionResults": [
                {"title": "adds (up)", "status": "passed", "failureMessages": []},
                {
                    "title": "fails [1]",
                    "status": "failed",
                    "failureMessages": ["Error: expect(received)\n    at x"],
                },
                {"title": "later", "status": "pending"},
            ]
        }
    ]
}


def bench_of(tmp_path: Path, files: dict[str, str], found: Tools, **limits) -> Bench:
    folder = (tmp_path / "scratch").resolve()
    for path, text in files.items():
        file = folder / TREE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    environ = tools.environment(found, folder, os.environ)
    box = sandbox.best(folder, kept=[tmp_path, Path(sys.prefix)])
    return Bench(box, found, environ, Limits(**{"seconds": 60, **limits}))


def run(bench: Bench, name: str, path: str, *names: str, watched=()) -> Report:
    runner = next(each for each in runners.RUNNERS if each.name == name)
    assert runner.is_there(bench)
    return runner.run(bench, path, names, watched)


@pytest.fixture
def python(tmp_path):
    files = {
        "shop/__init__.py": "",
        "shop/a.py": CODE,
        "tests/test_a.py": PYTEST,
        "unit/test_u.py": UNITTEST,
        "tests/test_x.py": "import nothing_of_this_name\n",
    }
    return bench_of(tmp_path, files, Tools(python=sys.executable))


def test_pytest_says_what_became_of_each_test(python):
    report = run(python, "pytest", "tests/test_a.py", watched=["shop/a.py"])
    status = {name: report.of(name).status for name in _names(report)}
    assert status == {
        "test_adds": "passed",
        "test_wrong": "failed",
        "test_some": "failed",
        "test_later": "skipped",
        "test_lost": "error",
        "test_raises": "failed",
    }
    wrong = report.of("test_wrong")
    assert (wrong.path, wrong.line) == ("tests/test_a.py", 8)
    assert wrong.said == "assert 3 == 4"
    assert report.of("TestAll.test_raises").path == "shop/a.py"
    assert "fixture 'nowhere' not found" in report.of("test_lost").text
    assert report.of("test_nobody").status == "error"
    assert report.lines["shop/a.py"] == {2, 3, 4}


def _names(report: Report) -> set[str]:
    return {key.partition("[")[0].rpartition("::")[2] for key in report.tests}


def test_pytest_runs_only_what_is_named_in_that_order_and_counts_its_lines(python):
    report = run(
        python, "pytest", "tests/test_a.py", "test_adds", watched=["shop/a.py"]
    )
    assert list(report.tests) == ["tests/test_a.py::test_adds"]
    assert report.lines["shop/a.py"] == {2, 4}
    ids = ["tests/test_a.py::test_wrong", "tests/test_a.py::test_adds"]
    assert list(run(python, "pytest", "tests/test_a.py", *ids).tests) == ids


def test_a_file_that_cannot_be_imported_says_so(python):
    report = run(python, "pytest", "tests/test_x.py", "test_a")
    assert "nothing_of_this_name" in report.fault


def test_unittest_says_the_same(python):
    report = run(python, "unittest", "unit/test_u.py", watched=["shop/a.py"])
    assert report.of("AddTest.test_adds").status == "passed"
    wrong = report.of("AddTest.test_wrong")
    assert (wrong.status, wrong.said) == ("failed", "AssertionError: 3 != 4")
    assert (wrong.path, wrong.line) == ("unit/test_u.py", 9)
    assert report.lines["shop/a.py"] == {2, 4}
    alone = run(python, "unittest", "unit/test_u.py", "AddTest.test_adds")
    assert list(alone.tests) == ["unit.test_u.AddTest.test_adds"]


def test_what_hangs_or_leaves_is_a_fault_and_no_pass(tmp_path):
    files = {
        "test_a.py": "def test_a():\n    while True: pass\n",
        "test_b.py": "import os\ndef test_b():\n    os._exit(0)\n",
    }
    found = Tools(python=sys.executable)
    slow = bench_of(tmp_path, files, found, seconds=1.0)
    report = run_quickly(slow, "test_a.py", "test_a")
    assert report.of("test_a").said == "did not end within 1 s and was killed"
    left = bench_of(tmp_path, files, found)
    assert run_quickly(left, "test_b.py", "test_b").of("test_b").status == "error"


def run_quickly(bench: Bench, path: str, name: str) -> Report:
    """Without asking whether pytest is there: a second start costs a second."""
    runner = next(each for each in runners.RUNNERS if each.name == "pytest")
    return runner.run(bench, path, (name,), ())


def test_a_forged_result_is_no_result(tmp_path):
    code = (
        "import os, sys, json\n"
        "def test_a():\n"
        "    out = json.loads(sys.argv[1])['out']\n"
        "    open(out, 'w').write('[1, 2]')\n"
        "    os._exit(0)\n"
    )
    made = bench_of(tmp_path, {"test_a.py": code}, Tools(python=sys.executable))
    assert run_quickly(made, "test_a.py", "test_a").of("test_a").status == "error"


@pytest.mark.skipif(shutil.which("go") is None, reason="go is not installed")
def test_go(tmp_path):
    files = {
        "go.mod": "module example.com/m\n\ngo 1.19\n",
        "s/s.go": "package s\n\nfunc Add(a int) int {\n\tif a > 5 {\n\t\treturn 0\n"
        "\t}\n\treturn a + 1\n}\n",
        "s/s_test.go": 'package s\n\nimport "testing"\n\n'
        "func TestAdd(t *testing.T) {\n\tif Add(1) != 2 {\n\t\tt.Error(1)\n\t}\n}\n\n"
        'func TestBad(t *testing.T) {\n\tt.Error("no 4")\n}\n',
        "b/b.go": "package b\n",
        "b/b_test.go": "package b\n\nfunc TestB(t *testing.T) {}\n",
    }
    bench = bench_of(tmp_path, files, Tools(go=shutil.which("go") or ""))
    one = run(bench, "go test", "s/s_test.go", "TestAdd", watched=["s/s.go"])
    assert list(one.tests) == ["TestAdd"]
    assert one.of("TestAdd").status == "passed"
    assert one.lines["s/s.go"] == {3, 4, 7}
    bad = run(bench, "go test", "s/s_test.go").of("TestBad")
    assert (bad.status, bad.said, bad.path) == ("failed", "no 4", "s/s_test.go")
    broken = run(bench, "go test", "b/b_test.go", "TestB")
    assert "undefined: testing" in broken.of("TestB").said


@pytest.mark.parametrize("name", ["jest", "vitest"])
def test_jest_and_vitest_by_their_json(tmp_path, name):
    program = tmp_path / "node_modules/.bin" / name
    program.parent.mkdir(parents=True)
    said = json.dumps(JEST).replace("\n", " ")
    program.write_text(
        '#!/bin/sh\nfor each; do case "$each" in --outputFile=*) '
        f"cat > ${{each#--outputFile=}} <<'END'\n{said}\nEND\n;; esac; done\necho $@\n"
    )
    program.chmod(0o755)
    found = tools.find(tmp_path, {"PATH": os.environ["PATH"]})
    bench = bench_of(tmp_path, {"a.test.js": ""}, found)
    report = run(bench, name, "a.test.js", "adds (up)")
    statuses = [report.of(n).status for n in ("adds (up)", "fails [1]", "later")]
    assert statuses == ["passed", "failed", "skipped"]
    assert report.of("fails [1]").said == "Error: expect(received)"


@pytest.mark.parametrize(
    ("name", "version", "option"),
    [
        ("vitest", "3.2.4", "--sequence.shuffle"),
        ("jest", "29.7.0", "--randomize"),
        ("jest", "28.1.3", ""),
        ("jest", "next", ""),
    ],
)
def test_several_tests_of_a_script_are_mixed_where_it_can(
    tmp_path, name, version, option
):
    bench = scripted(tmp_path, name, version)
    run(bench, name, "a.test.js")
    assert "shuffle" not in asked_of(bench)
    assert "randomize" not in asked_of(bench)
    run(bench, name, "a.test.js", "one", "two")
    assert option in asked_of(bench)
    assert ("shuffle" in asked_of(bench), "randomize" in asked_of(bench)) == (
        "shuffle" in option,
        "randomize" in option,
    )


def test_a_script_that_cannot_be_read_says_why(tmp_path):
    said = {"testResults": [{"assertionResults": [], "message": "invalid JS syntax"}]}
    bench = scripted(tmp_path, "vitest", "3.2.4", said)
    outcome = run(bench, "vitest", "a.test.js", "one").of("one")
    assert (outcome.status, outcome.said) == ("error", "invalid JS syntax")


def scripted(tmp_path: Path, name: str, version: str, said=JEST) -> Bench:
    """A runner that reports `said` and writes down what it was asked."""
    node = tmp_path / "node_modules"
    (node / ".bin").mkdir(parents=True)
    (node / name).mkdir()
    (node / name / "package.json").write_text(json.dumps({"version": version}))
    program = node / ".bin" / name
    program.write_text(
        '#!/bin/sh\nfor each; do case "$each" in --outputFile=*) '
        f"cat > ${{each#--outputFile=}} <<'END'\n{json.dumps(said)}\nEND\n"
        ';; esac; done\necho "$@" > ../asked.txt\n'
    )
    program.chmod(0o755)
    found = tools.find(tmp_path, {"PATH": os.environ["PATH"]})
    return bench_of(tmp_path, {"a.test.js": ""}, found)


def asked_of(bench: Bench) -> str:
    return (bench.sandbox.scratch / "asked.txt").read_text()


def test_packages_are_linked_into_a_folder_that_can_be_written(tmp_path):
    node, copy = tmp_path / "node_modules", tmp_path / "copy"
    for name in ("vite", "@vitest", ".bin", ".vite-temp"):
        (node / name).mkdir(parents=True)
    copy.mkdir()
    tools.link_packages(node, copy)
    linked = sorted(each.name for each in (copy / "node_modules").iterdir())
    assert linked == [".bin", "@vitest", "vite"]
    assert (copy / "node_modules/vite").resolve() == (node / "vite").resolve()
    (copy / "node_modules/.vite-temp").mkdir()
    tools.link_packages(node, copy)


def test_packages_that_the_repository_brings_stay(tmp_path):
    node, copy = tmp_path / "node_modules", tmp_path / "copy"
    (node / "vite").mkdir(parents=True)
    (copy / "node_modules").mkdir(parents=True)
    tools.link_packages(node, copy)
    assert list((copy / "node_modules").iterdir()) == []


def test_the_first_runner_that_is_there_is_chosen(tmp_path):
    bench = bench_of(tmp_path, {}, Tools())
    assert runners.chosen(bench, "test_a.py") is None
    assert runners.chosen(bench, "a_test.go") is None
    assert runners.chosen(bench, "a.test.ts") is None
    assert runners.chosen(bench, "spec/a_spec.rb") is None
    bench = bench_of(tmp_path, {"a.py": ""}, Tools(python=sys.executable))
    assert runners.chosen(bench, "test_a.py").name == "pytest"


def test_the_projects_own_interpreter_comes_first(tmp_path):
    path = {"PATH": os.environ["PATH"]}
    assert tools.find(tmp_path, path).python == (shutil.which("python3") or "")
    other = tmp_path / "other/bin/python"
    own = tmp_path / ".venv/bin/python"
    for file in (other, own):
        file.parent.mkdir(parents=True)
        file.touch()
    found = tools.find(tmp_path / "x", {**path, "VIRTUAL_ENV": str(tmp_path / "other")})
    assert found.python == str(other)
    assert tools.find(tmp_path, path).python == str(own)


def test_nothing_of_the_users_but_the_path_reaches_a_test(tmp_path):
    environ = {"PATH": "/bin", "HOME": "/home/octocat", "API_KEY": "secret"}
    made = tools.environment(Tools(), tmp_path, environ)
    assert "secret" not in made.values()
    assert made["HOME"] == str(tmp_path / "home")
    # A proxy that nobody answers keeps the rest of the world away.
    assert "127.0.0.1" in made["no_proxy"]
