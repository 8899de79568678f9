"""`routebot context`: what a task would read for an issue, from a real checkout."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bot.cli import context
from tests import repositories

TRACE = """\
# Till crashes with 1.2.0

Traceback (most recent call last):
  File "orchard/stock.py", line 2, in load_stock
    return open(path)
KeyError: 'shelves'
"""
FILES = {
    "orchard/stock.py": "def load_stock(path):\n    return open(path)\n",
    "orchard/till.py": "from orchard.stock import load_stock\n\ndef main():\n"
    "    load_stock('x')\n",
    "README.md": "# Orchard\n",
}


@pytest.fixture
def repo(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "work", FILES)
    monkeypatch.chdir(made.root)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    return made


def _sections(task, text, repo, *more):
    path = repo.root.parent / "issue.md"
    path.write_text(text)
    arguments = [task, "--issue", str(path), "--format", "json", *more]
    done = CliRunner().invoke(context.COMMAND, arguments, standalone_mode=False)
    assert done.exception is None
    return {each["name"]: each for each in json.loads(done.output)["sections"]}


def test_a_plan_reads_the_map(repo):
    found = _sections("plan", "Share the stock\n\nTwo shops.", repo)
    assert {"the item", "folders of the repository", "file README.md"} <= set(found)
    assert all(each["tokens"] > 0 for each in found.values())


def test_a_bug_is_read_at_the_release_it_names(repo):
    repo.git("tag", "v1.2.0")
    repo.commit({"orchard/stock.py": "def load_stock(path):\n    pass\n# new\n"})
    found = _sections("debug", TRACE, repo)
    file = found["file orchard/stock.py"]
    assert file["must"]
    assert "who calls load_stock in orchard/stock.py" in found
    assert "recent changes to the lines of the trace" in found


def test_code_reads_the_named_file(repo):
    text = "Rename it\n\n`load_stock` in orchard/stock.py should be renamed"
    assert "file orchard/stock.py" in _sections("code", text, repo)


def test_as_text_there_is_a_row_a_section(repo):
    path = repo.root.parent / "issue.md"
    path.write_text(TRACE)
    arguments = ["debug", "--issue", str(path)]
    done = CliRunner().invoke(context.COMMAND, arguments, standalone_mode=False)
    rows = done.output.splitlines()
    assert rows[0].lstrip().startswith("tokens")
    assert any(row.endswith("file orchard/stock.py") and "1*" in row for row in rows)


def test_an_issue_that_is_not_there_is_named(repo):
    arguments = ["plan", "--issue", "gone.md"]
    done = CliRunner().invoke(context.COMMAND, arguments, standalone_mode=False)
    assert "cannot read the issue gone.md" in str(done.exception)
