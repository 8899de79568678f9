"""Plan: two options at least, and only paths that exist."""

from __future__ import annotations

import pytest

from bot.planned import PlanReply
from bot.reader import ThreadComment
from bot.tasks.plan import ONE_OPTION, TASK
from tests.fakes import FakeReader, issue

FILES = {"orchard/stock.py": "STOCK = 1\n", "README.md": "# Orchard\n"}


def _material(body="Rework orchard/stock.py because two shops need to share it"):
    return TASK.gather(issue("Share the stock", body), FakeReader(files=FILES))


def _option(name, summary="A file."):
    return {
        "name": name,
        "summary": summary,
        "trade_offs": [
            {"criterion": "safety", "side": "against", "effect": "new to us"},
            {"criterion": "safety", "side": "for", "effect": "no shop loses"},
        ],
    }


def _reply(options=2, **changes):
    said = {
        "problem": "Two shops, one file.",
        "constraints": ["works offline"],
        "criteria": ["safety"],
        "options": [_option(f"SQLite {n}", f"File {n}.") for n in range(options)],
        "recommendation": "The file.",
        "affected_paths": ["orchard/stock.py"],
        "affected_symbols": ["STOCK"],
        "new_paths": ["orchard/lock.py"],
        "migration": ["Both formats are read for one release."],
        "risks": [],
        "open_questions": [{"question": "Which shops?", "role": "operator"}],
        "steps": [
            {
                "title": "Lock",
                "where": ["orchard/lock.py"],
                "done_when": "it locks",
                "task": "code",
            }
        ],
        "wanted": [],
    }
    return PlanReply(**said | changes)


def _verify(reply):
    return TASK.verify(reply, _material(), FakeReader(files=FILES))


def test_a_file_the_issue_names_is_read_and_found():
    material = _material()
    assert "file orchard/stock.py" in [s.name for s in material.sections]
    (found,) = [f for f in material.findings if f.kind == "affected"]
    assert found.path == "orchard/stock.py"


def test_two_options_and_known_paths_hold():
    assert TASK.check(_reply(), _material()).failed is False
    assert _verify(_reply()).dropped == ()


@pytest.mark.parametrize("options", [0, 1])
def test_one_option_is_no_plan_and_another_is_asked_for(options):
    checked = TASK.check(_reply(options), _material())
    assert checked.failed
    assert ONE_OPTION in checked.dropped
    assert "at least two" in checked.repair


def test_the_same_option_twice_is_one():
    option = _reply().options[0]
    again = option.model_copy(update={"name": f" {option.name.lower()} "})
    twice = _reply().model_copy(update={"options": [option, again]})
    assert TASK.check(twice, _material()).failed


@pytest.mark.parametrize(
    "path", ["orchard/ghost.py", "../x", "the item", "paths in the repository", ""]
)
def test_a_path_that_does_not_exist_is_dropped_and_counted(path):
    checked = _verify(_reply(affected_paths=[path, "README.md"]))
    assert checked.reply.affected_paths == ["README.md"]
    assert checked.dropped == ("path that does not exist",)
    assert not checked.failed


def test_an_invented_symbol_is_dropped_and_counted():
    checked = _verify(_reply(affected_symbols=["STOCK", "StockBroker.sell()"]))
    assert checked.reply.affected_symbols == ["STOCK"]
    assert checked.dropped == ("symbol that does not exist",)


def test_a_step_keeps_the_places_that_are_there_or_announced():
    step = _reply().steps[0].model_dump() | {"where": ["orchard/lock.py", "a/b.py"]}
    checked = _verify(_reply(steps=[step]))
    assert checked.reply.steps[0].where == ["orchard/lock.py"]
    assert len(checked.dropped) == 1


def test_an_invented_path_in_running_text_is_marked():
    text = "Move `orchard/stock.py` to `orchard/vault/box.py`, then `orchard/lock.py`."
    checked = _verify(_reply(recommendation=text))
    assert "`orchard/vault/box.py` (no such file here), then" in (
        checked.reply.recommendation
    )
    assert checked.reply.recommendation.count("(no such file here)") == 1
    assert len(checked.dropped) == 1


@pytest.mark.parametrize(
    "path",
    [
        "../x.py",
        "/etc/x",
        "a\\b.py",
        ".git/hooks/x",
        "orchard",
        "README.md/x",
        "a/",
        "",
    ],
)
def test_a_place_where_no_file_can_be_made_is_dropped_and_counted(path):
    checked = _verify(_reply(new_paths=["orchard/lock.py", path]))
    assert checked.reply.new_paths == ["orchard/lock.py"]
    assert checked.dropped == ("new path at which no file can be made",)


def test_a_new_path_that_is_there_is_one_the_plan_touches():
    checked = _verify(_reply(new_paths=["orchard/lock.py", "README.md"]))
    assert checked.reply.new_paths == ["orchard/lock.py"]
    assert checked.reply.affected_paths == ["orchard/stock.py", "README.md"]
    assert checked.dropped == ()


def test_an_invented_path_is_marked_wherever_it_stands():
    text = "See `orchard/vault/box.py` and `stock.py`."
    option = _option("SQLite 0") | {
        "trade_offs": [{"criterion": "x", "side": "for", "effect": text}]
    }
    said = _reply(risks=[text], migration=[text]).model_dump()
    options = [option, _option("b", text)]
    checked = _verify(PlanReply.model_validate(said | {"options": options}))
    shown = TASK.render(checked.reply, _material()).body
    assert shown.count("`orchard/vault/box.py` (no such file here)") == 4
    assert len(checked.dropped) == 4


def test_the_recommendation_stands_above_the_options():
    body = TASK.render(_reply(), _material()).body
    assert body.index("**Recommendation.**") < body.index("#### SQLite 0")


def test_the_plan_weighs_and_cuts_the_work():
    body = TASK.render(_reply(), _material()).body
    assert "#### SQLite 0\n\nFile 0.\n\n- **for** safety: no shop loses\n" in body
    assert "- **against** safety: new to us" in body
    assert "**Recommendation.** The file." in body
    assert "- `orchard/stock.py`" in body
    assert "- `orchard/lock.py` (new)" in body
    assert "- operator: Which shops?" in body
    assert "1. `code` Lock (`orchard/lock.py`). Done when: it locks" in body
    assert "**Risks**" not in body


def test_without_a_model_the_named_files_are_listed():
    assert "`orchard/stock.py`" in TASK.render(None, _material()).body


def test_a_proposal_that_leaves_things_out_is_told_so():
    kinds = {f.kind for f in _material("Rework the stock.").findings}
    assert {"missing-goal", "missing-constraints", "missing-alternatives"} <= kinds


def test_the_template_that_the_author_did_not_finish_is_named():
    template = ".github/ISSUE_TEMPLATE/rfc.md"
    files = FILES | {template: "## Goal\n\n## Constraints\n\n## Rollout\n"}
    body = "## Goal\n\nShare it.\n\n## Constraints\n\nOffline.\n"
    found = TASK.gather(issue("Share", body), FakeReader(files=files)).findings
    said = [f.message for f in found if f.kind == "missing-section"]
    assert said == ["the section 'Rollout' of the template rfc.md is missing"]


def test_the_map_names_the_rules_the_decisions_and_the_modules():
    files = FILES | {
        "CONTRIBUTING.md": "Be kind.\n",
        "docs/adr/0001-stock.md": "# One JSON file\n",
        "orchard/stock.py": "def share_stock(shops):\n    return shops\n",
    }
    material = TASK.gather(issue("Share the stock"), FakeReader(files=files))
    by_name = {s.name: s.text for s in material.sections}
    assert (
        "  1: def share_stock(shops):"
        in by_name["outline of the modules nearest to the item"]
    )
    assert "orchard/ 1 files: 1 py" in by_name["folders of the repository"]
    assert "file CONTRIBUTING.md" in by_name
    assert "file docs/adr/0001-stock.md" in by_name


def test_the_whole_thread_is_read():
    said = tuple(ThreadComment("contributor", f"remark {n}") for n in range(50))
    material = TASK.gather(issue(), FakeReader(thread=said))
    (thread,) = [s for s in material.sections if s.name == "the thread"]
    assert "remark 0" in thread.text
