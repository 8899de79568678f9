"""`mode: decide`: the decision as outputs, for another action to act on."""

from __future__ import annotations

import click

from bot import action, case
from bot.cli import door, outcome
from bot.cli.door import Door
from bot.draft import Draft


def decide(entered: Door) -> int:
    """Classify and route, spend nothing, set the outputs; returns the exit status.

    Keys are taken for granted: whoever acts on the decision holds them.
    """
    door.keep_record(entered, None)
    client = entered.client() if entered.reaches_github else None
    found = case.of(entered.event, entered.world(client, assume_keys=True))
    if isinstance(found, Draft):
        reason = found.reason or "the event asks for no work"
        values = {"status": "skipped"}
    else:
        decision = found.decision
        first = decision.routes[0] if decision.routes else None
        reason = f"{decision.task} → {decision.model_class}"
        values = {
            "task": decision.task,
            "class": decision.model_class,
            **outcome.route_outputs(first),
            "stakes": decision.stakes.level,
            "confidence": f"{found.classification.confidence:.4f}",
            "cause": decision.cause,
            "status": "printed",
            "cost-usd": "0.000000",
        }
    if entered.inputs.is_action:
        action.write_outputs(entered.inputs.output_path, values)
        click.echo(action.notice(f"routebot: decided · {reason}"))
    else:
        click.echo("\n".join(f"{name}={value}" for name, value in values.items()))
    return 0
