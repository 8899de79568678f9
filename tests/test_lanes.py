"""Plan, debug, code and search, each from an event to a comment on a loopback GitHub.

A good answer is posted; a bad one is dropped in part, asked for once more, or handed
one class up; what was not read, and what a policy cannot do, is said.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import golden_files
from tests.action_run import Ran
from tests.github_server import GitHubServer, Repository
from tests.github_server.state import Issue, Pull
from tests.model_formats import Tokens
from tests.model_server import KEY, ModelServer
from tests.test_end_to_end import Stage

USAGE = Tokens(12_000, 600, 0)
STOCK = (
    "import json\n\nfrom orchard.store import raw\n\n\n"
    "def load(path):\n    text = raw(path)\n"
    '    return json.loads(text)["shelves"]\n'
)
FILES = {
    "README.md": "# Orchard\n\nSells fruit.\n",
    "CONTRIBUTING.md": "Small changes, each with a test.\n",
    "docs/adr/0001-one-file.md": "# One JSON file holds the stock\n",
    "pyproject.toml": '[project]\ndependencies = [\n    "httpx>=0.27",\n]\n',
    "uv.lock": '[[package]]\nname = "httpx"\nversion = "0.27.2"\n',
    "orchard/__init__.py": "",
    "orchard/stock.py": STOCK,
    "orchard/store.py": "def raw(path):\n    return path.read_text()\n",
    "orchard/till.py": "from orchard.stock import load\n\ndef main():\n    load('x')\n",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
    "tests/test_pricing.py": "def test_price():\n    assert price(1) == 2\n",
}
CRASH = """\
Since 0.4.0 the till crashes, see #1.

Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/orchard/stock.py", line 8, in load
    return json.loads(text)["shelves"]
KeyError: 'shelves'
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        repository.tag("v0.4.0")
        yield Stage(server, repository, model, tmp_path)


def _ask(
    stage: Stage,
    task: str,
    title: str,
    body: str,
    *answers: dict[str, Any],
    citations: Sequence[tuple[str, str]] = (),
) -> Ran:
    """Open an issue and ask for a task on it; the model says `answers` in turn."""
    issue = stage.repository.issue(title, body)
    return _command(stage, issue, f"/route {task}", *answers, citations=citations)


def _command(
    stage: Stage,
    item: Issue | Pull,
    command: str,
    *answers: dict[str, Any],
    citations: Sequence[tuple[str, str]] = (),
) -> Ran:
    comment = stage.repository.comment(item, command, author="maintainer")
    payload = stage.repository.event("issue_comment", "created", comment)
    for said in answers:
        stage.model.answer(said, usage=USAGE, citations=citations)
    environment = {
        "OPENAI_API_KEY": KEY,
        "ROUTEBOT_OPENAI_BASE_URL": stage.model.base_urls["openai"],
    }
    ran = stage.run("issue_comment", payload, keys=True, environment=environment)
    assert ran.status == 0, ran.log + ran.errors
    return ran


def _comment(stage: Stage) -> str:
    number = max((*stage.repository.issues, *stage.repository.pulls))
    (body,) = stage.ours(number)
    return body


def _sections(stage: Stage, request: int = 0) -> list[str]:
    """The names of the sections that the model was sent."""
    return re.findall(
        r'\{\\"section\\": \\"(.*?)\\", \\"kind', stage.model.requests[request].text
    )


def _record(stage: Stage) -> dict[str, Any]:
    stored = json.loads((stage.folder / "routebot-record.json").read_text())
    assert isinstance(stored, dict)
    return stored


# Plan.


def _option(name: str, effect: str) -> dict[str, Any]:
    trade_off = {"criterion": "works offline", "side": "for", "effect": effect}
    summary = f"Keep the stock in {name}."
    return {"name": name, "summary": summary, "trade_offs": [trade_off]}


PLAN: dict[str, Any] = {
    "problem": "Two shops write one file that `orchard/stock.py` reads as a whole.",
    "constraints": ["works offline"],
    "criteria": ["works offline"],
    "options": [_option("SQLite", "one file"), _option("a lock file", "no new format")],
    "recommendation": "SQLite, behind `orchard/store.py` and `orchard/vault/box.py`.",
    "affected_paths": ["orchard/stock.py", "orchard/ghost.py"],
    "affected_symbols": ["load", "StockBroker.sell"],
    "new_paths": ["orchard/sqlite_store.py"],
    "migration": ["Read the JSON once, then write SQLite."],
    "risks": ["A network drive."],
    "open_questions": [{"question": "How many shops?", "role": "operator"}],
    "steps": [
        {
            "title": "Put the store behind one function",
            "where": ["orchard/store.py"],
            "done_when": "nothing else reads the file",
            "task": "code",
        },
    ],
    "wanted": [],
}
DESIGN = (
    "Two shops must share the stock that orchard/stock.py reads. What are the options?"
)


def test_a_plan_weighs_options_and_loses_what_it_invented(stage: Stage) -> None:
    _ask(stage, "plan", "Share the stock", DESIGN, PLAN)
    golden_files.check("lane-plan", _comment(stage))
    record = _record(stage)
    assert (record["task"], record["model_class"], record["calls"]) == (
        "plan",
        "reasoning",
        1,
    )
    assert record["dropped"] == 3
    names = _sections(stage)
    for name in ("file orchard/stock.py", "file CONTRIBUTING.md", "the item"):
        assert name in names


def test_a_plan_of_one_option_is_asked_for_once_more(stage: Stage) -> None:
    single = PLAN | {"options": PLAN["options"][:1]}
    _ask(stage, "plan", "Share the stock", DESIGN, single, PLAN)
    assert "#### a lock file" in _comment(stage)
    assert "at least two that really differ" in stage.model.requests[1].text
    assert _record(stage)["calls"] == 2


def test_a_plan_that_stays_with_one_option_is_not_posted(stage: Stage) -> None:
    single = PLAN | {"options": PLAN["options"][:1]}
    ran = _ask(stage, "plan", "Share the stock", DESIGN, single, single)
    assert ran.outputs["status"] == "degraded"
    body = _comment(stage)
    assert "did not hold when it was checked" in body
    assert "`orchard/stock.py` is named in the issue" in body
    assert "SQLite" not in body


# Debug.

DEBUG: dict[str, Any] = {
    "hypotheses": [
        {
            "title": "The file is half written",
            "explanation": "It is read while another shop writes it.",
            "evidence": [
                {
                    "path": "orchard/stock.py",
                    "line": 3,
                    "quote": 'return json.loads(text)["shelves"]',
                }
            ],
            "confirm": "ls -l stock.json during a sale",
        },
        {
            "title": "The clock is wrong",
            "explanation": "It may be.",
            "evidence": [{"path": "orchard/clock.py", "line": 1, "quote": "now()"}],
            "confirm": "date",
        },
    ],
    "reproduction": "",
    "fix_sketch": "Write to a new file and rename it.",
    "wanted": [],
}


def test_a_hypothesis_with_evidence_is_posted_and_another_is_not(stage: Stage) -> None:
    stage.repository.issue("Shelves", "They came with 0.4.0.", state="closed")
    _ask(stage, "debug", "Till crashes on shelves", CRASH, DEBUG)
    golden_files.check("lane-debug", _comment(stage))
    assert _record(stage)["dropped"] == 1
    names = _sections(stage)
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
    invented = DEBUG | {"hypotheses": DEBUG["hypotheses"][1:]}
    stage.repository.issue("Shelves", "They came with 0.4.0.")
    _ask(stage, "debug", "Till crashes", CRASH, invented, DEBUG)
    assert "The file is half written" in _comment(stage)
    assert _record(stage)["calls"] == 2


def _large(repository: Repository) -> str:
    """Files of a trace that take about 900,000 tokens together."""
    line = "    total = total + price(count) * 2  # {n} of many lines\n"
    files, frames = {}, []
    for name in "abcd":
        lines = [line.format(n=n) for n in range(7_200)]
        files[f"orchard/part_{name}.py"] = f"def run(total):\n{''.join(lines)}"
        frames.append(f'  File "orchard/part_{name}.py", line 9, in run\n    total\n')
    repository.commit(files)
    return f"Traceback (most recent call last):\n{''.join(frames)}ValueError: x\n"


def test_a_stack_of_900_000_tokens_is_read_whole(stage: Stage) -> None:
    trace = _large(stage.repository)
    evidence = [{"path": "orchard/part_a.py", "line": 9, "quote": "7 of many lines"}]
    found = DEBUG["hypotheses"][0] | {"evidence": evidence}
    _ask(stage, "debug", "It fails", trace, DEBUG | {"hypotheses": [found]})
    body = _comment(stage)
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
    crash = CRASH.replace("Since 0.4.0 ", "")
    _ask(stage, "debug", "Till crashes on shelves", crash, DEBUG)
    body = _comment(stage)
    assert "Not read, or not whole:" in body
    assert re.search(r"_Read: 1?\d files whole, about 2\d\d,\d{3} tokens", body)
    assert "file orchard/stock.py" in _sections(stage)


def test_a_window_that_would_cut_the_stack_is_refused(stage: Stage) -> None:
    policy = (
        '[classes.reasoning]\nmodels = ["anthropic:small"]\n\n'
        '[models."anthropic:small"]\ncontext_window = 200_000\n'
    )
    stage.repository.commit({".github/routing.toml": policy})
    ran = _ask(stage, "debug", "It fails", _large(stage.repository))
    assert ran.outputs["status"] == "degraded"
    body = _comment(stage)
    assert "debug needs 1,000,000" in body
    assert "200,000" in body
    assert "`orchard/part_d.py:9`" in body
    assert stage.model.requests == []


# Code.

PRICE = "orchard/pricing.py: `price` should return count * 3 instead of count * 2."
CODE: dict[str, Any] = {
    "is_ready": True,
    "missing": [],
    "summary": "A price of three.",
    "files": ["orchard/pricing.py", "tests/test_pricing.py"],
    "edits": [
        {
            "path": "orchard/pricing.py",
            "search": "    return count * 2",
            "replace": "    return count * 3",
        },
        {
            "path": "tests/test_pricing.py",
            "search": "    assert price(1) == 2\n",
            "replace": "    assert price(1) == 3\n\n\ndef test_none():\n"
            "    assert price(0) == 0\n",
        },
    ],
    "patch": "",
    "wanted": [],
}
WRONG = CODE | {"edits": [CODE["edits"][0] | {"search": "    return count * 9"}]}


def _apply(body: str, folder: Path) -> str:
    """Take the diff out of a posted comment and apply it with git."""
    for path, text in FILES.items():
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
    _ask(stage, "code", "Three a piece", PRICE, CODE)
    body = _comment(stage)
    golden_files.check("lane-code", body)
    (tmp_path / "clone").mkdir()
    assert "count * 3" in _apply(body, tmp_path / "clone")
    assert "file tests/test_pricing.py" in _sections(stage)


def test_a_patch_that_does_not_apply_is_mended_once(stage: Stage) -> None:
    _ask(stage, "code", "Three a piece", PRICE, WRONG, CODE)
    assert "do not stand there as they are quoted" in stage.model.requests[1].text
    assert "+    return count * 3" in _comment(stage)
    record = _record(stage)
    assert (record["calls"], record["model_class"]) == (2, "coding")


def test_a_patch_that_fails_twice_goes_to_reasoning(stage: Stage) -> None:
    _ask(stage, "code", "Three a piece", PRICE, WRONG, WRONG, CODE)
    record = _record(stage)
    assert (record["calls"], record["model_class"]) == (3, "reasoning")
    assert record["escalated_from"] == "coding"
    assert "+    return count * 3" in _comment(stage)


def test_on_a_pull_request_a_patch_is_offered_on_its_lines(stage: Stage) -> None:
    files = {"orchard/pricing.py": "def price(count):\n    return count * 2  # two\n"}
    pull = stage.repository.pull("Say what two is", head_files=files)
    edit = CODE["edits"][0] | {"search": "    return count * 2  # two"}
    said = CODE | {"edits": [edit, CODE["edits"][1]]}
    command = "/route code\n\n`price` should return count * 3 instead."
    _command(stage, pull, command, said)
    golden_files.check("lane-code-on-pull", _comment(stage))
    (comment,) = stage.repository.review_comments.values()
    assert (comment.path, comment.line) == ("orchard/pricing.py", 2)
    assert "```suggestion\n    return count * 3\n```" in comment.body
    assert "the change of the pull request" in _sections(stage)


def test_what_is_not_solved_on_paper_costs_nothing(stage: Stage) -> None:
    _ask(stage, "code", "Nicer", "It is ugly.")
    assert stage.model.requests == []
    golden_files.check("lane-code-not-ready", _comment(stage))


# Search.

PAGE = "https://docs.example/releases/1"
SEARCH: dict[str, Any] = {
    "answer": "Yes, since 1.0.",
    "claims": [
        {"text": "It works.", "url": PAGE, "title": "Notes", "date": "2026-10-01"},
        {"text": "Always.", "url": "https://made.up/x", "title": "x", "date": ""},
        {"text": "It did.", "url": f"{PAGE}/old", "title": "Old", "date": "2019-01-01"},
    ],
    "confidence": "high",
    "would_change": "A release.",
}
PAGES = ((PAGE, "Release notes"), (f"{PAGE}/old", "Old notes"))
QUESTION = "Does the latest httpx still work here?"


def test_claims_keep_the_pages_the_search_returned(stage: Stage) -> None:
    _ask(stage, "search", QUESTION, "httpx is ours.", SEARCH, citations=PAGES)
    golden_files.check("lane-search", _comment(stage))
    assert _record(stage)["dropped"] == 1
    names = _sections(stage)
    assert "today's date" in names
    assert "versions this repository uses of what is asked about" in names


def test_an_answer_from_memory_is_not_posted(stage: Stage) -> None:
    ran = _ask(stage, "search", QUESTION, "httpx is ours.", SEARCH, SEARCH)
    assert ran.outputs["status"] == "degraded"
    body = _comment(stage)
    assert "_Nothing was searched, and no model answers this from memory._" in body
    assert "Yes, since 1.0." not in body
    assert "httpx is locked at 0.27.2" in body


def test_without_a_model_that_searches_none_is_asked(stage: Stage) -> None:
    policy = '[classes.search]\nmodels = ["anthropic:offline"]\n\n'
    policy += '[models."anthropic:offline"]\nweb_search = false\n'
    stage.repository.commit({".github/routing.toml": policy})
    _ask(stage, "search", QUESTION, "httpx is ours.")
    body = _comment(stage)
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
    _ask(stage, "triage", "Stock crashes on load", VAGUE, TRIAGE)
    if not applies:
        golden_files.check("lane-triage", _comment(stage))
    labels = stage.repository.issues[2].labels
    assert labels == (["bug", "area: stock"] if applies else [])


def test_a_map_of_many_files_takes_few_questions(stage: Stage) -> None:
    many = {f"shop_{n % 40}/part_{n}.py": f"X = {n}\n" for n in range(600)}
    pages = {f"docs/adr/{n:04}-share.md": "# Share the stock\n" for n in range(9)}
    stage.repository.commit(many | pages)
    _ask(stage, "plan", "Share the stock", DESIGN, PLAN)
    asked = [r.path for r in stage.server.requests]
    read = [p for p in asked if p == "/graphql" or "/contents/" in p or "/trees/" in p]
    # One of the contents is the policy.
    assert len(read) <= 11, read
