"""`routebot suggest-tests`: tests for what is staged, or for a range of commits."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot import events, git, secrets
from bot.cli import local, outcome, own_inputs, workbench
from bot.cli.options import format_option, offline_option
from bot.git import Checkout
from bot.local_reader import LocalReader
from bot.verify import written
from bot.verify.trial import Trial

NOTHING_WRITTEN = "nothing was written: no test was suggested that held"


@click.command("suggest-tests")
@click.argument("commits", default="", metavar="[RANGE]")
@click.option("--write", is_flag=True, help="Write what held into the work tree.")
@workbench.timeout_option
@offline_option
@format_option("text", "json")
def suggest_tests(
    commits: str, write: bool, timeout: float, offline: bool, output_format: str
) -> int:
    """List what RANGE (default: what is staged) leaves untested, and suggest tests.

    Where a model key is set, a model writes the tests. Each is run in a sandbox, on a
    copy of what is staged or of RANGE's end, and shown only if it passes three times
    and proves something about the change. Nothing is ever committed or staged.
    """
    event = events.from_command_line("suggest-tests", [commits] if commits else [])
    inputs = own_inputs.read()
    opened = git.open_repository(Path.cwd(), environ=os.environ)
    chosen = git.resolve(opened, commits) if commits else git.staged_range(opened)
    reader = LocalReader(opened, chosen)
    vault = secrets.vault(inputs.secrets)
    with workbench.trial(
        opened, chosen, seconds=timeout, say=workbench.say_aside
    ) as trial:
        trial.clean = lambda text: secrets.redact(text, vault).text
        published, draft = local.about(
            event, reader, inputs=inputs, offline=offline, trial=trial
        )
    status = outcome.shown(published, draft, output_format=output_format)
    if write:
        for line in _written(opened, trial):
            workbench.say_aside(line)
    return status


def _written(opened: Checkout, trial: Trial) -> tuple[str, ...]:
    tests = [each.test for each in trial.kept.values()]
    if not tests:
        return (NOTHING_WRITTEN,)
    index = LocalReader(opened, git.staged_range(opened))
    return written.write(
        opened.root, tests, indexed=index.file, package=trial.ground.package
    )


COMMAND = suggest_tests
