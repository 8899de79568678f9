"""Event file → comment on a GitHub on loopback, through the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import events, ledger
from bot.ledger import Place
from tests import action_run, golden_files, payload_files
from tests.action_run import Ran
from tests.github_server import GitHubServer, Repository
from tests.model_formats import Tokens
from tests.model_server import KEY, ModelServer

CI = ".github/workflows/ci.yml"
FILES = {
    "README.md": "# Orchard\n\nSells fruit.\n",
    CI: "on: push\n",
    "orchard/__init__.py": "",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
    "orchard/auth.py": "def check(user):\n    return user.is_known\n",
    "orchard/stock.py": 'def load(text):\n    return text["shelves"]\n',
    "tests/test_pricing.py": "def test_price():\n    assert price(1) == 2\n",
}
CHANGE = {"orchard/auth.py": "def check(user):\n    return True\n"}
CRASH = """\
It crashes every morning.

Traceback (most recent call last):
  File "orchard/stock.py", line 2, in load
    return text["shelves"]
KeyError: 'shelves'
"""
QUOTE = "FAILED tests/test_pricing.py::test_six - assert 3 == 4"
LOG = (
    "2026-11-02T10:00:00.0Z ##[group]Run python -m pytest\n"
    "2026-11-02T10:00:00.1Z ##[endgroup]\n"
    f"2026-11-02T10:00:01.0Z {QUOTE}\n"
    "2026-11-02T10:00:02.0Z ##[error]Process completed with exit code 1.\n"
).encode()
TRIAGE = {
    "cause": "The price of six pieces is wrong.",
    "evidence": [QUOTE],
    "suspect_path": "tests/test_pricing.py",
    "suspect_line": 3,
    "missing_information": [],
    "next_step": "Look at the discount.",
    "needs_debugging": False,
}
HOLDS = {"verdicts": [{"number": 1, "reason": "So it is.", "verdict": "holds"}]}
REVIEW = {
    "walkthrough": ["orchard/auth.py: lets everybody in"],
    "findings": [
        {
            "path": "orchard/auth.py",
            "start_line": 2,
            "line": 2,
            "severity": "blocker",
            "title": "Everybody is known",
            "why": "The check returns True whoever asks.",
            "evidence": "return True",
            "suggestion": "return user.is_known",
        }
    ],
    "wanted": [],
}


@dataclass(frozen=True)
class Stage:
    """Everything one test needs: a GitHub, a repository there, a model, a folder."""

    server: GitHubServer
    repository: Repository
    model: ModelServer
    folder: Path

    def run(self, name: str, payload: Any, *, keys: bool = False, **given: Any) -> Ran:
        """Run one event; with `keys` there is a model to ask."""
        environment = dict(given.pop("environment", {}))
        if keys:
            environment.setdefault("ANTHROPIC_API_KEY", KEY)
            environment["ROUTEBOT_ANTHROPIC_BASE_URL"] = self.model.url
        return action_run.run(
            self.server,
            name,
            payload,
            folder=self.folder,
            environment=environment,
            **given,
        )

    def ours(self, number: int = 1) -> list[str]:
        """The bodies of our comments and reviews in one thread."""
        reviews = self.repository.reviews.values()
        said = (
            *self.repository.issues[number].comments,
            *(review for review in reviews if review.pull.number == number),
        )
        return [
            each.body
            for each in said
            if each.user is not None and each.user.type == "Bot"
        ]

    def runs(self, number: int = 1) -> int:
        """How many runs the marker of our only comment counts."""
        (body,) = self.ours(number)
        marker = ledger.read(body, Place(self.repository.id, number))
        assert marker is not None
        assert marker.history is not None
        return marker.history.runs


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        yield Stage(server, repository, model, tmp_path)


# Every kind of event, twice in a row.


def _issue(repository: Repository) -> tuple[str, dict[str, Any]]:
    issue = repository.issue("Crash on start", CRASH, labels=["bug"])
    return "issues", repository.event("issues", "opened", issue)


def _labeled(repository: Repository) -> tuple[str, dict[str, Any]]:
    issue = repository.issue("Crash on start", CRASH, labels=["bug"])
    payload = repository.event(
        "issues", "labeled", issue, label="bug", sender="maintainer"
    )
    return "issues", payload


def _reopened(repository: Repository) -> tuple[str, dict[str, Any]]:
    issue = repository.issue("Crash on start", CRASH, labels=["bug"])
    return "issues", repository.event("issues", "reopened", issue)


def _pull(action: str) -> Callable[[Repository], tuple[str, dict[str, Any]]]:
    def made(repository: Repository) -> tuple[str, dict[str, Any]]:
        pull = repository.pull("Let everybody in", head_files=CHANGE)
        return "pull_request", repository.event("pull_request", action, pull)

    return made


def _failing(repository: Repository) -> tuple[str, dict[str, Any]]:
    pull = repository.pull("Let everybody in", head_files=CHANGE)
    run = repository.workflow_run(pull=pull, jobs=[("test", "failure", LOG)])
    return "workflow_run", repository.event("workflow_run", "completed", run)


def _fork_run(repository: Repository) -> tuple[str, dict[str, Any]]:
    pull = repository.pull("Let in", head_files=CHANGE, fork=True, author="stranger")
    run = repository.workflow_run(pull=pull, conclusion="success")
    return "workflow_run", repository.event("workflow_run", "completed", run)


def _command(text: str) -> Callable[[Repository], tuple[str, dict[str, Any]]]:
    def made(repository: Repository) -> tuple[str, dict[str, Any]]:
        issue = repository.issue("Crash on start", CRASH)
        comment = repository.comment(issue, text, author="maintainer")
        return "issue_comment", repository.event("issue_comment", "created", comment)

    return made


def _command_on_pull(repository: Repository) -> tuple[str, dict[str, Any]]:
    pull = repository.pull("Let everybody in", head_files=CHANGE)
    comment = repository.comment(pull, "/route review", author="maintainer")
    return "issue_comment", repository.event("issue_comment", "created", comment)


def _command_on_line(repository: Repository) -> tuple[str, dict[str, Any]]:
    pull = repository.pull("Let everybody in", head_files=CHANGE)
    comment = repository.review_comment(
        pull, "/route review", path="orchard/auth.py", line=2
    )
    name = "pull_request_review_comment"
    return name, repository.event(name, "created", comment)


def _dispatch(repository: Repository) -> tuple[str, dict[str, Any]]:
    repository.issue("Crash on start", CRASH)
    inputs = {"number": "1", "task": "debug"}
    payload = repository.event(
        "workflow_dispatch", "", None, sender="maintainer", inputs=inputs
    )
    return "workflow_dispatch", payload


KINDS = {
    "issue": _issue,
    "labeled": _labeled,
    "reopened": _reopened,
    "pull": _pull("opened"),
    "push": _pull("synchronize"),
    "ready": _pull("ready_for_review"),
    "failing": _failing,
    "fork": _fork_run,
    "command": _command("/route debug"),
    "bare-command": _command("/route"),
    "why": _command("/route why"),
    "help": _command("/route help"),
    "unknown-command": _command("/route degub"),
    "command-on-pull": _command_on_pull,
    "command-on-line": _command_on_line,
    "dispatch": _dispatch,
}
# The others' words depend on the text model or list what grows.
GOLDEN = ("labeled", "pull", "failing", "fork", "command", "unknown-command")


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_twice_in_a_row_leaves_one_comment(stage: Stage, kind: str) -> None:
    name, payload = KINDS[kind](stage.repository)
    first = stage.run(name, payload)
    second = stage.run(name, payload)
    assert (first.status, second.status) == (0, 0), first.log + first.errors
    assert first.errors == ""
    assert first.outputs["comment-url"].startswith("https://github.com/octo/sample/")
    (body,) = stage.ours()
    writes = [(r.method, r.path.rpartition("/")[2]) for r in stage.server.writes]
    assert writes == [("POST", "comments")]
    if kind in GOLDEN:
        golden_files.check(f"findings-{kind}", body)


def test_a_model_answers_twice_and_both_bills_are_kept(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    for _ in range(2):
        stage.model.answer(TRIAGE, usage=Tokens(1_200, 80, 0))
        ran = stage.run(name, payload, keys=True)
        assert ran.status == 0, ran.log + ran.errors
    assert ran.outputs["status"] == "updated"
    assert ran.outputs["provider"] == "anthropic"
    assert float(ran.outputs["cost-usd"]) > 0
    assert stage.runs() == 2
    golden_files.check("answer-failing", stage.ours()[0])
    stored = json.loads((stage.folder / "routebot-record.json").read_text())
    assert (stored["task"], stored["calls"]) == ("triage", 1)


def test_a_review_is_posted_once_with_its_comments(stage: Stage) -> None:
    name, payload = _pull("opened")(stage.repository)
    stage.model.answer(REVIEW, usage=Tokens(1_200, 80, 0))
    stage.model.answer(HOLDS, usage=Tokens(900, 40, 0))
    for golden in ("answer-pull", "answer-pull-again"):
        ran = stage.run(name, payload, keys=True)
        assert ran.status == 0, ran.log + ran.errors
        golden_files.check(golden, stage.ours()[0])
    assert len(stage.repository.reviews) == 1
    assert len(stage.model.requests) == 2
    (comment,) = stage.repository.review_comments.values()
    assert (comment.path, comment.line) == ("orchard/auth.py", 2)
    golden_files.check("answer-pull-inline", comment.body)


def test_another_push_edits_the_same_comment(stage: Stage) -> None:
    pull = stage.repository.pull("Let everybody in", head_files=CHANGE)
    for text in ("# one\n", "# two\n"):
        files = {"orchard/auth.py": f"{text}def check(user):\n    return True\n"}
        stage.repository.push(pull, files)
        payload = stage.repository.event("pull_request", "synchronize", pull)
        ran = stage.run("pull_request", payload)
    assert ran.outputs["status"] == "degraded"
    assert stage.runs() == 2


# Who gets what.


def test_a_read_only_token_leaves_the_answer_in_the_summary(stage: Stage) -> None:
    pull = stage.repository.pull(
        "Let in", head_files=CHANGE, fork=True, author="stranger"
    )
    payload = stage.repository.event("pull_request", "opened", pull)
    ran = stage.run("pull_request", payload, token=stage.server.read_token)
    assert ran.status == 0, ran.log + ran.errors
    assert "orchard/auth.py" in ran.summary
    assert "job summary" in ran.log
    assert stage.server.writes == []
    assert ran.outputs["comment-url"] == ""


def test_a_read_only_token_with_a_key_is_a_summary(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    stage.model.answer(TRIAGE)
    ran = stage.run(name, payload, keys=True, token=stage.server.read_token)
    assert (ran.status, ran.outputs["status"]) == (0, "summary")
    assert "The price of six pieces is wrong." in ran.summary


def test_without_a_key_the_findings_are_posted_with_a_notice(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    ran = stage.run(name, payload)
    assert (ran.status, ran.outputs["status"]) == (0, "degraded")
    (body,) = stage.ours()
    assert "> No model key is set." in body
    assert QUOTE in body


def test_a_wrong_key_costs_the_answer_and_not_the_findings(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    environment = {"ANTHROPIC_API_KEY": "sk-ant-a-wrong-key-of-ours"}
    ran = stage.run(name, payload, keys=True, environment=environment)
    assert (ran.status, ran.outputs["status"]) == (0, "degraded")
    (body,) = stage.ours()
    assert QUOTE in body
    assert "ANTHROPIC_API_KEY" in body
    assert "wrong-key" not in body + ran.summary
    assert "wrong-key" not in ran.log.replace(
        "::add-mask::sk-ant-a-wrong-key-of-ours", ""
    )


def test_a_strangers_command_is_refused_with_one_line_a_thread(stage: Stage) -> None:
    issue = stage.repository.issue("Crash on start", CRASH)
    comments = [
        stage.repository.comment(issue, "/route debug", author="stranger")
        for _ in range(2)
    ]
    for comment in comments:
        payload = stage.repository.event("issue_comment", "created", comment)
        ran = stage.run("issue_comment", payload, keys=True)
        assert ran.status == 0, ran.log + ran.errors
    assert [[r.content for r in comment.reactions] for comment in comments] == [
        ["-1"],
        ["-1"],
    ]
    (body,) = stage.ours()
    golden_files.check("refusal", body)
    assert stage.model.requests == []


def test_a_command_on_a_forks_head_is_followed_unless_that_moved(stage: Stage) -> None:
    repository = stage.repository
    pull = repository.pull("Let in", head_files=CHANGE, fork=True, author="stranger")
    comment = repository.comment(pull, "/route review", author="maintainer")
    payload = repository.event("issue_comment", "created", comment)
    assert stage.run("issue_comment", payload).outputs["task"] == "review"
    repository.push(pull, {"orchard/auth.py": "def allowed(user):\n    return 1\n"})
    assert stage.run("issue_comment", payload).outputs["task"] == ""
    assert pull.head_sha[:12] in stage.ours()[-1]


def test_our_own_comment_costs_no_request(stage: Stage) -> None:
    issue = stage.repository.issue("Crash on start", CRASH)
    comment = stage.repository.comment(issue, "/route", author="github-actions[bot]")
    payload = stage.repository.event("issue_comment", "created", comment)
    ran = stage.run("issue_comment", payload, keys=True)
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert stage.server.requests == []


def test_a_comment_without_a_command_costs_no_request(stage: Stage) -> None:
    name, payload = _command("Same here.")(stage.repository)
    ran = stage.run(name, payload, keys=True)
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert stage.server.requests == []


def test_a_label_that_says_skip_on_the_pull_request_counts(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    stage.repository.issues[1].labels.append("routebot:skip")
    ran = stage.run(name, payload)
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert stage.server.write_attempts == []


# What moves or breaks underneath.


def test_a_head_that_moved_gets_nothing(stage: Stage) -> None:
    pull = stage.repository.pull("Let everybody in", head_files=CHANGE)
    payload = stage.repository.event("pull_request", "opened", pull)
    stage.repository.push(pull, {"orchard/auth.py": "def check(user):\n    pass\n"})
    stage.model.answer(REVIEW)
    ran = stage.run("pull_request", payload, keys=True)
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert "head moved" in ran.log
    assert stage.server.write_attempts == []


def test_a_lost_answer_to_the_comment_leaves_one_comment(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    where = "/repos/octo/sample/issues/1/comments"
    stage.server.fail("POST", where, 502, after_effect=True)
    ran = stage.run(name, payload)
    assert ran.status == 0, ran.log + ran.errors
    assert len(stage.ours()) == 1


def test_a_github_that_takes_no_comment_costs_no_answer(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    stage.server.fail("POST", "/repos/octo/sample/issues/1/comments", 502, times=9)
    stage.model.answer(TRIAGE)
    ran = stage.run(name, payload, keys=True)
    assert (ran.status, ran.outputs["status"]) == (0, "degraded")
    assert "The price of six pieces is wrong." in ran.summary
    assert (stage.folder / "routebot-record.json").exists()


def test_a_rejected_token_is_one_line_and_no_failure(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    ran = stage.run(name, payload, token="ghs_" + "x" * 36)
    assert (ran.status, ran.outputs["status"]) == (0, "degraded")
    assert "check github-token" in ran.log
    assert "Traceback" not in ran.errors + ran.log


def test_a_secret_in_an_answer_stops_the_run_and_posts_nothing(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    leak = {**TRIAGE, "next_step": f"Use {stage.server.write_token} and try again."}
    stage.model.answer(leak)
    ran = stage.run(name, payload, keys=True)
    assert (ran.status, ran.outputs["status"]) == (1, "failed")
    assert stage.server.write_attempts == []
    assert stage.server.write_token not in ran.summary + ran.errors
    assert (stage.folder / "routebot-record.json").exists()


# Bad input.


def _is_one_line(ran: Ran) -> bool:
    said = [line for line in ran.log.splitlines() if "::add-mask::" not in line]
    return len(said) == 1 and ran.errors == ""


@pytest.mark.parametrize(
    "content",
    [b'{"action": "opened"', b"\xff\xfe\x00", b"[" * 50_000],
)
def test_a_broken_payload_is_a_usage_error_in_one_line(
    stage: Stage, content: bytes
) -> None:
    ran = stage.run("issues", content)
    assert (ran.status, ran.outputs["status"]) == (2, "failed")
    assert _is_one_line(ran)
    assert "event file" in ran.log
    assert stage.server.requests == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("issue.title", {"a": 1}),
        ("repository.full_name", "../../user"),
    ],
)
def test_a_field_of_a_wrong_type_is_skipped(
    stage: Stage, path: str, value: object
) -> None:
    ran = stage.run("issues", payload_files.with_field("issues.opened", path, value))
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert _is_one_line(ran)
    assert stage.server.requests == []


def test_json_that_is_no_object_is_skipped(stage: Stage) -> None:
    ran = stage.run("issues", b"[]")
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert _is_one_line(ran)


def test_an_unknown_event_is_skipped_in_one_line(stage: Stage) -> None:
    ran = stage.run("quantum_leap", {"action": "leaped"})
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")
    assert _is_one_line(ran)
    assert "not an event routebot answers" in ran.log


def test_a_name_that_is_no_event_is_a_usage_error(stage: Stage) -> None:
    ran = stage.run("../etc", {"action": "opened"})
    assert ran.status == 2
    assert _is_one_line(ran)


def test_the_largest_payload_is_read_and_a_larger_one_is_not(stage: Stage) -> None:
    issue = stage.repository.issue("Crash on start", CRASH, labels=["bug"])
    payload = stage.repository.event("issues", "opened", issue)
    payload["issue"]["body"] = ""
    room = events.MAX_PAYLOAD_BYTES - len(json.dumps(payload))
    payload["issue"]["body"] = "x" * room
    ran = stage.run("issues", payload)
    assert ran.status == 0, ran.log + ran.errors
    assert len(stage.ours()) == 1
    payload["issue"]["body"] += "x"
    ran = stage.run("issues", payload)
    assert ran.status == 2
    assert "25 MB" in ran.log


def test_a_policy_that_does_not_hold_is_named_with_line_and_key(stage: Stage) -> None:
    broken = 'version = 1\n\n[tasks.review]\nclas = "fast"\n'
    stage.repository.commit({".github/routing.toml": broken})
    name, payload = _pull("opened")(stage.repository)
    ran = stage.run(name, payload)
    assert (ran.status, ran.outputs["status"]) == (2, "failed")
    assert ".github/routing.toml:4: tasks.review.clas" in ran.log
    assert stage.server.write_attempts == []


def test_a_policy_that_is_no_text_is_not_taken_for_none(stage: Stage) -> None:
    stage.repository.commit({".github/routing.toml": b'preset = "\xff"\n'})
    name, payload = _pull("opened")(stage.repository)
    ran = stage.run(name, payload)
    assert ran.status == 2
    assert "UTF-8" in ran.log


def test_the_policy_of_a_pull_request_changes_nothing(stage: Stage) -> None:
    off = {".github/routing.toml": "enabled = false\n", **CHANGE}
    pull = stage.repository.pull("Switch it off", head_files=off)
    payload = stage.repository.event("pull_request", "opened", pull)
    assert stage.run("pull_request", payload).status == 0
    assert len(stage.ours()) == 1


def test_the_policy_of_the_default_branch_is_followed(stage: Stage) -> None:
    stage.repository.commit({".github/routing.toml": "enabled = false\n"})
    name, payload = _pull("opened")(stage.repository)
    ran = stage.run(name, payload)
    assert (ran.status, ran.outputs["status"]) == (0, "skipped")


# The two halves, and the decision alone.


def test_analyze_writes_nothing_and_publish_posts_its_draft(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    stage.model.answer(TRIAGE)
    draft = str(stage.folder / "draft.json")
    ran = stage.run(
        name,
        payload,
        keys=True,
        arguments=("analyze", "--out", draft),
        token=stage.server.read_token,
    )
    assert ran.status == 0, ran.log + ran.errors
    assert stage.server.write_attempts == []
    calls = len(stage.model.requests)
    ran = stage.run(name, payload, arguments=("publish", draft))
    assert (ran.status, ran.outputs["status"]) == (0, "created")
    assert len(stage.model.requests) == calls
    assert "The price of six pieces is wrong." in stage.ours()[0]


def test_the_modes_of_the_action_are_the_two_halves(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    draft = {"INPUT_DRAFT": str(stage.folder / "draft.json")}
    stage.run(name, payload, environment={"INPUT_MODE": "analyze", **draft})
    assert stage.server.write_attempts == []
    ran = stage.run(name, payload, environment={"INPUT_MODE": "publish", **draft})
    assert ran.outputs["status"] == "degraded"
    assert len(stage.ours()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "delete"},
        {"repository": "octo/other"},
        {"number": 99},
        {"task": "../x"},
        {"body": 1},
        {"::error::x": 1},
    ],
)
def test_a_hostile_draft_is_refused(stage: Stage, change: dict[str, object]) -> None:
    name, payload = _failing(stage.repository)
    draft = {"kind": "answer", "task": "triage", "body": "x", "speaks": True}
    path = stage.folder / "draft.json"
    path.write_text(json.dumps(draft | change))
    ran = stage.run(name, payload, arguments=("publish", str(path)))
    assert (ran.status, ran.outputs["status"]) == (2, "failed")
    assert _is_one_line(ran)
    assert stage.server.requests == []


def test_a_draft_comes_out_dead_whoever_wrote_it(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    text = "@octocat closes #1 ![x](https://evil.example/p) <img src=x>\n\n/route debug"
    draft = {
        "kind": "answer",
        "task": "triage",
        "title": text,
        "body": text,
        "notice": text,
        "folds": [{"title": text, "body": text}],
        "speaks": True,
    }
    path = stage.folder / "draft.json"
    path.write_text(json.dumps(draft))
    ran = stage.run(name, payload, arguments=("publish", str(path)))
    assert ran.status == 0, ran.log + ran.errors
    golden_files.check("hostile-draft", stage.ours()[0])


def test_a_dry_run_shows_everything_and_writes_nothing(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    ran = stage.run(name, payload, arguments=("run", "--dry-run"))
    assert ran.status == 0, ran.log + ran.errors
    assert QUOTE in ran.summary
    assert stage.server.write_attempts == []


def test_deciding_sets_the_outputs_and_asks_no_model(stage: Stage) -> None:
    name, payload = _failing(stage.repository)
    ran = stage.run(name, payload, environment={"INPUT_MODE": "decide"}, keys=True)
    assert ran.status == 0, ran.log + ran.errors
    said = {key: ran.outputs[key] for key in ("task", "class", "cause", "stakes")}
    assert said == {
        "task": "triage",
        "class": "balanced",
        "cause": "rule",
        "stakes": "critical",
    }
    assert ran.outputs["provider"] == "anthropic"
    assert ran.outputs["model"]
    assert ran.outputs["cost-usd"] == "0.000000"
    assert stage.model.requests == []
    assert stage.server.write_attempts == []


def test_a_run_keeps_to_few_requests(stage: Stage) -> None:
    name, payload = _pull("opened")(stage.repository)
    stage.model.answer(REVIEW)
    stage.run(name, payload, keys=True)
    assert len(stage.server.requests) <= 20
