"""Labels that fit an issue, out of those the repository has."""

from __future__ import annotations

import pytest

from bot.context import own_labels
from bot.reader import LabelSummary
from tests.fakes import issue

LABELS = tuple(
    LabelSummary(name)
    for name in (
        "bug",
        "type: feature",
        "question",
        "area: stock",
        "price table",
        "wontfix",
        "good first issue",
        "routebot:skip",
    )
)


def _names(title, body="", **changes):
    return [
        fit.name for fit in own_labels.fitting(issue(title, body, **changes), LABELS)
    ]


def test_the_kind_and_the_topics_of_a_report_fit():
    assert _names("Crash", "The stock crashes with an error") == ["bug", "area: stock"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Please add support for pears", "type: feature"),
        ("Which pears do you sell?", "question"),
    ],
)
def test_other_kinds_have_their_own_label(title, name):
    assert _names(title) == [name]


def test_a_topic_fits_only_with_all_of_its_words():
    assert _names("The price", "rises") == []
    assert _names("The price", "of each table rises") == ["price table"]


def test_what_is_there_what_is_a_state_and_what_is_ours_is_not_named():
    title = "Skip the first good issue: wontfix crash"
    assert _names(title, labels=("bug",)) == []


def test_a_label_that_the_repository_has_not_is_never_named():
    assert own_labels.fitting(issue("Crash of the stock"), ()) == ()


def test_a_finding_says_why():
    fits = own_labels.fitting(issue("Crash"), LABELS)
    (found,) = own_labels.findings(fits)
    assert found.message == "the label bug fits: it reads as a bug report"
