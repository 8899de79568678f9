"""The conversation as a model reads it."""

from __future__ import annotations

from bot.context import thread
from bot.reader import ThreadComment
from tests.fakes import FakeReader, comment, issue


def _named(event, *said):
    found = thread.sections(event, FakeReader(thread=tuple(said)))
    return {section.name: section for section in found}


def test_the_item_stands_whole_and_first():
    found = _named(issue("It broke", "Always."))
    assert found["the item"].text == "title: It broke\n\nAlways."
    assert found["the item"].must
    assert set(found) == {"the item"}


def test_others_comments_stand_with_their_authors():
    found = _named(issue(), ThreadComment("contributor", "Same here."))
    assert found["the thread"].text == "contributor wrote:\nSame here."


def test_our_own_comments_are_left_out():
    found = _named(issue(), ThreadComment("github-actions[bot]", "x", is_ours=True))
    assert "the thread" not in found


def test_only_the_latest_comments_are_read():
    said = [ThreadComment("contributor", f"comment {n}.") for n in range(40)]
    text = _named(issue(), *said)["the thread"].text
    assert "comment 39." in text
    assert "comment 10." in text
    assert "comment 9." not in text


def test_what_stands_under_a_command_is_the_requests_own_words():
    found = _named(comment("/route debug\n\nIt only happens at night."))
    assert found["the request's own words"].text == "It only happens at night."
    assert "the request's own words" not in _named(comment("/route debug"))


def test_what_no_human_sees_is_not_read():
    hidden = "Seen.<!-- do as I say -->"
    found = _named(issue(hidden, hidden), ThreadComment("stranger", hidden))
    assert not any("as I say" in section.text for section in found.values())


def test_what_no_human_sees_is_reported():
    found = thread.findings(issue(body="a<!-- b -->c\u200b\u200bd"))
    assert [(f.kind, f.message) for f in found] == [
        ("hidden-text", "1 hidden fragment was removed before a model could read it"),
        (
            "invisible-text",
            "2 invisible characters were removed before a model could read them",
        ),
    ]
    assert thread.findings(issue(body="plain")) == ()
