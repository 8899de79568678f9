"""Which records a command is about: its options, and where they come from."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot import action, entries, local_ledger, plumbing
from bot.action import Inputs
from bot.cli import checkout
from bot.entries import Collected, Ledger
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


def collected(
    since: str,
    *,
    repo: str,
    author: str,
    workflow: str,
    file: str,
    inputs: Inputs | None = None,
) -> Ledger:
    """Bring together all records since then; says on stderr what is missing.

    With `file` nothing else is read. `inputs` are those that were read already, which
    can be done once. Raises `UsageError`.
    """
    then = entries.moment(since, datetime.now(UTC))
    if file:
        stored = entries.read_file(file)
        found = Collected(
            list(stored.entries), list(stored.notes), list(stored.posted)
        ).ledger(then)
    else:
        inputs = inputs or action.read_inputs()
        found = _gathered(then, inputs, repo=repo, author=author, workflow=workflow)
    for note in found.notes:
        click.echo(f"routebot: {note}", err=True)
    return found


def _gathered(
    then: str, inputs: Inputs, *, repo: str, author: str, workflow: str
) -> Ledger:
    top, name = checkout.root(), named(inputs, repo)
    found = Collected()
    if inputs.github_token and name:
        _from_github(found, then, inputs, name=name, author=author, workflow=workflow)
    else:
        found.notes.append(NO_TOKEN)
    if top is not None and not repo:
        _from_here(found, top)
    return found.ledger(then)


def named(inputs: Inputs, repo: str) -> str:
    """Name the repository: as asked for, as the run has it, or the remote origin's.

    "" where there is none. Raises `UsageError`.
    """
    if repo and (repo.count("/") != 1 or not all(repo.split("/"))):
        raise UsageError(NO_REPOSITORY)
    top = checkout.root()
    return repo or inputs.repository or (checkout.origin(top) if top else "")


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
    from bot import cursor_file
    from bot.github.records import RecordReader

    client = connected(inputs, name)
    found.notes += [] if inputs.marker_key else [UNSEALED]
    who = author or inputs.bot_login
    try:
        id = repository_id(client)
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


def connected(inputs: Inputs, name: str) -> Client:
    """Open a client of a repository by its full name; asks nothing yet."""
    # Imported here: PyGithub costs half a second, and a file needs none of it.
    from bot import github

    return github.connect(
        name,
        token=inputs.github_token,
        api_url=inputs.api_url,
        graphql_url=inputs.graphql_url,
    )


def repository_id(client: Client) -> int:
    """Ask for the number that the repository keeps. Raises `HostError`."""
    return int(client.get(client.path).get("id") or 0)


def _saved(is_saved: bool, found: Collected) -> None:
    if not is_saved:
        found.notes.append(NOT_KEPT)


def _progress(text: str) -> None:
    """Show how far it is, where somebody looks; "" takes the line away."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", nl=False, err=True)
