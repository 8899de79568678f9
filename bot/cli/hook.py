"""`routebot hook NAME`: what another tool's git hook calls; ours take a shorter way."""

from __future__ import annotations

import click

from bot import hook_door


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}
)
@click.argument("name")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def hook(name: str, arguments: tuple[str, ...]) -> int:
    """Run one git hook; NAME and ARGUMENTS as git gave them, refs on stdin.

    Whatever goes wrong is one line and stops nothing; only a policy with blocking =
    true lets what was found stop git (status 2). ROUTEBOT_SKIP=1 skips it.
    """
    return hook_door.main(name, arguments)


COMMAND = hook
