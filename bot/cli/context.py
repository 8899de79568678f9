"""`routebot context`: what a task would read, and how many tokens that is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from bot import git, local_reader, tasks
from bot.cli import door, issue_file
from bot.cli.options import event_options, format_option
from bot.context import Material, fit
from bot.errors import GitError, UsageError
from bot.nothing_reader import NothingReader
from bot.reader import Reader

ROW = "{tokens:>9,}  {priority}{must}  {kind:<6} {name}"
HEAD = "   tokens  priority  kind  section   (* must be whole)"
TOTAL = "{tokens:>9,}  in all, for {family} models; {findings} findings need none"


@click.command()
@click.argument("task", metavar="TASK")
@event_options
@click.option(
    "--family",
    default="anthropic",
    show_default=True,
    type=click.Choice(["anthropic", "anthropic-old", "openai", "xai", "compatible"]),
    help="Whose tokens to count.",
)
@click.option(
    "--issue",
    "issue_path",
    default="",
    metavar="FILE",
    help="An issue instead of an event: its title on the first line, then its text.",
)
@format_option("text", "json")
def context(
    task: str,
    event_name: str,
    event_path: str,
    policy: str,
    family: fit.Family,
    issue_path: str,
    output_format: str,
) -> None:
    """Show the sections TASK would send for an event or an issue, with their tokens.

    Files come from this checkout's HEAD; what only GitHub knows is listed as not read.
    """
    if task not in tasks.names():
        raise UsageError(f"no task {task!r}; there are {', '.join(tasks.names())}")
    if issue_path:
        event = issue_file.read(issue_path)
    else:
        entered = door.enter(
            event_name=event_name, event_path=event_path, policy=policy, dry_run=True
        )
        event = entered.event
    reader = _reader()
    material = tasks.load(task).gather(event, reader)
    if output_format == "json":
        click.echo(json.dumps(_as_json(material, reader, family), indent=2))
    else:
        click.echo(_as_text(material, reader, family))


def _reader() -> Reader:
    try:
        checkout = git.open_repository(Path.cwd(), environ=os.environ)
        head = git.resolve(checkout, "HEAD..HEAD")
    except GitError:
        return NothingReader()
    return local_reader.LocalReader(checkout, head)


def _as_text(material: Material, reader: Reader, family: fit.Family) -> str:
    rows = [
        ROW.format(
            tokens=fit.section_tokens(section, family=family),
            priority=section.priority,
            must="*" if section.must else " ",
            kind=section.kind,
            name=section.name,
        )
        for section in material.sections
    ]
    total = TOTAL.format(
        tokens=_total(material, family), family=family, findings=len(material.findings)
    )
    missing = [f"{'':>9}  not read: {sentence}" for sentence in reader.missing]
    return "\n".join([HEAD, *rows, total, *missing])


def _as_json(
    material: Material, reader: Reader, family: fit.Family
) -> dict[str, object]:
    return {
        "schema": 1,
        "sections": [
            {
                "name": section.name,
                "kind": section.kind,
                "priority": section.priority,
                "must": section.must,
                "tokens": fit.section_tokens(section, family=family),
            }
            for section in material.sections
        ],
        "findings": len(material.findings),
        "tokens": _total(material, family),
        "not_read": list(reader.missing),
    }


def _total(material: Material, family: fit.Family) -> int:
    return sum(fit.section_tokens(each, family=family) for each in material.sections)


COMMAND = context
