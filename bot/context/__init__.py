"""What the model reads, and what we established without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.context.diff import FileDiff
    from bot.earlier import Before

Kind = Literal["prose", "code", "diff", "log", "json"]
# Heaviest first.
Severity = Literal["blocker", "major", "minor", "info"]

# The section that holds the addresses a provider's own web search returned.
CITED = "pages the search returned"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the prompt's data.

    `kind` chooses the token ratio and the fence. `priority` 0 is kept longest; a
    section that `must` be whole makes a route with too small a window unfit. `path` is
    the changed file it shows, "" for everything that belongs to no single one; `kin`
    are changed files that are best read together with it.
    """

    name: str
    text: str
    kind: Kind = "prose"
    priority: int = 5
    must: bool = False
    path: str = ""
    kin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing established without a model.

    `message` is plain text (no Markdown, not yet sanitised) that may quote the event;
    `quote` holds verbatim lines of code or log that show it.
    """

    kind: str
    message: str
    severity: Severity = "info"
    path: str = ""
    line: int = 0
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything gathered for one answer.

    `coverage` are plain sentences on what was read and what was not ("read 41 of 43
    files, 2 skipped: lock file, generated"). `change` is the change as it was read, for
    checks alone: no secret is taken out of it. `shown_at` is the address under which
    the files of the pinned SHA are shown, "" where there is none; `stakes` how much a
    wrong answer would cost. `is_partial`: files that should have been read were not.
    `fingerprints` name the failures of a CI run, so that they are known again.
    `before` is the earlier review of the change, held against it as it is now; `today`
    is the day of the run (ISO), "" where it does not matter. `labels` are those of the
    repository that fit.
    """

    sections: tuple[Section, ...] = ()
    findings: tuple[Finding, ...] = ()
    coverage: tuple[str, ...] = ()
    change: tuple[FileDiff, ...] = ()
    shown_at: str = ""
    stakes: str = "standard"
    is_partial: bool = False
    fingerprints: tuple[str, ...] = ()
    before: Before | None = None
    today: str = ""
    labels: tuple[str, ...] = ()
