"""A large change: how large it is, and into which independent parts it falls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname

from bot.context import Finding, imports
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD

WIDE_FILES = 20
LONG_LINES = 800
# A part counts from so many changed lines on, or such a share of the code that changed.
PART_LINES = 80
PART_SHARE = 0.15
SPLIT_LINES = 400
MOST_PARTS = 4
LARGE = "{lines:,} changed lines in {files:,} files"
SPLIT = "; it falls apart into {count} parts that do not import each other: {parts}"
PART = "{where} ({files} files, {lines} lines)"
# In these the files of one folder are one unit, whatever they import.
_FOLDER_IS_UNIT = (".go", ".java", ".kt", ".rs", ".cs", ".swift")
_TEST_MARKS = ("test_", "_test", ".test", ".spec", "tests", "test")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Files that hang together, and how many of their lines changed."""

    paths: tuple[str, ...]
    lines: int
    has_source: bool = True


def findings(
    files: Sequence[FileDiff], graph: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Tell when a change is large, and how it could be split; `graph`: `imports.graph`.

    Code alone decides on parts: docs and settings go with either.
    """
    read = [file for file in files if file.kind not in UNREAD]
    lines = sum(file.added + file.removed for file in read)
    found = clusters(files, graph)
    least = max(PART_LINES, PART_SHARE * sum(each.lines for each in found))
    large = [each for each in found if each.has_source and each.lines >= least]
    falls_apart = lines > SPLIT_LINES and len(large) > 1
    if not falls_apart and lines <= LONG_LINES and len(read) <= WIDE_FILES:
        return
    message = LARGE.format(lines=lines, files=len(read))
    if falls_apart and len(large) <= MOST_PARTS:
        parts = "; ".join(_named(each) for each in large)
        message += SPLIT.format(count=len(large), parts=parts)
    yield Finding("size", message, "info")


def clusters(
    files: Sequence[FileDiff], graph: Mapping[str, frozenset[str]]
) -> tuple[Cluster, ...]:
    """Group changed code by imports, by tests and by package, the largest first."""
    code = [file for file in files if file.kind in ("source", "test")]
    leader = {file.path: file.path for file in code}

    def find(path: str) -> str:
        while leader[path] != path:
            leader[path] = leader[leader[path]]
            path = leader[path]
        return path

    for one, other in _ties([file.path for file in code], graph):
        if one in leader and other in leader:
            leader[find(one)] = find(other)
    groups: dict[str, list[FileDiff]] = {}
    for file in code:
        groups.setdefault(find(file.path), []).append(file)
    made = [
        Cluster(
            tuple(file.path for file in group),
            sum(file.added + file.removed for file in group),
            any(file.kind == "source" for file in group),
        )
        for group in groups.values()
    ]
    return tuple(sorted(made, key=lambda each: -each.lines))


def kin(
    paths: Sequence[str], graph: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Say of each file which others should be read with it: imports, and its test."""
    found = {path: set(graph.get(path, ())) for path in paths}
    for one, other in _tests(paths):
        found[one].add(other)
    return {path: frozenset(others) for path, others in found.items()}


def _ties(
    paths: Sequence[str], graph: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, str]]:
    for path, others in graph.items():
        yield from ((path, other) for other in others)
    yield from _tests(paths)
    folders: dict[str, str] = {}
    for path in paths:
        if path.endswith(_FOLDER_IS_UNIT):
            yield path, folders.setdefault(dirname(path), path)


def _tests(paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a file and the test that bears its name."""
    stems: dict[tuple[str, str], str] = {}
    for path in paths:
        stem, suffix = _stem(path)
        other = stems.setdefault((stem, suffix), path)
        if other != path:
            yield other, path


def _stem(path: str) -> tuple[str, str]:
    stem, _, suffix = basename(path).lower().rpartition(".")
    for mark in _TEST_MARKS:
        stem = stem.removeprefix(mark).removesuffix(mark)
    return stem, suffix


def _named(cluster: Cluster) -> str:
    folders = Counter(dirname(path) or basename(path) for path in cluster.paths)
    where = folders.most_common(1)[0][0]
    return PART.format(where=where, files=len(cluster.paths), lines=cluster.lines)


def graph_of(
    files: Sequence[FileDiff], texts: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Read the import graph of a change off its files' texts."""
    code = [file.path for file in files if file.kind in ("source", "test")]
    return imports.graph(texts, code)
