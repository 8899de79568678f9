"""What is left of a log: chunks of it, failures as tools reported them, a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

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
    `redactions` counts secrets taken out, by whoever redacts the chunks;
    `shared_lines` those that the green log has too. `fingerprint` names the failure.
    """

    lines_total: int = 0
    chunks: tuple[Chunk, ...] = ()
    failures: tuple[Failure, ...] = ()
    category: Category = "no_error_found"
    commands: tuple[str, ...] = ()
    exit_code: int | None = None
    redactions: int = 0
    note: str = ""
    shared_lines: int = 0
    fingerprint: str = ""

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
            "shared_lines": self.shared_lines,
            "fingerprint": self.fingerprint,
        }


def _fields(value: Chunk | Failure) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `Distilled.as_dict()`."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    chunk = {
        "start": {"type": "integer", "minimum": 1},
        "end": {"type": "integer", "minimum": 1},
        "kind": text,
        "score": {"type": "number"},
        "text": text,
    }
    failure = {
        "tool": text,
        "test": text,
        "file": text,
        "line": count,
        "message": text,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What explains a failing job",
        **_object(
            {
                "schema": {"const": 1},
                "lines_total": count,
                "chunks": {"type": "array", "items": _object(chunk)},
                "failures": {"type": "array", "items": _object(failure)},
                "category": {"enum": list(get_args(Category))},
                "commands": {"type": "array", "items": text},
                "exit_code": {"type": ["integer", "null"]},
                "redactions": count,
                "note": text,
                "shared_lines": count,
                "fingerprint": text,
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }
