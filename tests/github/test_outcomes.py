"""Reviews read back: their records, and what became of what they posted."""

from __future__ import annotations

import pytest

from bot import earlier, footer, ledger
from bot.errors import HostError
from bot.github import graph, outcomes
from bot.github.cursor import Cursor
from bot.github.outcomes import Outcomes
from bot.github.records import RecordReader
from bot.ledger import History, Place
from bot.text import markdown
from tests import fakes

OURS = "github-actions[bot]"
SINCE = "2020-01-01T00:00:00Z"
KEY = "k"
OLD = "def price(count):\n    return count * 2\n"
NEW = "def price(count):\n    return count * 3\n"
BETTER = "    return round(count * 3)"
TAKEN = f"def price(count):\n{BETTER}\n"
CODE = "def test_price():\n    assert price(2) == 6\n"
TRAILER = "Apply suggestion\n\nCo-authored-by: github-actions[bot] <bot@localhost>"


@pytest.fixture
def pull(repository):
    repository.commit({"orchard/pricing.py": OLD})
    return repository.pull(head_files={"orchard/pricing.py": NEW})


def _sealed(repository, number, task, *, told=None, secret=KEY):
    place = Place(repository.id, number, secret)
    return ledger.marker(task, "a" * 24, history=told or History(), place=place)


def _finds(repository, pull, *, code="", author=OURS, secret=KEY):
    seal = _sealed(repository, pull.number, earlier.FINDING, secret=secret)
    block = f"\n\n{markdown.fence(code, 'suggestion')}" if code else ""
    body = f"Rounds nothing.{block}\n\n{seal}"
    return repository.review_comment(
        pull, body, path="orchard/pricing.py", line=2, author=author
    )


def _close(pull, *, merged=False):
    pull.issue.state = "closed"
    pull.issue.closed_at = pull.repository.world.tick()
    pull.issue.updated_at = pull.issue.closed_at
    pull.merged_at = pull.issue.closed_at if merged else None


def _read(client, repository, cursor=None, since=SINCE, author=OURS):
    reader = RecordReader(
        client,
        repository.id,
        author,
        KEY,
        cursor or Cursor(),
        save=lambda cursor: None,
        progress=lambda text: None,
    )
    return reader.read(since, workflow="")


def _states(found):
    return [(each.kind, each.state) for each in found.posted]


def test_a_record_in_a_reviews_body_is_read_with_its_number(client, repository, pull):
    review = _finds(repository, pull).review
    told = History().with_record(fakes.record(task="review", usd=0.5))
    review.body = f"Hi\n{_sealed(repository, pull.number, 'review', told=told)}"
    (entry,) = _read(client, repository).entries
    assert (entry.number, entry.record.usd, entry.source) == (1, 0.5, "comment")


def test_a_record_in_a_review_of_somebody_else_is_not_believed(
    client, repository, pull
):
    review = _finds(repository, pull, author="stranger").review
    told = History().with_record(fakes.record(task="review"))
    review.body = f"Hi\n{_sealed(repository, pull.number, 'review', told=told)}"
    found = _read(client, repository)
    assert (found.entries, found.posted) == ([], [])


def test_a_finding_without_a_seal_of_ours_does_not_count(client, repository, pull):
    _finds(repository, pull, secret="guessed")
    found = _read(client, repository)
    assert found.posted == []
    assert "not sealed" in found.notes[0]


def test_what_nobody_touched_is_open_and_then_left(client, repository, pull):
    _finds(repository, pull, code=BETTER)
    cursor = Cursor()
    assert _states(_read(client, repository, cursor)) == [
        ("finding", "open"),
        ("suggestion", "open"),
    ]
    _close(pull)
    assert _states(_read(client, repository, cursor)) == [
        ("finding", "left"),
        ("suggestion", "left"),
    ]


def test_a_committed_suggestion_is_taken_and_settles_its_finding(
    client, repository, pull
):
    _finds(repository, pull, code=BETTER)
    repository.push(pull, {"orchard/pricing.py": TAKEN}, message=TRAILER)
    assert _states(_read(client, repository)) == [
        ("finding", "taken"),
        ("suggestion", "taken"),
    ]


def test_one_that_was_written_over_later_is_found_where_it_was_committed(
    client, repository, pull
):
    _finds(repository, pull, code=BETTER)
    repository.push(pull, {"orchard/pricing.py": TAKEN}, message=TRAILER)
    repository.push(pull, {"orchard/pricing.py": "price = round\n"})
    assert ("suggestion", "taken") in _states(_read(client, repository))


def test_lines_that_were_changed_otherwise_took_no_suggestion(client, repository, pull):
    _finds(repository, pull, code=BETTER)
    repository.push(pull, {"orchard/pricing.py": "price = round\n"})
    assert _states(_read(client, repository)) == [
        ("finding", "taken"),
        ("suggestion", "open"),
    ]


def test_of_a_file_that_is_gone_nobody_can_tell(client, repository, pull):
    _finds(repository, pull, code=BETTER)
    repository.push(pull, {"orchard/pricing.py": None})
    assert ("suggestion", "unknown") in _states(_read(client, repository))


def test_a_resolved_thread_settles_its_finding_without_a_push(
    client, repository, pull, server
):
    comment = _finds(repository, pull)
    cursor = Cursor()
    assert _states(_read(client, repository, cursor)) == [("finding", "open")]
    who = repository.world.add_user("maintainer")
    server.world.resolved_threads[comment.thread_id] = who
    assert _states(_read(client, repository, cursor)) == [("finding", "taken")]


def _offers_test(repository, thread):
    fold = footer.fold(
        "test_price (covers price)", f"`tests/test_price.py`\n\n{markdown.fence(CODE)}"
    )
    told = History().with_record(fakes.record(task="test"))
    seal = _sealed(repository, thread.number, "test", told=told)
    repository.comment(thread, f"Tests.\n\n{fold}\n\n{seal}", author=OURS)


def test_a_posted_test_is_taken_once_it_stands_on_the_default_branch(
    client, repository, pull
):
    _offers_test(repository, pull)
    cursor = Cursor()
    assert _states(_read(client, repository, cursor)) == [("test", "open")]
    repository.commit({"tests/test_price.py": f"import orchard\n\n\n{CODE}"})
    _close(pull, merged=True)
    assert _states(_read(client, repository, cursor)) == [("test", "taken")]


def test_a_posted_test_whose_pull_was_merged_without_it_is_left(
    client, repository, pull
):
    _offers_test(repository, pull)
    _close(pull, merged=True)
    assert _states(_read(client, repository)) == [("test", "left")]


def test_a_closed_pull_is_read_once_and_twenty_share_a_call(client, repository, server):
    repository.commit({"orchard/pricing.py": OLD})
    for n in range(45):
        pull = repository.pull(
            head_files={"orchard/pricing.py": NEW}, branch=f"change-{n}"
        )
        _finds(repository, pull)
        _close(pull, merged=True)
    cursor = Cursor()
    assert len(_read(client, repository, cursor).posted) == 45
    asked = [r for r in server.requests if r.path == "/graphql"]
    assert len(asked) == -(-45 // outcomes.PULLS_A_CALL)
    server.requests.clear()
    assert len(_read(client, repository, cursor).posted) == 45
    assert [r.path for r in server.requests] == [
        "/repos/octo/sample/issues/comments",
        "/repos/octo/sample/pulls",
    ]


def test_fifty_files_share_a_call(client, repository, server):
    texts = graph.texts(client, ["HEAD:README.md", *(f"HEAD:{n}" for n in range(60))])
    assert texts == {"HEAD:README.md": "# Orchard\n"}
    assert len([r for r in server.requests if r.path == "/graphql"]) == 2


def test_a_file_that_github_cut_is_not_taken_for_the_whole(client, server):
    cut = {"f0": {"text": "a", "isTruncated": True}, "f1": {"text": "b"}, "f2": None}
    server.fail("POST", "/graphql", 200, body={"data": {"repository": cut}})
    assert graph.texts(client, ["HEAD:a", "HEAD:b", "HEAD:c"]) == {"HEAD:b": "b"}


def test_an_answer_without_the_repository_settles_nothing(
    client, repository, pull, server
):
    _finds(repository, pull)
    _close(pull)
    cursor = Cursor()
    server.fail("POST", "/graphql", 200, body={"data": {"repository": None}})
    assert "did not answer" in _read(client, repository, cursor).notes[0]
    assert _states(_read(client, repository, cursor)) == [("finding", "left")]


def test_a_token_without_graphql_still_reads_the_comments(client, repository, server):
    pull = repository.pull(head_files={"a.py": "x\n"})
    told = History().with_record(fakes.record())
    body = f"Hi\n{_sealed(repository, pull.number, 'triage', told=told)}"
    repository.comment(pull, body, author=OURS)
    server.fail("POST", "/graphql", 403, times=9)
    found = _read(client, repository)
    assert len(found.entries) == 1
    assert "what became of what was posted" in found.notes[0]


def test_a_persons_account_is_known_by_its_login(client, repository, pull):
    _finds(repository, pull, author="maintainer")
    found = _read(client, repository, author="maintainer")
    assert _states(found) == [("finding", "open")]


def test_what_was_posted_before_the_span_is_not_told(client, repository, pull):
    _finds(repository, pull)
    cursor = Cursor()
    assert _read(client, repository, cursor).posted
    assert not _read(client, repository, cursor, since="2999-01-01T00:00:00Z").posted


class _Cut:
    """A client whose second GraphQL call fails."""

    def __init__(self, client):
        self.full_name, self.path, self.pages = (
            client.full_name,
            client.path,
            client.pages,
        )
        self.asked, self.left = client.graphql, 1

    def graphql(self, query, variables):
        if not self.left:
            raise HostError("GitHub answered 502", status=502)
        self.left -= 1
        return self.asked(query, variables)


def _believe(repository):
    return lambda body, number: ledger.read(body, Place(repository.id, number, KEY))


def test_one_that_is_cut_off_goes_on_where_it_stopped(client, repository, server):
    repository.commit({"orchard/pricing.py": OLD})
    for n in range(outcomes.PULLS_A_CALL + 5):
        pull = repository.pull(
            head_files={"orchard/pricing.py": NEW}, branch=f"change-{n}"
        )
        _finds(repository, pull)
        _close(pull, merged=True)
    cursor = Cursor()
    with pytest.raises(HostError):
        Outcomes(_Cut(client), OURS, _believe(repository), cursor).read(SINCE)
    assert len(cursor.pulls) == outcomes.PULLS_A_CALL
    server.requests.clear()
    assert len(_read(client, repository, cursor).posted) == outcomes.PULLS_A_CALL + 5
    assert len([r for r in server.requests if r.path == "/graphql"]) == 1


def test_a_closed_pull_whose_files_could_not_be_read_is_read_again(
    client, repository, pull
):
    _finds(repository, pull, code=BETTER)
    repository.push(pull, {"orchard/pricing.py": TAKEN}, message=TRAILER)
    _close(pull, merged=True)
    cursor = Cursor()
    # The first call tells the pull request, the second its files.
    with pytest.raises(HostError):
        Outcomes(_Cut(client), OURS, _believe(repository), cursor).read(SINCE)
    assert ("suggestion", "taken") in _states(_read(client, repository, cursor))
