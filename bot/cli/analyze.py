"""`routebot analyze`: the half that holds the model key and writes nothing."""

from __future__ import annotations

import click

from bot import draft as drafts
from bot.cli import door, outcome
from bot.cli.door import Door
from bot.cli.options import dry_run_option, event_options
from bot.draft import nothing
from bot.verify.gathering import Gathering

UNFINISHED = "the run ended before its draft was written"


@click.command()
@event_options
@dry_run_option
@click.option(
    "--out",
    default="draft.json",
    metavar="FILE",
    show_default=True,
    help="Where the draft goes.",
)
@click.option(
    "--verify", is_flag=True, help="Gather tests twice over, for routebot verify."
)
def analyze(
    event_name: str,
    event_path: str,
    policy: str,
    dry_run: bool,
    out: str,
    verify: bool,
) -> int:
    """Decide and answer, and write the draft as JSON; post nothing.

    Needs a token that may read and the model's key. `routebot publish` does the rest,
    with a token that may write and no key.
    """
    entered = door.enter(
        event_name=event_name, event_path=event_path, policy=policy, dry_run=dry_run
    )
    return analyzed(entered, out, verify=verify)


def analyzed(entered: Door, path: str, *, verify: bool = False) -> int:
    """Write the draft of the door's event to `path`; returns the exit status."""
    # First, so that a file that cannot be written costs no model call, and so that no
    # older draft is published for this event.
    drafts.write_file(nothing(UNFINISHED), path)
    # What is run in another job is asked for twice over: what fails there is dropped.
    trial = Gathering() if verify or entered.inputs.verify else None
    draft = door.analyze(entered, trial=trial)
    drafts.write_file(draft, path)
    return outcome.analyzed(entered.inputs, draft)


COMMAND = analyze
