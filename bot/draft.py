"""The JSON between the two halves of a run: what to say, never where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import UsageError
from bot.generated import SuggestedTest
from bot.ledger import Record
from bot.reviewed import MOST_SAID, Reviewed, Said

MAX_BYTES = 8 * 1024 * 1024
# Characters of what a click puts in, and of the line it stands below.
MAX_SUGGESTION, MAX_CURRENT = 20_000, 2_000
TOO_LARGE = "the draft {path} is larger than 8 MiB, so it is none of ours"

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,40}")

Text = Annotated[str, Field(max_length=200_000)]
Line = Annotated[str, Field(max_length=1_000)]
LabelName = Annotated[str, Field(max_length=100)]
PageUrl = Annotated[str, Field(max_length=300, pattern=r"^https://")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Fold(_Part):
    """A part of the answer that stays folded until somebody opens it."""

    title: Line
    body: Text


class Inline(_Part):
    """A review comment on lines of the diff at the pinned SHA.

    - `suggestion` replaces exactly the lines `start_line` to `line`; "" is none.
    - `fingerprint` is what the finding is, whatever line it stands on
      (`bot.finding_identity`).
    """

    path: Line
    line: Annotated[int, Field(ge=1)]
    start_line: Annotated[int, Field(ge=0)] = 0
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    body: Text
    suggestion: Annotated[str, Field(max_length=MAX_SUGGESTION)] = ""
    fingerprint: Annotated[str, Field(pattern=r"^([0-9a-f]{8,64})?$")] = ""


class Candidate(_Part):
    """A generated test that nobody has run yet.

    Where it can go into the diff, it goes `below` the line `line`, whose text is
    `current`.
    """

    test: SuggestedTest
    line: Annotated[int, Field(ge=0)] = 0
    current: Annotated[str, Field(max_length=MAX_CURRENT)] = ""
    below: Annotated[str, Field(max_length=20_100)] = ""


class Candidates(_Part):
    """Tests that a job without keys is to run; `base` is the branch it compares with.

    That job says only which of them hold (`bot.verdicts`).
    """

    base: Annotated[str, Field(pattern=r"^([A-Za-z0-9_][A-Za-z0-9_./-]{0,199})?$")] = ""
    tests: Annotated[tuple[Candidate, ...], Field(max_length=24)] = ()
    left_out: Annotated[tuple[Line, ...], Field(max_length=30)] = ()


class Draft(_Part):
    """What one run wants to say.

    - `kind`: an `answer` of a task (sticky, one a thread and task), an `info` reply to
      a slash command (sticky, one a thread), a `refusal` (a reaction and, once a
      thread, one line), or `nothing`.
    - `asides`: folds that the job summary gets and the thread does not.
    - `speaks`: whether the thread gets the answer, or only the job summary.
    - `sha`: the head the answer is about; `publish` writes nothing when it has moved.
    - `fingerprint`: what else makes two runs the same (the set of failing jobs).
    - `notice`: why a model did not answer, in one sentence, when `degraded`.
    - `reviewed`: the state a review has seen, for the next one; None keeps the last.
    - `fixed`: earlier findings of a review whose code is gone.
    - `labels`: labels of the repository that fit; added where the policy says so.
    - `tests`: generated tests that are shown only if they hold.
    - `pages`: addresses that a provider's search returned; a search links to no other.
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["answer", "info", "refusal", "nothing"]
    task: Annotated[str, Field(pattern=r"^[a-z]{0,16}$")] = ""
    title: Line = ""
    body: Text = ""
    folds: Annotated[tuple[Fold, ...], Field(max_length=20)] = ()
    asides: Annotated[tuple[Fold, ...], Field(max_length=20)] = ()
    inline: Annotated[tuple[Inline, ...], Field(max_length=100)] = ()
    speaks: bool = False
    degraded: bool = False
    notice: Line = ""
    reason: Line = ""
    sha: Annotated[str, Field(pattern=r"^([0-9a-f]{7,64})?$")] = ""
    fingerprint: Line = ""
    reviewed: Reviewed | None = None
    fixed: Annotated[tuple[Said, ...], Field(max_length=MOST_SAID)] = ()
    labels: Annotated[tuple[LabelName, ...], Field(max_length=3)] = ()
    pages: Annotated[tuple[PageUrl, ...], Field(max_length=20)] = ()
    tests: Candidates | None = None
    record: Record | None = None

    @model_validator(mode="after")
    def _answers_a_task(self) -> Draft:
        if self.kind == "answer" and not self.task:
            raise ValueError("an answer names its task")
        return self


def nothing(reason: str) -> Draft:
    """A draft that says nothing, and why."""
    return Draft(kind="nothing", reason=reason)


def dumps(draft: Draft) -> str:
    """Write a draft as JSON."""
    return draft.model_dump_json(by_alias=True, indent=2)


def write_file(draft: Draft, path: str) -> None:
    """Write a draft to a file. Raises `UsageError`."""
    try:
        Path(path).write_text(dumps(draft), encoding="utf-8")
    except OSError as exc:
        said = f"cannot write the draft {path} ({exc.strerror}); name another file"
        raise UsageError(said) from exc


def loads(text: str | bytes) -> Draft:
    """Read a draft, treating it as hostile.

    Raises `UsageError` naming the places that do not fit, never their content.
    """
    try:
        return Draft.model_validate_json(text)
    except ValidationError as exc:
        places = sorted({_place(error["loc"]) for error in exc.errors()})[:10]
    # Outside the handler: the cause quotes the draft.
    raise UsageError(f"not a draft of ours: {', '.join(places)}")


def read_file(path: str) -> Draft:
    """Read a draft from a file. Raises `UsageError`."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise UsageError(f"cannot read the draft {path} ({exc.strerror})") from exc
    if len(content) > MAX_BYTES:
        raise UsageError(TOO_LARGE.format(path=path))
    return loads(content)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a draft."""
    return Draft.model_json_schema(by_alias=True)


def _place(location: tuple[int | str, ...]) -> str:
    """A path like `inline.3.line`; a key that somebody made up is not repeated."""
    names = (
        str(part) if _PLAIN_NAME.fullmatch(str(part)) else "?" for part in location
    )
    return ".".join(names) or "draft"
