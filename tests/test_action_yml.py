"""The Action as GitHub runs it: its steps' scripts, in bash, on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from bot import action, ledger
from bot.action import Inputs
from bot.github.books import ARTIFACT
from tests import package_index
from tests.action_run import outputs_in
from tests.github_server import GitHubServer

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
INSTALL, ROUTE, KEEP = ACTION["runs"]["steps"]
# As the runner starts `shell: bash`.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
ISSUE = "Crash on start\n\nTraceback:\n  File 'a.py', line 1\nKeyError: 'shelves'"
# Read here: no test sees the variables of this machine.
INSTALLS = os.environ.get("ROUTEBOT_TEST_INSTALL") == "1"
REGISTRY = {name: v for name, v in os.environ.items() if name[:3] in ("PIP", "UV_")}
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)


def test_inputs_and_outputs_are_those_of_the_door():
    names = {name for names in action.SETTINGS.values() for name in names}
    names |= {name for names in action.SECRETS.values() for name in names}
    read = {name for name in names if name.startswith("INPUT_")}
    assert {_variable(name) for name in ACTION["inputs"]} == read
    assert ACTION["outputs"].keys() == action.OUTPUTS.keys()
    for name, output in ACTION["outputs"].items():
        assert f"steps.route.outputs.{name}" in output["value"]


def test_defaults_are_those_of_the_door():
    defaults = {
        _variable(name): given["default"]
        for name, given in ACTION["inputs"].items()
        if "${{" not in given["default"]
    }
    assert action.read_inputs(dict(defaults)) == Inputs()


def test_every_input_comes_by_the_environment_and_none_by_the_script():
    mapped = {name: v for name, v in ROUTE["env"].items() if name != "PYTHON"}
    assert mapped == {
        _variable(name): f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]
    }
    assert INSTALL["env"].keys() == {"LOCK"}
    assert "secret" not in str(INSTALL["env"])
    for step in (INSTALL, ROUTE):
        assert "${{" not in step["run"]
        assert "uses" not in step


def test_record_is_kept_whatever_happened():
    assert "always()" in KEEP["if"]
    given = KEEP["with"]
    assert given["path"].endswith(f"/{ledger.RECORD_FILE}")
    assert given["if-no-files-found"] == "ignore"
    name = given["name"].replace("${{ github.run_attempt }}", "2")
    cost = "${{ steps.route.outputs.cost-usd }}"
    assert ARTIFACT.fullmatch(name.replace(cost, "0.012500"))
    # Without a cost, as after a crash, the name tells none.
    assert not ARTIFACT.fullmatch(name.replace(cost, ""))


def test_marketplace_can_show_it():
    assert ACTION["branding"].keys() == {"icon", "color"}
    assert len(ACTION["description"]) > 40
    for described in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert described["description"].endswith(".")


@pytest.fixture
def runner(tmp_path):
    """A runner's folders, with `python3` being this interpreter and no uv."""
    for name in ("temp", "workspace", "action/bot", "bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "action/bot/__init__.py").write_text("")
    (tmp_path / "action/bot/__main__.py").write_text(
        "import routebot_tiny, sys\nprint(routebot_tiny.WORD, sys.argv[1:])\n"
    )
    _script(tmp_path / "bin/python3", f'exec "{BASE_PYTHON}" "$@"')
    # Whatever the workspace holds must not be what runs.
    for name in (
        *("bot/__main__.py", "venv/__init__.py", "sitecustomize.py", "pip/__main__.py"),
        *("click.py", "usercustomize.py", "evil.pth", "sysconfig.py", "compileall.py"),
    ):
        file = tmp_path / "workspace" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("import sys; raise SystemExit('the workspace was run')")
    return tmp_path


def _variable(name):
    return f"INPUT_{name.upper().replace('-', '_')}"


def _script(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def _run(step, runner, environment):
    script = runner / "temp" / "step.sh"
    script.write_text(step["run"])
    output = runner / "output.txt"
    output.write_text("")
    variables = {
        "PATH": f"{runner / 'bin'}:/usr/bin:/bin",
        "HOME": str(runner / "temp"),
        "RUNNER_TEMP": str(runner / "temp"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(runner / "action"),
        "GITHUB_OUTPUT": str(output),
        **environment,
    }
    done = subprocess.run(
        [*BASH, str(script)],
        cwd=runner / "workspace",
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done, output.read_text()


def _install(runner, lock, *, index="http://localhost:9/simple/"):
    (runner / "action/requirements.lock").write_text(lock)
    cache = str(runner / "temp" / "cache")
    environment = {
        "PIP_INDEX_URL": index,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
        "UV_DEFAULT_INDEX": index,
        "UV_CACHE_DIR": cache,
        "UV_HTTP_RETRIES": "0",
    }
    return _run(INSTALL, runner, environment)


def _with_uv(runner):
    uv = shutil.which("uv")
    tried = uv and subprocess.run([uv, "--version"], capture_output=True, check=False)
    if not tried or tried.returncode:
        pytest.skip("uv is not installed")
    home = Path.home()
    _script(
        runner / "bin/uv", f'HOME="{home}" PATH="$PATH:{Path(uv).parent}" "{uv}" "$@"'
    )


needs_ensurepip = pytest.mark.skipif(
    find_spec("ensurepip") is None, reason="this Python cannot make a venv with pip"
)


@needs_ensurepip
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_install_takes_the_locked_wheels_and_a_copy_of_the_package(runner, installer):
    if installer == "uv":
        _with_uv(runner)
    with package_index.serving() as index:
        done, output = _install(runner, package_index.locked(), index=index)
    assert done.returncode == 0, done.stdout + done.stderr
    name, _, python = output.strip().partition("=")
    assert name == "python", done.stdout + done.stderr
    ran = subprocess.run(
        [python, "-I", "-m", "bot", "run"],
        cwd=runner / "workspace",
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "installed ['run']\n"


@needs_ensurepip
def test_package_with_another_hash_is_not_installed_and_turns_nothing_red(runner):
    with package_index.serving() as index:
        done, output = _install(runner, package_index.locked("0" * 64), index=index)
    assert done.returncode == 0
    assert output == ""
    assert "::warning title=routebot::" in done.stdout
    assert "hash" in (done.stdout + done.stderr).lower()


@needs_ensurepip
def test_registry_that_is_down_turns_nothing_red(runner):
    done, output = _install(runner, package_index.locked())
    assert done.returncode == 0
    assert output == ""
    assert "::warning title=routebot::" in done.stdout


def test_python_that_is_too_old_is_said(runner):
    _script(runner / "bin/python3", "exit 1")
    done, output = _install(runner, package_index.locked())
    assert done.returncode == 2
    assert "::error title=routebot::needs Python 3.11" in done.stdout
    assert output == ""


def _route(runner, server, payload, *, python=sys.executable, **given):
    event = runner / "event.json"
    event.write_text(json.dumps(payload))
    summary = runner / "summary.md"
    inputs = {name: spec["default"] for name, spec in ACTION["inputs"].items()}
    inputs |= {"github-token": server.write_token, **given}
    filled = {
        variable: re.sub(r"\$\{\{ inputs\.(.+?) }}", lambda m: inputs[m[1]], text)
        for variable, text in ROUTE["env"].items()
    }
    done, output = _run(
        ROUTE,
        runner,
        {
            **filled,
            "PYTHON": python,
            "GITHUB_EVENT_NAME": "issues",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_API_URL": server.base_url,
            "GITHUB_GRAPHQL_URL": server.graphql_url,
            "GITHUB_REPOSITORY": "octo/sample",
            "GITHUB_RUN_ID": "1",
            "GITHUB_STEP_SUMMARY": str(summary),
        },
    )
    return done, outputs_in(output)


def test_route_answers_the_event_and_sets_the_outputs(runner):
    with GitHubServer() as server:
        repo = server.repository()
        issue = repo.issue(title="Crash on start", body=ISSUE, author="maintainer")
        payload = repo.event("issues", "opened", issue)
        done, outputs = _route(runner, server, payload, mode="decide")
        assert done.returncode == 0, done.stderr
        assert outputs["task"] in ("debug", "triage")
        assert outputs["model"]
        done, outputs = _route(runner, server, payload)
    assert done.returncode == 0, done.stderr
    assert outputs.keys() == ACTION["outputs"].keys()
    # Without a key the findings are posted, and the run says that it could do no more.
    assert outputs["status"] == "degraded"
    assert [c.issue for c in repo.comments.values()] == [issue]
    assert outputs["comment-url"]
    assert "the workspace was run" not in done.stdout + done.stderr


def test_route_names_an_input_that_cannot_be_used(runner):
    with GitHubServer() as server:
        repo = server.repository()
        payload = repo.event("issues", "opened", repo.issue(title="x", body="y"))
        done, outputs = _route(runner, server, payload, **{"max-usd": "much"})
    assert done.returncode == 2
    assert "::error title=routebot::cannot use the input max-usd" in done.stdout
    assert outputs["status"] == "failed"


@pytest.mark.skipif(not INSTALLS, reason="needs the registry: ROUTEBOT_TEST_INSTALL=1")
def test_whole_action_from_the_real_lock(runner):
    shutil.copytree(ROOT / "bot", runner / "action/bot", dirs_exist_ok=True)
    shutil.copy(ROOT / "requirements.lock", runner / "action")
    done, output = _run(INSTALL, runner, REGISTRY)
    assert done.returncode == 0, done.stdout + done.stderr
    python = output.strip().partition("=")[2]
    assert python, done.stdout + done.stderr
    with GitHubServer() as server:
        repo = server.repository()
        issue = repo.issue(title="Crash on start", body=ISSUE, author="maintainer")
        payload = repo.event("issues", "opened", issue)
        done, outputs = _route(runner, server, payload, python=python)
    assert done.returncode == 0, done.stderr
    assert outputs["status"] == "degraded"
    assert [c.issue for c in repo.comments.values()] == [issue]
