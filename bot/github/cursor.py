"""How far a repository was read: what the next run need not ask for again."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from bot.acceptance import Posted
from bot.entries import Entry
from bot.ledger import Record


class PullState(BaseModel):
    """A pull request as it was read: when it had changed, what stood in its reviews."""

    model_config = ConfigDict(extra="forbid")

    updated_at: str = ""
    is_closed: bool = False
    records: list[Entry] = Field(default_factory=list)
    posted: list[Posted] = Field(default_factory=list)


class Offered(BaseModel):
    """A test that a comment of ours offered: where it belongs, a line that names it."""

    model_config = ConfigDict(extra="forbid")

    number: int
    at: str
    path: str
    line: str
    is_taken: bool = False


class Cursor(BaseModel):
    """How far the comments were read, and what they said: by comment, newest edit.

    `start` is the oldest time that was asked for, `at` the newest that was reached;
    `kept` are the records of runs, `pulls` what stands in reviews by number, `tests`
    what comments offered.
    """

    model_config = ConfigDict(extra="forbid")

    start: str = ""
    at: str = ""
    comments: dict[str, list[Entry]] = Field(default_factory=dict)
    kept: dict[str, Record | None] = Field(default_factory=dict)
    pulls: dict[str, PullState] = Field(default_factory=dict)
    tests: dict[str, list[Offered]] = Field(default_factory=dict)
