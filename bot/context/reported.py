"""One list of failures out of what a log, annotations and test reports say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.context.log_mask import stable
from bot.context.log_shapes import Failure

MAX_FAILURES = 100
TOOL = "annotation"
# What a runner says of every failing step: it explains nothing.
_EMPTY = ("Process completed with exit code", "The process '")
_LAST_NAME = re.compile(r"[^\s.:/>\u203a\[]{1,200}(?:\[[^\]]{0,200}\])?\s{0,4}$")


class Said(Protocol):
    """An annotation of a job."""

    @property
    def path(self) -> str:
        """The file it stands at."""

    @property
    def line(self) -> int:
        """The line there."""

    @property
    def message(self) -> str:
        """What it says."""

    @property
    def title(self) -> str:
        """Its heading, "" for none."""

    @property
    def level(self) -> str:
        """failure, warning or notice."""


def from_annotations(said: Iterable[Said]) -> tuple[Failure, ...]:
    """Read the failures among annotations, less what every failing step says."""
    return tuple(
        Failure(
            TOOL,
            file="" if each.path.startswith(".github") else each.path,
            line=0 if each.path.startswith(".github") else each.line,
            message=_first_line(each.message or each.title),
        )
        for each in said
        if each.level == "failure" and not each.message.startswith(_EMPTY)
    )


def merged(found: Sequence[Failure], more: Iterable[Failure]) -> tuple[Failure, ...]:
    """Add failures that are not among `found`, and to those what they did not say."""
    kept = list(found)
    for each in more:
        at = next((n for n, old in enumerate(kept) if _is_same(old, each)), None)
        if at is not None:
            kept[at] = _filled(kept[at], each)
        elif len(kept) < MAX_FAILURES:
            kept.append(each)
    return tuple(kept)


def names(failures: Iterable[Failure]) -> tuple[str, ...]:
    """Name failures so that the same one has the same name in another run.

    Tests by file and name; where none is named, places and messages without what
    changes from run to run.
    """
    listed = list(failures)
    tests = [f"{f.file}::{f.test}" if f.file else f.test for f in listed if f.test]
    if tests:
        return tuple(dict.fromkeys(tests))
    said = (stable(f"{each.file}: {each.message}") for each in listed)
    return tuple(dict.fromkeys(said))


def _is_same(old: Failure, new: Failure) -> bool:
    if old.test and new.test:
        return last_name(old.test) == last_name(new.test)
    if new.message and new.message in old.message:
        return True
    at_same_line = bool(new.line) and old.line == new.line
    return at_same_line and (old.file.endswith(new.file) or new.file.endswith(old.file))


def _filled(old: Failure, new: Failure) -> Failure:
    has_place = bool(old.file and old.line)
    return replace(
        old,
        test=old.test or new.test,
        file=old.file if has_place else new.file or old.file,
        line=old.line if has_place else new.line or old.line,
        message=old.message or new.message,
    )


def last_name(test: str) -> str:
    """Cut the name of a test to its last part, in which all tools agree."""
    match = _LAST_NAME.search(test[-400:])
    return match[0].strip() if match else test


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:400]
