"""`routebot review`: the review of a range of commits, before anybody else sees it."""

from __future__ import annotations

import click

from bot import events
from bot.cli import local, outcome
from bot.cli.options import format_option, offline_option


@click.command()
@click.argument("commits", default="", metavar="[RANGE]")
@offline_option
@format_option("text", "markdown", "json")
def review(commits: str, offline: bool, output_format: str) -> int:
    """Review the commits of RANGE (default: what is not yet upstream).

    Prints the risk map and, where a model key is set, the model's checked findings:
    rendered on a terminal, as Markdown elsewhere. Nothing is written anywhere.
    """
    event = events.from_command_line("review", [commits] if commits else [])
    published, draft = local.answered(event, commits, offline=offline)
    return outcome.shown(published, draft, output_format=output_format)


COMMAND = review
