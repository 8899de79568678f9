"""Which item an event is about: never what the payload of a run claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.errors import HostError
from bot.github.target import pin


def _pull(repository, **given):
    files = {"orchard/pricing.py": "later\n"}
    return repository.pull("Price", "Why.", head_files=files, **given)


def _run(repository, pull, event_of, **given):
    run = repository.workflow_run(pull=pull, **given)
    return event_of("workflow_run", "completed", run)


def test_an_issue_needs_no_request(repository, event_of, client):
    event = event_of("issues", "opened", repository.issue())
    assert pin(client, event) is event
    assert client.calls == 0


def test_a_comment_on_a_pull_request_gets_its_head(repository, event_of, client):
    pull = _pull(repository)
    comment = repository.comment(pull, "/route review", author="maintainer")
    event = pin(client, event_of("issue_comment", "created", comment))
    assert (event.head_sha, event.number) == (pull.head_sha, pull.number)
    assert event.author.login == "contributor"
    assert not event.is_fork


def test_a_comment_on_a_forks_pull_request_learns_of_its_last_push(
    repository, event_of, client
):
    pull = _pull(repository, fork=True, author="stranger")
    comment = repository.comment(pull, "/route review", author="maintainer")
    event = pin(client, event_of("issue_comment", "created", comment))
    assert event.is_fork
    assert datetime.fromisoformat(event.head.pushed_at)


def test_a_run_finds_its_pull_request(repository, event_of, client):
    pull = _pull(repository, labels=["routebot:skip"])
    event = pin(client, _run(repository, pull, event_of))
    assert (event.number, event.title, event.body) == (pull.number, "Price", "Why.")
    assert event.is_pull_request
    assert event.labels == ("routebot:skip",)


def test_a_forks_run_finds_its_pull_request(repository, event_of, client):
    pull = _pull(repository, fork=True, author="stranger")
    event = pin(client, _run(repository, pull, event_of))
    assert (event.number, event.is_fork) == (pull.number, True)
    assert event.author.login == "stranger"


def test_a_run_of_an_older_commit_has_no_item(repository, event_of, client):
    pull = _pull(repository)
    event = _run(repository, pull, event_of)
    repository.push(pull, {"orchard/pricing.py": "even later\n"})
    assert pin(client, event).number is None


def test_a_run_of_another_repository_has_no_item(repository, event_of, client):
    pull = _pull(repository, fork=True, author="stranger")
    event = _run(repository, pull, event_of)
    head = replace(event.run.head, repository_id=1)
    assert pin(client, replace(event, run=replace(event.run, head=head))).number is None


@pytest.mark.parametrize("change", [{"owner": ""}, {"ref": ""}, {"repository_id": 0}])
def test_a_run_without_a_whole_head_has_no_item(repository, event_of, client, change):
    event = _run(repository, _pull(repository), event_of)
    head = replace(event.run.head, **change)
    assert pin(client, replace(event, run=replace(event.run, head=head))).number is None


def test_the_pull_requests_that_a_run_names_itself_are_not_believed(
    repository, event_of, client
):
    pull, other = _pull(repository), repository.pull(head_files={"a": "a"}, branch="b")
    run = repository.workflow_run(pull=pull)
    run.pulls = [other]
    event = event_of("workflow_run", "completed", run)
    assert pin(client, event).number == pull.number


def test_forks_with_a_branch_of_the_same_name_are_told_apart(
    repository, event_of, client
):
    ours = _pull(repository)
    theirs = _pull(repository, fork=True, author="stranger")
    for pull in (ours, theirs):
        assert pin(client, _run(repository, pull, event_of)).number == pull.number


def test_a_run_on_the_default_branch_has_no_item(repository, event_of, client):
    event = event_of("workflow_run", "completed", repository.workflow_run())
    assert pin(client, event).number is None


def test_a_closed_pull_request_is_none_of_a_runs(repository, event_of, client):
    pull = _pull(repository)
    event = _run(repository, pull, event_of)
    pull.issue.state = "closed"
    assert pin(client, event).number is None


def test_two_pull_requests_of_one_head_are_no_answer(repository, event_of, client):
    pull = _pull(repository)
    event = _run(repository, pull, event_of)
    twin = _pull(repository)
    twin.head_sha = pull.head_sha
    twin.shas.append(pull.head_sha)
    assert pin(client, event).number is None


def test_a_dispatch_is_filled_from_its_issue(repository, event_of, client):
    issue = repository.issue("Crash", "Always.", labels=["bug"])
    event = event_of("workflow_dispatch", "", None, inputs={"number": "1"})
    found = pin(client, event)
    assert (found.number, found.title, found.labels) == (1, "Crash", ("bug",))
    assert found.author.login == issue.user.login
    assert found.head is None


def test_a_dispatch_on_a_pull_request_gets_its_head(repository, event_of, client):
    pull = _pull(repository)
    event = event_of("workflow_dispatch", "", None, inputs={"number": "1"})
    assert pin(client, event).head_sha == pull.head_sha


def test_a_dispatch_without_a_number_needs_no_request(repository, event_of, client):
    event = event_of("workflow_dispatch", "", None, inputs={"task": "plan"})
    assert pin(client, event) is event
    assert client.calls == 0


def test_an_author_who_is_gone_is_nobody(repository, event_of, client):
    repository.issue("Crash", None, author=None)
    event = event_of("workflow_dispatch", "", None, inputs={"number": "1"})
    found = pin(client, event)
    assert (found.author, found.body) == (None, "")


def test_a_fork_that_names_no_push_is_as_old_as_its_head(
    repository, event_of, client, server
):
    pull = _pull(repository, fork=True, author="stranger")
    comment = repository.comment(pull, "/route review", author="maintainer")
    where = f"{client.path}/pulls/{pull.number}"
    said = client.get(where)
    del said["head"]["repo"]["pushed_at"]
    server.fail("GET", where, 200, body=said)
    event = pin(client, event_of("issue_comment", "created", comment))
    made = client.get(f"{client.path}/commits/{pull.head_sha}")["commit"]["committer"]
    assert event.head.pushed_at == made["date"]


def test_a_dispatch_on_a_number_that_is_not_there_says_so(repository, event_of, client):
    event = event_of("workflow_dispatch", "", None, inputs={"number": "999"})
    with pytest.raises(HostError, match="no #999"):
        pin(client, event)
