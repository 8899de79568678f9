"""From a task to a class and its routes, and why the others were not taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import costs, tasks
from bot.catalog import Route
from bot.classify import Classification
from bot.clauses import Facts
from bot.context import Section
from bot.providers import Usage
from bot.route import Means, Router, Wish
from bot.stakes import Stakes
from tests.fakes import policy

BY_TEXT = Classification("triage", "text", 0.8, (), "debug")
UNPRICED = """
[classes.balanced]
models = ["compatible:mystery"]
[models."compatible:mystery"]
context_window = 100_000
"""


def _router(
    task="triage", rules="", *, barred=None, usd=None, text="short", must=False
):
    sections = [Section("the item", text, must=must)]
    return Router(tasks.load(task), policy(rules), Means(barred or {}, usd), sections)


def _decide(router, *, wish=None, stakes="standard", **facts):
    given = Facts(Stakes(stakes), **facts)
    return router.decide(BY_TEXT, given, wish=wish or Wish())


def _cost(router, model_class):
    routes = router.policy.classes[model_class].routes
    return min(router.costs.expected_usd(route) for route in routes)


def test_a_task_starts_in_the_class_of_the_policy():
    decision = _decide(_router())
    assert (decision.model_class, decision.cause) == ("balanced", "text")
    assert [str(route) for route in decision.routes] == list(
        policy().classes["balanced"].models
    )


def test_a_clause_that_holds_moves_the_class_and_is_the_cause():
    decision = _decide(_router("review"), stakes="critical")
    assert (decision.model_class, decision.cause) == ("reasoning", "when")
    assert decision.clauses[0].matched


def test_a_person_outweighs_a_clause():
    decision = _decide(_router("review"), wish=Wish("fast"), stakes="critical")
    assert (decision.model_class, decision.cause) == ("fast", "command")


def test_the_ceiling_of_who_asks_outweighs_everything():
    decision = _decide(
        _router("review"), wish=Wish("reasoning", "balanced"), stakes="critical"
    )
    assert (decision.model_class, decision.cause) == ("balanced", "trust")
    assert decision.steps[-1] == "who asks gets balanced at the most"


def test_a_class_below_the_ceiling_is_kept():
    decision = _decide(_router("review"), wish=Wish("fast", "balanced"))
    assert (decision.model_class, decision.cause) == ("fast", "command")


def test_a_lane_beside_the_ceiling_is_not_below_it():
    decision = _decide(_router("code"), wish=Wish(ceiling="balanced"))
    assert decision.model_class == "balanced"


def test_a_provider_that_cannot_be_asked_is_named_with_its_reason():
    decision = _decide(_router(barred={"anthropic": "no key, set ANTHROPIC_API_KEY"}))
    assert {route.provider for route in decision.routes} == {"openai"}
    ((route, reason),) = [(r.route.provider, r.reason) for r in decision.rejected]
    assert (route, reason) == ("anthropic", "no key, set ANTHROPIC_API_KEY")


def test_without_any_route_a_decision_is_made_and_says_why():
    decision = _decide(_router(barred={"anthropic": "no key", "openai": "no key"}))
    assert (decision.routes, decision.cause) == ((), "no_route")
    assert len(decision.rejected) == 2
    assert decision.estimate.usd is not None


def test_a_window_too_small_for_the_task_is_refused():
    rules = '[classes.reasoning]\nmodels = ["openai:small"]\n'
    rules += '[models."openai:small"]\ncontext_window = 200_000'
    decision = _decide(_router("debug", rules))
    assert decision.routes == ()
    assert "200,000" in decision.rejected[0].reason


def test_what_must_be_read_whole_must_fit():
    decision = _decide(_router(text="word " * 1_500_000, must=True))
    assert decision.routes == ()
    assert "does not fit" in decision.rejected[0].reason
    assert _decide(_router(text="word " * 1_500_000)).routes


def test_near_the_budget_the_class_steps_down_and_says_so():
    router = _router("plan")
    usd = (_cost(router, "reasoning") + _cost(router, "balanced")) / 2
    decision = _decide(replace(router, means=Means({}, usd)))
    assert (decision.model_class, decision.cause) == ("balanced", "budget")
    assert "down to balanced" in decision.steps[-1]


def test_the_class_steps_down_twice_where_it_must():
    router = _router("plan")
    decision = _decide(replace(router, means=Means({}, _cost(router, "fast"))))
    assert decision.model_class == "fast"
    assert len(decision.steps) == 3


def test_a_budget_of_nothing_leaves_no_route():
    decision = _decide(_router("plan", usd=0.0))
    assert (decision.model_class, decision.routes) == ("fast", ())
    assert "0.0000 USD are left" in decision.rejected[0].reason


def test_a_missing_key_is_no_reason_to_step_down():
    barred = {"anthropic": "no key", "openai": "no key"}
    assert _decide(_router("plan", barred=barred)).model_class == "reasoning"


def test_coding_steps_down_to_nothing():
    decision = _decide(_router("code", usd=0.0))
    assert (decision.model_class, decision.routes) == ("coding", ())


def test_an_unknown_price_counts_as_the_dearest_known_one():
    router = _router(rules=UNPRICED)
    route = Route.parse("compatible:mystery")
    usage = Usage(10_000, 1_000)
    assert costs.price(router.policy, route, usage=usage) is None
    assert costs.counted(router.policy, route, usage=usage) > 0
    decision = _decide(router)
    assert decision.estimate.usd is None
    assert decision.estimate.largest_usd > 0
    assert not _decide(_router(rules=UNPRICED, usd=0.0001)).routes


def test_an_unknown_window_counts_as_a_small_one():
    router = _router(rules='[classes.balanced]\nmodels = ["compatible:mystery"]')
    assert costs.window(router.policy, Route.parse("compatible:mystery")) == 16_000
    assert _decide(router).routes == ()


@pytest.mark.parametrize(
    ("model_class", "above"),
    [("fast", "balanced"), ("balanced", "reasoning"), ("coding", "reasoning")],
)
def test_the_lane_above_is_the_policys(model_class, above):
    assert _router().above(model_class).model_class == above


@pytest.mark.parametrize("model_class", ["reasoning", "search"])
def test_at_the_top_there_is_none_above(model_class):
    assert _router().above(model_class) is None


def test_nobody_is_lifted_above_their_ceiling():
    assert _router().above("balanced", ceiling="balanced") is None
    assert _router().above("fast", ceiling="balanced").model_class == "balanced"


def test_no_answer_is_lifted_above_the_tasks_ceiling():
    rules = '[tasks.triage]\nceiling = "balanced"'
    assert _router(rules=rules).above("balanced") is None


def test_a_lane_above_that_nobody_may_use_is_none():
    barred = {"anthropic": "no key", "openai": "no key"}
    assert _router(barred=barred).above("balanced") is None


def test_the_estimate_compares_with_baseline_and_largest():
    estimate = _decide(_router("plan")).estimate
    assert estimate.largest_usd >= estimate.usd > estimate.baseline_usd > 0
    assert Route.parse(estimate.largest_model)
