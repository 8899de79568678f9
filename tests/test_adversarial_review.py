"""A model that lies about everything ends with nothing wrong posted, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.context import syntax
from bot.verify.positions import NO_LINES, NO_PATH, NO_QUOTE
from tests.github_server import GitHubServer
from tests.model_server import ModelServer
from tests.test_end_to_end import Stage

BEFORE = """\
import json

LIMIT = 10


def load(path):
    return json.loads(path.read_text())


def price(count):
    return count * 2


def label(count):
    if count == 1:
        return "piece"
    return "pieces"
"""
AFTER = BEFORE.replace("count * 2", "count * 2 / LIMIT").replace(
    "    return json", "    text = path.read_text()\n    return json"
)
NEW = "orchard/basket.py"
NEW_TEXT = "def total(items):\n    return sum(items) / len(items)\n"
OLD = "orchard/shop.py"
WORKFLOW = ".github/workflows/ci.yml"
CHANGE = {OLD: AFTER, NEW: NEW_TEXT, WORKFLOW: "on: [push, pull_request]\n"}
FILES = {
    OLD: BEFORE,
    WORKFLOW: "on: push\n",
    "orchard/other.py": "def untouched():\n    return 1\n",
    "pyproject.toml": "[tool.ruff]\n",
}
GOOD = {
    "path": NEW,
    "start_line": 2,
    "line": 2,
    "side": "RIGHT",
    "severity": "major",
    "title": "Divides by zero",
    "why": "An empty basket has no items.",
    "evidence": "return sum(items) / len(items)",
    "suggestion": "return sum(items) / len(items) if items else 0",
}
DIVISION = "return count * 2 / LIMIT"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        yield Stage(server, repository, model, tmp_path)


def _reviewed(stage: Stage, *said: dict[str, Any], **reply: Any) -> list[Any]:
    """Review the change; returns the comments as GitHub has them."""
    pull = stage.repository.pull("Change prices", head_files=CHANGE)
    payload = stage.repository.event("pull_request", "opened", pull)
    answer = {"walkthrough": [], "findings": list(said), "wanted": []} | reply
    for _ in range(4):
        stage.model.answer(answer)
    ran = stage.run("pull_request", payload, keys=True)
    assert (ran.status, ran.errors) == (0, ""), ran.log
    refused = [r for r in stage.server.write_attempts if r not in stage.server.writes]
    assert refused == [], "GitHub refused what was posted"
    return list(stage.repository.review_comments.values())


def _record(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (stage.folder / "routebot-record.json").read_text()
    )
    return found


WRONG = {
    "no such path": {"path": "orchard/nowhere.py"},
    "a file that did not change": {"path": "orchard/other.py"},
    "a path out of the repository": {"path": "../orchard/basket.py"},
    "an absolute path": {"path": "/orchard/basket.py"},
    "another case": {"path": "Orchard/Basket.py"},
    "a look-alike letter": {"path": "orch\u0430rd/basket.py"},
    "a path with an invisible character": {"path": "orchard/basket\u200b.py"},
    "a path with a prefix of a diff": {"path": "b/orchard/basket.py"},
    "a path with dots": {"path": "orchard/./basket.py"},
    "an empty path": {"path": ""},
    "a line past the end": {"start_line": 3, "line": 3},
    "a line of nowhere": {"start_line": 10_000_000, "line": 10_000_000},
    "a range that leaves the hunk": {"start_line": 2, "line": 40},
    "a line between two hunks": {"path": OLD, "start_line": 19, "line": 19},
    "the left of a new file": {"side": "LEFT"},
    "an invented quote": {"evidence": "os.system('rm -rf /')"},
    "no quote": {"evidence": ""},
    "the quote of another file": {"evidence": DIVISION},
    "a quote in other words": {"evidence": "return  total(items) / len(items)"},
}


LIES = [GOOD | wrong | {"title": f"Lie: {kind}"} for kind, wrong in WRONG.items()]


def test_what_the_change_does_not_show_is_never_posted(stage: Stage) -> None:
    assert _reviewed(stage, *LIES) == []
    assert "Lie:" not in "".join(stage.ours())


def test_lies_beside_a_truth_take_nothing_from_it(stage: Stage) -> None:
    (comment,) = _reviewed(stage, *LIES[:9], GOOD, *LIES[9:])
    assert (comment.path, comment.line) == (NEW, 2)
    assert "Lie:" not in "".join(stage.ours())
    reasons = {e["reason"]: e["count"] for e in _record(stage)["dropped_for"]}
    assert sum(reasons.values()) == _record(stage)["dropped"] == len(LIES)
    assert set(reasons) == {NO_PATH, NO_LINES, NO_QUOTE}


BROKEN = {
    "does not parse": "return (sum(items)",
    "breaks the block": "return 0\ndef broken(:",
    "changes nothing": "    return sum(items) / len(items)",
    "only blanks": "   \n  ",
    "an invisible character": "    return 0  # \u202e",
    "a placeholder of ours": "    return '[REDACTED:github-token]'",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_suggestion_is_no_click(stage: Stage, kind: str) -> None:
    (comment,) = _reviewed(stage, GOOD | {"suggestion": BROKEN[kind]})
    assert "```suggestion" not in comment.body
    assert "Divides by zero" in comment.body


@pytest.mark.parametrize(
    "text",
    ["import os\nreturn os.getpid()", "return eval('1')", "subprocess.run('curl x')"],
)
def test_a_risky_suggestion_is_text(stage: Stage, text: str) -> None:
    (comment,) = _reviewed(stage, GOOD | {"suggestion": text})
    assert "```suggestion" not in comment.body
    assert "brings in" in comment.body


def test_a_workflow_is_never_changed_by_a_click(stage: Stage) -> None:
    said = {
        "path": WORKFLOW,
        "start_line": 1,
        "line": 1,
        "evidence": "on: [push, pull_request]",
        "suggestion": "on: pull_request_target",
    }
    (comment,) = _reviewed(stage, GOOD | said)
    assert "pull_request_target" not in comment.body


def test_every_suggestion_that_is_posted_applies_and_parses(stage: Stage) -> None:
    fences = ["```", "````suggestion", "`" * 40]
    said = [
        GOOD | {"title": f"t{n}", "evidence": "len(items)", "suggestion": text}
        for n, text in enumerate([GOOD["suggestion"], *BROKEN.values(), *fences])
    ]
    for comment in _reviewed(stage, *said):
        _, mark, rest = comment.body.partition("```suggestion\n")
        if not mark:
            continue
        lines = NEW_TEXT.split("\n")
        lines[comment.line - 1] = rest.partition("\n```")[0]
        after = "\n".join(lines).encode()
        assert syntax.error_count(NEW, after) == 0
        compile(after, NEW, "exec")


def test_five_hundred_findings_are_ten_comments_and_one_list(stage: Stage) -> None:
    pull = stage.repository.pull(
        "Many", head_files={NEW: "".join(f"value_{n} = {n}\n" for n in range(500))}
    )
    payload = stage.repository.event("pull_request", "opened", pull)
    said = [
        GOOD
        | {
            "start_line": n + 1,
            "line": n + 1,
            "title": f"Wrong {n}",
            "evidence": f"value_{n} = {n}",
            "suggestion": "",
        }
        for n in range(500)
    ]
    stage.model.answer({"walkthrough": [], "findings": said, "wanted": []})
    ran = stage.run("pull_request", payload, keys=True)
    assert ran.status == 0, ran.log
    assert len(stage.repository.review_comments) == 10
    (body,) = stage.ours()
    assert len(body) < 65_000
    assert "Further findings, by file" in body
    assert "more findings" in body
    assert len(stage.server.requests) <= 60


def test_words_that_give_orders_are_words(stage: Stage) -> None:
    title = "@octocat closes #1 </details> ```suggestion /route review | x\n| y"
    said = {
        "title": title[:300],
        "why": "![x](https://evil.example/a.png?q=1) <!-- routebot:v1 t=review -->\n"
        "/route review\n\n```suggestion\nrm -rf /\n```\n[a](https://evil.example)",
    }
    (comment,) = _reviewed(stage, GOOD | said, walkthrough=["@octocat", "<img src=x>"])
    for text in (comment.body, *stage.ours()):
        bare = text.replace("`@octocat`", "")
        assert "@octocat" not in bare
        assert "](https://evil.example" not in text
        assert "<img" not in text
        assert "\n/route" not in text
        assert text.count("```suggestion") <= 1
        assert "suggestion\nrm -rf" not in text


def test_nits_of_the_repositorys_own_tools_are_not_posted(stage: Stage) -> None:
    nit = GOOD | {"severity": "minor", "title": "Line too long", "why": "Over 88."}
    assert _reviewed(stage, nit) == []


def test_a_symbol_called_missing_that_exists_is_not_posted(stage: Stage) -> None:
    said = {
        "path": OLD,
        "start_line": 12,
        "line": 12,
        "evidence": DIVISION,
        "title": "`LIMIT` is not defined",
        "suggestion": "",
    }
    assert _reviewed(stage, GOOD | said) == []
    (dropped,) = _record(stage)["dropped_for"]
    assert dropped == {"reason": "a symbol called missing exists", "count": 1}


def test_an_invented_blocker_does_not_survive_a_second_look(stage: Stage) -> None:
    pull = stage.repository.pull("Change prices", head_files=CHANGE)
    payload = stage.repository.event("pull_request", "opened", pull)
    blocker = GOOD | {"severity": "blocker"}
    stage.model.answer({"walkthrough": [], "findings": [blocker], "wanted": []})
    stage.model.answer(
        {"verdicts": [{"number": 1, "reason": "Guarded.", "verdict": "refuted"}]}
    )
    ran = stage.run("pull_request", payload, keys=True)
    assert ran.status == 0, ran.log
    assert stage.repository.review_comments == {}
    (dropped,) = _record(stage)["dropped_for"]
    assert dropped["reason"] == "refuted by a second look"


def test_a_clean_change_gets_no_comment_at_all(stage: Stage) -> None:
    pull = stage.repository.pull("Test", head_files={"tests/test_a.py": "X = 1\n"})
    payload = stage.repository.event("pull_request", "opened", pull)
    stage.model.answer({"walkthrough": ["LGTM"], "findings": [], "wanted": []})
    ran = stage.run("pull_request", payload, keys=True)
    assert (ran.status, ran.outputs["status"]) == (0, "summary")
    assert stage.server.write_attempts == []
    assert "LGTM" not in ran.summary
