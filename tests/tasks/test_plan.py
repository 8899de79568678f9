"""Plan: two options at least, and only paths that exist."""

from __future__ import annotations

import pytest

from bot.tasks.plan import ONE_OPTION, TASK, PlanReply
from tests.fakes import FakeReader, issue

FILES = {"orchard/stock.py": "STOCK = 1\n", "README.md": "# Orchard\n"}


def _material(body="Rework orchard/stock.py because two shops need to share it"):
    return TASK.gather(issue("Share the stock", body), FakeReader(files=FILES))


def _reply(options=2, **changes):
    option = {
        "name": "SQLite",
        "summary": "A file.",
        "gains": ["safe"],
        "costs": ["new"],
    }
    said = {
        "problem": "Two shops, one file.",
        "constraints": ["works offline"],
        "options": [option] * options,
        "recommendation": "The file.",
        "affected_paths": ["orchard/stock.py"],
        "risks": [],
        "open_questions": [],
        "steps": [{"title": "Lock", "done_when": "it locks", "task": "code"}],
        "wanted": [],
    }
    return PlanReply(**said | changes)


def test_a_file_the_issue_names_is_read_and_found():
    material = _material()
    assert "file orchard/stock.py" in [s.name for s in material.sections]
    (found,) = [f for f in material.findings if f.kind == "affected"]
    assert found.path == "orchard/stock.py"


def test_two_options_and_known_paths_hold():
    checked = TASK.check(_reply(), _material())
    assert (checked.failed, checked.dropped) == (False, ())


@pytest.mark.parametrize("options", [0, 1])
def test_one_option_is_no_plan(options):
    checked = TASK.check(_reply(options), _material())
    assert checked.failed
    assert ONE_OPTION in checked.dropped


@pytest.mark.parametrize(
    "path", ["orchard/ghost.py", "../x", "the item", "paths in the repository", ""]
)
def test_a_path_that_does_not_exist_is_dropped(path):
    reply = _reply(affected_paths=[path, "README.md"])
    checked = TASK.check(reply, _material())
    assert checked.reply.affected_paths == ["README.md"]
    assert not checked.failed


def test_the_plan_weighs_and_cuts_the_work():
    body = TASK.render(_reply(), _material()).body
    assert "#### SQLite\n\nA file.\n\n- for it: safe\n- against it: new" in body
    assert "**Recommendation.** The file." in body
    assert "- `orchard/stock.py`" in body
    assert "1. `code` Lock. Done when: it locks" in body
    assert "**Risks**" not in body


def test_without_a_model_the_named_files_are_listed():
    assert "`orchard/stock.py`" in TASK.render(None, _material()).body
