import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from bot import catalog
from bot.catalog import Prices, Route
from bot.errors import UsageError
from bot.policy.model import ModelFacts

ROOT = Path(__file__).parents[1]
LUNA = Route("openai", "gpt-6-luna", "low")
GENERATOR = runpy.run_path(str(ROOT / "benchmarks" / "build_catalog.py"))


def test_the_shipped_table_is_what_the_installed_prices_give_for_its_date():
    fresh = GENERATOR["build"](date.fromisoformat(catalog.date()))
    text = (ROOT / "bot" / "catalog.json").read_text(encoding="utf-8")
    assert text == GENERATOR["render"](fresh), "stale: run `make catalog`"


def test_the_table_is_small_and_one_model_a_line():
    text = (ROOT / "bot" / "catalog.json").read_text(encoding="utf-8")
    assert len(text) < 24_000
    assert text.count('"window"') == len(json.loads(text)["models"])
    assert all(line.count('"window"') < 2 for line in text.splitlines())


@pytest.mark.parametrize("word", ["image", "audio", "embedding", "tts", "ft:"])
def test_only_models_that_answer_text_with_text_are_listed(word):
    assert not [route for route in catalog.routes() if word in route.model]


def test_facts_of_a_known_model():
    known = catalog.facts(Route("anthropic", "claude-opus-5-5", "high"))
    assert known is not None
    assert known.window == 1_000_000
    assert known.prices == (Prices(4, 20, 0.2),)
    assert known.search_usd == 10


def test_the_price_in_force_on_the_day_counts():
    built = GENERATOR["build"]
    before = built(date(2026, 3, 12))["models"]["anthropic:claude-opus-4-6"]
    after = built(date(2026, 3, 13))["models"]["anthropic:claude-opus-4-6"]
    assert len(before["prices"]) == 2
    assert len(after["prices"]) == 1


def test_an_unknown_model_has_no_facts_and_no_price():
    route = Route("compatible", "something")
    assert catalog.facts(route) is None
    assert catalog.cost(route, input_tokens=1, output_tokens=1) is None


def test_a_dated_id_is_found_under_its_undated_name():
    dated = catalog.facts(Route("anthropic", "claude-haiku-4-5-20251001"))
    assert dated == catalog.facts(Route("anthropic", "claude-haiku-4-5"))
    assert dated is not None


@pytest.mark.parametrize(
    ("tokens", "usd"),
    [
        (0, 0.5),
        (272_000, 0.0272 + 0.5),
        (272_001, 0.0544002 + 0.75),
    ],
)
def test_a_tier_prices_the_whole_request_above_its_threshold(tokens, usd):
    cost = catalog.cost(LUNA, input_tokens=tokens, output_tokens=1_000_000)
    assert cost == pytest.approx(usd)


@pytest.mark.parametrize("tokens", [1, 100_000, 100_001, 272_000, 272_001, 900_000])
@pytest.mark.parametrize("route", ["openai:gpt-6-luna", "anthropic:claude-haiku-5-5"])
def test_costs_are_those_of_genai_prices(route, tokens):
    from genai_prices import Usage, calc_price

    parsed = Route.parse(route)
    theirs = calc_price(
        Usage(input_tokens=tokens, output_tokens=7, cache_read_tokens=tokens // 2),
        model_ref=parsed.model,
        provider_id=parsed.provider,
    )
    ours = catalog.cost(
        parsed, input_tokens=tokens, output_tokens=7, cached_tokens=tokens // 2
    )
    assert ours == pytest.approx(float(theirs.total_price))


def test_cached_tokens_are_part_of_the_input_and_never_more():
    cost = catalog.cost(LUNA, input_tokens=10, output_tokens=0, cached_tokens=99)
    assert cost == pytest.approx(10 * 0.01 / 1e6)


def test_searches_are_priced_even_where_the_table_states_no_price():
    grok = Route("xai", "grok-4.7", "low")
    assert catalog.cost(grok, input_tokens=0, output_tokens=0, searches=5) == 0.05


def test_the_policy_states_what_the_table_does_not_know():
    said = ModelFacts(context_window=32_000, input_usd=1, output_usd=2)
    route, overrides = Route("compatible", "mine"), {"compatible:mine": said}
    known = catalog.facts(route, overrides)
    assert known is not None
    assert (known.window, known.web_search) == (32_000, None)
    cost = catalog.cost(
        route, input_tokens=1_000_000, output_tokens=1_000_000, overrides=overrides
    )
    assert cost == 3


def test_the_policy_may_correct_one_fact_and_keep_the_others():
    overrides = {"openai:gpt-6-luna": ModelFacts(context_window=200_000)}
    known = catalog.facts(LUNA, overrides)
    assert known is not None
    assert known.window == 200_000
    assert len(known.prices) == 2


@pytest.mark.parametrize(
    "text", ["", "model", ":model", "openai:", "openai:a b", "openai:a@", "OpenAI:a"]
)
def test_what_is_not_a_route_is_refused(text):
    with pytest.raises(UsageError, match="provider:model@effort"):
        Route.parse(text)


@pytest.mark.parametrize("text", ["openai:gpt-6-luna@low", "compatible:org/model:7b"])
def test_a_route_reads_back_what_it_writes(text):
    assert str(Route.parse(text)) == text
