"""`routebot report`: what the routing cost, saved and got wrong."""

from __future__ import annotations

from pathlib import Path

import click

from bot import action, assembly, outgoing, own_files
from bot.action import Inputs
from bot.cli.records import (
    collected,
    connected,
    ledger_options,
    named,
    repository_id,
)
from bot.errors import UsageError
from bot.report import figures, issue, page, summary

UNWRITABLE = "cannot write the report {path} ({why}); name another file"
NO_TOKEN = "--issue needs GITHUB_TOKEN and a repository; see --repo"
POSTED = "routebot: the report stands in {url}"
WROTE = "routebot: wrote {path}"


@click.command()
@ledger_options
@click.option(
    "--html", "target", default="", metavar="FILE", help="Write a page with charts."
)
@click.option(
    "--issue",
    "in_issue",
    is_flag=True,
    help="Keep the Markdown in one issue, edited in place.",
)
@click.option(
    "--summary", "is_summary", is_flag=True, help="Print Markdown; without --html, too."
)
def report(
    since: str,
    repo: str,
    author: str,
    workflow: str,
    file: str,
    target: str,
    is_summary: bool,
    in_issue: bool,
) -> int:
    """Add up what was spent, saved, corrected and how long it took.

    The page of --html is one file that needs no network. --summary suits
    $GITHUB_STEP_SUMMARY; --issue needs a token with `issues: write`.
    """
    inputs = action.read_inputs()
    found = collected(
        since, repo=repo, author=author, workflow=workflow, file=file, inputs=inputs
    )
    added = figures.of(
        found.entries, since=found.since, notes=found.notes, posted=found.posted
    )
    if target:
        _write(Path(target), page.render(added))
        click.echo(WROTE.format(path=target), err=True)
    shown = summary.render(added)
    if is_summary or not (target or in_issue):
        click.echo(shown, nl=False)
    if in_issue:
        click.echo(POSTED.format(url=_posted(shown, repo, inputs)), err=True)
    return 0


def _posted(text: str, repo: str, inputs: Inputs) -> str:
    """Keep the report in its issue; returns the address. Raises `HostError`."""
    name = named(inputs, repo)
    if not (name and inputs.github_token):
        raise UsageError(NO_TOKEN)
    client = connected(inputs, name)
    # Imported here: what only prints needs no GitHub.
    from bot.github.publisher import GitHubPublisher

    return issue.keep(
        outgoing.safe(text, assembly.rules_of(inputs)),
        issues=GitHubPublisher(client, inputs.bot_login),
        repository_id=repository_id(client),
        secret=inputs.marker_key,
    )


def _write(path: Path, text: str) -> None:
    """Replace a file whole, or leave it as it was. Raises `UsageError`."""
    try:
        own_files.replace(path, text.encode())
    except OSError as exc:
        raise UsageError(UNWRITABLE.format(path=path, why=exc.strerror)) from exc


COMMAND = report
