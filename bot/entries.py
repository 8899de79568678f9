"""Records with the place where they stood: merged, filtered, written and read back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.acceptance import Posted
from bot.errors import UsageError
from bot.ledger import Record

Source = Literal["comment", "artifact", "local"]
MAX_BYTES = 256 * 1024 * 1024
_SPAN = re.compile(r"([0-9]{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}
NOT_A_SPAN = "--since takes 30d, 12h, 4w or a date such as 2026-11-01"
NOT_A_LEDGER = "{path} is no ledger; write one with routebot ledger --format json"
UNREADABLE = "cannot read the ledger {path} ({why})"


class Entry(BaseModel):
    """One record, where it stood, and the reactions to its comment."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    repository: Annotated[str, Field(max_length=200)] = ""
    number: Annotated[int, Field(ge=0)] = 0
    source: Source
    thumbs_up: Annotated[int, Field(ge=0)] = 0
    thumbs_down: Annotated[int, Field(ge=0)] = 0
    record: Record


class Ledger(BaseModel):
    """What `routebot ledger --format json` prints, and other commands read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    schema_version: Literal[1] = Field(default=1, alias="schema")
    since: str = ""
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    posted: tuple[Posted, ...] = ()


@dataclass(slots=True)
class Collected:
    """Entries as they come in, and plain sentences on what could not be had.

    `posted` is what became of suggestions, findings and tests.
    """

    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)

    def ledger(self, since: str) -> Ledger:
        """Make a ledger of what is not older than `since`, oldest first."""
        kept = [e for e in merged(self.entries) if since <= e.record.at and _is_time(e)]
        notes = tuple(dict.fromkeys(self.notes))
        posted = tuple(each for each in self.posted if since <= each.at)
        return Ledger(since=since, notes=notes, entries=tuple(kept), posted=posted)


def _is_time(entry: Entry) -> bool:
    """Whether a record says when it was made: one without a time has no day."""
    try:
        datetime.strptime(entry.record.at, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Drop what is told twice: a record in a comment and the same one as it was kept.

    Of two the one from a comment stays, since it knows the reactions. Oldest first.
    """
    order = {"comment": 0, "artifact": 1, "local": 2}
    found: dict[tuple[str, ...], Entry] = {}
    for n, each in enumerate(sorted(entries, key=lambda e: order[e.source])):
        record = each.record
        place = record.run or f"{each.repository}#{each.number or record.number}"
        # What ran on a machine stands nowhere else, and two may end in one second.
        twice = str(n) if each.source == "local" else ""
        found.setdefault((place, record.task, record.at, twice), each)
    return sorted(found.values(), key=lambda e: (e.record.at, e.number, e.record.task))


def moment(span: str, now: datetime) -> str:
    """Read `30d`, `12h`, `4w` or a date as a time, UTC. Raises `UsageError`."""
    match = _SPAN.fullmatch(span)
    if match is not None:
        then = now - timedelta(hours=int(match[1]) * _HOURS[match[2]])
        return then.strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        then = datetime.fromisoformat(span)
    except ValueError:
        raise UsageError(NOT_A_SPAN) from None
    then = then if then.tzinfo is not None else then.replace(tzinfo=UTC)
    return then.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_file(path: str) -> Ledger:
    """Read what `routebot ledger --format json` wrote. Raises `UsageError`."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as exc:
        raise UsageError(UNREADABLE.format(path=path, why=exc.strerror)) from exc
    try:
        return Ledger.model_validate_json(content)
    except ValidationError:
        # Outside the handler: the cause quotes the file.
        pass
    raise UsageError(NOT_A_LEDGER.format(path=path))
