"""`routebot models`: what each class holds, what it costs, and which keys are here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from bot import catalog, policy, providers, user_config
from bot.catalog import Facts, Prices, Route
from bot.cli import policy_file
from bot.cli.options import format_option
from bot.policy import Policy

UNKNOWN = "unknown"
IN_FILE = "present (config user)"
FOOT = "USD per million tokens in / out, as of {date} ({source})."


@click.command("models")
@click.option(
    "--policy",
    "file",
    type=click.Path(path_type=Path),
    help=f"The policy to show instead of {policy.PATH}.",
)
@format_option("text", "json")
def COMMAND(file: Path | None, output_format: str) -> None:
    """Show each class's models: window, prices, and whether their key is here."""
    source, name = policy_file.read(file)
    own = user_config.variables(user_config.load(os.environ), os.environ)
    rows = list(models(policy.load(source, file=name), environ=os.environ, own=own))
    if output_format == "json":
        head = {"schema": 1, "date": catalog.date(), "source": catalog.source()}
        click.echo(json.dumps({**head, "models": rows}))
    else:
        _print_table(rows)


def models(
    shown: Policy, *, environ: Mapping[str, str], own: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield one row a class and route, as `--format json` prints it.

    `own` are the variables that the user's own file stands for.
    """
    for name in policy.CLASSES:
        for route in shown.classes[name].routes:
            known = catalog.facts(route, shown.models) or Facts()
            provider = providers.load(route.provider)
            yield {
                "class": name,
                "route": str(route),
                "provider": route.provider,
                "model": route.model,
                "effort": route.effort,
                "context_window": known.window,
                "prices": [_price(price) for price in known.prices],
                "is_allowed": route.provider in shown.allowed_providers,
                "key": provider.key_variable,
                "key_present": bool({**environ, **own}.get(provider.key_variable)),
                "key_is_in_own_file": provider.key_variable in own,
                "needs_key": provider.needs_key,
            }


def _price(price: Prices) -> dict[str, float]:
    return {
        "above_tokens": price.above,
        "input_usd": price.input_usd,
        "cached_usd": price.cached_usd,
        "output_usd": price.output_usd,
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    # rich costs as much as everything else here; only this table needs it.
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (
        "class",
        "provider:model",
        "effort",
        "window",
        "USD in / out",
        "key",
    ):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row))
    # Piped output has no width of its own; a cut model name would be of no use.
    width = None if os.isatty(1) else 160
    console = Console(width=width, highlight=False, markup=False)
    console.print(table)
    console.print(FOOT.format(date=catalog.date(), source=catalog.source()))


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    window = row["context_window"]
    return (
        row["class"],
        Route(row["provider"], row["model"]).key,
        row["effort"] or "-",
        f"{window:,}" if window else UNKNOWN,
        _prices(row["prices"]),
        _key(row),
    )


def _prices(prices: list[dict[str, float]]) -> str:
    if not prices:
        return UNKNOWN
    first, *others = (f"{p['input_usd']:g} / {p['output_usd']:g}" for p in prices)
    tiers = [
        f"{text} above {int(price['above_tokens']):,}"
        for text, price in zip(others, prices[1:], strict=True)
    ]
    return f"{first} ({', '.join(tiers)})" if tiers else first


def _key(row: Mapping[str, Any]) -> str:
    if not row["is_allowed"]:
        return "provider not allowed"
    if row["key_present"]:
        return IN_FILE if row["key_is_in_own_file"] else "present"
    return f"{row['key']} missing" if row["needs_key"] else "not needed"
