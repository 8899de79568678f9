"""Two bots never answer each other for long: new comments are counted (T22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import caps, pipeline, policy, publish, secrets
from bot.draft import Draft
from bot.errors import PolicyError
from bot.ledger import History, Place, marker
from bot.outgoing import Rules
from bot.reader import ThreadComment
from bot.sticky import OwnComment
from tests import fakes
from tests.action_run import run
from tests.fakes import FakePublisher, FakeReader, ScriptedAsk
from tests.github_server import GitHubServer
from tests.test_budgets import FakeBooks

NOW = "2026-11-02T10:00:00Z"
THEN = datetime(2026, 11, 2, 10, tzinfo=UTC)


def _ago(**span):
    return (THEN - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


HOUR = [_ago(minutes=at) for at in (1, 30, 59)]
DAY = [_ago(hours=at) for at in range(2, 12)]
RULES = Rules(secrets.vault([]), now=NOW)


def _said(made, body="Something else.", *, ours=True):
    who = "github-actions[bot]" if ours else "stranger"
    return tuple(ThreadComment(who, body, at, ours) for at in made)


def _sticky(task):
    place = Place(fakes.REPOSITORY.id, 7, "")
    return f"Said.\n{marker(task, 'a' * 16, history=History(), place=place)}"


def _analyzed(thread, *, rules="", books=None, **given):
    ask = ScriptedAsk()
    world = fakes.world(
        FakeReader(thread=thread),
        ask,
        rules=f"confidence_threshold = 0.0\n{rules}",
        books=books or FakeBooks(),
        usd=0.0,
    )
    event = fakes.issue("It crashes", "It crashes in 2.1.", **given)
    return pipeline.analyze(event, world), ask


@pytest.mark.parametrize(
    ("made", "is_full"),
    [
        ([], False),
        (HOUR[:2], False),
        (HOUR, True),
        ([*HOUR[:2], _ago(minutes=60)], False),
        (DAY[:9], False),
        (DAY, True),
        ([*DAY[:9], _ago(hours=24)], False),
        (["", "no time", "2026-11-02"] * 5, False),
        ([_ago(days=-3)] * 10, False),
    ],
)
def test_a_thread_takes_three_an_hour_and_ten_a_day(made, is_full):
    assert bool(caps.in_thread(made, now=NOW)) == is_full


def test_without_a_clock_nothing_is_counted():
    assert caps.in_thread(HOUR, now="") == ""


def test_a_thread_that_is_full_asks_no_model():
    draft, ask = _analyzed(_said(HOUR))
    assert draft.kind == "nothing"
    assert draft.reason.startswith("3 comments of mine were made here in the last hour")
    assert draft.reason[1:] in draft.body
    assert ask.requests == []


def test_comments_of_others_do_not_count():
    draft, _ = _analyzed(_said(HOUR * 5, ours=False))
    assert draft.kind == "answer"


def test_what_has_its_comment_goes_on():
    thread = (*_said(HOUR), *_said(HOUR[:1], _sticky("debug")))
    draft, _ = _analyzed(thread)
    assert draft.kind == "answer"


def test_the_repository_has_a_cap_of_its_own():
    books = FakeBooks()
    books.written = lambda: 100
    draft, ask = _analyzed((), books=books)
    assert "100 comments of mine were made in this repository today" in draft.reason
    assert ask.requests == []
    books.written = lambda: 99
    draft, _ = _analyzed((), books=books)
    assert draft.kind == "answer"


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("max_comments_per_thread_per_hour", 3),
        ("max_comments_per_thread_per_day", 10),
        ("max_comments_per_day", 100),
    ],
)
def test_a_policy_can_only_lower_them(name, most):
    assert getattr(policy.default().budget, name) == most
    with pytest.raises(PolicyError, match=name):
        policy.load(f"[budget]\n{name} = {most + 1}")
    draft, _ = _analyzed((), rules=f"[budget]\n{name} = 0")
    assert draft.kind == "nothing"


def _published(made, draft=None, *, sticky=""):
    there = [OwnComment(at, "x", made_at=time) for at, time in enumerate(made)]
    there += [OwnComment(99, _sticky(sticky), made_at=HOUR[0])] if sticky else []
    publisher = FakePublisher(there)
    answer = draft or Draft(kind="answer", task="triage", body="New.", speaks=True)
    done = publish.to_thread(answer, fakes.issue(), publisher=publisher, rules=RULES)
    return done, publisher


def test_the_fourth_comment_within_an_hour_is_not_made():
    done, publisher = _published(HOUR)
    assert (done.status, publisher.writes) == ("summary", [])
    assert "New." in done.text
    assert done.reason.endswith("the answer is in the job summary")
    done, publisher = _published(HOUR[:2])
    assert (done.status, publisher.writes) == ("created", ["create"])


def test_the_eleventh_comment_within_a_day_is_not_made():
    assert _published(DAY)[0].status == "summary"
    assert _published(DAY[:9])[0].status == "created"


def test_an_answer_that_stands_is_still_edited():
    done, publisher = _published(HOUR, sticky="triage")
    assert (done.status, publisher.writes) == ("updated", ["edit"])


def test_a_refusal_in_a_full_thread_is_a_reaction_alone():
    _, publisher = _published(HOUR, Draft(kind="refusal", body="Not you."))
    assert publisher.writes == ["react"]


def test_a_loop_ends_and_the_job_summary_says_why(tmp_path):
    with GitHubServer(now=datetime.now(UTC)) as server:
        repository = server.repository("octo/sample", files={"README.md": "# x\n"})
        issue = repository.issue("It crashes", "It crashes in 2.1.")
        for task in ("plan", "debug", "code"):
            repository.comment(issue, task, author="github-actions[bot]")
        payload = repository.event("issues", "opened", issue)
        ran = run(
            server,
            "issues",
            payload,
            folder=tmp_path,
            environment={"INPUT_MODE": "run"},
        )
        assert ran.outputs["status"] == "skipped"
        assert "in the last hour; 3 is the most" in ran.summary
        assert server.write_attempts == []
