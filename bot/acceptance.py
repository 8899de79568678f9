"""What became of what we posted: suggestions taken, findings settled, tests kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["suggestion", "finding", "test"]
State = Literal["taken", "open", "left", "unknown"]
KINDS: tuple[Kind, ...] = ("suggestion", "finding", "test")

# A comment is 65,536 characters at most; what is longer is none of ours.
_BODY_LIMIT = 70_000
_FENCE = re.compile(r"(`{3,64})([a-z+]{0,20})")
_PLACE = re.compile(r"`([^`\n]{1,400})`")
_TITLE = re.compile(r"<summary>([^\n<]{1,400})</summary>")
# What stands behind a test's name in the title of its fold.
_BEHIND = re.compile(r" \(covers |: ")


class Posted(BaseModel):
    """One thing that was posted to be acted on, and what became of it.

    `taken`: a suggestion's text stands in the file later on, a finding's thread was
    resolved or its code changed, a test stands on the default branch. `left`: its pull
    request was closed without. `unknown`: nobody can tell any more.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    repository: Annotated[str, Field(max_length=200)] = ""
    number: Annotated[int, Field(ge=0)] = 0
    at: Annotated[str, Field(max_length=40)] = ""
    kind: Kind
    state: State


def suggested(body: str) -> str | None:
    """Return the lines a comment offers for one click, None where it offers none."""
    for info, code in _fenced(body):
        if info == "suggestion":
            return code
    return None


def tests(body: str) -> list[tuple[str, str]]:
    """Find the tests in a comment of ours: the file each goes into, and a line of it.

    The line is the one that names the test, or else its first.
    """
    found = []
    for part in body[:_BODY_LIMIT].split("<details>")[1:]:
        title = _TITLE.match(part)
        place = _PLACE.search(part)
        code = next((code for _, code in _fenced(part)), "")
        if title and place and code.strip():
            found.append((place[1], _line_of(title[1], code)))
    return found


def stands(code: str, text: str) -> bool:
    """Whether lines stand one after another in a file, whatever their margins."""
    wanted, lines = _stripped(code), _stripped(text)
    # As texts the search is linear, which line by line it is not.
    return bool(wanted) and _joined(wanted) in _joined(lines)


def of_suggestion(
    code: str, *, texts: Sequence[str | None], is_outdated: bool, is_closed: bool
) -> State:
    """Say what became of a suggestion; `texts` are the file at later commits.

    It can stand in the file by chance, so its lines must have changed since.
    """
    known = [text for text in texts if text is not None]
    if is_outdated and any(stands(code, text) for text in known):
        return "taken"
    if is_outdated and not known:
        return "unknown"
    return "left" if is_closed else "open"


def of_finding(*, is_resolved: bool, is_outdated: bool, is_closed: bool) -> State:
    """Say what became of a finding that was posted on its lines."""
    if is_resolved or is_outdated:
        return "taken"
    return "left" if is_closed else "open"


def of_test(line: str, *, text: str | None, is_closed: bool) -> State:
    """Say what became of a test; `text` is its file on the default branch."""
    if text is not None and line in _stripped(text):
        return "taken"
    return "left" if is_closed else "open"


def _line_of(title: str, code: str) -> str:
    name = _BEHIND.split(title)[0].split()[-1:]
    lines = [line for line in _stripped(code) if line]
    return next((x for x in lines if name and name[0] in x), lines[0])


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.strip("\r\n").splitlines()]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"\n{line}" for line in lines) + "\n"


def _fenced(body: str) -> Iterator[tuple[str, str]]:
    """Yield the info word and the text of each closed fence, line by line."""
    ticks, info, held = "", "", [""]
    for line in body[:_BODY_LIMIT].splitlines():
        if ticks and line.rstrip() == ticks:
            yield info, "\n".join(held)
            ticks = ""
        elif ticks:
            held.append(line)
        elif opened := _FENCE.fullmatch(line.rstrip()[:100]):
            ticks, info, held = opened[1], opened[2], []
