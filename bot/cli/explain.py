"""`routebot explain`: the decision for an event, without a token or a request."""

from __future__ import annotations

import json

import click

from bot import budget_left, case, explanation
from bot.cli import door
from bot.cli.options import dry_run_option, event_options, format_option
from bot.draft import Draft


@click.command()
@event_options
@dry_run_option
@format_option("text", "json")
def explain(
    event_name: str, event_path: str, policy: str, dry_run: bool, output_format: str
) -> int:
    """Show which model would do an event's work, why, and what it would cost.

    Works offline, from the event and a local policy, and says what it could not read.
    """
    entered = door.enter(
        event_name=event_name, event_path=event_path, policy=policy, dry_run=dry_run
    )
    none_set = not entered.inputs.keys
    world = entered.world(None, assume_keys=none_set)
    found = case.of(entered.event, world)
    if isinstance(found, Draft):
        said = found.reason or found.body
        as_json = {"schema": 1, "event": entered.event.kind, "task": None, "why": said}
        click.echo(json.dumps(as_json) if output_format == "json" else said)
        return 0
    left = budget_left.of(found, world)
    if output_format == "json":
        whole = explanation.explain(found, left)
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        click.echo(explanation.as_text(found, left), nl=False)
    return 0


COMMAND = explain
