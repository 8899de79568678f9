"""Which files a fix changes, by its message alone: `python benchmarks/localise.py DIR`.

DIR holds source packages of Debian, `*.orig*.tar.*` beside `*.debian.tar.xz`, as
`apt-get source --download-only` leaves them. Their patches carry the messages of the
upstream commits they were taken from: these are the questions, the sources the
repository before the fix, and the files the patch changes there the answer. Weights are
chosen on one half of the packages only; the table shows both halves.
"""

from __future__ import annotations

import argparse
import re
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from bot.context import relevance, repository
from bot.context.kinds import UNREAD, kind_of
from bot.github.snapshot import Snapshot

TOP = (1, 5, 10)
MOST_FILES = 8  # a larger change is no single fix
MOST_OF_ONE = 25  # commits of one package
LEAST_WORDS = 6
MAX_FILE = 400_000  # bytes
HALVES = ("tuning", "held out")
NOTE = "Fixes of {packages} source packages: {names}."
_FIX = re.compile(
    r"\b(?:fix\w*|bug\w*|cve|crash\w*|prevent\w*|avoid\w*|leak\w*|overflow\w*|race|"
    r"regression|wrong\w*|incorrect\w*|fail\w*|error\w*|vulnerab\w*|traversal|denial)\b",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"debian|reproducib", re.IGNORECASE)
_NOT_SENT = re.compile(r"^forwarded: *(?:not-needed|no)\b", re.IGNORECASE | re.M)
_HEADER = re.compile(
    r"(?:From|Date|Author|Origin|Forwarded|Bug\S*|Last-Update|Reviewed-\S+|Applied-\S+|"
    r"Signed-off-by|Co-authored-by|Change-Id|Link|commit|Backported\S*|Cherry\S*|"
    r"MIME-Version|Content-\S+|\(cherry picked|\(backported|https?://)\b.*",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"^--- (?:a/)?(\S+)[^\n]*\n\+\+\+ ", re.MULTILINE)


@dataclass(frozen=True)
class Fix:
    """One fixing commit: what it says, and which files it changes."""

    package: str
    title: str
    body: str
    changed: frozenset[str]

    @property
    def half(self) -> str:
        """Which half its package belongs to."""
        return HALVES[crc32(self.package.encode()) % 2]


@dataclass
class Sources:
    """A source package as a reader sees a repository."""

    files: Mapping[str, str]

    def tree(self) -> tuple[str, ...]:
        return tuple(self.files)

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        return {path: self.files[path] for path in paths}

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        return ()


@dataclass
class Listed(Sources):
    """The same where files can be searched for words, as a checkout can."""

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")
        return tuple(path for path, text in self.files.items() if pattern.search(text))


@dataclass
class Nothing(Sources):
    """The same where no file can be read."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        return {}


@dataclass
class Archived(Sources):
    """The same over GitHub's API, where one archive holds the texts."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        kinds = (path for path in paths if kind_of(path) not in UNREAD)
        return super().texts(list(kinds))

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        raw = {path: text.encode() for path, text in self.files.items()}
        return Snapshot(raw).naming(words, self.files)


@dataclass
class Rationed(Sources):
    """The same where GitHub gives no archive, and 200 texts are read."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        return super().texts(paths[:200])


Ranker = Callable[[Fix, Mapping[str, str]], Sequence[str]]


def _by_path(fix: Fix, files: Mapping[str, str]) -> Sequence[str]:
    """The baseline: how many words of the message a path holds."""
    words = set(re.findall(r"[a-z]{3,}", f"{fix.title} {fix.body}".lower()))
    named = repository.mentioned(f"{fix.title}\n{fix.body}", list(files))

    def count(path: str) -> int:
        return len(words & set(re.findall(r"[a-z]{3,}", path.lower())))

    paths = (path for path in files if kind_of(path) not in UNREAD)
    return (*named, *sorted(paths, key=lambda path: (-count(path), path)))


def _paths_only(fix: Fix, files: Mapping[str, str]) -> Sequence[str]:
    nothing = Nothing(files)
    found = relevance.rank(fix.title, fix.body, files=nothing)
    return [each.path for each in found.files]


def _ranked(kind: Callable[[Mapping[str, str]], Sources]) -> Ranker:
    def rank(fix: Fix, files: Mapping[str, str]) -> Sequence[str]:
        found = relevance.rank(fix.title, fix.body, files=kind(files))
        return [each.path for each in found.files]

    return rank


RANKERS: Mapping[str, Ranker] = {
    "words in the path": _by_path,
    "BM25, paths alone": _paths_only,
    "BM25, 200 texts (no archive)": _ranked(Rationed),
    "BM25, GitHub's API": _ranked(Archived),
    "BM25, checkout": _ranked(Listed),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Rank the files of every package for each of its fixes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path, metavar="DIR")
    parser.add_argument("--into", type=Path, action="append", default=[])
    parser.add_argument("--misses", action="store_true", help="of the tuning half")
    given = parser.parse_args(arguments)
    found: dict[tuple[str, str], list[list[float]]] = {}
    packages: set[str] = set()
    for fix, files in _every(given.packages):
        packages.add(fix.package)
        for name, ranker in RANKERS.items():
            order = list(dict.fromkeys(ranker(fix, files)))
            row = [_recall(order[:top], fix.changed) for top in TOP]
            found.setdefault((fix.half, name), []).append(row)
        if given.misses and fix.half == HALVES[0] and row[-1] < 1:
            missed = {p: order.index(p) if p in order else -1 for p in fix.changed}
            print(fix.package, fix.title, missed, order[:4], sep=" | ")
    rows = [
        (half, name, str(len(group)), *map(_mean, zip(*group, strict=True)))
        for (half, name), group in sorted(found.items(), key=_order)
    ]
    heads = ("half", "ranking", "fixes", *(f"recall at {top}" for top in TOP))
    names = ", ".join(sorted(packages))
    said = fill(NOTE.format(packages=len(packages), names=names), 88)
    print(f"{tables.columns([heads, *rows])}\n\n{said}")
    page = f"{tables.markdown([heads, *rows])}\n\n{said}"
    return max((tables.renew(path, "localise", page) for path in given.into), default=0)


def _every(folder: Path) -> Iterator[tuple[Fix, Mapping[str, str]]]:
    """The fixes of every package, of its newest version where there are several."""
    named = {
        path.name.partition("_")[0]: path
        for path in sorted(folder.glob("*.debian.tar.*"))
    }
    for patches in named.values():
        yield from fixes(patches)


def _order(item: tuple[tuple[str, str], object]) -> tuple[str, int]:
    (half, name), _ = item
    return half, list(RANKERS).index(name)


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.2f}"


def _recall(order: Sequence[str], changed: frozenset[str]) -> float:
    return len(changed & set(order)) / len(changed)


def fixes(patches: Path) -> Iterator[tuple[Fix, Mapping[str, str]]]:
    """Read the fixes of a source package, each with the files before it."""
    package, _, version = patches.name.partition("_")
    upstream = version.rpartition("-")[0]
    packed = [
        path
        for path in patches.parent.glob(f"{package}_{upstream}.orig.tar.*")
        if path.suffix in (".gz", ".xz", ".bz2")
    ]
    if not packed:
        return
    files: dict[str, str] = {}
    count = 0
    for title, body, paths in _messages(patches):
        files = files or _texts(packed[0])
        changed = frozenset(
            p for p in paths if p in files and kind_of(p) not in ("test", "docs")
        )
        if changed and count < MOST_OF_ONE:
            count += 1
            yield Fix(package, title, body, changed), files


def _messages(patches: Path) -> Iterator[tuple[str, str, list[str]]]:
    with tarfile.open(patches) as archive:
        for entry in archive:
            if not entry.isfile() or "/patches/" not in entry.name:
                continue
            reader = archive.extractfile(entry)
            text = reader.read().decode("utf-8", "replace") if reader else ""
            head = re.split(r"^(?:---|diff |Index: )", text, maxsplit=1, flags=re.M)[0]
            paths = sorted(set(_CHANGED.findall(text)))
            title, body = _message(head)
            said = f"{title} {body}"
            is_local = _LOCAL.search(said) or _NOT_SENT.search(head)
            is_fix = _FIX.search(said) and not is_local
            if (
                is_fix
                and len(said.split()) >= LEAST_WORDS
                and len(paths) <= MOST_FILES + 4
            ):
                yield title, body, paths


def _message(head: str) -> tuple[str, str]:
    head = re.sub(r"\n[ \t]+", " ", head, count=3)
    subject = re.search(
        r"^(?:Subject|Description): *(?:\[[^\]]*\] *)*(.+)$", head, re.M
    )
    title = subject[1].strip() if subject else ""
    body = [
        line
        for line in (head[subject.end() :] if subject else head).split("\n")
        if not _HEADER.match(line.strip())
    ]
    return title, "\n".join(body).strip()


def _texts(packed: Path) -> dict[str, str]:
    files: dict[str, str] = {}
    with tarfile.open(packed) as archive:
        for entry in archive:
            path = entry.name.partition("/")[2]
            if not entry.isfile() or not path or entry.size > MAX_FILE:
                continue
            reader = archive.extractfile(entry)
            data = reader.read() if reader is not None else b""
            if b"\0" not in data:
                files[path] = data.decode("utf-8", "replace")
    return files


if __name__ == "__main__":
    sys.exit(main())
