"""`routebot suggest-patch`: a patch is shown only after the tests were run on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import suggest_patch
from bot.errors import UsageError
from bot.verify import sandbox
from tests import repositories
from tests.model_server import KEY, ModelServer

FILES = {
    "shop/__init__.py": "",
    "shop/price.py": "def price(count):\n    return count * 2\n",
    "tests/test_price.py": "from shop.price import price\n\n\n"
    "def test_two():\n    assert price(2) == 4\n\n\n"
    "def test_odd():\n    assert price(2) == 5\n",
    "shop/other.py": "OTHER = 1\n",
}
ISSUE = "# Free above ten\n\n`price` in shop/price.py should return 0 above ten.\n"
OLD = "    return count * 2\n"
NEW_TEST = "def test_free():\n    assert price(11) == {value}\n"


@pytest.fixture
def model(monkeypatch):
    with ModelServer() as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("ROUTEBOT_OPENAI_BASE_URL", server.base_urls["openai"])
        monkeypatch.setenv("ROUTEBOT_ALLOW_PRIVATE_HOSTS", "1")
        yield server


@pytest.fixture
def repo(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "work", FILES)
    monkeypatch.chdir(made.root)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    (tmp_path / "issue.md").write_text(ISSUE)
    return made


def _said(new, *tests, path="shop/price.py", search=OLD):
    edits = [{"path": path, "search": search, "replace": new}]
    text = FILES["tests/test_price.py"]
    for test in tests:
        last = text.split("\n")[-2] + "\n"
        edits.append(
            {
                "path": "tests/test_price.py",
                "search": last,
                "replace": f"{last}\n\n{test}",
            }
        )
    return {
        "is_ready": True,
        "missing": [],
        "summary": "Free above ten.",
        "files": [edit["path"] for edit in edits],
        "edits": edits,
        "patch": "",
        "wanted": [],
    }


GOOD = _said("    return 0 if count > 10 else count * 2\n", NEW_TEST.format(value=0))
BREAKING = _said("    return 0 if count > 1 else count * 2\n")
NEW_FAILS = _said(
    "    return 0 if count > 12 else count * 2\n", NEW_TEST.format(value=0)
)


def run(*arguments):
    done = CliRunner().invoke(
        suggest_patch.COMMAND,
        ["../issue.md", "--timeout", "20", *arguments],
        standalone_mode=False,
    )
    return done


def test_what_passes_is_shown_with_what_was_run(repo, model, tmp_path):
    model.answer(GOOD)
    done = run("--out", "../routebot.patch")
    assert done.exception is None
    kind = sandbox.best(tmp_path, kept=[Path(sys.prefix)]).kind
    said = (
        "1 file with tests was run before and after it: 2 tests pass "
        f"({sandbox.HOLDS[kind]}); 1 failed before it and still does."
    )
    assert said in done.stdout
    assert "+    return 0 if count > 10 else count * 2" in done.stdout
    assert repo.git("status", "--short") == ""
    patch = tmp_path / "routebot.patch"
    subprocess.run(["git", "apply", str(patch)], cwd=repo.root, check=True)
    assert "count > 10" in (repo.root / "shop/price.py").read_text()


def test_a_patch_that_breaks_a_test_is_sent_back_with_the_failure(repo, model):
    model.answer(BREAKING)
    model.answer(GOOD)
    done = run()
    asked = model.requests[1].text
    assert (
        "with the patch a test fails that passed before: tests/test_price.py" in asked
    )
    assert "test_two" in asked
    assert "count > 10" in done.stdout
    assert len(model.requests) == 2


def test_a_patch_whose_own_test_fails_is_sent_back(repo, model):
    model.answer(NEW_FAILS)
    model.answer(GOOD)
    run()
    assert "a test of the patch fails" in model.requests[1].text


def test_a_patch_that_never_holds_is_not_shown(repo, model, tmp_path):
    for _ in range(3):
        model.answer(BREAKING)
    done = run("--out", "../routebot.patch")
    assert len(model.requests) == 3
    assert "did not hold" in done.stdout
    assert "```diff" not in done.stdout
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "routebot.patch").exists()


def test_a_patch_that_does_not_apply_is_sent_back_unrun(repo, model):
    model.answer(_said("x\n", search="    return count * 9\n"))
    model.answer(GOOD)
    run()
    assert "do not stand there as they are quoted" in model.requests[1].text


def test_what_no_test_belongs_to_says_so(repo, model):
    model.answer(_said("OTHER = 2\n", path="shop/other.py", search="OTHER = 1\n"))
    done = run()
    assert "No test file belongs to what it changes, so none was run." in done.stdout


def test_without_a_model_the_readiness_is_shown(repo):
    done = run("--offline")
    assert "`shop/price.py` is named in the issue" in done.stdout


def test_an_issue_that_is_not_there_is_a_usage_error(repo):
    done = CliRunner().invoke(suggest_patch.COMMAND, ["gone.md"], standalone_mode=False)
    assert isinstance(done.exception, UsageError)


def test_a_file_behind_a_link_is_not_written(repo, model):
    (repo.root / "node_modules" / "left").mkdir(parents=True)
    kept = repo.root / "node_modules" / "left" / "index.test.js"
    kept.write_text("kept\n")
    edit = {"path": "node_modules/left/new.test.js", "search": "", "replace": "x\n"}
    said = GOOD | {"edits": [edit], "files": [edit["path"]]}
    for _ in range(3):
        model.answer(said)
    run()
    assert [path.name for path in kept.parent.iterdir()] == ["index.test.js"]
