"""`routebot ledger`: every decision that was recorded, from GitHub and this machine."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable

import click

from bot.cli.options import format_option
from bot.cli.records import collected, ledger_options
from bot.entries import Entry, Ledger

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
