"""Facts about models: window, price, effort levels, web search."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from bot.errors import UsageError

_ROUTE = re.compile(r"([a-z][a-z0-9-]{0,31}):([^\s@]{1,128})(?:@([a-z]{1,16}))?")
_DATED = re.compile(r"-20\d\d-?[01]\d-?[0-3]\d$")
_FILE = Path(__file__).with_name("catalog.json")
# genai-prices states no price per search for some models (xAI bills it in
# `usage.cost_in_usd_ticks`); every provider that states one asks this much.
USUAL_SEARCH_USD = 10.0


@dataclass(frozen=True, slots=True)
class Route:
    """One candidate: a provider, a model there and how hard it should think."""

    provider: str
    model: str
    effort: str = ""

    @classmethod
    def parse(cls, text: str) -> Route:
        """Read `provider:model@effort`; the effort may be missing.

        Raises `UsageError` naming the form.
        """
        match = _ROUTE.fullmatch(text)
        if match is None:
            raise UsageError(f"{text!r} is not a route; write provider:model@effort")
        return cls(match[1], match[2], match[3] or "")

    @property
    def key(self) -> str:
        """`provider:model`, by which facts are kept; the effort changes none."""
        return f"{self.provider}:{self.model}"

    def __str__(self) -> str:
        suffix = f"@{self.effort}" if self.effort else ""
        return f"{self.provider}:{self.model}{suffix}"


@dataclass(frozen=True, slots=True)
class Prices:
    """USD per million tokens; holds for requests above `above` input tokens."""

    input_usd: float
    output_usd: float
    cached_usd: float
    above: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one model; None is unknown, never zero.

    `window` counts tokens of input and output together. `prices` are sorted by
    `above`, empty when unknown. `search_usd` is for 1,000 web searches. `web_search`
    is None where nobody overrode what the provider offers.
    """

    window: int | None = None
    prices: tuple[Prices, ...] = ()
    search_usd: float | None = None
    web_search: bool | None = None


class Overrides(Protocol):
    """What a policy may say about one model (`[models."provider:model"]`)."""

    @property
    def context_window(self) -> int | None:
        """Tokens of input and output together."""

    @property
    def input_usd(self) -> float | None:
        """USD per million tokens."""

    @property
    def output_usd(self) -> float | None:
        """USD per million tokens."""

    @property
    def web_search(self) -> bool | None:
        """Whether the model's server searches the web itself."""


_NONE: Mapping[str, Overrides] = {}


def facts(route: Route, overrides: Mapping[str, Overrides] = _NONE) -> Facts | None:
    """Look one model up, with what the policy says laid over it.

    `overrides` are keyed by `provider:model`. An id that ends in a date is found
    under its undated name. None when neither knows the model.
    """
    known = _models().get(route.key) or _models().get(_DATED.sub("", route.key))
    said = overrides.get(route.key)
    return known if said is None else _overlaid(known or Facts(), said)


def cost(
    route: Route,
    *,
    input_tokens: int,
    output_tokens: int,
    cached_tokens: int = 0,
    searches: int = 0,
    overrides: Mapping[str, Overrides] = _NONE,
) -> float | None:
    """Price one call in USD, None when the model's price is unknown.

    `input_tokens` include the `cached_tokens`. A tier's price holds for the whole
    request once its input passes the threshold (genai-prices, `TieredPrices`).
    """
    known = facts(route, overrides)
    if known is None or not known.prices:
        return None
    price = _reached(known.prices, input_tokens)
    cached = min(cached_tokens, input_tokens)
    tokens = (
        (input_tokens - cached) * price.input_usd
        + cached * price.cached_usd
        + output_tokens * price.output_usd
    )
    per_search = USUAL_SEARCH_USD if known.search_usd is None else known.search_usd
    return tokens / 1_000_000 + searches * per_search / 1_000


def date() -> str:
    """Say on which day the shipped prices were in force, as YYYY-MM-DD."""
    return str(_table()["date"])


def source() -> str:
    """Say what the shipped table was generated from, with its version."""
    return str(_table()["source"])


def routes() -> tuple[Route, ...]:
    """List every model of the table, in its order."""
    return tuple(Route.parse(key) for key in _models())


def _reached(prices: tuple[Prices, ...], input_tokens: int) -> Prices:
    passed = [price for price in prices if input_tokens > price.above]
    return passed[-1] if passed else prices[0]


def _overlaid(known: Facts, said: Overrides) -> Facts:
    prices = known.prices
    if said.input_usd is not None and said.output_usd is not None:
        # One price for everything: a team that names its price has no tiers with us.
        prices = (Prices(said.input_usd, said.output_usd, said.input_usd),)
    return Facts(
        window=known.window if said.context_window is None else said.context_window,
        prices=prices,
        search_usd=known.search_usd,
        web_search=said.web_search,
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _models() -> dict[str, Facts]:
    return {key: _read(entry) for key, entry in _table()["models"].items()}


def _read(entry: Mapping[str, Any]) -> Facts:
    prices = tuple(Prices(i, o, c, above) for above, i, o, c in entry["prices"])
    return Facts(entry["window"], prices, entry.get("search"))
