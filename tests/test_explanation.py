"""What `explain` prints: every key, for every kind of event."""

from __future__ import annotations

import json

import pytest

from bot import case, explanation, explanation_shape
from bot.budget_left import Left
from bot.budgets import Paid
from bot.explanation_shape import Explanation
from tests.fakes import (
    PARSE_ERROR,
    FakeReader,
    comment,
    failing_run,
    issue,
    pull,
    world,
)

# Fixed by the interface: keys are only ever added.
KEYS = {
    "event", "task", "via", "confidence", "signals", "runner_up", "stakes",
    "model_class", "routes", "rejected", "estimate",
}  # fmt: skip
ESTIMATE = {"input_tokens", "output_tokens", "usd", "largest_model", "largest_usd"}


def _case(event, reader=None, **given):
    return case.of(event, world(reader or FakeReader(change=PARSE_ERROR), **given))


EVENTS = [
    issue("Till crashes on start", "Traceback (most recent call last):\n  File x"),
    pull(),
    failing_run(),
    comment("/route debug"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_the_json_has_its_published_shape(event):
    said = explanation.explain(_case(event))
    Explanation.model_validate_json(json.dumps(said), strict=True)
    assert said["schema"] == 1
    assert set(said) >= KEYS
    assert set(said["estimate"]) >= ESTIMATE
    assert all(set(each) == {"name", "weight", "evidence"} for each in said["signals"])


def test_the_schema_names_every_key_that_is_printed():
    said = explanation.explain(_case(pull()))
    assert set(said) == set(explanation_shape.json_schema()["properties"])


def test_a_route_says_its_window():
    (first, *_) = explanation.explain(_case(pull()))["routes"]
    assert set(first) == {"provider", "model", "effort", "context_window"}
    assert first["context_window"] > 0


def test_the_text_says_why_and_what_it_costs():
    text = explanation.as_text(_case(pull()))
    assert text.startswith("pull_request.opened → review → balanced → ")
    assert "by rule, confidence 1.00 (pull-request" in text
    assert "≈ $" in text
    assert "✗ stakes" in text


def test_the_text_says_which_routes_were_not_taken():
    text = explanation.as_text(_case(pull(), keys=False))
    assert "no route is left" in text
    assert "not taken   anthropic:" in text


def test_the_text_says_what_could_not_be_read():
    reader = FakeReader(missing=["the thread could not be read"])
    assert "not read    the thread could not be read" in explanation.as_text(
        _case(issue("Crash", "it crashes"), reader)
    )


def test_the_limits_that_are_set_are_told_with_what_is_left():
    budgets = (
        Left("one event", 5.0, 40),
        Left("the budget of today", 10.0, None, Paid(8.5, 3)),
        Left("the budget of this thread", None, 2, Paid(0.0, 2)),
        Left("this person's budget of today", 1.0, None, gap="nobody asked"),
    )
    found = _case(pull())
    text = explanation.as_text(found, budgets)
    assert "  budget      one event: at most $5.00, 40 calls\n" in text
    assert "the budget of today: $1.50 left, $8.50 used\n" in text
    assert "this person's budget of today: at most $1.00 (nobody asked)\n" in text
    said = explanation.explain(found, budgets)["budgets"]
    assert [each["state"] for each in said] == ["", "near", "spent", ""]
    assert [each["usd"] for each in said] == [None, 8.5, 0.0, None]
