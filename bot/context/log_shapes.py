"""What is left of a log: chunks of it, failures as tools reported them, a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.context.log_grammars import Category


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines `start`..`end` (1-based, of the original log) that belong together."""

    start: int
    end: int
    kind: Category | str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure as a tool reported it; what it did not say is "" or 0."""

    tool: str
    test: str = ""
    file: str = ""
    line: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Distilled:
    """What explains a failing job, chunks best first.

    `note` is one plain sentence for a log whose end says more than its lines.
    `redactions` counts secrets taken out, by whoever redacts the chunks.
    """

    lines_total: int = 0
    chunks: tuple[Chunk, ...] = ()
    failures: tuple[Failure, ...] = ()
    category: Category = "no_error_found"
    commands: tuple[str, ...] = ()
    exit_code: int | None = None
    redactions: int = 0
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of `routebot distill` (schema 1)."""
        return {
            "schema": 1,
            "lines_total": self.lines_total,
            "chunks": [_fields(chunk) for chunk in self.chunks],
            "failures": [_fields(failure) for failure in self.failures],
            "category": self.category,
            "commands": list(self.commands),
            "exit_code": self.exit_code,
            "redactions": self.redactions,
            "note": self.note,
        }


def _fields(value: Chunk | Failure) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}
