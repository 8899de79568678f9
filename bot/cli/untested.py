"""`routebot untested`: changed code that no test reaches; no model, no network."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.options import format_option
from bot.context import untested
from bot.errors import UsageError

NOTHING = "nothing untested: a test reaches every changed symbol"
ITEM = "{path}:{line}: {symbol} {why}{unnamed}. A test of it belongs into {test_file}"
UNNAMED = "; no test names it"
BOTH = "name a RANGE or --staged, not both"


@click.command("untested")
@click.argument("commits", default="", metavar="[RANGE]")
@click.option("--staged", is_flag=True, help="What is staged instead of commits.")
@format_option("text", "json")
def untested_command(commits: str, staged: bool, output_format: str) -> None:
    """List the changed functions, branches and lines that no test reaches.

    RANGE is A..B, A...B or A; without it, what is not yet upstream. What matters most
    stands first. A coverage report that lies in the work tree and is newer than the
    code is used.
    """
    if commits and staged:
        raise UsageError(BOTH)
    found, missing = _found(commits, staged=staged)
    if output_format == "json":
        symbols = [asdict(each) for each in found]
        click.echo(json.dumps({"schema": 1, "untested": symbols, "missing": missing}))
    else:
        click.echo("\n".join(_text(found)))
        for sentence in missing:
            click.echo(sentence, err=True)


def _found(
    commits: str, *, staged: bool
) -> tuple[tuple[untested.Untested, ...], list[str]]:
    # Imported here: GitPython costs more than everything else this command does.
    from bot import git, local_reader
    from bot.context import lacking

    checkout = git.open_repository(Path.cwd(), environ=os.environ)
    chosen = git.staged_range(checkout) if staged else git.resolve(checkout, commits)
    reader = local_reader.LocalReader(checkout, chosen)
    looked = lacking.find(reader)
    return looked.found, [*looked.notes, *reader.missing]


def _text(found: Sequence[untested.Untested]) -> Iterator[str]:
    if not found:
        yield NOTHING
    for each in found:
        unnamed = UNNAMED if each.kind == "symbol" and not each.lines else ""
        yield ITEM.format(**asdict(each), unnamed=unnamed)


COMMAND = untested_command
