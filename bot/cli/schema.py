"""`routebot schema`: the shapes that other programs may rely on."""

from __future__ import annotations

import json
from importlib import import_module

import click

from bot.errors import UsageError

# Name → module and function that gives the JSON Schema.
SCHEMAS = {
    "draft": ("bot.draft", "json_schema"),
    "record": ("bot.ledger", "json_schema"),
    "policy": ("bot.policy", "json_schema"),
    "explain": ("bot.explanation_shape", "json_schema"),
    "distill": ("bot.context.log", "json_schema"),
}


@click.command()
@click.argument("name", metavar="NAME")
def schema(name: str) -> None:
    """Print the JSON Schema of draft, record, policy, explain or distill."""
    if name not in SCHEMAS:
        raise UsageError(f"no schema of that name; there are {', '.join(SCHEMAS)}")
    module, function = SCHEMAS[name]
    click.echo(json.dumps(getattr(import_module(module), function)(), indent=2))


COMMAND = schema
