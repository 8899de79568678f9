"""The folded line: what was decided and what it cost, and no word in it alive."""

from __future__ import annotations

import pytest

from bot import footer
from bot.ledger import History
from tests.fakes import record

HOSTILE = "@octocat #12 | ![x](https://evil.example/p) </details> fixes #3"


def _rendered(**changes):
    made = record(**changes)
    return footer.render(made, History().with_record(made))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0.0, "$0.0000"),
        (0.00004, "$0.0000"),
        (0.0125, "$0.0125"),
        (1.0, "$1.00"),
        (12.345, "$12.35"),
        (None, "price unknown"),
    ],
)
def test_money_is_written_for_people(amount, text):
    assert footer.usd(amount) == text


def test_the_line_names_task_class_model_tokens_and_cost():
    assert footer.line(record()) == (
        "routebot · triage (by text, 0.75) → balanced · "
        "anthropic:claude-sonnet-5-5@medium · 1,200 + 80 tokens · $0.0125"
    )


def test_a_run_without_a_model_says_so():
    assert "no model was asked" in footer.line(record(route="", calls=0))
    assert "no model answered, $0" in footer.line(record(route="", calls=2))


def test_the_table_compares_with_the_baseline_and_the_largest_model():
    text = _rendered(cached_tokens=500)
    assert "≈ $0.0125 on the baseline class" in text
    assert "≈ $0.0500 on `anthropic:claude-opus-5-5@high`" in text
    assert "500 input tokens from cache" in text


def test_what_is_unknown_has_no_row():
    text = _rendered(fallbacks=(), escalated_from="", sha="", usd=None)
    assert "fell back" not in text
    assert "escalated" not in text
    assert "commit" not in text
    assert "price unknown" in text


def test_fallback_and_escalation_have_their_rows():
    text = _rendered(fallbacks=("a:b: no key",), escalated_from="balanced", dropped=2)
    assert "| fell back from | a:b: no key |" in text
    assert "| escalated from | balanced |" in text
    assert "| dropped claims | 2 |" in text
    assert "(one class up, since the first answer did not hold)" in text


def test_tokens_that_no_server_reported_are_called_an_estimate():
    line = footer.line(record(is_estimate=True))
    assert "≈ 1,200 + 80 tokens · ≈ $0.0125" in line
    assert "reported no tokens" in _rendered(is_estimate=True)
    unknown = footer.line(record(is_estimate=True, usd=None))
    assert unknown.endswith("≈ 1,200 + 80 tokens · price unknown")


def test_a_second_run_adds_the_totals():
    made = record()
    history = History().with_record(made).with_record(made)
    assert "ran 2 times with 2 model calls for $0.0250" in footer.render(made, history)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": HOSTILE},
        {"runner_up": HOSTILE},
        {"escalated_from": HOSTILE},
        {"fallbacks": (HOSTILE,)},
        {"policy": HOSTILE},
        {"task": HOSTILE},
        {"model_class": HOSTILE},
        {"route": HOSTILE},
        {"largest_model": HOSTILE},
        {"sha": HOSTILE},
        {"signals": [{"name": HOSTILE, "weight": 1, "evidence": HOSTILE}]},
    ],
)
def test_no_word_of_a_record_is_alive(change):
    text = _rendered(**change)
    outside = "".join(text.split("`")[::2])
    assert "@octocat" not in outside
    assert "#12" not in outside
    assert "![" not in outside
    assert "//evil.example" not in outside
    assert "</details>" not in outside.removesuffix("</details>")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(line.replace("\\|", "").count("|") == 3 for line in rows)


def test_a_title_of_a_fold_cannot_hold_a_mention_or_a_tag():
    text = footer.fold("@octocat <b>#3</b> https://evil.example", "body")
    summary = text.partition("</summary>")[0].removeprefix("<details><summary>")
    assert "@" not in summary
    assert "<" not in summary
    assert "#" not in summary
    assert "//" not in summary


def test_in_a_terminal_a_fold_is_open():
    assert footer.unfolded("More", "text") == "#### More\n\ntext"


def test_the_table_says_who_read_what_and_what_was_dropped_why():
    shares = [
        {"model_class": "reasoning", "files": 1, "calls": 2, "usd": 0.25},
        {"model_class": "balanced", "files": 41, "calls": 1, "usd": None},
    ]
    dropped = [{"reason": "quote not found there", "count": 3}]
    table = footer.table(record(shares=shares, dropped=3, dropped_for=dropped))
    assert "reasoning: 1 file in 2 calls, " in table
    assert "balanced: 41 files in 1 call, price unknown" in table
    assert "| dropped claims | 3 (3 quote not found there) |" in table
