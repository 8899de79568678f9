"""A review and the pushes after it, on a GitHub on loopback: what people are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import ledger
from bot.ledger import Place
from tests import action_run, golden_files
from tests.action_run import Ran
from tests.github_server import GitHubServer, Repository
from tests.github_server.state import Pull, ReviewComment
from tests.model_formats import Tokens
from tests.model_server import KEY, ModelServer

BASE = {
    "README.md": "# Orchard\n",
    "orchard/auth.py": "def check(user):\n    return user.is_known\n",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
}
# Two faults, in two files.
AUTH = "def check(user):\n    return True\n"
PRICING = "def price(count):\n    total = count * 2\n    return total / 0\n"
CHANGE = {"orchard/auth.py": AUTH, "orchard/pricing.py": PRICING}
KNOWN = {
    "path": "orchard/auth.py",
    "side": "RIGHT",
    "start_line": 2,
    "line": 2,
    "severity": "major",
    "title": "Everybody is known",
    "why": "The check returns True whoever asks.",
    "evidence": "return True",
    "suggestion": "    return user.is_known",
}
ZERO = {
    "path": "orchard/pricing.py",
    "side": "RIGHT",
    "start_line": 3,
    "line": 3,
    "severity": "major",
    "title": "Division by zero",
    "why": "Every call raises ZeroDivisionError.",
    "evidence": "return total / 0",
    "suggestion": "    return total",
}


@dataclass(frozen=True)
class Stage:
    """A pull request with two faults, a model that reports them, a folder."""

    server: GitHubServer
    repository: Repository
    pull: Pull
    model: ModelServer
    folder: Path

    def says(self, *findings: dict[str, Any]) -> None:
        """Let the model's next review report these."""
        reply = {"walkthrough": [], "findings": list(findings), "wanted": []}
        self.model.answer(reply, usage=Tokens(1_200, 80, 0))

    def review(self, action: str = "synchronize", **given: Any) -> Ran:
        """Run the pull request's event as it is now."""
        return self.run("pull_request", action, self.pull, **given)

    def run(self, name: str, action: str, about: Any, **given: Any) -> Ran:
        """Run any event with a model to ask."""
        payload = self.repository.event(name, action, about)
        environment = {
            "ANTHROPIC_API_KEY": KEY,
            "ROUTEBOT_ANTHROPIC_BASE_URL": self.model.url,
            **given.pop("environment", {}),
        }
        ran = action_run.run(
            self.server,
            name,
            payload,
            folder=self.folder,
            environment=environment,
            **given,
        )
        assert ran.status == 0, ran.log + ran.errors
        return ran

    def reviewed(self) -> None:
        """Review the first state: both faults are found."""
        self.says(KNOWN, ZERO)
        self.review("opened")

    @property
    def remarks(self) -> dict[str, ReviewComment]:
        """Our comments on lines, by path."""
        ours = self.repository.review_comments.values()
        return {one.path: one for one in ours if one.user and one.user.type == "Bot"}

    @property
    def summary(self) -> str:
        """The body of our only summary."""
        bodies = [
            *(comment.body for comment in self.pull.issue.comments),
            *(review.body for review in self.repository.reviews.values()),
        ]
        place = Place(self.repository.id, self.pull.number)
        markers = ((body, ledger.read(body, place)) for body in bodies)
        (body,) = (
            body for body, marker in markers if marker and marker.task == "review"
        )
        return body

    @property
    def prompts(self) -> list[str]:
        """What the model was shown."""
        return [str(request.body) for request in self.model.requests]

    @property
    def resolved(self) -> set[str]:
        """The paths of the threads that are resolved."""
        threads = self.server.world.resolved_threads
        return {one.path for one in self.remarks.values() if one.thread_id in threads}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=BASE)
        repository.collaborator("contributor", "write")
        pull = repository.pull("Simplify", head_files=CHANGE)
        yield Stage(server, repository, pull, model, tmp_path)


# The first review.


def test_a_first_review_is_one_call_that_tells_people_once(stage: Stage) -> None:
    stage.reviewed()
    assert len(stage.server.notifications) == 1
    assert len(stage.server.writes) == 1
    assert {path: one.line for path, one in stage.remarks.items()} == {
        "orchard/auth.py": 2,
        "orchard/pricing.py": 3,
    }
    golden_files.check("review-first", stage.summary)
    golden_files.check("review-first-inline", stage.remarks["orchard/auth.py"].body)


def test_two_faults_of_one_line_are_two_comments_in_one_review(stage: Stage) -> None:
    other = {"title": "Prices are rounded nowhere", "why": "Sums drift by cents."}
    stage.says(ZERO, ZERO | other, ZERO | {"title": "It divides by zero"})
    stage.review("opened")
    bodies = [each.body for each in stage.repository.review_comments.values()]
    assert [body.split("\n")[0] for body in bodies] == [
        "**major: Division by zero**",
        "**major: Prices are rounded nowhere**",
    ]
    assert len(stage.server.notifications) == 1
    assert "1 said twice in one review" in stage.summary


def test_one_finding_that_is_written_wrong_costs_no_other(stage: Stage) -> None:
    wrong = {"title": ["no"], "severity": "purple"}
    stage.says(ZERO | {"title": "Division by zero " * 60}, KNOWN | wrong)
    stage.review("opened")
    assert list(stage.remarks) == ["orchard/pricing.py"]
    assert "1 not written as a finding is" in stage.summary
    assert len(stage.prompts) == 1


def test_a_reply_in_no_form_at_all_shows_nobody_a_validators_words(
    stage: Stage,
) -> None:
    for _ in range(2):
        stage.says({"path": 3, "line": "?"})
    ran = stage.review("opened")
    said = stage.summary + ran.log + ran.errors + ran.summary
    assert "with the JSON that it was asked for" in said
    for word in ("Input should", "Field required", "findings.0", "pydantic"):
        assert word not in said


def test_a_suggestion_is_one_click_away(stage: Stage) -> None:
    stage.reviewed()
    body = stage.remarks["orchard/pricing.py"].body
    assert "```suggestion\n    return total\n```" in body


def test_what_github_refuses_on_its_lines_is_said_in_the_summary(stage: Stage) -> None:
    stage.server.fail("POST", "/repos/octo/sample/pulls/1/reviews", 422)
    stage.reviewed()
    assert stage.remarks == {}
    assert len(stage.server.notifications) == 1
    assert "Every call raises ZeroDivisionError." in stage.summary


# A second push.


def test_a_push_that_fixes_one_of_two_tells_nobody(stage: Stage) -> None:
    stage.reviewed()
    stage.repository.push(stage.pull, {"orchard/auth.py": BASE["orchard/auth.py"]})
    ran = stage.review()
    assert ran.outputs["status"] == "updated"
    assert len(stage.server.notifications) == 1
    assert stage.resolved == {"orchard/auth.py"}
    assert len(stage.remarks) == 2
    assert len(stage.prompts) == 1
    golden_files.check("review-fixed", stage.summary)


def test_a_push_is_read_alone_and_its_finding_is_new(stage: Stage) -> None:
    stage.reviewed()
    stock = "def load(text):\n    return text['shelves']\n"
    stage.repository.push(stage.pull, {"orchard/stock.py": stock})
    shelves = ZERO | {
        "path": "orchard/stock.py",
        "start_line": 2,
        "line": 2,
        "title": "A text has no shelves",
        "evidence": "return text['shelves']",
        "suggestion": "",
    }
    stage.says(shelves, ZERO)
    stage.review()
    assert "return total / 0" not in stage.prompts[1].partition("earlier review")[0]
    assert "def load(text)" in stage.prompts[1]
    assert len(stage.server.notifications) == 2
    assert len(stage.remarks) == 3
    assert "Division by zero _(said before)_" in stage.summary
    assert "A text has no shelves" in stage.summary
    golden_files.check("review-pushed", stage.summary)


def test_a_push_that_brings_only_what_was_said_finds_nothing_new(stage: Stage) -> None:
    stage.reviewed()
    stock = "def load(text):\n    return text\n"
    stage.repository.push(stage.pull, {"orchard/stock.py": stock})
    stage.says(ZERO, KNOWN | {"title": "The check lets everybody in"})
    ran = stage.review()
    assert len(stage.prompts) == 2
    assert len(stage.server.notifications) == 1
    assert "Nothing new was found: read 3 of 3 files" in stage.summary
    assert "Division by zero _(said before)_" in stage.summary
    assert "2 said in an earlier review" in stage.summary
    assert "did not hold" not in stage.summary + ran.log
    golden_files.check("review-nothing-new", stage.summary)


def test_a_push_that_brings_only_inventions_is_no_answer(stage: Stage) -> None:
    stage.reviewed()
    stage.repository.push(stage.pull, {"orchard/stock.py": "def load():\n    pass\n"})
    invented = {
        "path": "orchard/gone.py",
        "title": "A lock is held",
        "why": "It hangs.",
    }
    stage.says(ZERO | invented)
    stage.says(ZERO | invented)
    stage.review()
    assert "did not hold when it was checked" in stage.summary


def test_something_else_on_a_line_is_said_in_the_summary(stage: Stage) -> None:
    stage.reviewed()
    comment = stage.repository.comment(stage.pull, "/route review", author="maintainer")
    other = {
        "title": "Prices are rounded nowhere",
        "why": "A float leaves this function, so sums drift by cents.",
    }
    stage.says(KNOWN, ZERO, ZERO | other)
    stage.run("issue_comment", "created", comment)
    assert len(stage.remarks) == 2
    assert len(stage.server.notifications) == 1
    assert "Prices are rounded nowhere |" in stage.summary
    assert "so sums drift by cents" in stage.summary
    golden_files.check("review-beside", stage.summary)


def test_lines_that_only_moved_are_known_again(stage: Stage) -> None:
    stage.reviewed()
    longer = {path: f'"""Fruit."""\n\n{text}' for path, text in CHANGE.items()}
    stage.repository.push(stage.pull, longer)
    stage.says(KNOWN | {"start_line": 4, "line": 4, "title": "All are known"})
    stage.review()
    assert len(stage.server.notifications) == 1
    assert len(stage.remarks) == 2
    assert stage.resolved == set()
    assert "`orchard/auth.py:4`" in stage.summary


def test_a_rebase_without_a_change_reads_nothing_again(stage: Stage) -> None:
    stage.reviewed()
    stage.repository.commit({"README.md": "# Orchard\n\nSells fruit.\n"})
    stage.repository.force_push(stage.pull, CHANGE)
    stage.review()
    assert len(stage.prompts) == 1
    assert len(stage.server.notifications) == 1
    assert stage.resolved == set()
    assert "Division by zero" in stage.summary
    golden_files.check("review-rebased", stage.summary)


def test_what_was_fixed_and_comes_back_is_said_again(stage: Stage) -> None:
    stage.reviewed()
    stage.repository.push(stage.pull, {"orchard/auth.py": BASE["orchard/auth.py"]})
    stage.review()
    stage.repository.push(stage.pull, {"orchard/auth.py": AUTH})
    stage.says(KNOWN)
    stage.review()
    assert len(stage.repository.review_comments) == 3
    assert len(stage.server.notifications) == 2


@pytest.mark.parametrize("is_told_so", [False, True])
def test_a_thread_that_may_not_be_resolved_is_noted_as_fixed(
    stage: Stage, is_told_so: bool
) -> None:
    stage.reviewed()
    token = stage.server.world.tokens[stage.server.write_token]
    token.may_resolve, token.is_told_so = False, is_told_so
    stage.repository.push(stage.pull, {"orchard/auth.py": BASE["orchard/auth.py"]})
    before = len(stage.server.requests)
    ran = stage.review()
    assert stage.resolved == set()
    assert "Fixed since the last review: `orchard/auth.py:2`" in stage.summary
    assert ran.outputs["status"] == "updated"
    sent = (str(request.body) for request in stage.server.requests[before:])
    assert sum("resolveReviewThread" in body for body in sent) == is_told_so


# What people said.


def test_what_somebody_answered_is_left_alone(stage: Stage) -> None:
    stage.reviewed()
    remark = stage.remarks["orchard/auth.py"]
    stage.repository.review_comment(
        stage.pull, "On purpose.", path=remark.path, line=2, reply_to=remark
    )
    stage.repository.push(stage.pull, {"orchard/auth.py": AUTH + "\n\n# end\n"})
    stage.says(KNOWN)
    stage.review()
    assert "On purpose." in stage.prompts[1]
    assert "Everybody is known _(said before, and answered)_" in stage.summary
    assert "Division by zero _(said before)_" in stage.summary
    assert len(stage.remarks) == 2
    assert len(stage.server.notifications) == 1
    stage.repository.push(stage.pull, {"orchard/auth.py": BASE["orchard/auth.py"]})
    stage.review()
    assert stage.resolved == set()


def test_what_somebody_resolved_is_not_raised_again(stage: Stage) -> None:
    stage.reviewed()
    remark = stage.remarks["orchard/auth.py"]
    person = stage.server.user("maintainer")
    stage.server.world.resolved_threads[remark.thread_id] = person
    comment = stage.repository.comment(stage.pull, "/route review", author="maintainer")
    stage.says(KNOWN, ZERO)
    stage.run("issue_comment", "created", comment)
    assert len(stage.remarks) == 2
    assert "Everybody is known" not in stage.summary
    assert "Division by zero" in stage.summary


def test_a_command_reads_all_of_it_again(stage: Stage) -> None:
    stage.reviewed()
    comment = stage.repository.comment(stage.pull, "/route review", author="maintainer")
    stage.says(KNOWN, ZERO)
    stage.run("issue_comment", "created", comment)
    assert "return total / 0" in stage.prompts[1]
    assert len(stage.remarks) == 2
    assert len(stage.server.notifications) == 1


def test_a_command_on_a_line_works_and_is_answered_in_the_thread(stage: Stage) -> None:
    comment = stage.repository.review_comment(
        stage.pull, "/route review", path="orchard/auth.py", line=2
    )
    stage.says(KNOWN)
    stage.run("pull_request_review_comment", "created", comment)
    assert len(stage.server.notifications) == 1
    # The lines carry a comment already, but not one of ours.
    assert "orchard/auth.py" in stage.remarks


# Forks and drafts.


def test_a_forks_review_comes_when_its_ci_has_finished(stage: Stage) -> None:
    ci = ".github/workflows/ci.yml"
    stage.repository.commit({ci: "on: push\n"})
    pull = stage.repository.pull(
        "From afar", head_files=CHANGE, fork=True, author="stranger"
    )
    run = stage.repository.workflow_run(pull=pull, conclusion="success", path=ci)
    stage.says(KNOWN)
    stage.run("workflow_run", "completed", run)
    assert [(one.pull.number, one.line) for one in stage.remarks.values()] == [
        (pull.number, 2)
    ]
    assert len(stage.server.notifications) == 1


def test_a_draft_waits_but_for_a_command(stage: Stage) -> None:
    stage.pull.is_draft = True
    assert stage.review("opened").outputs["status"] == "skipped"
    assert stage.server.requests == []
    comment = stage.repository.comment(stage.pull, "/route review", author="maintainer")
    stage.says(KNOWN)
    ran = stage.run("issue_comment", "created", comment)
    assert ran.outputs["status"] == "created"
    stage.pull.is_draft = False
    assert stage.review("ready_for_review").outputs["status"] != "skipped"
