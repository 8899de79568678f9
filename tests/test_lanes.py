"""Plan, debug, code and search, each from an event to a comment on a loopback GitHub.

A good answer is posted; a bad one is dropped in part, asked for once more, or handed
one class up; what was not read, and what a policy cannot do, is said.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import golden_files, lanes
from tests.github_server import GitHubServer
from tests.model_server import ModelServer
from tests.test_end_to_end import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        yield Stage(server, lanes.furnished(server), model, tmp_path)


# Plan.


def test_a_plan_weighs_options_and_loses_what_it_invented(stage: Stage) -> None:
    lanes.ask(stage, "plan", "Share the stock", lanes.DESIGN, lanes.PLAN)
    golden_files.check("lane-plan", lanes.comment(stage))
    record = lanes.record(stage)
    assert (record["task"], record["model_class"], record["calls"]) == (
        "plan",
        "reasoning",
        1,
    )
    assert record["dropped"] == 3
    names = lanes.section_names(stage)
    for name in ("file orchard/stock.py", "file CONTRIBUTING.md", "the item"):
        assert name in names


def test_a_plan_of_one_option_is_asked_for_once_more(stage: Stage) -> None:
    single = lanes.PLAN | {"options": lanes.PLAN["options"][:1]}
    lanes.ask(stage, "plan", "Share the stock", lanes.DESIGN, single, lanes.PLAN)
    assert "#### a journal per shop" in lanes.comment(stage)
    assert "at least two that really differ" in stage.model.requests[1].text
    assert lanes.record(stage)["calls"] == 2


def test_a_plan_that_stays_with_one_option_is_not_posted(stage: Stage) -> None:
    single = lanes.PLAN | {"options": lanes.PLAN["options"][:1]}
    ran = lanes.ask(stage, "plan", "Share the stock", lanes.DESIGN, single, single)
    assert ran.outputs["status"] == "degraded"
    body = lanes.comment(stage)
    assert "did not hold when it was checked" in body
    assert "`orchard/stock.py` is named in the issue" in body
    assert "SQLite" not in body


# Debug.


def test_a_hypothesis_with_evidence_is_posted_and_another_is_not(stage: Stage) -> None:
    stage.repository.issue("Shelves", "They came with 0.4.0.", state="closed")
    lanes.ask(stage, "debug", "Till crashes on shelves", lanes.CRASH, lanes.DEBUG)
    golden_files.check("lane-debug", lanes.comment(stage))
    assert lanes.record(stage)["dropped"] == 1
    names = lanes.section_names(stage)
    assert names == sorted(names, key=names.index)
    for name in (
        "file orchard/stock.py",
        "what load in orchard/stock.py calls",
        "who calls load in orchard/stock.py",
        "recent changes to the lines of the trace",
        "#1 (closed): Shelves",
    ):
        assert name in names


def test_hypotheses_without_evidence_are_asked_for_once_more(stage: Stage) -> None:
    invented = lanes.DEBUG | {"hypotheses": lanes.DEBUG["hypotheses"][1:]}
    stage.repository.issue("Shelves", "They came with 0.4.0.")
    lanes.ask(stage, "debug", "Till crashes", lanes.CRASH, invented, lanes.DEBUG)
    assert "The file is half written" in lanes.comment(stage)
    assert lanes.record(stage)["calls"] == 2


def test_a_stack_of_900_000_tokens_is_read_whole(stage: Stage) -> None:
    trace = lanes.large(stage.repository)
    evidence = [{"path": "orchard/part_a.py", "line": 9, "quote": "7 of many lines"}]
    found = lanes.DEBUG["hypotheses"][0] | {"evidence": evidence}
    lanes.ask(stage, "debug", "It fails", trace, lanes.DEBUG | {"hypotheses": [found]})
    body = lanes.comment(stage)
    assert re.search(r"_Read: 10 files whole, about 9\d\d,\d{3} tokens in all\._", body)
    assert "`orchard/part_a.py:9`" in body
    sent = stage.model.requests[0].text
    for name in "abcd":
        assert f"file orchard/part_{name}.py" in sent
    assert sent.count("7199 of many lines") == 4


def test_what_fills_the_window_stays_below_what_may_be_spent(stage: Stage) -> None:
    line = "    shelves = load(stock)  # the till crashes here: {n}\n"
    body = "".join(line.format(n=n) for n in range(2_000))
    many = {f"orchard/shelves_{n}.py": f"def run():\n{body}" for n in range(20)}
    policy = "max_usd_per_event = 2.0\n"
    stage.repository.commit(many | {".github/routing.toml": policy})
    crash = lanes.CRASH.replace("Since 0.4.0 ", "")
    lanes.ask(stage, "debug", "Till crashes on shelves", crash, lanes.DEBUG)
    body = lanes.comment(stage)
    assert "Not read, or not whole:" in body
    assert re.search(r"_Read: 1?\d files whole, about 2\d\d,\d{3} tokens", body)
    assert "file orchard/stock.py" in lanes.section_names(stage)


def test_a_window_that_would_cut_the_stack_is_refused(stage: Stage) -> None:
    stage.repository.commit({".github/routing.toml": lanes.SMALL})
    ran = lanes.ask(stage, "debug", "It fails", lanes.large(stage.repository))
    assert ran.outputs["status"] == "degraded"
    body = lanes.comment(stage)
    assert "debug needs 1,000,000" in body
    assert "200,000" in body
    assert "`orchard/part_d.py:9`" in body
    assert stage.model.requests == []


# Code.


def _apply(body: str, folder: Path) -> str:
    """Take the diff out of a posted comment and apply it with git."""
    for path, text in lanes.FILES.items():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (diff,) = re.findall(r"```diff\n(.*?)```", body, re.DOTALL)
    (folder / "routebot.patch").write_text(diff)
    command = "git apply --check routebot.patch && git apply routebot.patch"
    assert command in body
    subprocess.run(command, shell=True, cwd=folder, check=True)
    return (folder / "orchard/pricing.py").read_text()


def test_a_posted_patch_applies_with_git(stage: Stage, tmp_path: Path) -> None:
    lanes.ask(stage, "code", "Three a piece", lanes.PRICE, lanes.CODE)
    body = lanes.comment(stage)
    golden_files.check("lane-code", body)
    (tmp_path / "clone").mkdir()
    assert "count * 3" in _apply(body, tmp_path / "clone")
    assert "file tests/test_pricing.py" in lanes.section_names(stage)


def test_a_patch_that_does_not_apply_is_mended_once(stage: Stage) -> None:
    lanes.ask(stage, "code", "Three a piece", lanes.PRICE, lanes.WRONG, lanes.CODE)
    assert "do not stand there as they are quoted" in stage.model.requests[1].text
    assert "+    return count * 3" in lanes.comment(stage)
    record = lanes.record(stage)
    assert (record["calls"], record["model_class"]) == (2, "coding")


def test_a_patch_that_fails_twice_goes_to_reasoning(stage: Stage) -> None:
    lanes.ask(
        stage,
        "code",
        "Three a piece",
        lanes.PRICE,
        lanes.WRONG,
        lanes.WRONG,
        lanes.CODE,
    )
    record = lanes.record(stage)
    assert (record["calls"], record["model_class"]) == (3, "reasoning")
    assert record["escalated_from"] == "coding"
    assert "+    return count * 3" in lanes.comment(stage)


def test_on_a_pull_request_a_patch_is_offered_on_its_lines(stage: Stage) -> None:
    files = {"orchard/pricing.py": "def price(count):\n    return count * 2  # two\n"}
    pull = stage.repository.pull("Say what two is", head_files=files)
    edit = lanes.CODE["edits"][0] | {"search": "    return count * 2  # two"}
    said = lanes.CODE | {"edits": [edit, lanes.CODE["edits"][1]]}
    command = "/route code\n\n`price` should return count * 3 instead."
    lanes.command(stage, pull, command, said)
    golden_files.check("lane-code-on-pull", lanes.comment(stage))
    (comment,) = stage.repository.review_comments.values()
    assert (comment.path, comment.line) == ("orchard/pricing.py", 2)
    assert "```suggestion\n    return count * 3\n```" in comment.body
    assert "the change of the pull request" in lanes.section_names(stage)


def test_what_is_not_solved_on_paper_costs_nothing(stage: Stage) -> None:
    lanes.ask(stage, "code", "Nicer", "It is ugly.")
    assert stage.model.requests == []
    golden_files.check("lane-code-not-ready", lanes.comment(stage))


# Search.


def test_claims_keep_the_pages_the_search_returned(stage: Stage) -> None:
    lanes.ask(
        stage,
        "search",
        lanes.QUESTION,
        "httpx is ours.",
        lanes.SEARCH,
        citations=lanes.PAGES,
    )
    golden_files.check("lane-search", lanes.comment(stage))
    assert lanes.record(stage)["dropped"] == 1
    names = lanes.section_names(stage)
    assert "today's date" in names
    assert "versions this repository uses of what is asked about" in names


def test_an_answer_from_memory_is_not_posted(stage: Stage) -> None:
    ran = lanes.ask(
        stage, "search", lanes.QUESTION, "httpx is ours.", lanes.SEARCH, lanes.SEARCH
    )
    assert ran.outputs["status"] == "degraded"
    body = lanes.comment(stage)
    assert "_Nothing was searched, and no model answers this from memory._" in body
    assert "Yes, since 1.0." not in body
    assert "httpx is locked at 0.27.2" in body


def test_without_a_model_that_searches_none_is_asked(stage: Stage) -> None:
    policy = '[classes.search]\nmodels = ["anthropic:offline"]\n\n'
    policy += '[models."anthropic:offline"]\nweb_search = false\n'
    stage.repository.commit({".github/routing.toml": policy})
    lanes.ask(stage, "search", lanes.QUESTION, "httpx is ours.")
    body = lanes.comment(stage)
    assert "_Nothing was searched, and no model answers this from memory._" in body
    assert "anthropic:offline" in body
    assert stage.model.requests == []


# Triage of issues.

TRIAGE: dict[str, Any] = {
    "cause": "",
    "evidence": [],
    "suspect_path": "",
    "suspect_line": 0,
    "missing_information": ["which till"],
    "next_step": "Ask which till it was.",
    "needs_debugging": False,
}
VAGUE = "The stock crashes with an error. KeyError: 'shelves' on load."


@pytest.mark.parametrize("applies", [False, True])
def test_labels_that_fit_are_named_and_applied_where_the_policy_says_so(
    stage: Stage, applies: bool
) -> None:
    for name in ("bug", "area: stock", "wontfix"):
        stage.repository.label(name)
    if applies:
        policy = '[tasks.triage]\nlabels = "apply"\n'
        stage.repository.commit({".github/routing.toml": policy})
    stage.repository.issue("Stock crashes", VAGUE, state="closed")
    lanes.ask(stage, "triage", "Stock crashes on load", VAGUE, TRIAGE)
    if not applies:
        golden_files.check("lane-triage", lanes.comment(stage))
    labels = stage.repository.issues[2].labels
    assert labels == (["bug", "area: stock"] if applies else [])


def test_a_map_of_many_files_takes_few_questions(stage: Stage) -> None:
    many = {f"shop_{n % 40}/part_{n}.py": f"X = {n}\n" for n in range(600)}
    pages = {f"docs/adr/{n:04}-share.md": "# Share the stock\n" for n in range(9)}
    stage.repository.commit(many | pages)
    lanes.ask(stage, "plan", "Share the stock", lanes.DESIGN, lanes.PLAN)
    asked = [r.path for r in stage.server.requests]
    kinds = ("/graphql", "/contents/", "/trees/", "/tarball/")
    read = [path for path in asked if any(kind in path for kind in kinds)]
    assert len([path for path in read if "/tarball/" in path]) == 1
    assert len(read) <= 10, read
