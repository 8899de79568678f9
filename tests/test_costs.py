"""What a call takes, before and after, also where nobody knows its price."""

from __future__ import annotations

from bot import catalog, costs, policy, tasks
from bot.catalog import Route
from bot.context import Section
from bot.costs import Costs
from bot.providers import Usage

LUNA = Route("openai", "gpt-6-luna")
NEW = Route("compatible", "new")
USAGE = Usage(1_000, 1_000)


def _costs(*sections, rules="", task="triage"):
    return Costs(tasks.load(task), policy.load(rules), sections)


def test_an_unknown_price_counts_as_the_dearest_of_its_class():
    rules = policy.load(
        '[classes.fast]\nmodels = ["compatible:new", "openai:gpt-6-luna"]'
    )
    luna = catalog.cost(LUNA, input_tokens=1_000, output_tokens=1_000)
    assert costs.counted(rules, NEW, usage=USAGE) == luna


def test_an_unknown_price_among_unknown_prices_is_not_free():
    rules = policy.load('[classes.fast]\nmodels = ["compatible:new"]')
    astra = catalog.cost(
        Route("openai", "gpt-6-astra"), input_tokens=1_000, output_tokens=1_000
    )
    assert costs.counted(rules, NEW, usage=USAGE) == astra


def test_what_came_from_a_cache_is_cheaper_but_counts_in_full():
    rules = policy.load("")
    cached = Usage(1_000, 1_000, cached_tokens=900)
    full = costs.price(rules, LUNA, usage=USAGE)
    assert costs.price(rules, LUNA, usage=cached) < full
    assert costs.counted(rules, LUNA, usage=cached) == full


def test_no_more_is_expected_than_a_window_holds():
    rules = '[models."openai:gpt-6-luna"]\ncontext_window = 8_000'
    huge = _costs(Section("the item", "word " * 100_000), rules=rules)
    assert huge.input_tokens(LUNA) > 8_000
    output = tasks.load("triage").output_tokens
    most = costs.price(huge.policy, LUNA, usage=Usage(8_000, output))
    assert huge.expected_usd(LUNA) == most


def test_only_what_must_be_whole_has_to_fit():
    long = "word " * 100_000
    assert _costs(Section("the thread", long)).fits(NEW)
    assert not _costs(Section("the item", long, must=True)).fits(NEW)


def test_an_estimate_names_the_dearest_model_of_the_policy():
    estimate = _costs(Section("the item", "short")).estimate(LUNA)
    assert estimate.largest_usd >= estimate.baseline_usd > estimate.usd > 0
    assert estimate.largest_model == "openai:gpt-6-astra@medium"


def test_of_an_answer_in_several_calls_one_is_expected_and_all_are_estimated():
    huge = _costs(Section("the diff", "word " * 400_000, "diff"), task="review")
    most = huge.task.several.most_tokens
    one = Usage(most, huge.task.output_tokens)
    opus = Route("anthropic", "claude-opus-5-5")
    assert huge.input_tokens(opus) > 2 * most
    assert huge.expected_usd(opus) == costs.price(huge.policy, opus, usage=one)
    assert huge.estimate(opus).usd == huge.whole_usd(opus) > 2 * huge.expected_usd(opus)


OPUS = Route("anthropic", "claude-opus-5-5", "high")
FILLER = [Section(f"file {n}", "word " * 20_000, priority=7) for n in range(20)]


def _limited(usd, *sections):
    return Costs(tasks.load("debug"), policy.load(""), sections, usd)


def test_what_fills_a_prompt_is_cut_to_half_of_the_limit():
    item = Section("the item", "word " * 1_000, priority=0)
    whole = _limited(None, item, *FILLER).sent_tokens(OPUS)
    limited = _limited(3.0, item, *FILLER)
    assert whole > limited.sent_tokens(OPUS) > 100_000
    assert 1.45 < limited.expected_usd(OPUS) <= 1.5
    assert _limited(100.0, item, *FILLER).sent_tokens(OPUS) == whole


def test_what_does_not_fill_is_never_cut_by_the_limit():
    wide = Section("the thread", "word " * 400_000, priority=1)
    must = Section("file a", "word " * 100_000, priority=7, must=True)
    costs_of = _limited(0.5, wide, must, *FILLER)
    assert costs_of.sent_tokens(OPUS) == _limited(None, wide, must).sent_tokens(OPUS)
    assert costs_of.expected_usd(OPUS) > 0.5
