import pytest

from bot import capability, policy
from bot.catalog import Route
from bot.policy import check as policy_check
from bot.policy import toml_lines
from bot.policy.model import ModelFacts
from bot.tasks import Needs

NEEDS = {"debug": Needs(context=1_000_000), "search": Needs(web_search=True)}


def checked(text, needs=NEEDS):
    lines = toml_lines.index(text)
    loaded = policy.load(text, file="r.toml")
    return policy_check.check(loaded, file="r.toml", lines=lines, needs=needs)


@pytest.mark.parametrize("preset", policy.NAMES)
def test_the_shipped_presets_are_sound(preset):
    assert checked(f'preset = "{preset}"') == []


@pytest.mark.parametrize("preset", policy.NAMES)
def test_the_shipped_presets_are_sound_by_the_needs_of_the_tasks_themselves(preset):
    assert checked(f'preset = "{preset}"', needs=None) == []


def test_a_window_too_small_is_told_with_task_class_model_and_both_numbers():
    text = """
[classes.reasoning]
models = [
  "anthropic:claude-opus-5-5@high",
  "compatible:foo",
]
[models."compatible:foo"]
context_window = 200_000
"""
    assert checked(text) == [
        "r.toml:5: classes.reasoning.models[1]: tasks.debug can reach class reasoning, "
        "whose compatible:foo has a window of 200,000 tokens; debug needs 1,000,000"
    ]


def test_a_window_exactly_large_enough_is_enough():
    text = """
[classes.reasoning]
models = ["compatible:foo"]
[models."compatible:foo"]
context_window = 1_000_000
"""
    assert checked(text) == []


def test_an_unknown_window_says_which_fact_to_set():
    (first, *_) = checked('[classes.coding]\nmodels = ["compatible:foo"]')
    assert first == (
        "r.toml:2: classes.coding.models[0]: tasks.code can reach class coding, whose "
        "compatible:foo has an unknown window; set "
        'models."compatible:foo".context_window'
    )


def test_a_class_reached_only_by_escalation_is_checked_unless_that_is_off():
    text = """
[tasks.debug]
class = "balanced"
[classes.reasoning]
models = ["compatible:foo"]
[models."compatible:foo"]
context_window = 200_000
"""
    assert any(
        "tasks.debug can reach class reasoning" in line for line in checked(text)
    )
    assert checked("escalate = false\n" + text) == []


def test_a_class_reached_only_by_a_clause_is_checked():
    text = """
preset = "2026-03"
[[tasks.debug.when]]
label = "cheap"
class = "fast"
"""
    told = checked(text)
    assert any("tasks.debug can reach class fast" in line for line in told)
    assert any("claude-haiku-4-5 has a window of 200,000" in line for line in told)


def test_a_model_without_web_search_cannot_search():
    text = """
[classes.search]
models = ["compatible:foo"]
[models."compatible:foo"]
context_window = 200_000
"""
    (problem,) = checked(text)
    assert "tasks.search can reach class search, whose compatible:foo" in problem
    assert "web_search = true" in problem
    assert checked(text + "web_search = true") == []


def test_an_effort_its_provider_does_not_know_is_told_with_the_nearest():
    told = checked('[classes.reasoning]\nmodels = ["anthropic:claude-opus-5-5@hgh"]')
    assert told
    assert all("unknown effort hgh; did you mean high?" in line for line in told)


def test_a_disabled_task_is_not_checked():
    text = '[classes.search]\nmodels = ["compatible:foo"]\n'
    assert checked(text)
    assert checked(text + "[tasks.search]\nenabled = false") == []


def test_a_ceiling_that_is_never_reached_is_a_problem():
    text = "[tasks.code]\nceiling = 'fast'"
    assert checked(text) == [
        "r.toml:1: tasks.code.class: class coding never reaches the ceiling fast"
    ]


def test_models_of_a_provider_that_is_not_allowed_are_not_looked_at():
    text = """
allowed_providers = ["anthropic", "xai"]
[classes.reasoning]
models = ["anthropic:claude-opus-5-5", "openai:no-such-model"]
"""
    assert checked(text) == []


def test_a_class_without_an_allowed_provider_is_a_problem():
    only = 'allowed_providers = ["anthropic"]\n[classes.search]\n'
    told = checked(only + 'models = ["xai:grok-4.7"]\n')
    assert told == [
        "r.toml:3: classes.search.models: tasks.search can reach class search, none of "
        "whose providers is in allowed_providers"
    ]


def test_an_override_may_name_what_lies_under_the_ceiling_and_can_do_the_task():
    rules = policy.default()
    assert capability.allowed_classes(rules, "search") == ("search",)
    assert capability.allowed_classes(rules, "triage") == (
        "fast",
        "balanced",
        "reasoning",
        "coding",
    )
    low = policy.load('[tasks.triage]\nceiling = "balanced"')
    assert capability.allowed_classes(low, "triage") == ("fast", "balanced")


def test_an_override_may_not_name_a_class_that_lacks_what_the_task_needs():
    rules = policy.load('preset = "2026-03"')
    allowed = capability.allowed_classes(rules, "debug")
    assert "reasoning" in allowed
    assert "fast" not in allowed


def test_the_policy_has_the_last_word_on_web_search():
    route = Route("anthropic", "claude-opus-5-5")
    off = {route.key: ModelFacts(web_search=False)}
    needs = Needs(web_search=True)
    assert capability.missing(route, needs, overrides={}) == ""
    assert "no web search" in capability.missing(route, needs, overrides=off)


def test_an_unknown_provider_is_named():
    route = Route("nobody", "x")
    assert "unknown provider" in capability.missing(route, Needs(), overrides={})
