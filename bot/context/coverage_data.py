"""What a coverage report that lies in the work tree says of changed files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.context import coverage_formats
from bot.context.coverage_formats import MAX_FILES, BrokenReport, Counts
from bot.context.syntax import statements
from bot.context.untested import Covered

BROKEN = "{report} is no coverage data that can be read; it was not used"
STALE = "{report} is older than {path}{more}; it was not used there"
DIFFERS = "{path}{more} differs in the work tree, so {report} was not used there"

# The one format that says only what ran.
_HITS_ALONE = ".coverage"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is measured, by path; `notes` are plain sentences on what was not used."""

    files: Mapping[str, Covered]
    notes: tuple[str, ...] = ()


def read(root: Path, sources: Mapping[str, str]) -> Coverage:
    """Look up `sources` (path → text) in the reports of the work tree at `root`.

    Only a report that is newer than the file counts, and only where the work tree's
    file is the text given: line numbers mean nothing otherwise. Nothing raises for
    what a report holds.
    """
    found: dict[str, Covered] = {}
    notes: list[str] = []
    for name in coverage_formats.REPORTS:
        report = root / name
        if report.is_symlink() or not report.is_file():
            continue
        try:
            counts = coverage_formats.read(report, name)
        except (BrokenReport, OSError):
            notes.append(BROKEN.format(report=name))
            continue
        named = _matched(counts, sources)
        usable = _usable(report, named, root=root, sources=sources, notes=notes)
        for path in usable:
            lines = _covered(counts[named[path]])
            if name == _HITS_ALONE:
                lines = _with_statements(lines, path, sources[path])
            found[path] = _together(found.get(path), lines)
    return Coverage(found, tuple(notes))


def of_file(report: Path, name: str, paths: Iterable[str]) -> dict[str, Covered]:
    """Read one report of ours, of the format that goes by `name`; {} if it is none.

    A stranger's code may have put anything in its place, or in that of its folder.
    """
    if report.parent.is_symlink():
        return {}
    try:
        counts = coverage_formats.read(report, name)
    except (BrokenReport, OSError):
        return {}
    named = _matched(counts, paths)
    return {path: _covered(counts[each]) for path, each in named.items()}


def _usable(
    report: Path,
    named: Mapping[str, str],
    *,
    root: Path,
    sources: Mapping[str, str],
    notes: list[str],
) -> list[str]:
    stale: list[str] = []
    other: list[str] = []
    usable: list[str] = []
    written = report.stat().st_mtime_ns
    for path in named:
        here = root / path
        if not here.is_file() or _text(here) != sources[path]:
            other.append(path)
        elif here.stat().st_mtime_ns > written:
            stale.append(path)
        else:
            usable.append(path)
    shown = report.relative_to(root).as_posix()
    for sentence, paths in ((STALE, stale), (DIFFERS, other)):
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            notes.append(sentence.format(report=shown, path=paths[0], more=more))
    return usable


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _matched(counts: Counts, sources: Iterable[str]) -> dict[str, str]:
    """Say under which name a report has each source: one ends with the other."""
    by_name: dict[str, list[str]] = {}
    for reported in list(counts)[:MAX_FILES]:
        by_name.setdefault(reported.rpartition("/")[2], []).append(reported)
    found: dict[str, str] = {}
    for path in sources:
        fitting = [
            each
            for each in by_name.get(path.rpartition("/")[2], ())
            if f"/{each}".endswith(f"/{path}") or f"/{path}".endswith(f"/{each}")
        ]
        # Several: the name that says most, as an absolute path does.
        if fitting:
            found[path] = max(fitting, key=len)
    taken = list(found.values())
    return {path: each for path, each in found.items() if taken.count(each) == 1}


def _covered(counts: Mapping[int, int]) -> Covered:
    hit = frozenset(line for line, count in counts.items() if count)
    return Covered(hit, frozenset(counts) - hit)


def _with_statements(lines: Covered, path: str, source: str) -> Covered:
    """Let the grammar say what could have run, where a report only says what did."""
    could = statements(path, source.encode("utf-8", "replace"))
    return Covered(lines.hit, could - lines.hit)


def _together(one: Covered | None, other: Covered) -> Covered:
    if one is None:
        return other
    hit = one.hit | other.hit
    return Covered(hit, (one.missed | other.missed) - hit)
