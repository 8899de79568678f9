"""The JSON between the two halves of a run: what to say, never where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UsageError
from bot.ledger import Record

Text = Annotated[str, Field(max_length=200_000)]
Line = Annotated[str, Field(max_length=1_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fold(_Part):
    """A part of the answer that stays folded until somebody opens it."""

    title: Line
    body: Text


class Inline(_Part):
    """A review comment on lines of the diff at the pinned SHA."""

    path: Line
    line: Annotated[int, Field(ge=1)]
    start_line: Annotated[int, Field(ge=0)] = 0
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    body: Text


class Draft(_Part):
    """What one run wants to say.

    - `kind`: an `answer` of a task (sticky, one a thread and task), an `info` reply to
      a slash command (sticky, one a thread), a `refusal` (a reaction and, once a
      thread, one line), or `nothing`.
    - `speaks`: whether the thread gets the answer, or only the job summary.
    - `sha`: the head the answer is about; `publish` writes nothing when it has moved.
    - `fingerprint`: what else makes two runs the same (the set of failing jobs).
    - `notice`: why a model did not answer, in one sentence, when `degraded`.
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["answer", "info", "refusal", "nothing"]
    task: Annotated[str, Field(pattern=r"^[a-z]{0,16}$")] = ""
    title: Line = ""
    body: Text = ""
    folds: Annotated[tuple[Fold, ...], Field(max_length=20)] = ()
    inline: Annotated[tuple[Inline, ...], Field(max_length=100)] = ()
    speaks: bool = False
    degraded: bool = False
    notice: Line = ""
    reason: Line = ""
    sha: Annotated[str, Field(pattern=r"^([0-9a-f]{7,64})?$")] = ""
    fingerprint: Line = ""
    record: Record | None = None


def nothing(reason: str) -> Draft:
    """A draft that says nothing, and why."""
    return Draft(kind="nothing", reason=reason)


def dumps(draft: Draft) -> str:
    """Write a draft as JSON."""
    return draft.model_dump_json(by_alias=True, indent=2)


def loads(text: str | bytes) -> Draft:
    """Read a draft, treating it as hostile.

    Raises `UsageError` naming the places that do not fit, never their content.
    """
    try:
        return Draft.model_validate_json(text)
    except ValidationError as exc:
        places = {".".join(map(str, error["loc"])) or "draft" for error in exc.errors()}
        raise UsageError(f"not a draft of ours: {', '.join(sorted(places))}") from exc


def read_file(path: str) -> Draft:
    """Read a draft from a file. Raises `UsageError`."""
    try:
        return loads(Path(path).read_bytes())
    except OSError as exc:
        raise UsageError(f"cannot read the draft {path} ({exc.strerror})") from exc


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a draft."""
    return Draft.model_json_schema(by_alias=True)
