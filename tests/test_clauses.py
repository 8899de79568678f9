"""When-clauses: each condition at its border, all together, the first that holds."""

from __future__ import annotations

import pytest

from bot import clauses
from bot.clauses import Facts
from bot.policy import When
from bot.stakes import Stakes

STANDARD = Stakes("standard")


def _when(**said):
    return When.model_validate({"class": "reasoning"} | said)


def _holds(facts, **said):
    return clauses.tried([_when(**said)], facts)[0].matched


@pytest.mark.parametrize(
    ("said", "facts", "matched"),
    [
        ({"stakes": "critical"}, Facts(Stakes("critical")), True),
        ({"stakes": "critical"}, Facts(STANDARD), False),
        ({"min_lines": 10}, Facts(STANDARD, lines=10), True),
        ({"min_lines": 10}, Facts(STANDARD, lines=9), False),
        ({"max_lines": 10}, Facts(STANDARD, lines=10, paths=("a",)), True),
        ({"max_lines": 10}, Facts(STANDARD, lines=11, paths=("a",)), False),
        ({"max_lines": 10}, Facts(STANDARD), False),
        ({"label": "db"}, Facts(STANDARD, labels=("db",)), True),
        ({"label": "db"}, Facts(STANDARD, labels=("DB",)), False),
        ({"confidence_below": 0.5}, Facts(STANDARD, confidence=0.49), True),
        ({"confidence_below": 0.5}, Facts(STANDARD, confidence=0.5), False),
        ({"fork": True}, Facts(STANDARD, is_fork=True), True),
        ({"fork": True}, Facts(STANDARD), False),
        ({"fork": False}, Facts(STANDARD), True),
        ({"only_paths": ("docs/**",)}, Facts(STANDARD, paths=("docs/a",)), True),
        ({"only_paths": ("docs/**",)}, Facts(STANDARD, paths=("docs/a", "b")), False),
        ({"only_paths": ("docs/**",)}, Facts(STANDARD), False),
    ],
)
def test_a_condition_at_its_border(said, facts, matched):
    assert _holds(facts, **said) is matched


def test_all_conditions_of_a_clause_must_hold():
    facts = Facts(Stakes("critical"), lines=5)
    assert _holds(facts, stakes="critical", min_lines=5)
    assert not _holds(facts, stakes="critical", min_lines=6)


def test_clauses_after_the_first_that_holds_are_not_tried():
    rules = [_when(fork=True), _when(min_lines=0), _when(stakes="standard")]
    done = clauses.tried(rules, Facts(STANDARD))
    assert [each.matched for each in done] == [False, True]


def test_a_clause_that_was_tried_says_its_words_and_class():
    (done,) = clauses.tried([_when(stakes="standard", min_lines=3)], Facts(STANDARD))
    assert done.clause == 'stakes = "standard" and min_lines = 3'
    assert done.model_class == "reasoning"
