"""Write bot/catalog.json from the prices in genai-prices (`make catalog`)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from genai_prices import data
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

TARGET = Path(__file__).parents[1] / "bot" / "catalog.json"
# Our name of the provider -> the name in genai-prices.
PROVIDERS = {"anthropic": "anthropic", "openai": "openai", "xai": "x-ai"}
# Below this no task of ours fits its material and its reply.
SMALLEST_WINDOW = 100_000
# Models that do not answer a text with a text, by a word of their id; fine-tunes and
# previews of single tools are priced apart and nobody routes to them by name.
NOT_OURS = (
    "audio",
    "embedding",
    "image",
    "realtime",
    "search",
    "transcribe",
    "tts",
    "vision",
    "deep-research",
    "ft:",
    "safeguard",
    "preview",
)


def build(day: date) -> dict[str, Any]:
    """Return the catalogue with the prices in force on `day`, ready for JSON."""
    models = {
        f"{ours}:{model.id}": _entry(model, day)
        for ours, theirs in PROVIDERS.items()
        for model in _models(theirs)
    }
    return {
        "schema": 1,
        "source": f"genai-prices {version('genai-prices')}",
        "date": day.isoformat(),
        "models": models,
    }


def render(catalogue: dict[str, Any]) -> str:
    """Return the JSON text: one model a line, so that a diff shows what changed."""
    head = [
        f'  "{key}": {json.dumps(catalogue[key])},'
        for key in ("schema", "source", "date")
    ]
    lines = [
        f"    {json.dumps(key)}: {json.dumps(entry)}"
        for key, entry in catalogue["models"].items()
    ]
    return "\n".join(["{", *head, '  "models": {', ",\n".join(lines), "  }", "}", ""])


def _models(provider_id: str) -> Iterator[ModelInfo]:
    provider = next(p for p in data.providers if p.id == provider_id)
    return (model for model in provider.models if _is_ours(model))


def _is_ours(model: ModelInfo) -> bool:
    if model.deprecated or (model.context_window or 0) < SMALLEST_WINDOW:
        return False
    return not any(word in model.id for word in NOT_OURS)


def _entry(model: ModelInfo, day: date) -> dict[str, Any]:
    price = model.get_prices(datetime.combine(day, time(12), UTC))
    entry: dict[str, Any] = {"window": model.context_window, "prices": _prices(price)}
    if price.web_searches_kcount is not None:
        entry["search"] = _number(_at(price.web_searches_kcount, 0))
    return entry


def _prices(price: ModelPrice) -> list[list[float]]:
    """Return rows of [threshold, input, output, cached], the first threshold 0."""
    parts = (
        price.input_mtok,
        price.output_mtok,
        price.cache_read_mtok or price.input_mtok,
    )
    starts = {
        tier.start
        for part in parts
        if isinstance(part, TieredPrices)
        for tier in part.tiers
    }
    return [
        [start, *(_number(_at(part, start)) for part in parts)]
        for start in sorted({0, *starts})
    ]


def _at(price: Decimal | TieredPrices | None, start: int) -> Decimal:
    """Return the price of a request just above `start` input tokens."""
    if isinstance(price, TieredPrices):
        reached = [tier.price for tier in price.tiers if tier.start <= start]
        return reached[-1] if reached else price.base
    return price if price is not None else Decimal(0)


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def main() -> None:
    """Write the file, or with --check say whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--date", type=date.fromisoformat, default=datetime.now(UTC).date()
    )
    day = parser.parse_args().date
    catalogue = build(day)
    TARGET.write_text(render(catalogue), encoding="utf-8")
    size = TARGET.stat().st_size
    print(f"{TARGET.name}: {len(catalogue['models'])} models, {size:,} bytes, {day}")


if __name__ == "__main__":
    main()
