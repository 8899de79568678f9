"""`routebot publish`: the half that may write and holds no model key."""

from __future__ import annotations

import click

from bot import draft as drafts
from bot import providers
from bot.action import Inputs
from bot.cli import door, outcome
from bot.cli.door import Door
from bot.cli.options import dry_run_option, event_options, format_option
from bot.errors import UsageError
from bot.verdicts import read_file as read_verdicts
from bot.verdicts import settled

HOLDS_KEY = (
    "this half runs without a model's key: no process holds both a key and what may "
    "write or runs a stranger's tests; take it away: {names}"
)


@click.command()
@click.argument("draft", metavar="FILE")
@event_options
@dry_run_option
@format_option("text", "json")
@click.option(
    "--verdicts",
    default="",
    metavar="FILE",
    help="What `routebot verify` said of the draft's tests.",
)
def publish(
    draft: str,
    event_name: str,
    event_path: str,
    policy: str,
    dry_run: bool,
    output_format: str,
    verdicts: str,
) -> int:
    """Post the draft in FILE where its event happened.

    The draft names no target; it is derived from the event, and the text is made
    harmless again, whoever wrote it.
    """
    entered = door.enter(
        event_name=event_name, event_path=event_path, policy=policy, dry_run=dry_run
    )
    return published(entered, draft, output_format=output_format, verdicts=verdicts)


def published(
    entered: Door, path: str, *, output_format: str, verdicts: str = ""
) -> int:
    """Post the draft in the file at `path`; returns the exit status.

    Raises `UsageError` where a model's key is in reach (contract, rule 2).
    """
    refuse_keys(entered.inputs)
    draft = drafts.read_file(path)
    named = verdicts or entered.inputs.verdicts
    draft = settled(draft, read_verdicts(named) if named else None)
    done = door.post(entered, draft)
    return outcome.done(entered.inputs, done, draft, output_format=output_format)


def refuse_keys(inputs: Inputs) -> None:
    """Raise `UsageError` where a model's key is in reach."""
    if inputs.keys:
        names = ", ".join(providers.load(name).key_variable for name in inputs.keys)
        raise UsageError(HOLDS_KEY.format(names=names))


COMMAND = publish
