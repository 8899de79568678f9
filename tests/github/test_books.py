"""The day's books: own comments, own runs, kept records; four requests at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import ledger
from bot.budgets import Lost, Paid
from bot.errors import HostError
from bot.github.books import GitHubBooks
from bot.ledger import History, Place
from bot.reader import ThreadComment
from tests import fakes

OURS = "github-actions[bot]"
WORKFLOW = ".github/workflows/routebot.yml"
KEY = "k"


@pytest.fixture
def today(server):
    return server.world.now.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def books(client, repository, event_of, today):
    issue = repository.issue("Crash", author="stranger")
    event = event_of("issues", "opened", issue)

    def made(**changes):
        given = {
            "now": lambda: today,
            "thread_of": lambda: (),
            "bot_login": OURS,
            "workflow": WORKFLOW,
            "run": "999999.1",
            "marker_key": KEY,
            "ceiling": 5.0,
        }
        return GitHubBooks(client, event, **given | changes)

    return made


def _write(repository, *records, author=OURS, secret=KEY, runs=0, number=0):
    issue = repository.issue("Other")
    told = History()
    for record in records:
        told = told.with_record(record)
    told = told.model_copy(update={"runs": max(told.runs, runs)})
    place = Place(repository.id, number or issue.number, secret)
    body = f"### Hi\n{ledger.marker('triage', 'a' * 32, history=told, place=place)}"
    repository.comment(issue, body, author=author)
    return place


def _run(repository, conclusion, **given):
    given = {"event": "issues", "actor": "stranger"} | given
    return repository.workflow_run(conclusion=conclusion, path=WORKFLOW, **given)


def test_records_of_today_count_and_those_of_yesterday_do_not(
    books, repository, today, server
):
    yesterday = (server.world.now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    new = fakes.record(at=today, usd=0.5, actor="stranger", trust="outsider")
    _write(repository, fakes.record(at=yesterday, usd=9.0), new)
    day = books().day()
    assert day.paid == (Paid(0.5, 1, "stranger", True),)
    assert (day.lost, day.gap) == ((), "")


def test_forged_records_do_not_count(books, repository, today):
    record = fakes.record(at=today)
    _write(repository, record, author="stranger")
    _write(repository, record, secret="guessed")
    _write(repository, record, secret="")
    _write(repository, record, number=4_000)
    assert books().day().paid == ()
    # Without a key there is no seal to look for: a hint.
    assert len(books(marker_key="").day().paid) == 3


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "success", "timed_out"])
def test_a_run_without_a_record_is_lost(books, repository, conclusion):
    _run(repository, conclusion)
    assert books().day().lost == (Lost(1, "stranger", True),)


def test_a_run_whose_record_stands_in_a_comment_is_not(books, repository, today):
    run = _run(repository, "success")
    _write(repository, fakes.record(at=today, run=f"{run.id}.1", usd=0.25))
    day = books().day()
    assert (day.lost, [paid.usd for paid in day.paid]) == ((), [0.25])


def test_an_attempt_whose_record_is_missing_is_lost(books, repository, today):
    run = _run(repository, "success")
    repository.rerun(run, jobs=[], conclusion="failure")
    _write(repository, fakes.record(at=today, run=f"{run.id}.1"))
    assert [each.attempts for each in books().day().lost] == [1]


def test_a_kept_record_counts_what_its_name_says(books, repository):
    run = _run(repository, "success")
    repository.artifact(run, "routebot-record-1-0.012500", b"zip")
    day = books().day()
    assert (day.lost, day.paid) == ((), (Paid(0.0125, 4, "stranger", True),))


def test_a_run_that_spent_nothing_counts_nothing(books, repository):
    run = _run(repository, "success")
    repository.artifact(run, "routebot-record-1-0.000000", b"zip")
    assert [paid.usd for paid in books().day().paid] == [0.0]


@pytest.mark.parametrize("name", ["routebot-record-1-", "routebot-record-1", "report"])
def test_a_record_that_names_no_cost_counts_as_lost(books, repository, name):
    repository.artifact(_run(repository, "success"), name, b"zip")
    assert len(books().day().lost) == 1


def test_a_record_of_another_run_is_not_believed(books, repository):
    _run(repository, "failure")
    other = repository.workflow_run(conclusion="success")
    repository.artifact(other, "routebot-record-1-0.000000", b"zip")
    assert len(books().day().lost) == 1


def test_what_cannot_have_spent_is_not_lost(books, repository):
    pull = repository.pull(head_files={"a.py": "x\n"}, author="stranger", fork=True)
    _run(repository, "skipped")
    _run(repository, "failure", pull=pull, event="pull_request")
    repository.workflow_run(conclusion="failure")
    assert books().day().lost == ()


def test_a_writers_dispatch_is_no_outsiders(books, repository):
    _run(repository, "failure", event="workflow_dispatch", actor="contributor")
    assert books().day().lost == (Lost(1, "contributor", False),)


def test_of_two_that_run_at_once_the_older_one_goes_first(books, repository):
    older, own, younger = (_run(repository, None) for _ in range(3))
    assert older.id < own.id < younger.id
    assert len(books(run=f"{own.id}.1").day().lost) == 1
    assert books(run=f"{older.id}.1").day().lost == ()


def test_runs_of_yesterday_do_not_count(books, repository, server):
    run = _run(repository, "failure")
    run.created_at -= timedelta(days=1)
    assert books().day().lost == ()


def test_what_a_long_thread_has_forgotten_counts(books, repository, today):
    records = [fakes.record(at=today, usd=1.0) for _ in range(25)]
    _write(repository, *records)
    assert sum(paid.usd for paid in books().day().paid) == pytest.approx(25.0)


def test_a_day_takes_four_requests_at_most(books, repository, server):
    for _ in range(120):
        repository.comment(repository.issue("x"), "Thanks.")
    for _ in range(120):
        _run(repository, "skipped")
    repository.artifact(_run(repository, "success"), "routebot-record-1-0.000000")
    before = len(server.requests)
    books().day()
    assert len(server.requests) - before == 4


def test_more_than_is_read_is_said(books, repository):
    issue = repository.issue("x")
    for _ in range(201):
        repository.comment(issue, "Thanks.")
    assert books().day().gap == "more comments changed today than are read"


def test_more_runs_than_are_read_are_said(books, repository):
    for _ in range(200):
        _run(repository, "skipped")
    assert books().day().gap == ""
    _run(repository, "skipped")
    assert books().day().gap == "more runs of ours started today than are read"


def test_outside_of_a_workflow_there_are_no_runs_of_ours(books, repository, server):
    _run(repository, "failure")
    assert books(workflow="", run="").day().lost == ()


def test_books_that_cannot_be_read_raise(books, server):
    server.fail("GET", "/repos/octo/sample/actions/workflows", 403, times=9)
    with pytest.raises(HostError):
        books().day()


def test_a_thread_adds_up_its_comments_and_reviews(client, repository, event_of, today):
    pull = repository.pull(head_files={"a.py": "x\n"})
    place = Place(repository.id, pull.number, KEY)
    told = History().with_record(fakes.record(usd=0.5)).with_record(fakes.record())
    body = ledger.marker("review", "a" * 32, history=told, place=place)
    repository.review_comment(pull, "x", path="a.py", line=1, author=OURS)
    (review,) = repository.reviews.values()
    review.body = f"Review\n{body}"
    review.user.type = "Bot"
    said = ThreadComment(OURS, f"Triage\n{body}", is_ours=True)
    foreign = ThreadComment("stranger", f"Mine\n{body}", is_ours=False)
    found = GitHubBooks(
        client,
        event_of("pull_request", "opened", pull),
        now=lambda: datetime.now(UTC).isoformat(),
        thread_of=lambda: (said, foreign),
        bot_login=OURS,
        marker_key=KEY,
    ).thread()
    assert (found.usd, found.calls) == (pytest.approx(1.025), 4)
