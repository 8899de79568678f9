"""`routebot analyze`: the half that holds the model key and writes nothing."""

from __future__ import annotations

from pathlib import Path

import click

from bot import draft as drafts
from bot.cli import door, outcome
from bot.cli.options import event_options


@click.command()
@event_options
@click.option(
    "--out",
    default="draft.json",
    metavar="FILE",
    show_default=True,
    help="Where the draft goes.",
)
def analyze(event_name: str, event_path: str, policy: str, out: str) -> int:
    """Decide and answer, and write the draft as JSON; post nothing.

    Needs a token that may read and the model's key. `routebot publish` does the rest,
    with a token that may write and no key.
    """
    entered = door.enter(
        event_name=event_name, event_path=event_path, policy=policy, dry_run=False
    )
    draft = door.analyze(entered)
    Path(out).write_text(drafts.dumps(draft), encoding="utf-8")
    return outcome.analyzed(entered.inputs, draft)


COMMAND = analyze
