"""Where a review's comments may stand, and what is done with the others."""

from __future__ import annotations

import pytest

from bot import publish, secrets
from bot.draft import Draft, Inline
from bot.errors import Forbidden, HostError
from bot.outgoing import Rules
from tests.fakes import SHA, FakePublisher, comment, pull, record

RULES = Rules(secrets.vault([]))
CHANGE = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -5,3 +5,3 @@
 five
-six
+6
 seven
@@ -20,2 +20,3 @@
 twenty
+more
 last
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1,2 +0,0 @@
-one
-two
diff --git a/odd.py b/odd.py
--- a/odd.py
+++ b/odd.py
@@ -1,9 +1,9 @@
 too short
"""


@pytest.fixture
def publisher():
    return FakePublisher(change=CHANGE)


def _draft(*inline, **given):
    return Draft(
        kind="answer",
        task="review",
        title="Review",
        body="A table.",
        inline=inline,
        sha=SHA,
        record=record(task="review"),
        **{"speaks": True} | given,
    )


def _at(path="a.py", line=6, **given):
    return Inline(path=path, line=line, body=f"Wrong at {line}.", **given)


def _post(draft, publisher, event=None):
    return publish.to_thread(draft, event or pull(), publisher=publisher, rules=RULES)


def _placed(publisher):
    return [(c["path"], c["line"]) for _, said in publisher.reviews for c in said]


@pytest.mark.parametrize(
    "inline",
    [
        _at(line=5),
        _at(line=7),
        _at(line=22),
        _at(line=7, start_line=5),
        _at(line=6, side="LEFT"),
        _at("gone.py", 2, side="LEFT"),
    ],
)
def test_a_line_that_a_hunk_shows_carries_its_comment(publisher, inline):
    _post(_draft(inline), publisher)
    assert _placed(publisher) == [(inline.path, inline.line)]
    assert publisher.comments == []


@pytest.mark.parametrize(
    "inline",
    [
        _at(line=4),
        _at(line=8),
        _at(line=20, start_line=6),
        _at(line=6, start_line=7),
        _at("A.py"),
        _at("./a.py"),
        _at("b/a.py"),
        _at("gone.py", 1),
        _at("odd.py", 1),
    ],
)
def test_any_other_comment_is_said_in_the_summary(publisher, inline):
    _post(_draft(inline), publisher)
    assert publisher.writes == ["create"]
    assert f"Wrong at {inline.line}." in publisher.comments[0].body


def test_one_bad_line_does_not_cost_the_others_theirs(publisher):
    _post(_draft(_at(line=6), _at(line=99)), publisher)
    assert publisher.writes == ["review"]
    assert _placed(publisher) == [("a.py", 6)]
    assert "Wrong at 99." in publisher.reviews[0][0]


def test_without_a_diff_everything_is_said_in_the_summary():
    publisher = FakePublisher()
    _post(_draft(_at()), publisher)
    assert publisher.writes == ["create"]
    assert "Wrong at 6." in publisher.comments[0].body


def test_what_github_refuses_all_goes_to_the_summary_once(publisher):
    publisher.faults["review"] = [HostError("invalid", status=422)]
    done = _post(_draft(_at(line=6), _at(line=99)), publisher)
    assert done.status == "created"
    assert publisher.writes == ["review", "create"]
    body = publisher.comments[0].body
    assert body.index("Wrong at 6.") < body.index("Wrong at 99.")


def test_a_summary_that_stands_takes_what_github_refuses(publisher):
    _post(_draft(), publisher)
    publisher.faults["review"] = [HostError("invalid", status=422)]
    assert _post(_draft(_at()), publisher).status == "updated"
    assert publisher.writes == ["create", "review", "edit"]
    assert "Wrong at 6." in publisher.comments[0].body


def test_a_refused_summary_is_no_reason_to_try_again(publisher):
    publisher.faults["create"] = [HostError("invalid", status=422)]
    assert _post(_draft(), publisher).status == "degraded"
    assert publisher.writes == ["create"]


def test_a_token_that_may_not_review_leaves_all_to_the_job_summary(publisher):
    publisher.faults["review"] = [Forbidden("no", status=403)]
    done = _post(_draft(_at()), publisher)
    assert (done.status, done.reason) == ("summary", publish.READ_ONLY)
    assert "Wrong at 6." in done.text


def test_a_review_that_does_not_speak_tells_nobody(publisher):
    _post(_draft(_at(line=6)), publisher)
    _post(_draft(_at(line=21), speaks=False), publisher)
    assert publisher.writes == ["review", "edit"]


def test_the_same_finding_twice_in_a_draft_is_one_comment(publisher):
    twice = [_at(line=n, fingerprint="ab" * 12) for n in (6, 21)]
    _post(_draft(*twice), publisher)
    assert _placed(publisher) == [("a.py", 6)]


def test_a_second_run_says_only_what_is_new(publisher):
    _post(_draft(_at(line=6)), publisher)
    _post(_draft(_at(line=6), _at(line=21)), publisher)
    assert _placed(publisher) == [("a.py", 6), ("a.py", 21)]
    assert publisher.writes == ["review", "review", "edit"]
    assert publisher.comments == []


def test_where_threads_cannot_be_read_a_second_run_says_nothing_on_lines(publisher):
    _post(_draft(_at(line=6)), publisher)
    publisher.faults["review_threads"] = [HostError("no")]
    _post(_draft(_at(line=21)), publisher)
    assert _placed(publisher) == [("a.py", 6)]
    assert "Wrong at 21." in publisher.reviews[0][0]


def test_another_tasks_comments_stand_on_their_lines_too(publisher):
    draft = _draft(_at()).model_copy(update={"task": "test"})
    _post(draft, publisher)
    assert publisher.writes == ["review"]
    assert _placed(publisher) == [("a.py", 6)]


def test_a_command_on_an_issue_makes_no_review(publisher):
    _post(_draft(_at()), publisher, comment("/route review"))
    assert publisher.reviews == []
