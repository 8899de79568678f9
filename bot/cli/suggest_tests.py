"""`routebot suggest-tests`: tests for what is staged, or for a range of commits."""

from __future__ import annotations

import click

from bot import events
from bot.cli import local, outcome
from bot.cli.options import format_option, offline_option


@click.command("suggest-tests")
@click.argument("commits", default="", metavar="[RANGE]")
@offline_option
@format_option("text", "json")
def suggest_tests(commits: str, offline: bool, output_format: str) -> int:
    """List what RANGE (default: what is staged) leaves untested, and suggest tests.

    Where a model key is set, a model writes the tests; they are printed, not run, and
    nothing is written to the work tree.
    """
    event = events.from_command_line("suggest-tests", [commits] if commits else [])
    chosen = commits or local.STAGED
    published, draft = local.answered(event, chosen, offline=offline)
    return outcome.shown(published, draft, output_format=output_format)


COMMAND = suggest_tests
