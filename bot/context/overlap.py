"""Where a failure and a change meet: files, lines and symbols that both name."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

from bot.context import diff, reach, traces
from bot.context.diff import FileDiff
from bot.context.kinds import kind_of
from bot.context.log_shapes import Failure
from bot.context.symbols import symbols
from bot.context.syntax import language_of
from bot.context.verdict_shapes import Overlap

MAX_TEXT = 60_000  # characters of distilled log that are searched
MAX_LINE = 2_000
MAX_PLACES = 40
MAX_NAMED = 500  # what a log calls files, looked up in the repository
MIN_COMMAND = 6  # characters of a command that a change is searched for
READ_FILES = 4  # changed files read for their symbols: each is a request

_PLACE = re.compile(r"([\w@+~./\\-]{3,240})(?::|\(|\", line |', line )(\d{1,7})")
_DEFINED = re.compile(
    r"\b(?:def|class|func|function|fn|interface|type|struct|enum|trait|const|let|var)"
    r" (\w{3,80})"
)
_WORD = re.compile(r"\w{3,80}")
# No word of prose is written so: take_all, takeAll, sha256.
_CODED = re.compile(r"\w*(?:_|[a-z][A-Z]|\d)")
# What stands before a name that an error is about.
_ABOUT = re.compile(
    r"\b(?:\w*Error|class|method|function|symbol|variable|identifier|type|field|"
    r"property|undefined|undeclared|in)[:\s]\s{0,8}$"
)
_QUOTES = frozenset("'\"`\u2018\u2019")  # gcc's are curly
_BANNER = ("===", "---", "###", "***", "~~~")
_CODE = frozenset({"source", "test"})
# What everything else is built with.
_SHARED = frozenset({"lock", "config", "ci"})


class Files(reach.Texts, Protocol):
    """The repository at the head SHA."""

    def file(self, path: str) -> str | None:
        """The text of one file."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file of this repository that a failure names; line 0 where it names none."""

    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of a repository, found again in what a log calls them."""

    known: frozenset[str] = frozenset()
    by_name: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def find(self, named: str) -> str:
        """Name the one path that `named` means, "" for none or for several.

        Whole names of folders and files must agree: the log's path ends in ours
        (`/home/runner/work/a/a/src/x.py`), or ours in the log's (`src/x.py` of a
        package below).
        """
        name = named.replace("\\", "/").removeprefix("./")
        if name in self.known:
            return name
        same = self.by_name.get(name.rpartition("/")[2], ())
        inside = [path for path in same if name.endswith(f"/{path}")]
        if inside:
            return max(inside, key=len)
        below = [path for path in same if path.endswith(f"/{name}")]
        return below[0] if len(below) == 1 else ""


def index(paths: Iterable[str]) -> Paths:
    """Sort paths by their last name, so that each is found at once."""
    known = frozenset(paths)
    by_name: dict[str, list[str]] = {}
    for path in sorted(known):
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    return Paths(known, by_name)


def places(failures: Sequence[Failure], text: str, paths: Paths) -> tuple[Place, ...]:
    """List what a failure names in this repository, the most telling first.

    First what tools reported, then stack traces, innermost first, then any other
    `path:line`; `text` is a distilled log. At most 40.
    """
    text = text[:MAX_TEXT]
    named = chain(
        ((each.file, each.line) for each in failures if each.file),
        ((frame.path, frame.line) for frame in traces.stack_traces(text)),
        _written(text),
    )
    found: dict[Place, None] = {}
    for name, line in islice(named, MAX_NAMED):
        path = paths.find(name)
        if path:
            found.setdefault(Place(path, line))
        if len(found) >= MAX_PLACES:
            break
    return tuple(found)


def of(
    found: Sequence[Place],
    text: str,
    *,
    change: Sequence[FileDiff],
    files: Files,
    commands: Sequence[str] = (),
) -> Overlap:
    """Say where a failure at `found`, whose distilled log is `text`, meets a change.

    `files` is the repository at the head SHA, of which a few files are read;
    `commands` are those that failed.
    """
    changed = {file.path: file for file in change}
    lines = (
        *(f"{p.path}:{p.line}" for p in found if _is_touched(p, changed)),
        *_commanded(commands, change),
    )
    named = tuple(dict.fromkeys(p.path for p in found if p.path in changed))
    if lines or not change:
        return Overlap(tuple(dict.fromkeys(lines)), named)
    altered = _altered(change, files.file)
    words = frozenset(_mentioned(text[:MAX_TEXT]))
    start = dict.fromkeys(place.path for place in found)
    gone = (file.path for file in change if file.status == "removed")
    used = reach.of(start, files, gone=gone)
    subjects = {reach.subject(path) for path in start if kind_of(path) == "test"}
    met = [
        file.path
        for file in change
        if file.path not in start
        and (file.path in used.paths or _is_one_of(subjects, file))
    ]
    return Overlap(
        files=named,
        symbols=tuple(name for name in altered if name in words),
        reached=tuple(met),
        shared=tuple(path for path in changed if kind_of(path) in _SHARED),
        is_apart=used.is_whole and not met and _is_all_code(change),
    )


def _mentioned(text: str) -> Iterator[str]:
    """The names in a log that are meant as code: plain words are only words."""
    for line in text.split("\n"):
        if line.startswith(_BANNER):
            continue
        line = line[:MAX_LINE].rstrip()
        for match in _WORD.finditer(line):
            if _CODED.match(match[0]) or _is_code(line, match.start(), match.end()):
                yield match[0]


def _is_code(line: str, start: int, end: int) -> bool:
    before, after = line[start - 1 : start], line[end : end + 1]
    if after == "(" or (before and before in ".:"):
        return True
    if before in _QUOTES and after in _QUOTES:
        return True
    about = _ABOUT.search(line[max(start - 40, 0) : start])
    # "in" is a word of prose, too, but not before the last one of a line.
    return about is not None and (not about[0].startswith("in") or end == len(line))


def _written(text: str) -> Iterator[tuple[str, int]]:
    for line in text.split("\n"):
        for name, number in _PLACE.findall(line[:MAX_LINE]):
            if "." in name:
                yield name, int(number)


def _is_touched(place: Place, changed: Mapping[str, FileDiff]) -> bool:
    file = changed.get(place.path)
    if file is None or not place.line:
        return False
    return any(place.line in lines for lines in diff.right_ranges(file))


def _altered(
    change: Sequence[FileDiff], read: Callable[[str], str | None]
) -> dict[str, str]:
    """The symbols a change adds, removes or alters, with the file of each."""
    found: dict[str, str] = {}
    code = [file for file in change if file.kind in _CODE and not file.problems]
    for file in sorted(code, key=lambda each: each.kind == "test"):
        for name in _in_diff(file):
            found.setdefault(name, file.path)
    for file in [f for f in code if language_of(f.path)][:READ_FILES]:
        for name in _in_source(file, read):
            found.setdefault(name, file.path)
    return found


def _in_diff(file: FileDiff) -> Iterator[str]:
    for hunk in file.hunks:
        # Only the last line above that looked like one: of known languages we know.
        if not language_of(file.path):
            yield from _DEFINED.findall(hunk.heading[:MAX_LINE])
        for line in hunk.lines:
            if line.mark != " ":
                yield from _DEFINED.findall(line.text[:MAX_LINE])


def _in_source(file: FileDiff, read: Callable[[str], str | None]) -> Iterator[str]:
    source = read(file.path) if file.status != "removed" else None
    touched = diff.right_ranges(file)
    for symbol in symbols(file.path, (source or "").encode()) if source else ():
        own = range(symbol.start, symbol.end + 1)
        if symbol.kind != "class" and any(_meet(own, lines) for lines in touched):
            yield symbol.name


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _commanded(commands: Sequence[str], change: Sequence[FileDiff]) -> Iterator[str]:
    """The added lines that hold a command which failed, such as a workflow's."""
    told = [line.strip() for command in commands for line in command.split("\n")]
    told = [line for line in told if len(line) >= MIN_COMMAND]
    for file in change:
        for number, text in diff.added_lines(file).items() if told else ():
            if any(line in text for line in told):
                yield f"{file.path}:{number}"


def _is_one_of(subjects: Collection[str], file: FileDiff) -> bool:
    return file.kind == "source" and reach.subject(file.path) in subjects


def _is_all_code(change: Sequence[FileDiff]) -> bool:
    return all(file.kind in (*_CODE, "docs") for file in change)
