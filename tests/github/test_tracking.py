"""A failure of the default branch: one issue, kept current, never closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import ledger, publish, secrets, tracking
from bot.draft import Draft
from bot.errors import Forbidden
from bot.github.publisher import GitHubPublisher
from bot.github.reader import GitHubReader
from bot.ledger import Place
from bot.outgoing import Rules
from tests import fakes

BOT = "github-actions[bot]"
BODY = (
    "**Unclear whose fault it is**.\n\n**What failed:** test\\_six: 3 &lt; 4\n\nMore."
)
RULES = Rules(
    secrets.vault([]), frozenset({"github.com"}), "marker-secret", tracking_issue=True
)


@pytest.fixture
def event(repository, event_of):
    """Make the event of a run on the default branch."""

    def made(**given):
        return event_of("workflow_run", "completed", repository.workflow_run(**given))

    return made


@pytest.fixture
def post(client):
    def posted(draft, event, rules=RULES):
        publisher = GitHubPublisher(client, BOT)
        return publish.to_thread(draft, event, publisher=publisher, rules=rules)

    return posted


def _draft(event, *, failures=("f" * 16,), **changes):
    record = fakes.record(failures=failures, sha=event.head_sha)
    said = {"kind": "answer", "task": "triage", "title": "Triage", "body": BODY}
    said |= {"speaks": True, "record": record, "sha": event.head_sha}
    return Draft.model_validate(said | changes)


def _issues(repository):
    return [issue for issue in repository.issues.values() if issue.pull is None]


def _marker(repository, issue):
    return ledger.read(issue.body, Place(repository.id, 0, RULES.marker_key))


def test_the_first_failure_opens_an_issue_that_says_what_failed(
    repository, event, post
):
    failing = event()
    done = post(_draft(failing), failing)
    (issue,) = _issues(repository)
    assert issue.title == "CI fails on main: test_six: 3 < 4"
    assert issue.body.startswith("### Triage\n\n**Unclear")
    assert f"[this run]({failing.run.url}) at {failing.head_sha[:12]}" in issue.body
    assert (issue.user.login, issue.state, issue.labels) == (BOT, "open", [])
    assert (done.status, done.url.rpartition("/")[2]) == ("created", "1")


def test_the_same_failure_again_edits_its_issue_and_writes_nothing_else(
    repository, event, post, server
):
    first, second = event(), event()
    post(_draft(first), first)
    assert post(_draft(second), second).status == "updated"
    (issue,) = _issues(repository)
    assert second.run.url in issue.body
    assert first.run.url not in issue.body
    assert _marker(repository, issue).history.runs == 2
    assert [request.method for request in server.writes] == ["POST", "PATCH"]
    assert issue.comments == []


def test_the_same_run_published_twice_changes_nothing(repository, event, post):
    failing = event()
    free = fakes.record(calls=0, outcome="findings", failures=("f" * 16,))
    draft = _draft(failing, record=free)
    post(draft, failing)
    body = _issues(repository)[0].body
    assert post(draft, failing).status == "unchanged"
    assert _issues(repository)[0].body == body


def test_each_failure_has_an_issue_of_its_own(repository, event, post):
    failing = event()
    post(_draft(failing, failures=("a" * 16,)), failing)
    post(_draft(failing, failures=("b" * 16,)), failing)
    assert len(_issues(repository)) == 2
    # Several at once go where the first of them is followed already.
    both = _draft(failing, failures=("c" * 16, "b" * 16, "a" * 16))
    assert post(both, failing).url.endswith("/1")
    assert len(_issues(repository)) == 2


def test_without_a_name_of_the_failure_its_jobs_are_the_name(repository, event, post):
    failing = event()
    draft = _draft(failing, failures=(), fingerprint="lint,test")
    assert [post(draft, failing).status for _ in range(2)] == ["created", "updated"]
    nameless = _draft(failing, failures=())
    assert post(nameless, failing).status == "summary"
    assert len(_issues(repository)) == 1


def test_a_failure_that_comes_back_after_its_issue_was_closed_gets_a_new_one(
    repository, event, post
):
    failing = event()
    post(_draft(failing), failing)
    _issues(repository)[0].state = "closed"
    assert post(_draft(failing), failing).status == "created"
    assert [issue.state for issue in _issues(repository)] == ["closed", "open"]


def test_of_two_runs_that_raced_the_lower_number_stays_and_the_other_points_to_it(
    repository, event, post, client, monkeypatch
):
    failing = event()
    opened = GitHubPublisher.open_issue

    def slowly(self, title, body):
        # Another run of ours opens its issue between our look and our write.
        monkeypatch.setattr(GitHubPublisher, "open_issue", opened)
        other = GitHubPublisher(client, BOT)
        publish.to_thread(_draft(failing), failing, publisher=other, rules=RULES)
        return opened(self, title, body)

    monkeypatch.setattr(GitHubPublisher, "open_issue", slowly)
    done = post(_draft(failing), failing)
    first, later = _issues(repository)
    assert (done.status, done.url.rpartition("/")[2]) == ("updated", "1")
    assert later.body == tracking.POINTER.format(number=1)
    assert [issue.state for issue in (first, later)] == ["open", "open"]
    assert _marker(repository, first).history.runs == 2
    assert post(_draft(failing), failing).url.endswith("/1")


def test_two_issues_of_one_failure_are_mended_by_the_next_run(repository, event, post):
    failing = event()
    post(_draft(failing), failing)
    (first,) = _issues(repository)
    later = repository.issue(first.title, first.body, author=BOT)
    assert post(_draft(failing), failing).url.endswith("/1")
    assert later.body == tracking.POINTER.format(number=1)
    assert later.state == "open"


def test_an_issue_whose_answer_was_lost_is_not_opened_twice(
    repository, event, post, server
):
    failing = event()
    server.fail("POST", "/repos/octo/sample/issues", 502, after_effect=True)
    assert post(_draft(failing), failing).status == "created"
    assert len(_issues(repository)) == 1


@pytest.mark.parametrize("author", ["stranger", "github-actions"])
def test_a_marker_that_somebody_else_copied_is_not_ours(
    repository, event, post, author
):
    failing = event()
    post(_draft(failing), failing)
    (ours,) = _issues(repository)
    body, ours.state = ours.body, "closed"
    theirs = repository.issue("Mine", body, author=author)
    post(_draft(failing), failing)
    assert theirs.body == body
    assert len(_issues(repository)) == 3


def test_a_seal_that_does_not_fit_is_not_ours(repository, event, post):
    failing = event()
    post(_draft(failing), failing, replace(RULES, marker_key="another"))
    assert post(_draft(failing), failing).status == "created"
    assert len(_issues(repository)) == 2


# when nothing is opened


def test_without_the_policys_word_the_summary_is_all(repository, event, post):
    failing = event()
    off = replace(RULES, tracking_issue=False)
    assert post(_draft(failing), failing, off).status == "summary"
    assert _issues(repository) == []


def test_other_branches_pulls_and_forks_are_not_followed(repository, event, post):
    repository.commit({"x": "x"}, branch="next")
    pull = repository.pull(head_files={"a": "a"}, branch="main")
    fork = repository.pull(
        head_files={"b": "b"}, branch="main", fork=True, author="stranger"
    )
    elsewhere = [
        event(branch="next"),
        event(pull=pull),
        event(pull=fork),
        event(pull=fork, event="push"),
    ]
    for failing in elsewhere:
        assert post(_draft(failing), failing).status == "summary"
    failing = event()
    other = _draft(failing, task="debug")
    assert post(other, failing).status == "summary"
    assert [issue.title for issue in _issues(repository)] == []


def test_a_draft_for_an_item_never_goes_to_an_issue_of_ours(repository, event, post):
    failing = replace(event(), number=repository.issue().number)
    assert not tracking.is_due(_draft(failing), failing)


def test_a_quiet_draft_opens_nothing_and_corrects_what_is_there(
    repository, event, post
):
    failing = event()
    quiet = _draft(failing, speaks=False)
    assert post(quiet, failing).status == "summary"
    post(_draft(failing), failing)
    assert post(quiet, failing).status == "updated"


def test_a_run_that_passed_on_retry_corrects_its_issue_and_opens_none(
    repository, event, event_of, post
):
    run = repository.workflow_run(jobs=[("test", "failure", b"")])
    failing = event_of("workflow_run", "completed", run)
    repository.rerun(run, jobs=[("test", "success", b"")], conclusion="success")
    green = event_of("workflow_run", "completed", run)
    flaky = _draft(green, body="**Flaky: it fails and passes without a change**.")
    assert post(flaky, green).status == "summary"
    post(_draft(failing), failing)
    assert post(flaky, green).status == "updated"
    (issue,) = _issues(repository)
    assert "Flaky" in issue.body
    assert issue.state == "open"


def test_a_token_that_may_not_write_leaves_the_summary(event, connect, server):
    failing = event()
    publisher = GitHubPublisher(connect(server.read_token), BOT)
    done = publish.to_thread(_draft(failing), failing, publisher=publisher, rules=RULES)
    assert (done.status, done.reason) == ("summary", publish.READ_ONLY)
    with pytest.raises(Forbidden):
        publisher.open_issue("t", "b")


def test_where_issues_are_switched_off_the_summary_is_all(repository, event, post):
    repository.has_issues = False
    failing = event()
    assert post(_draft(failing), failing).reason == publish.GONE


# the title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("nothing told", "CI fails on main"),
        ("**What failed:** a\\*b &lt;i&gt;", "CI fails on main: a*b <i>"),
        ("x\n**What failed:**  two   words\n", "CI fails on main: two words"),
    ],
)
def test_the_title_is_plain_text(event, text, title):
    assert tracking.title(text, event()) == title


def test_a_long_title_is_cut(event):
    made = tracking.title(f"**What failed:** {'x' * 999}", event())
    assert len(made) == tracking.MAX_TITLE
    assert made.endswith("…")


def test_a_workflows_name_is_one_line_of_the_title_and_no_more(repository, event, post):
    failing = event(name="CI](https://evil.example)\n@maintainer")
    post(_draft(failing), failing)
    (issue,) = _issues(repository)
    assert "\n" not in issue.title
    assert "evil.example" not in issue.body


# what the issues remember


def test_the_issues_of_failures_are_remembered_where_the_policy_follows_them(
    repository, event, post, client
):
    failing = event()
    post(_draft(failing), failing)
    repository.issue("Theirs", _issues(repository)[0].body, author="stranger")
    reader = GitHubReader(client, failing, BOT, marker_key=RULES.marker_key)
    since = "2020-01-01T00:00:00Z"
    assert reader.tracker.remembered(since) == ()
    reader = GitHubReader(
        client, failing, BOT, follows=True, marker_key=RULES.marker_key
    )
    (found,) = reader.tracker.remembered(since)
    assert (found.number, found.failures) == (1, ("f" * 16,))
    other = GitHubReader(client, failing, BOT, follows=True, marker_key="another")
    assert other.tracker.remembered(since) == ()
