"""What a coverage report that lies in the work tree says of changed files."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.context.syntax import statements
from bot.context.untested import Covered

# Bytes of one report; lines counted in one file; files looked at in one report.
MAX_REPORT = 64 * 1024 * 1024
MAX_LINE = 1_000_000
MAX_FILES = 50_000
BROKEN = "{report} is no coverage data that can be read; it was not used"
STALE = "{report} is older than {path}{more}; it was not used there"
DIFFERS = "{path}{more} differs in the work tree, so {report} was not used there"

# Lines by their numbers: how often each ran. From a `.coverage` file only what ran.
_Counts = dict[str, dict[int, int]]
_GO = re.compile(
    r"([^\s:]{1,500}):(\d{1,7})\.\d{1,7},(\d{1,7})\.\d{1,7} \d{1,7} (\d{1,18})"
)
_LCOV = re.compile(r"DA:(\d{1,7}),(\d{1,18})")


class _Broken(Exception):
    """The report does not hold what its name promises."""


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
    for name, reader in REPORTS:
        report = root / name
        if report.is_symlink() or not report.is_file():
            continue
        try:
            counts = _read(report, reader)
        except (_Broken, OSError):
            notes.append(BROKEN.format(report=name))
            continue
        named = _matched(counts, sources)
        usable = _usable(report, named, root=root, sources=sources, notes=notes)
        for path in usable:
            lines = _covered(counts[named[path]])
            if reader is _coverage_py:
                lines = _with_statements(lines, path, sources[path])
            found[path] = _together(found.get(path), lines)
    return Coverage(found, tuple(notes))


def of_file(report: Path, name: str, paths: Iterable[str]) -> dict[str, Covered]:
    """Read one report of ours, of the format that goes by `name`; {} if it is none."""
    try:
        counts = _read(report, dict(REPORTS)[name])
    except (_Broken, OSError):
        return {}
    named = _matched(counts, paths)
    return {path: _covered(counts[each]) for path, each in named.items()}


def _read(report: Path, reader: Callable[[Path], _Counts]) -> _Counts:
    if report.stat().st_size > MAX_REPORT:
        raise _Broken
    try:
        return reader(report)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as exc:
        # LookupError and ValueError: encodings that are unknown, numbers that are none.
        raise _Broken from exc
    except sqlite3.Error as exc:
        raise _Broken from exc


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


def _matched(counts: _Counts, sources: Iterable[str]) -> dict[str, str]:
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


# One reader for each format.


def _coverage_py(report: Path) -> _Counts:
    # Immutable: not even a journal is written beside somebody's data.
    address = f"file:{quote(str(report))}?mode=ro&immutable=1"
    counts: _Counts = {}
    with closing(sqlite3.connect(address, uri=True)) as data:
        files = data.execute("SELECT id, path FROM file").fetchmany(MAX_FILES)
        names = {number: str(path).replace("\\", "/") for number, path in files}
        for number, bits in data.execute("SELECT file_id, numbits FROM line_bits"):
            lines = counts.setdefault(names[number], {})
            lines.update(dict.fromkeys(_of_bits(bits), 1))
        for number, *ends in data.execute("SELECT file_id, fromno, tono FROM arc"):
            lines = counts.setdefault(names[number], {})
            lines.update((int(end), 1) for end in ends if 0 < int(end) <= MAX_LINE)
    return counts


def _of_bits(bits: object) -> Iterator[int]:
    """Bit n of coverage.py's number set stands for line n."""
    if not isinstance(bits, bytes):
        raise _Broken
    for at, byte in enumerate(bits[: MAX_LINE // 8]):
        yield from (at * 8 + bit for bit in range(8) if byte >> bit & 1)


def _xml(report: Path) -> Element:
    data = report.read_bytes()
    # JaCoCo names its DTD; no entity is declared in it, and none would be allowed.
    root: Element = fromstring(data, forbid_dtd=False)
    return root


def _cobertura(report: Path) -> _Counts:
    root = _xml(report)
    if root.tag != "coverage":
        raise _Broken
    counts: _Counts = {}
    for each in root.iter("class"):
        lines = counts.setdefault(each.get("filename", "").replace("\\", "/"), {})
        for line in each.iter("line"):
            number = int(line.get("number", ""))
            lines[number] = max(lines.get(number, 0), int(line.get("hits", "")))
    return counts


def _jacoco(report: Path) -> _Counts:
    root = _xml(report)
    if root.tag != "report":
        raise _Broken
    return {
        f"{package.get('name', '')}/{file.get('name', '')}": {
            int(line.get("nr", "")): int(line.get("ci", ""))
            for line in file.iter("line")
        }
        for package in root.iter("package")
        for file in package.iter("sourcefile")
    }


def _lcov(report: Path) -> _Counts:
    counts: _Counts = {}
    name = ""
    for line in report.read_text("utf-8", "replace").splitlines():
        if line.startswith("SF:"):
            name = line[3:].strip().replace("\\", "/")
            counts.setdefault(name, {})
        elif name and (match := _LCOV.match(line)):
            counts[name][int(match[1])] = int(match[2])
    if not counts:
        raise _Broken
    return counts


def _go(report: Path) -> _Counts:
    first, *rest = report.read_text("utf-8", "replace").splitlines() or [""]
    if not first.startswith("mode: "):
        raise _Broken
    counts: _Counts = {}
    for match in filter(None, map(_GO.fullmatch, rest)):
        lines = counts.setdefault(match[1], {})
        for number in range(int(match[2]), min(int(match[3]), MAX_LINE) + 1):
            lines[number] = max(lines.get(number, 0), int(match[4]))
    return counts


REPORTS: tuple[tuple[str, Callable[[Path], _Counts]], ...] = (
    (".coverage", _coverage_py),
    ("coverage.xml", _cobertura),
    ("cobertura.xml", _cobertura),
    ("coverage/cobertura-coverage.xml", _cobertura),
    ("lcov.info", _lcov),
    ("coverage/lcov.info", _lcov),
    ("cover.out", _go),
    ("coverage.out", _go),
    ("c.out", _go),
    ("target/site/jacoco/jacoco.xml", _jacoco),
    ("build/reports/jacoco/test/jacocoTestReport.xml", _jacoco),
)
