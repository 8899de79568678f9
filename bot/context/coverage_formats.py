"""The formats of coverage reports: which lines ran how often, by the file's name."""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot import untrusted_files

# Bytes of one report; lines counted in one file, and in all; files in one report.
MAX_REPORT = 64 * 1024 * 1024
MAX_LINE = 1_000_000
MAX_LINES = 5 * MAX_LINE
# Steps of a database between two looks, and how many looks it gets.
TICK, MAX_TICKS = 100_000, 2_000
MAX_FILES = 50_000

# Lines by their numbers: how often each ran. From a `.coverage` file only what ran.
Counts = dict[str, dict[int, int]]
_GO = re.compile(
    r"([^\s:]{1,500}):(\d{1,7})\.\d{1,7},(\d{1,7})\.\d{1,7} \d{1,7} (\d{1,18})"
)
_LCOV = re.compile(r"DA:(\d{1,7}),(\d{1,18})")


# What else than XML or a database raises; encodings that are unknown; numbers that
# are none, or in a database something else.
_UNREADABLE: tuple[type[Exception], ...] = (
    *(ParseError, DefusedXmlException, sqlite3.Error),
    *(LookupError, ValueError, TypeError, OverflowError),
)


class BrokenReport(Exception):
    """The report does not hold what its name promises."""


def read(report: Path, name: str) -> Counts:
    """Read the report that lies in a work tree as `name`, one of REPORTS.

    Raises BrokenReport for what is none or too large, OSError.
    """
    found = report.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_REPORT:
        raise BrokenReport
    try:
        return REPORTS[name](report)
    except _UNREADABLE as exc:
        raise BrokenReport from exc


def _coverage_py(report: Path) -> Counts:
    # Immutable: not even a journal is written beside somebody's data.
    address = f"file:{quote(str(report))}?mode=ro&immutable=1"
    counts: Counts = {}
    budget = MAX_LINES
    with closing(sqlite3.connect(address, uri=True)) as data:
        # A view by one of these names may never come to an end.
        ticks = iter(range(MAX_TICKS))
        data.set_progress_handler(lambda: next(ticks, None) is None, TICK)
        files = data.execute("SELECT id, path FROM file").fetchmany(MAX_FILES)
        names = {number: str(path).replace("\\", "/") for number, path in files}
        for number, bits in data.execute("SELECT file_id, numbits FROM line_bits"):
            lines = counts.setdefault(names[number], {})
            budget = _added(lines, _of_bits(bits), budget)
        for number, *ends in data.execute("SELECT file_id, fromno, tono FROM arc"):
            lines = counts.setdefault(names[number], {})
            real = (int(end) for end in ends if 0 < int(end) <= MAX_LINE)
            budget = _added(lines, real, budget)
    return counts


def _added(lines: dict[int, int], numbers: Iterable[int], budget: int) -> int:
    """Count lines that ran; returns what is left of the lines that all may have."""
    before = len(lines)
    lines.update(dict.fromkeys(numbers, 1))
    left = budget - (len(lines) - before)
    if left < 0:
        raise BrokenReport
    return left


def _of_bits(bits: object) -> Iterator[int]:
    """Bit n of coverage.py's number set stands for line n."""
    if not isinstance(bits, bytes):
        raise BrokenReport
    for at, byte in enumerate(bits[: MAX_LINE // 8]):
        yield from (at * 8 + bit for bit in range(8) if byte >> bit & 1)


def _xml(report: Path) -> Element:
    data = untrusted_files.read(report, most=MAX_REPORT)
    # JaCoCo names its DTD; no entity is declared in it, and none would be allowed.
    root: Element = fromstring(data, forbid_dtd=False)
    return root


def _cobertura(report: Path) -> Counts:
    root = _xml(report)
    if root.tag != "coverage":
        raise BrokenReport
    counts: Counts = {}
    for each in root.iter("class"):
        lines = counts.setdefault(each.get("filename", "").replace("\\", "/"), {})
        for line in each.iter("line"):
            number = int(line.get("number", ""))
            lines[number] = max(lines.get(number, 0), int(line.get("hits", "")))
    return counts


def _jacoco(report: Path) -> Counts:
    root = _xml(report)
    if root.tag != "report":
        raise BrokenReport
    return {
        f"{package.get('name', '')}/{file.get('name', '')}": {
            int(line.get("nr", "")): int(line.get("ci", ""))
            for line in file.iter("line")
        }
        for package in root.iter("package")
        for file in package.iter("sourcefile")
    }


def _lines(report: Path) -> list[str]:
    data = untrusted_files.read(report, most=MAX_REPORT)
    return data.decode("utf-8", "replace").splitlines()


def _lcov(report: Path) -> Counts:
    counts: Counts = {}
    name = ""
    for line in _lines(report):
        if line.startswith("SF:"):
            name = line[3:].strip().replace("\\", "/")
            counts.setdefault(name, {})
        elif name and (match := _LCOV.match(line)):
            counts[name][int(match[1])] = int(match[2])
    if not counts:
        raise BrokenReport
    return counts


def _go(report: Path) -> Counts:
    first, *rest = _lines(report) or [""]
    if not first.startswith("mode: "):
        raise BrokenReport
    counts: Counts = {}
    budget = MAX_LINES
    for match in filter(None, map(_GO.fullmatch, rest)):
        lines = counts.setdefault(match[1], {})
        numbers = range(int(match[2]), min(int(match[3]), MAX_LINE) + 1)
        budget -= len(numbers)
        if budget < 0:
            raise BrokenReport
        for number in numbers:
            lines[number] = max(lines.get(number, 0), int(match[4]))
    return counts


REPORTS: dict[str, Callable[[Path], Counts]] = {
    ".coverage": _coverage_py,
    "coverage.xml": _cobertura,
    "cobertura.xml": _cobertura,
    "coverage/cobertura-coverage.xml": _cobertura,
    "lcov.info": _lcov,
    "coverage/lcov.info": _lcov,
    "cover.out": _go,
    "coverage.out": _go,
    "c.out": _go,
    "target/site/jacoco/jacoco.xml": _jacoco,
    "build/reports/jacoco/test/jacocoTestReport.xml": _jacoco,
}
