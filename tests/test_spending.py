"""The meter: ceilings before a call, sums after it."""

from __future__ import annotations

import pytest

from bot.ask import Asked
from bot.catalog import Route
from bot.errors import BudgetSpent
from bot.providers import Completion, Usage
from bot.spending import MOST_CALLS, Meter

ROUTE = Route("anthropic", "model")
DEAR = Route("anthropic", "dear")
USAGE = Usage(10, 2, 3, 1)


def _meter(price=0.25, **given):
    return Meter(price=lambda r, u: price, counted=lambda r, u: 0.5, **given)


def _asked(usage=USAGE, fallbacks=()):
    completion = Completion("text", "model", usage)
    return Asked(ROUTE, completion, fallbacks, http_retries=0, seconds=1.5)


def test_the_call_after_the_last_one_is_refused():
    meter = _meter(calls=2)
    meter.before_call(ROUTE)
    meter.before_call(ROUTE)
    with pytest.raises(BudgetSpent, match="2 model calls"):
        meter.before_call(ROUTE)
    assert meter.calls_made == 2


def test_no_policy_allows_more_than_forty_calls():
    meter = _meter(calls=1_000)
    for _ in range(MOST_CALLS):
        meter.before_call(ROUTE)
    with pytest.raises(BudgetSpent):
        meter.before_call(ROUTE)


def test_no_calls_at_all_are_none():
    with pytest.raises(BudgetSpent):
        _meter(calls=0).before_call(ROUTE)


def test_the_call_that_would_pass_the_ceiling_is_refused():
    meter = _meter(usd=0.5, expected=lambda route: 0.25)
    meter.before_call(ROUTE)
    meter.add(_asked())
    with pytest.raises(BudgetSpent, match=r"0\.50 USD"):
        meter.before_call(ROUTE)


def test_a_call_that_just_reaches_the_ceiling_is_made():
    _meter(usd=0.25, expected=lambda route: 0.25).before_call(ROUTE)


def test_what_is_expected_is_the_price_of_the_route_that_is_asked():
    meter = _meter(usd=1.0, expected=lambda route: 5.0 if route == DEAR else 0.1)
    meter.before_call(ROUTE)
    with pytest.raises(BudgetSpent):
        meter.before_call(DEAR)


def test_answers_add_up():
    meter = _meter()
    meter.add(_asked(fallbacks=((DEAR, "no key"),)))
    meter.add(_asked())
    assert meter.usage == Usage(20, 4, 6, 2)
    assert (meter.usd_spent, meter.usd_counted, meter.seconds) == (0.5, 1.0, 3.0)
    assert meter.fallbacks == ["anthropic:dear: no key"]
    assert meter.route == ROUTE


def test_the_providers_own_bill_goes_before_our_price():
    meter = _meter()
    meter.add(_asked(Usage(1, 1, usd=0.125)))
    assert (meter.usd_spent, meter.usd_counted) == (0.125, 0.125)


def test_one_unknown_price_makes_the_sum_unknown_and_still_counts():
    meter = _meter(price=None)
    meter.add(_asked())
    assert (meter.usd_spent, meter.usd_counted) == (None, 0.5)
    meter.add(_asked(Usage(1, 1, usd=0.125)))
    assert meter.usd_spent is None


def test_a_long_reason_of_a_fallback_is_cut_to_what_a_record_holds():
    meter = _meter()
    meter.add(_asked(fallbacks=((DEAR, "x" * 500),)))
    assert len(meter.fallbacks[0]) == 200


def test_the_next_call_is_expected_as_the_last_one_went():
    meter = _meter(usd=1.4, expected=lambda route: 0.25)
    meter.before_call(ROUTE)
    meter.add(_asked())  # 0.50 where 0.25 was thought
    assert (meter.corrections, meter.usd_counted) == ({ROUTE: 2.0}, 0.5)
    meter.before_call(ROUTE)  # expected: 0.50, not 0.25
    assert meter.usd_counted == 1.0
    with pytest.raises(BudgetSpent):
        meter.before_call(ROUTE)


def test_one_odd_answer_corrects_by_four_at_the_most():
    meter = _meter(expected=lambda route: 0.001)
    meter.before_call(ROUTE)
    meter.add(_asked())
    assert meter.corrections == {ROUTE: 4.0}
