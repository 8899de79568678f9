"""`routebot hook NAME`: what the installed git hooks call."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import hooks

if TYPE_CHECKING:
    from bot.events import Event
    from bot.tasks import Reader


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}
)
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def hook(name: str, arguments: tuple[str, ...]) -> int:
    """Run one git hook; NAME and ARGUMENTS as git gave them, refs on stdin.

    Never stops git: whatever goes wrong is one line. ROUTEBOT_SKIP=1 skips it.
    """
    call = hooks.Call(
        name=name,
        arguments=arguments,
        stdin=sys.stdin,
        pipeline=_findings,
        environ=os.environ,
        root=Path.cwd(),
        say=_say,
    )
    return hooks.run(call)


def _findings(event: Event, reader: Reader) -> str:
    """Answer without a model; "" where nothing reaches what the policy asks for."""
    # Imported here: pydantic and the tasks are what pre-commit must not load.
    from bot import action
    from bot.cli import local

    inputs = action.read_inputs()
    _, draft = local.about(event, reader, inputs=inputs, offline=True)
    return draft.body if draft.speaks else ""


def _say(line: str) -> None:
    click.echo(line, err=True)
    sys.stderr.flush()


COMMAND = hook
