"""Generated tests: their shape, and how those that held are shown."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.text import markdown

NOT_RUN = "_These tests were written by a model and have not been run._"
HELD = "**{many}, run before you see them** ({how})."
NONE_HELD = "**No test held** ({how})."
BUG = "Possible bug found by {name}"
BUG_TEXT = (
    "This test fails on the code as it is. Either it expects the wrong thing or the "
    "code does it; it was not changed to pass."
)
LEFT_OUT = "Left out: {reasons}."
MAX_DETAIL = 2_000


class SuggestedTest(BaseModel):
    """One whole test function and the file it goes into."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    name: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(max_length=20_000)]
    covers: Annotated[str, Field(max_length=400)]


class Proven(BaseModel):
    """A test that held, and what it proved."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    test: SuggestedTest
    evidence: str


class Bug(BaseModel):
    """A test that fails on the code as it is: `said` in one line, `detail` in full."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    test: SuggestedTest
    said: str
    detail: str


class Tried(BaseModel):
    """What is left of generated tests after a trial; `tests` are those not run.

    `how` says in what they ran, `left_out` why others are gone, with counts.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    tests: list[SuggestedTest]
    proven: list[Proven]
    bugs: list[Bug]
    left_out: list[str]
    how: str


class Gathered(BaseModel):
    """Tests that another job is to run before anybody sees them."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    tests: list[SuggestedTest]
    left_out: list[str]


def key(test: SuggestedTest) -> str:
    """Name a test by all that it is: 64 hexadecimal digits."""
    return hashlib.sha256(test.model_dump_json().encode()).hexdigest()


def shown(tried: Tried) -> tuple[list[str], list[tuple[str, str]]]:
    """Write what a trial left: paragraphs, and folds as (title, Markdown)."""
    many = len(tried.proven)
    tests = f"{many} test{'s' if many > 1 else ''}"
    said = HELD.format(many=tests, how=tried.how) if many else ""
    if not many and (tried.bugs or tried.left_out):
        said = NONE_HELD.format(how=tried.how) if tried.how else ""
    reasons = "; ".join(markdown.plain(each) for each in tried.left_out)
    parts = [said, LEFT_OUT.format(reasons=reasons) if reasons else ""]
    folds = [*map(_proven, tried.proven), *map(_bug, tried.bugs)]
    unrun_parts, unrun_folds = not_run(tried.tests)
    return [p for p in (*parts, *unrun_parts) if p], [*folds, *unrun_folds]


def not_run(tests: list[SuggestedTest]) -> tuple[list[str], list[tuple[str, str]]]:
    """Write tests that nobody ran, marked so."""
    folds = [(f"{test.name} (covers {test.covers})", _code(test)) for test in tests]
    return [NOT_RUN] if tests else [], folds


def _proven(each: Proven) -> tuple[str, str]:
    return f"{each.test.name}: {each.evidence}", _code(each.test)


def _bug(each: Bug) -> tuple[str, str]:
    failure = markdown.fence(each.detail or each.said)
    said = markdown.plain(each.said)
    text = "\n\n".join([said, BUG_TEXT, _code(each.test), failure])
    return BUG.format(name=each.test.name), text


def _code(test: SuggestedTest) -> str:
    suffix = PurePosixPath(test.path).suffix.removeprefix(".")
    language = "python" if suffix == "py" else suffix
    # A path is whatever a model wrote; the word after a fence is not.
    shown = markdown.fence(test.code, language if language.isalnum() else "")
    return f"{findings.place(test.path)}\n\n{shown}"
