"""`routebot report`: what the routing cost, saved and got wrong."""

from __future__ import annotations

from pathlib import Path

import click

from bot import own_files
from bot.cli.ledger import collected, ledger_options
from bot.errors import UsageError
from bot.report import figures, page, summary

UNWRITABLE = "cannot write the report {path} ({why}); name another file"
WROTE = "routebot: wrote {path}"


@click.command()
@ledger_options
@click.option(
    "--html", "target", default="", metavar="FILE", help="Write a page with charts."
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
) -> int:
    """Add up what was spent, saved, corrected and how long it took.

    The page of --html is one file that needs no network. --summary suits
    $GITHUB_STEP_SUMMARY.
    """
    found = collected(since, repo=repo, author=author, workflow=workflow, file=file)
    added = figures.of(
        found.entries, since=found.since, notes=found.notes, posted=found.posted
    )
    if target:
        _write(Path(target), page.render(added))
        click.echo(WROTE.format(path=target), err=True)
    if is_summary or not target:
        click.echo(summary.render(added), nl=False)
    return 0


def _write(path: Path, text: str) -> None:
    """Replace a file whole, or leave it as it was. Raises `UsageError`."""
    try:
        own_files.replace(path, text.encode())
    except OSError as exc:
        raise UsageError(UNWRITABLE.format(path=path, why=exc.strerror)) from exc


COMMAND = report
