"""`routebot suggest-tests`: six tests of a model, run here; two written, one bug."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import suggest_tests
from bot.verify import sandbox
from tests import repositories, till
from tests.model_server import KEY, ModelServer

# Seconds: the one test that hangs waits so long, and a busy machine must start pytest.
TIMEOUT = "8"
NONE = {"tests": [], "wanted": []}


@pytest.fixture
def model(monkeypatch):
    with ModelServer() as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ROUTEBOT_ANTHROPIC_BASE_URL", server.base_urls["anthropic"])
        monkeypatch.setenv("ROUTEBOT_ALLOW_PRIVATE_HOSTS", "1")
        yield server


@pytest.fixture
def repo(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "work", till.FIRST)
    monkeypatch.chdir(made.root)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    made.stage({"shop/till.py": till.CHANGE})
    return made


def run(*arguments):
    done = CliRunner().invoke(
        suggest_tests.COMMAND,
        ["--timeout", TIMEOUT, *arguments],
        standalone_mode=False,
    )
    assert done.exception is None, done.exception
    return done


def test_two_of_six_are_written_one_is_a_bug_and_three_are_dropped(repo, model):
    for reply in ({"tests": till.SIX, "wanted": []}, NONE, NONE):
        model.answer(reply)
    index = repo.git("write-tree")
    done = run("--write")
    said = done.stdout
    assert "**2 tests, run before you see them**" in said
    assert (
        "test_a_discount_is_taken_off: passes 3 of 3, fails without the change" in said
    )
    assert "refused: passes 3 of 3, covers lines 13-14 of shop/till.py" in said
    assert "Possible bug found by test_the_rest_goes_back" in said
    assert "assert -50 == 50" in said
    (left,) = [line for line in said.splitlines() if line.startswith("Left out:")]
    assert left.count("(1)") == 3
    assert "the same twice" in left
    assert f"did not end within {TIMEOUT} s and was killed" in left
    assert "does not parse: invalid syntax" in left
    for name in ("test_waits_for_ever", "test_total_is_total"):
        assert f"def {name}" not in said
    written = (repo.root / till.PATH).read_text()
    assert written.count("def test_") == 3
    assert all(line in written for line in till.FIRST[till.PATH].splitlines())
    assert f"undo: git restore {till.PATH}" in done.stderr
    assert repo.git("write-tree") == index
    assert repo.git("status", "--short").split() == [
        "M",
        "shop/till.py",
        "M",
        till.PATH,
    ]
    repo.git("restore", till.PATH)
    assert (repo.root / till.PATH).read_text() == till.FIRST[till.PATH]


def test_what_failed_is_asked_for_once_more_and_then_one_class_up(repo, model):
    mended = {**till.BROKEN, "code": till.GOOD[0]["code"]}
    mended["code"] = mended["code"].replace(
        "test_a_discount_is_taken_off", mended["name"]
    )
    for tests in ([till.BROKEN, till.TAUTOLOGY], [till.TAUTOLOGY], [mended]):
        model.answer({"tests": tests, "wanted": []})
    said = run().stdout
    first, second, third = model.requests
    assert "does not parse" not in first.text
    assert "test_does_not_parse: does not parse: invalid syntax" in second.text
    assert "the same twice" in second.text
    assert first.body["model"] == second.body["model"] != third.body["model"]
    assert "test_does_not_parse: passes 3 of 3" in said
    assert "Left out: asserts nothing" in said


def test_a_bug_is_never_asked_to_be_mended(repo, model):
    model.answer({"tests": [till.FINDS_A_BUG], "wanted": []})
    done = run("--write")
    assert len(model.requests) == 1
    assert "**No test held**" in done.stdout
    assert "Possible bug found" in done.stdout
    assert suggest_tests.NOTHING_WRITTEN in done.stderr
    assert repo.git("status", "--short") == "M  shop/till.py"


def test_what_a_test_writes_outside_its_copy_and_prints_of_secrets_is_gone(
    repo, model, tmp_path
):
    elsewhere = repo.root / "shop" / "written.txt"
    code = (
        "from shop.till import total\n\ndef test_it():\n"
        f"    total.__globals__['__builtins__']['op' + 'en']({str(elsewhere)!r}, 'w')\n"
        f"    raise RuntimeError({KEY!r} + ' ' + str(total([1])))\n"
    )
    model.answer({"tests": [till.suggested("test_it", code, "x")], "wanted": []})
    model.answer(NONE)
    model.answer(NONE)
    run()
    if sandbox.best(tmp_path, kept=[Path(sys.prefix)]).kind != "limits":
        assert not elsewhere.exists()
    assert KEY not in model.requests[1].text


def test_offline_lists_what_is_untested_and_runs_nothing(repo, model):
    done = run("--offline", "--write", "--format", "json")
    shown = json.loads(done.stdout)
    assert "change is new (1 branch)" in shown["text"]
    assert model.requests == []
    assert "trying" not in done.stderr
    assert suggest_tests.NOTHING_WRITTEN in done.stderr


def test_without_a_runner_a_suggestion_says_that_it_was_not_run(repo, model):
    test = {
        "path": "web/till.test.js",
        "name": "adds up",
        "code": "test('adds up', () => { expect(total([1])).toBe(1) })",
        "covers": "total",
    }
    model.answer({"tests": [test], "wanted": []})
    said = run("--write")
    assert "have not been run" in said.stdout
    assert "adds up (covers total)" in said.stdout
    assert suggest_tests.NOTHING_WRITTEN in said.stderr


def test_a_range_is_tried_at_its_end_and_not_in_the_work_tree(repo, model):
    repo.git("commit", "--no-verify", "-q", "-m", "Change")
    repo.write("shop/till.py", "raise SystemExit\n")
    model.answer({"tests": [till.GOOD[0]], "wanted": []})
    assert "passes 3 of 3, fails without the change" in run("HEAD~1..HEAD").stdout
