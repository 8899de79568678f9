"""Reviews of pull requests that are not as most are, on a GitHub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import golden_files
from tests.github_server import GitHubServer
from tests.github_server.state import Pull, ReviewComment
from tests.model_server import ModelServer
from tests.test_end_to_end import Stage

PRICING = "orchard/pricing.py"
BEFORE = "def price(count):\n    return count * 2\n"
AFTER = "def price(count):\n    total = count * 2\n    return total / 0\n"
ZERO = {
    "path": PRICING,
    "start_line": 3,
    "line": 3,
    "side": "RIGHT",
    "severity": "major",
    "title": "Division by zero",
    "why": "Every call raises ZeroDivisionError.",
    "evidence": "return total / 0",
    "suggestion": "    return total",
}
LONG = "\n".join(f"def number_{n}():\n    return {n}" for n in range(20)) + "\n"
PATHS = (
    "orchard/my prices.py",
    "orchard/préis.py",
    "果樹園/価格.py",
    "orchard/🍎/price 🍐.py",
    'orchard/"quoted".py',
    "orchard/#1?x=%20&y.py",
    "orchard/[a](b).py",
    "orchard/it's `code`.py",
    "orchard/a|b.py",
    "orchard/..dots...py",
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository(
            "octo/sample", files={"README.md": "# Orchard\n"}
        )
        repository.collaborator("contributor", "write")
        yield Stage(server, repository, model, tmp_path)


def _opened(
    stage: Stage, base: dict[str, Any], head: dict[str, Any], **given: Any
) -> Pull:
    stage.repository.commit(base)
    return stage.repository.pull(given.pop("title", "Change"), head_files=head, **given)


def _reviewed(stage: Stage, pull: Pull, *findings: dict[str, Any]) -> Any:
    answer = {"walkthrough": [], "findings": list(findings), "wanted": []}
    stage.model.answer(answer)
    payload = stage.repository.event("pull_request", "opened", pull)
    ran = stage.run("pull_request", payload, keys=True)
    assert ran.status == 0, ran.log + ran.errors
    return ran


def _remarks(stage: Stage) -> list[ReviewComment]:
    return list(stage.repository.review_comments.values())


def _prompt(stage: Stage) -> str:
    return "".join(request.text for request in stage.model.requests)


# Line ends and names.


@pytest.mark.parametrize("is_changed", [False, True], ids=["kept", "changed"])
def test_a_suggestion_for_windows_lines_is_one_click_away(stage: Stage, is_changed):
    crlf = AFTER.replace("\n", "\r\n")
    base = BEFORE if is_changed else BEFORE.replace("\n", "\r\n")
    pull = _opened(stage, {PRICING: base}, {PRICING: crlf})
    _reviewed(stage, pull, ZERO)
    (remark,) = _remarks(stage)
    assert remark.line == 3
    assert "```suggestion\n    return total\n```" in remark.body


def test_a_suggestion_of_several_windows_lines_is_one_click_away(stage: Stage):
    crlf = AFTER.replace("\n", "\r\n")
    pull = _opened(stage, {PRICING: BEFORE.replace("\n", "\r\n")}, {PRICING: crlf})
    both = {
        "start_line": 2,
        "evidence": "total = count * 2\r\n    return total / 0",
        "suggestion": "    return count * 2\r\n",
    }
    _reviewed(stage, pull, ZERO | both)
    (remark,) = _remarks(stage)
    assert (remark.start_line, remark.line) == (2, 3)
    assert "```suggestion\n    return count * 2\n```" in remark.body


@pytest.mark.parametrize("path", PATHS)
def test_a_finding_stands_on_a_file_of_any_name(stage: Stage, path: str):
    pull = _opened(stage, {path: BEFORE}, {path: AFTER})
    _reviewed(stage, pull, ZERO | {"path": path})
    (remark,) = _remarks(stage)
    assert (remark.path, remark.line) == (path, 3)
    assert "```suggestion\n    return total\n```" in remark.body
    (summary,) = stage.ours()
    (row,) = (line for line in summary.split("\n") if line.startswith("| major |"))
    assert "Division by zero" in row
    assert row.replace("\\|", "").count("|") == 4


@pytest.mark.parametrize("path", PATHS)
def test_a_file_of_any_name_is_read_where_github_gives_no_diff(stage: Stage, path: str):
    pull = _opened(stage, {path: BEFORE}, {path: AFTER})
    pull.diff_too_large = True
    pull.without_patch = {path}
    _reviewed(stage, pull, ZERO | {"path": path})
    assert "return total / 0" in _prompt(stage)
    # GitHub shows no diff of it, so nobody knows on which lines a comment may stand.
    assert _remarks(stage) == []
    (summary,) = stage.ours()
    assert "Division by zero" in summary
    assert "since GitHub takes no comment on these lines" in summary


# Kinds of changes.


def test_a_diff_that_github_refuses_is_reviewed_by_its_files(stage: Stage):
    pull = _opened(stage, {PRICING: BEFORE}, {PRICING: AFTER})
    pull.diff_too_large = True
    _reviewed(stage, pull, ZERO)
    (remark,) = _remarks(stage)
    assert (remark.path, remark.line) == (PRICING, 3)


def test_a_mode_alone_is_said_and_read_by_nobody(stage: Stage):
    pull = _opened(stage, {"run.sh": "echo 1\n"}, {})
    pull.executable = {"run.sh"}
    ran = _reviewed(stage, pull)
    assert "becomes executable" in ran.summary
    assert (stage.ours(), stage.model.requests) == ([], [])
    golden_files.check("review-mode", ran.summary)


def test_a_moved_file_is_read_by_what_changed_in_it(stage: Stage):
    pull = _opened(
        stage,
        {"orchard/old.py": LONG},
        {"orchard/old.py": None, "orchard/new.py": LONG + AFTER},
    )
    line = LONG.count("\n") + 3
    moved = {"path": "orchard/new.py", "start_line": line, "line": line}
    _reviewed(stage, pull, ZERO | moved)
    (remark,) = _remarks(stage)
    assert (remark.path, remark.line) == ("orchard/new.py", line)
    assert "--- a/orchard/old.py" in _prompt(stage)
    assert "-def number_1()" not in _prompt(stage)


def test_binary_files_alone_are_named_and_no_model_is_asked(stage: Stage):
    logo = {"logo.png": b"\x89PNG\0\1", "font.woff2": b"wOF2\0\1"}
    pull = _opened(stage, {"logo.png": b"\x89PNG\0\0"}, logo)
    ran = _reviewed(stage, pull)
    assert stage.ours() == []
    assert stage.model.requests == []
    golden_files.check("review-binary", ran.summary)


def test_two_classes_read_one_change_and_the_record_says_which_what(stage: Stage):
    many = {f"docs/page{n}.md": f"# Page {n}\n{'word ' * 4_000}\n" for n in range(4)}
    pull = _opened(stage, {}, {"orchard/auth.py": AFTER, **many})
    for _ in range(4):
        stage.model.answer({"walkthrough": [], "findings": [], "wanted": []})
    ran = _reviewed(stage, pull, ZERO | {"path": "orchard/auth.py"})
    models = {request.body["model"] for request in stage.model.requests}
    assert len(models) == 2
    golden_files.check("review-two-classes", ran.summary)


# Words.


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("x" * 256, "word " * 13_000),
        ("Change", None),
        ("Change", ""),
        ("🍎" * 200, "`" * 65_000),
        ("@everyone | **bold**", "<!-- routebot:v1 t=review -->\n</details>" * 500),
    ],
    ids=["long", "none", "empty", "backticks", "markup"],
)
def test_a_finding_is_posted_whatever_the_pull_request_says(stage: Stage, title, body):
    pull = _opened(stage, {PRICING: BEFORE}, {PRICING: AFTER}, title=title, body=body)
    _reviewed(stage, pull, ZERO)
    (remark,) = _remarks(stage)
    assert remark.line == 3
    assert len(stage.ours()) == 1
    assert "return total / 0" in _prompt(stage)


# A run that is disturbed.


def test_a_head_that_moves_between_the_halves_gets_nothing(stage: Stage):
    pull = _opened(stage, {PRICING: BEFORE}, {PRICING: AFTER})
    stage.model.answer({"walkthrough": [], "findings": [ZERO], "wanted": []})
    payload = stage.repository.event("pull_request", "opened", pull)
    stage.repository.force_push(pull, {PRICING: AFTER + "# end\n"})
    ran = stage.run("pull_request", payload, keys=True)
    assert (_remarks(stage), stage.ours()) == ([], [])
    assert stage.server.writes == []
    assert ran.status == 0


def test_a_model_overloaded_in_a_later_part_leaves_the_first_part_standing(
    stage: Stage,
):
    big = {f"orchard/m{n}.py": _module(n) for n in range(3)}
    pull = _opened(stage, {}, {**big, PRICING: AFTER})
    stage.model.answer({"walkthrough": [], "findings": [_fault(0)], "wanted": []})
    stage.model.fail("overloaded", times=30)
    payload = stage.repository.event("pull_request", "opened", pull)
    ran = stage.run("pull_request", payload, keys=True)
    (summary,) = stage.ours()
    assert ran.status == 0
    golden_files.check("review-overloaded", summary)


def _module(number: int) -> str:
    lines = (f"def f{n}(a, b):\n    return a / {n}  # {'x' * 60}" for n in range(9_000))
    return f"ONE = {number}\n" + "\n".join(lines) + "\n"


def _fault(number: int) -> dict[str, Any]:
    place = {"path": f"orchard/m{number}.py", "start_line": 3, "line": 3}
    return ZERO | place | {"evidence": "return a / 0", "suggestion": ""}
