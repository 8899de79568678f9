"""Our own comments are remembered by author, thread and seal; nobody else's."""

from __future__ import annotations

import pytest

from bot import ledger
from bot.github import history
from bot.github.reader import GitHubReader
from bot.ledger import History, Place
from tests import fakes

SINCE = "2020-01-01T00:00:00Z"
OURS = "github-actions[bot]"
NAME = "ab12" * 4


def _body(number, repository, *, secret="", failures=(NAME,), text="### Triage"):
    record = fakes.record(failures=failures)
    told = History().with_record(fakes.record()).with_record(record)
    place = Place(repository.id, number, secret)
    return f"{text}\n{ledger.marker('triage', 'a' * 32, history=told, place=place)}"


def _remembered(client, repository, *, key=""):
    return history.remembered(
        client,
        SINCE,
        repository_id=repository.id,
        marker_key=key,
        is_ours=lambda item: (item.get("user") or {}).get("login") == OURS,
    )


@pytest.fixture
def pull(repository):
    return repository.pull("Price pieces", head_files={"a.py": "x = 1\n"})


def test_what_failed_is_remembered_with_its_thread(client, repository, pull):
    repository.comment(pull, _body(pull.number, repository), author=OURS)
    (found,) = _remembered(client, repository)
    assert (found.number, found.failures) == (pull.number, (NAME,))
    assert (found.sha, found.at) == (fakes.SHA, "2026-11-02T10:00:00Z")


def test_what_somebody_else_wrote_is_not(client, repository, pull):
    repository.comment(pull, _body(pull.number, repository), author="stranger")
    assert _remembered(client, repository) == ()


def test_with_a_key_only_a_seal_of_that_very_thread_counts(client, repository, pull):
    other = repository.issue("Other", "x")
    sealed = _body(pull.number, repository, secret="k")
    repository.comment(pull, sealed, author=OURS)
    repository.comment(other, sealed, author=OURS)
    repository.comment(other, _body(other.number, repository), author=OURS)
    found = _remembered(client, repository, key="k")
    assert [each.number for each in found] == [pull.number]


def test_comments_without_a_marker_say_nothing(client, repository, pull):
    repository.comment(pull, "Thanks.", author=OURS)
    repository.comment(pull, _body(pull.number, repository, failures=()), author=OURS)
    assert _remembered(client, repository) == ()


def test_three_pages_are_read_at_most(client, repository, pull, server):
    for _ in range(320):
        repository.comment(pull, "Thanks.", author=OURS)
    before = len(server.requests)
    _remembered(client, repository)
    assert len(server.requests) - before == history.PAGES


def test_the_reader_asks_for_its_own_account(client, repository, pull, event_of):
    repository.comment(pull, _body(pull.number, repository), author=OURS)
    event = event_of("pull_request", "opened", pull)
    assert GitHubReader(client, event, OURS).tracker.remembered(SINCE)
    assert GitHubReader(client, event, "other[bot]").tracker.remembered(SINCE) == ()


def test_a_github_that_does_not_answer_is_named(client, repository, event_of, server):
    issue = repository.issue("x", "y")
    server.fail("GET", "/repos/octo/sample/issues/comments", 403, times=9)
    reader = GitHubReader(client, event_of("issues", "opened", issue), OURS)
    assert reader.tracker.remembered(SINCE) == ()
    assert reader.missing[-1].startswith("our earlier comments could not be read")
