"""`routebot ledger`: every decision that was recorded, from GitHub and this machine."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot import action, entries, local_ledger, plumbing
from bot.action import Inputs
from bot.cli import checkout
from bot.cli.options import format_option
from bot.entries import Collected, Entry, Ledger
from bot.errors import GitError, HostError, UsageError

if TYPE_CHECKING:
    from bot.github import Client

Command = TypeVar("Command", bound=Callable[..., Any])
NO_TOKEN = "no GITHUB_TOKEN and repository: these are the records of this machine alone"
NO_ANSWER = "GitHub's records are not all here ({why}); run it again to go on"
NOT_KEPT = "the cursor could not be written: the next run reads everything again"
BROKEN = "{count} half-written lines in this machine's records were passed over"
UNSEALED = "no ROUTEBOT_MARKER_KEY is set: who may edit comments can change records"
NO_REPOSITORY = "--repo takes OWNER/NAME"
NONE = "no records since {since}"
COLUMNS = (
    "at",
    "repository",
    "number",
    "task",
    "via",
    "model_class",
    "cause",
    "route",
    "outcome",
    "calls",
    "usd",
    "baseline_usd",
    "seconds",
    "actor",
    "trust",
    "source",
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def ledger_options(command: Command) -> Command:
    """Which records: `--since`, `--repo`, `--author`, `--workflow`, `--ledger`."""
    for option in (
        click.option(
            "--ledger",
            "file",
            default="",
            metavar="FILE",
            help="Records that `routebot ledger --format json` wrote; asks nobody.",
        ),
        click.option(
            "--workflow",
            default=".github/workflows/routebot.yml",
            metavar="PATH",
            show_default=True,
            help="Our own workflow file: only what its runs kept counts.",
        ),
        click.option(
            "--author",
            default="",
            metavar="LOGIN",
            help="The account that posts for routebot.  [default: github-actions[bot]]",
        ),
        click.option(
            "--repo",
            default="",
            metavar="O/R",
            help="Another repository than that of the remote origin.",
        ),
        click.option(
            "--since",
            default="30d",
            show_default=True,
            help="How far back: 12h, 30d, 4w, or a date.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@ledger_options
@format_option("table", "json", "csv")
def ledger(
    since: str,
    repo: str,
    author: str,
    workflow: str,
    file: str,
    output_format: str,
) -> int:
    """List every recorded decision, with its cost.

    Reads them back from routebot's own comments and from what its runs kept, and adds
    those of this machine. What was read before is remembered in your cache folder.
    """
    found = collected(since, repo=repo, author=author, workflow=workflow, file=file)
    if output_format == "json":
        click.echo(found.model_dump_json(by_alias=True, exclude_defaults=False))
    elif output_format == "csv":
        click.echo(_csv(found.entries), nl=False)
    else:
        _print_table(found)
    return 0


def collected(
    since: str, *, repo: str, author: str, workflow: str, file: str
) -> Ledger:
    """Bring together all records since then; says on stderr what is missing.

    With `file` nothing else is read. Raises `UsageError`.
    """
    then = entries.moment(since, datetime.now(UTC))
    if file:
        stored = entries.read_file(file)
        found = Collected(
            list(stored.entries), list(stored.notes), list(stored.posted)
        ).ledger(then)
    else:
        inputs = action.read_inputs()
        found = _gathered(then, inputs, repo=repo, author=author, workflow=workflow)
    for note in found.notes:
        click.echo(f"routebot: {note}", err=True)
    return found


def _gathered(
    then: str, inputs: Inputs, *, repo: str, author: str, workflow: str
) -> Ledger:
    top = checkout.root()
    name = repo or inputs.repository or (checkout.origin(top) if top else "")
    if repo and (repo.count("/") != 1 or not all(repo.split("/"))):
        raise UsageError(NO_REPOSITORY)
    found = Collected()
    if inputs.github_token and name:
        _from_github(found, then, inputs, name=name, author=author, workflow=workflow)
    else:
        found.notes.append(NO_TOKEN)
    if top is not None and not repo:
        _from_here(found, top)
    return found.ledger(then)


def _from_here(found: Collected, top: Path) -> None:
    folder = git_folder(top)
    if folder is None:
        return
    own, broken = local_ledger.read(folder)
    found.entries += own
    found.notes += [BROKEN.format(count=broken)] if broken else []


def git_folder(top: Path) -> Path | None:
    """The git directory that all worktrees of a repository share."""
    asked = ("rev-parse", "--git-common-dir")
    try:
        answer = plumbing.git(asked, root=top, environ=plumbing.clean(os.environ))
    except GitError:
        return None
    return top / os.fsdecode(answer.rstrip(b"\n"))


def _from_github(
    found: Collected,
    then: str,
    inputs: Inputs,
    *,
    name: str,
    author: str,
    workflow: str,
) -> None:
    # Imported here: PyGithub costs half a second, and a file needs none of it.
    from bot import cursor_file, github
    from bot.github.records import RecordReader

    client = github.connect(
        name,
        token=inputs.github_token,
        api_url=inputs.api_url,
        graphql_url=inputs.graphql_url,
    )
    found.notes += [] if inputs.marker_key else [UNSEALED]
    who = author or inputs.bot_login
    try:
        id = _repository_id(client)
        base = cursor_file.folder(os.environ)
        seen_with = (inputs.api_url, id, who, inputs.marker_key)
        path = cursor_file.path_of(base, *seen_with) if base else None
        reader = RecordReader(
            client,
            id,
            who,
            inputs.marker_key,
            cursor_file.load(path),
            save=lambda cursor: _saved(cursor_file.save(path, cursor), found),
            progress=_progress,
            allow_private=inputs.allow_private,
        )
        more = reader.read(then, workflow=workflow)
    except HostError as exc:
        found.notes.append(NO_ANSWER.format(why=exc))
        return
    finally:
        _progress("")
    found.entries += more.entries
    found.posted += more.posted
    found.notes += more.notes


def _repository_id(client: Client) -> int:
    return int(client.get(client.path).get("id") or 0)


def _saved(is_saved: bool, found: Collected) -> None:
    if not is_saved:
        found.notes.append(NOT_KEPT)


def _progress(text: str) -> None:
    """Show how far it is, where somebody looks; "" takes the line away."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", nl=False, err=True)


def _row(entry: Entry) -> dict[str, str]:
    said = {**entry.record.model_dump(mode="json"), **entry.model_dump(mode="json")}
    said["number"] = entry.number or entry.record.number or ""
    return {name: "" if said[name] is None else str(said[name]) for name in COLUMNS}


def _csv(found: Iterable[Entry]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in found:
        row = _row(entry)
        writer.writerow(
            {k: f"'{v}" if v.startswith(_FORMULA) else v for k, v in row.items()}
        )
    return text.getvalue()


def _print_table(found: Ledger) -> None:
    if not found.entries:
        click.echo(NONE.format(since=found.since))
        return
    # rich costs as much as everything else here; only this table needs it.
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    shown = ("at", "number", "task", "model_class", "route", "outcome", "usd", "actor")
    for heading in shown:
        table.add_column(heading, overflow="fold")
    for entry in found.entries:
        row = _row(entry)
        # Names come from GitHub: nothing that is not printable reaches a terminal.
        table.add_row(*("".join(filter(str.isprintable, row[k])) for k in shown))
    width = None if os.isatty(1) else 160
    console = Console(width=width, highlight=False, markup=False)
    console.print(table)
    total = sum(entry.record.usd or 0.0 for entry in found.entries)
    console.print(f"{len(found.entries):,} records, {total:.2f} USD")


COMMAND = ledger
