"""Run a small project's job for real and keep what its tools print."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.failing import runner
from benchmarks.failing.runner import Step
from benchmarks.failing.shape import Suite

SECONDS = 120
# Paths of the machine that captures, and what a hosted runner would show instead.
_PLACES = (
    (
        re.compile(r"/\S*/(lib/python3\.\d+|bin/python)"),
        r"/opt/hostedtoolcache/Python/x64/\1",
    ),
    (re.compile(r"/usr/(?:lib|share)/go(?:-[\d.]+)?/"), "/opt/hostedtoolcache/go/x64/"),
    (re.compile(r"\.\./\S*/\.cache/failing-node/"), ""),
    (re.compile(r"/\S*/\.cache/failing-node/"), f"{runner.WORK}/"),
    (re.compile(r"/\S*/\.rustup/"), "/home/runner/.rustup/"),
    (re.compile(r"/usr/share/php/PHPUnit"), f"{runner.WORK}/vendor/phpunit"),
    (re.compile(r"/root\b"), "/home/runner"),
    (re.compile(r"_logs/\S+-debug"), "_logs/debug"),
)


def missing(suite: Suite) -> list[str]:
    """Name the programs that a suite needs and this machine lacks."""
    return [name for name in suite.needs if not shutil.which(name)]


def log(
    suite: Suite,
    changes: Sequence[str],
    *,
    name: str,
    toggles: Mapping[str, str],
    modules: Path,
) -> tuple[str, int]:
    """Return the job log of a suite with these changes made, and its exit code.

    `name` fixes the log's times, `toggles` are variables that the tests read, and
    `modules` is the `node_modules` that npm put what it tests with into.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "app"
        for path, text in suite.state(changes).items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        env = _environment(Path(folder), modules, toggles)
        steps: list[Step] = []
        for command in suite.steps:
            steps.append(_run(command, root, env))
            if steps[-1].code:
                break
        return runner.log(name, steps, setup=suite.setup), steps[-1].code


def _environment(
    home: Path, modules: Path, toggles: Mapping[str, str]
) -> dict[str, str]:
    path = [Path(sys.executable).parent, modules / ".bin", os.environ["PATH"]]
    kept = ("CARGO_HOME", "RUSTUP_HOME", "HOME")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.pathsep.join(map(str, path)),
        "CI": "true",
        "LC_ALL": "C.UTF-8",
        "NODE_PATH": str(modules),
        "NO_UPDATE_NOTIFIER": "1",
        "npm_config_update_notifier": "false",
        "npm_config_cache": str(home / "npm"),
        "GOCACHE": str(home / "go-build"),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "CARGO_TARGET_DIR": str(home / "app" / "target"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        **toggles,
    }


def _run(command: str, root: Path, env: Mapping[str, str]) -> Step:
    with subprocess.Popen(
        ["bash", "-e", "-c", command],
        cwd=root,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    return Step(command, scrubbed(output.decode("utf-8", "replace"), root), code)


def scrubbed(text: str, root: Path) -> str:
    """Put a hosted runner's paths where this machine's stand."""
    text = text.replace(str(root), runner.WORK)
    text = text.replace(str(root.parent), "/home/runner")
    for pattern, shown in _PLACES:
        text = pattern.sub(shown, text)
    return text
