"""Publishing killed between any two of its calls, and run again: it stands once."""

from __future__ import annotations

import pytest

from bot import events, github, publish, secrets
from bot.draft import Draft
from bot.github.pace import Pace
from bot.github.publisher import GitHubPublisher
from bot.outgoing import Rules
from tests import fakes
from tests.github.test_review_post import Dying, Killed
from tests.github_server import GitHubServer

BOT = "github-actions[bot]"
# Reads too: a runner ends between any two requests.
CALLS = (
    *("head_sha", "own_comments", "own_reviews", "own_issues", "react"),
    *("create", "edit", "delete", "open_issue", "edit_issue"),
)
RULES = Rules(secrets.vault([]), tracking_issue=True)
CUTS = [(cut, is_after) for cut in range(5) for is_after in (False, True)]


class Stage:
    """A GitHub, one event there, and publishing that may be cut off."""

    def __init__(self, server: GitHubServer, event, **draft) -> None:
        self.server, self.event = server, event
        self.draft = Draft.model_validate(
            {"kind": "answer", "task": "triage", "body": "Said.", "speaks": True}
            | {"record": fakes.record(failures=("f" * 16,), sha=event.head_sha)}
            | draft
        )

    def publisher(self) -> GitHubPublisher:
        client = github.connect(
            "octo/sample",
            token=self.server.write_token,
            api_url=self.server.base_url,
            pace=Pace(lambda seconds: None, lambda: 0.0),
        )
        return GitHubPublisher(client, BOT)

    def post(
        self, text: str = "Said.", cut: int = 99, *, is_after: bool = True
    ) -> bool:
        """Publish; returns whether it was killed at call number `cut`."""
        dying = Dying(self.publisher(), cut, is_after, verbs=CALLS)
        draft = self.draft.model_copy(update={"body": text})
        try:
            publish.to_thread(draft, self.event, publisher=dying, rules=RULES)
        except Killed:
            return True
        return False


@pytest.fixture
def server():
    with GitHubServer() as running:
        yield running


@pytest.fixture
def repository(server):
    return server.repository("octo/sample", files={"a.py": "a = 1\n"})


def _issue(server, repository, **draft):
    issue = repository.issue("Crash", "It fails.")
    payload = repository.event("issues", "opened", issue)
    return issue, Stage(server, events.from_action("issues", payload), **draft)


@pytest.mark.parametrize(("cut", "is_after"), CUTS)
@pytest.mark.parametrize("kind", ["answer", "info", "refusal"])
def test_a_comment_cut_off_anywhere_and_run_again_stands_once(
    server, repository, kind, cut, is_after
):
    issue, stage = _issue(server, repository, kind=kind)
    stage.post("First.", cut, is_after=is_after)
    stage.post("First.")
    assert len(issue.comments) == 1
    # And once more, about something newer.
    stage.post("Second.", cut, is_after=is_after)
    stage.post("Second.")
    (comment,) = issue.comments
    assert kind == "refusal" or comment.body.startswith("Second.")
    assert len(server.notifications) == 1


@pytest.mark.parametrize(("cut", "is_after"), CUTS)
def test_twins_of_a_race_are_one_again_wherever_the_next_run_is_cut_off(
    server, repository, cut, is_after
):
    issue, stage = _issue(server, repository)
    stage.post()
    twin = issue.comments[0]
    for _ in range(2):
        repository.comment(issue, twin.body, author=BOT)
    stage.post("Newer.", cut, is_after=is_after)
    stage.post("Newer.")
    (comment,) = issue.comments
    assert comment.id == twin.id
    assert comment.body.startswith("Newer.")


@pytest.mark.parametrize(("cut", "is_after"), CUTS)
def test_a_comment_on_a_pull_request_cut_off_anywhere_stands_once(
    server, repository, cut, is_after
):
    pull = repository.pull("Let in", head_files={"a.py": "a = 2\n"})
    payload = repository.event("pull_request", "opened", pull)
    event = events.from_action("pull_request", payload)
    stage = Stage(server, event, task="test", sha=event.head_sha)
    stage.post("First.", cut, is_after=is_after)
    stage.post("First.")
    ours = [c for c in repository.comments.values() if c.user.login == BOT]
    assert len(ours) == 1


@pytest.mark.parametrize(("cut", "is_after"), CUTS)
def test_a_tracking_issue_cut_off_anywhere_and_run_again_stands_once(
    server, repository, cut, is_after
):
    run = repository.workflow_run()
    payload = repository.event("workflow_run", "completed", run)
    stage = Stage(server, events.from_action("workflow_run", payload))
    stage.post("First.", cut, is_after=is_after)
    stage.post("First.")
    stage.post("Second.", cut, is_after=is_after)
    stage.post("Second.")
    ours = [issue for issue in repository.issues.values() if issue.user.login == BOT]
    assert len(ours) == 1
    assert "Second." in ours[0].body
    assert len(server.notifications) == 1


def test_the_cuts_reach_beyond_the_last_call(server, repository):
    _, stage = _issue(server, repository)
    assert stage.post("First.", 2)
    assert not stage.post("Second.", len(CUTS) // 2 - 1)
