"""The captured logs of failing suites: `routebot distill` shows why each one failed."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from benchmarks.failing import __main__ as capturing
from benchmarks.failing import capture, runner, shots, written
from benchmarks.failing.runner import Step
from benchmarks.failing.shape import Suite
from bot.cli import distill

# What tells why, by suite and what was changed or out of order; the first that a log's
# name holds counts, so that a new failure is looked for before an old one.
CULPRITS: dict[str, dict[str, str]] = {
    "pytest": {
        "drift": "assert is_open(opened=100, now=100)",
        "rates": "ConnectionRefusedError",
        "bug": "assert -10.0 == 17.0",
        "build": "cannot import name 'shown' from 'shop.money'",
        "syntax": "SyntaxError: expected ':'",
        "indirect": "assert 3.8 == 3.75",
        "slow": 'shop/stock.py", line 10 in take',
        "memory": "MemoryError",
        "test": "assert 'red-pen' == 'red-pen-1'",
        "old": "assert 'red_pen' == 'red-pen'",
    },
    "unittest": {
        "bug": "AssertionError: -10.0 != 17.0",
        "build": "cannot import name 'shown' from 'shop.money'",
        "old": "AssertionError: 'red_pen' != 'red-pen'",
    },
    "jest": {
        "drift": "Exceeded timeout of 500 ms",
        "bug": "Received: -280",
        "build": "TypeError: rounded is not a function",
        "syntax": 'Unexpected token, expected ")"',
        "indirect": "Received: 3.8",
        "old": 'Received: "red_pen"',
    },
    "tsc": {
        "bug": "src/cart.ts(5,41): error TS2363",
        "indirect": "src/cart.ts(5,18): error TS2345",
        "old": "src/labels.ts(2,3): error TS2322",
    },
    "npm": {
        "bug": "Expected values to be strictly equal",
        "manifest": "Missing: tags@1.0.0 from lock file",
        "lock": "Missing: labels@1.0.0 from lock file",
    },
    "go": {
        "drift": "session opened after 1.207s, want at most 1s",
        "bug": "Total = -280, want 17",
        "build": "Rounded not declared by package money",
        "indirect": "Total = 3.8, want 3.75",
        "slow": "panic: test timed out after 3s",
        "panic": "index out of range [2] with length 0",
        "old": 'Slug = "red_pen", want "red-pen"',
    },
    "cargo": {
        "drift": "session opened after 1.207s",
        "bug": "left: -280.0",
        "build": "error[E0308]: mismatched types",
        "indirect": "left: 3.8",
        "panic": "count is checked by the caller",
        "lock": "because --locked was passed",
        "old": 'left: "red_pen"',
    },
    "make": {
        "drift": "Assertion `opened()' failed",
        "bug": "Assertion `total(prices, 2, 15) == 17' failed",
        "build": "src/stock.c:6:13: error",
        "link": "undefined reference to `rounded'",
        "indirect": "Assertion `total(cents, 2, 0) == 3.75' failed",
        "segfault": "Segmentation fault",
        "old": 'slug is "red_pen", expected "red-pen"',
    },
    "cmake": {
        "package": "CMake Error at CMakeLists.txt:3 (find_package)",
        "build": "src/money.c:4:18: error",
    },
    "rspec": {
        "drift": "expected: < 1",
        "bug": "got: -10.0",
        "build": "undefined method `rounded' for Money:Module",
        "indirect": "got: 3.8",
        "old": 'got: "red_pen"',
    },
    "phpunit": {
        "drift": "Failed asserting that 1.207 is less than 1.0",
        "bug": "Failed asserting that -10.0 is identical to 17.0",
        "build": "Call to undefined method Money::rounded()",
        "indirect": "Failed asserting that 3.8 is identical to 3.75",
        "old": "Failed asserting that two strings are identical",
    },
    "written": {
        "action-download": "503 (Service Unavailable)",
        "action-missing": "Unable to resolve action `octocat/setup@v9`",
        "apt-503": "E: Failed to fetch",
        "artifact": "Failed to CreateArtifact",
        "canceled": "The operation was canceled",
        "cargo-net": "Could not resolve host",
        "checkout-502": "HTTP 502",
        "checkout-dns": "Could not resolve host",
        "disk-docker": "No space left on device",
        "disk-filled": "No space left on device",
        "disk": "No space left on device",
        "docker-503": "503 Service Unavailable",
        "docker-dns": "Temporary failure resolving",
        "docker-limit": "toomanyrequests",
        "docker-typo": "Unable to locate package libjpegg-dev",
        "go-proxy": "server misbehaving",
        "killed": "Killed",
        "limit": "exceeded the maximum execution time",
        "lost": "lost communication with the server",
        "maven-503": "status code: 503",
        "npm-503": "503 Service Unavailable",
        "npm-reset": "ECONNRESET",
        "pip-dns": "Temporary failure in name resolution",
        "pip-no-match": "No matching distribution found for urllib3==2.55.0",
        "pip-timeout": "Read timed out",
        "pip-yanked": "No matching distribution found for urllib3==2.5.0",
        "shutdown": "The runner has received a shutdown signal",
    },
}
# Logs of jobs that passed, and one that ends in the middle of a passing test.
QUIET = {"green", "feature", "docker-green", "cut"}
NAMES = [shot.name for shot in capturing.wanted()]
MACHINE = re.compile(r"/tmp/tmp|/root\b|\.pyenv|\.cache/|npmjs|pypi\.org|crates\.io")


def culprit(name: str) -> str:
    """Return what must be shown of a log, "" for one in which nothing failed."""
    suite, rest = name.split("--", 1)
    if rest in QUIET:
        return ""
    known = CULPRITS[suite]
    exact = known.get(rest)
    parts = re.split(r"--|\+", rest)
    return exact or next(text for key, text in known.items() if key in parts)


def shown(*arguments: str) -> str:
    found = CliRunner().invoke(distill.COMMAND, list(arguments))
    assert found.exit_code == 0, found.output
    return found.output


@pytest.mark.parametrize("name", NAMES)
def test_the_distillate_holds_the_culprit(name: str) -> None:
    file = shots.FOLDER / f"{name}.log"
    told = culprit(name)
    if told:
        assert told in file.read_text("utf-8")
    assert told in shown(str(file))


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("written")])
def test_so_it_does_beside_the_passing_log(name: str) -> None:
    passed = shots.FOLDER / f"{name.split('--')[0]}--green.log"
    told = culprit(name)
    found = shown(str(shots.FOLDER / f"{name}.log"), "--passed", str(passed))
    assert told in found


def test_every_log_is_of_a_case_and_there() -> None:
    assert sorted(path.stem for path in shots.FOLDER.glob("*.log")) == NAMES


def test_a_log_looks_like_the_runners_own() -> None:
    stamped = re.compile(r"2026-1[12]-\d\dT\d\d:\d\d:\d\d\.\d{7}Z( |$)")
    for name in NAMES:
        text = (shots.FOLDER / f"{name}.log").read_text("utf-8")
        assert not MACHINE.search(text), name
        lines = text.removesuffix("\n").split("\n")
        assert all(map(stamped.match, lines)), name
        assert "Current runner version" in lines[0]


@pytest.mark.parametrize("name", sorted(written.logs()))
def test_a_written_log_is_what_its_table_says(name: str) -> None:
    shot = shots.Shot("written", (), name)
    if shot.name in NAMES:
        made = runner.log(shot.name, written.logs()[name], setup="actions/setup-python")
        assert shot.file.read_text("utf-8") == made


def test_what_follows_a_failed_step_does_not_run() -> None:
    steps = (Step("make", "boom", 2), Step("make test", "never", 0))
    text = runner.log("x--y", steps, setup="actions/checkout")
    assert "##[error]Process completed with exit code 2." in text
    assert "never" not in text
    assert text.rstrip().endswith("Cleaning up orphan processes")


def test_a_suite_is_captured_for_real(tmp_path) -> None:
    suite = Suite(
        "sh", ("sh",), "actions/checkout", ("cat a; sh -c 'exit 3'",), {"a": "b"}
    )
    text, code = capture.log(suite, (), name="sh--x", toggles={}, modules=tmp_path)
    assert code == 3
    assert re.search(r"Z b\n.*##\[error\]Process completed with exit code 3", text)


def test_paths_of_the_machine_do_not_stay(tmp_path) -> None:
    text = f"{tmp_path}/app/a.py: /root/x /opt/v/lib/python3.11/re.py"
    assert capture.scrubbed(text, tmp_path / "app") == (
        f"{runner.WORK}/a.py: /home/runner/x "
        "/opt/hostedtoolcache/Python/x64/lib/python3.11/re.py"
    )


def test_a_change_that_no_longer_fits_says_so() -> None:
    suite = Suite("sh", (), "", (), {"a": "b"}, {"bug": {"a": ("c", "d")}})
    with pytest.raises(ValueError, match="a has no 'c'"):
        suite.state(["bug"])


def test_every_change_of_every_suite_can_be_made() -> None:
    for suite in shots.SUITES.values():
        for name in suite.changes:
            assert suite.state([name]) != dict(suite.files)
