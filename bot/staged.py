"""What is staged, by git plumbing: read from index and objects, nothing else.

The fast path of the pre-commit hook: it imports nothing heavy and touches no file of
the work tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import GitError
from bot.plumbing import DIFF_FLAGS, FLAGS, MAX_FILE, PREFIXES, git

MAX_FILES = 300
MAX_TESTS = 200
MAX_CALLERS = 80
# Seconds for one search of the index: callers are worth no longer wait.
SEARCH = 0.5
MAX_WORDS = 500
# Bytes of a staged diff.
MAX_OUTPUT = 20_000_000
# Blobs named to one command: Windows takes 32,767 characters.
MAX_ARGUMENTS = 700
_HUNK = re.compile(rb"@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_REGULAR = ("100644", "100755")
# "<mode> <blob> <stage>" and the path of a regular file, from NUL to NUL.
_LISTED = re.compile(r"(?<![^\0])100(?:644|755) ([0-9a-f]{40,64}) \d\t([^\0]+)")
# The empty file, by either of git's hashes: it has no lines, and is no riddle.
_EMPTY = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One staged file with its text in the index; `is_new` where HEAD has none.

    `lines` are the numbers in `text` that the change touches; a pure removal counts
    as the line before it.
    """

    path: str
    text: str
    lines: frozenset[int]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class StagedChange:
    """What is staged, in path order; `unread` are paths of what is no readable text."""

    files: tuple[StagedFile, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    old: str
    new: str
    status: str
    mode: str


def read(
    root: Path,
    environ: Mapping[str, str],
    *,
    wanted: Callable[[str], bool] = lambda path: True,
) -> StagedChange:
    """Read the staged files that were added, changed or renamed.

    Symlinks, submodules and paths not `wanted` are left out; binary files and those
    over MAX_FILE bytes are named as unread. Bytes that are not UTF-8 become U+FFFD.
    `environ` is `inherited(...)`. Raises GitError.
    """
    raw = _diff(root, environ)
    if len(raw) > MAX_OUTPUT:
        raise GitError("the staged change is too large to read in a hook")
    pairs = [
        (entry, lines)
        for entry, lines in zip(*_read(raw), strict=False)
        if entry.status in "AMR" and entry.mode in _REGULAR
        if entry.old != entry.new and wanted(entry.path)
    ][:MAX_FILES]
    # Git shows no lines of a file over its bigFileThreshold, so none of these is.
    shown = {entry.new for entry, lines in pairs if lines}
    texts = _contents(sorted(shown), root=root, environ=environ)
    files = tuple(
        StagedFile(e.path, texts[e.new], lines, is_new=not e.old.strip("0"))
        for e, lines in pairs
        if lines and e.new in texts
    )
    have = {file.path for file in files}
    left = (e.path for e, _ in pairs if e.new not in _EMPTY and e.path not in have)
    return StagedChange(files, tuple(left))


def _diff(root: Path, environ: Mapping[str, str]) -> bytes:
    asked = ["diff-index", "--cached", "--raw", "-z", "-p", "-U0"]
    asked += [*DIFF_FLAGS, *PREFIXES]
    try:
        return git([*asked, "HEAD", "--"], root=root, environ=environ)
    except GitError:
        head = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]
        if git(head, root=root, environ=environ, accept=(0, 1)).strip():
            raise
    # No commit yet: everything staged is new, compared with the empty tree.
    empty = git(["hash-object", "-t", "tree", "--stdin"], root=root, environ=environ)
    tree = empty.decode("ascii").strip()
    return git([*asked, tree, "--"], root=root, environ=environ)


def listed(
    pathspecs: Sequence[str], *, root: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """Return path → blob of the indexed regular files that match a pathspec of git's.

    Raises GitError.
    """
    if not pathspecs:
        return {}
    flags = [flag for flag in FLAGS if flag != "--literal-pathspecs"]
    asked = ["ls-files", "--stage", "-z", "--", *pathspecs]
    raw = git(asked, root=root, environ=environ, flags=flags)
    # One loop in C: a large repository lists tens of thousands.
    found = _LISTED.findall(raw.decode("utf-8", "surrogateescape"))
    return {path: blob for blob, path in found}


def holding(
    words: Iterable[str],
    blobs: Mapping[str, str],
    *,
    root: Path,
    environ: Mapping[str, str],
) -> dict[str, str]:
    """Return path → text of those of `blobs` (path → blob) that hold a whole word.

    At most MAX_WORDS words are looked for and MAX_TESTS files returned. Raises
    GitError.
    """
    wanted = "\n".join(sorted(set(words))[:MAX_WORDS]).encode("utf-8", "replace")
    if not wanted:
        return {}
    shas = sorted(set(blobs.values()))
    held: set[str] = set()
    for at in range(0, len(shas), MAX_ARGUMENTS):
        asked = ["grep", "-lzIwF", "--no-textconv", "-f", "-"]
        asked += [*shas[at : at + MAX_ARGUMENTS], "--"]
        raw = git(asked, root=root, environ=environ, stdin=wanted, accept=(0, 1))
        held.update(raw.decode("ascii", "replace").split("\0"))
    chosen = [path for path, sha in blobs.items() if sha in held][:MAX_TESTS]
    small = _small({blobs[path] for path in chosen}, root=root, environ=environ)
    texts = _contents(small, root=root, environ=environ)
    return {path: texts[blobs[path]] for path in chosen if blobs[path] in texts}


def mentioning(
    words: Iterable[str],
    pathspecs: Sequence[str],
    *,
    root: Path,
    environ: Mapping[str, str],
    wanted: Callable[[str], bool] = lambda path: True,
    first: Callable[[str], bool] = lambda path: False,
) -> dict[str, str]:
    """Return path → text of indexed files that hold a whole word, `first` ones first.

    At most MAX_WORDS words are looked for and MAX_CALLERS files returned, of those
    that are `wanted`. Raises GitError.
    """
    asked = "\n".join(sorted(set(words))[:MAX_WORDS]).encode("utf-8", "replace")
    if not asked or not pathspecs:
        return {}
    grep = ["grep", "--cached", "-lzIwF", "--no-textconv", "-f", "-", "--", *pathspecs]
    flags = [flag for flag in FLAGS if flag != "--literal-pathspecs"]
    raw = git(
        grep,
        root=root,
        environ=environ,
        stdin=asked,
        flags=flags,
        accept=(0, 1),
        seconds=SEARCH,
    )
    names = raw.decode("utf-8", "surrogateescape").split("\0")
    paths = [name for name in names if name and "\n" not in name and wanted(name)]
    paths = sorted(paths, key=lambda path: not first(path))[:MAX_CALLERS]
    texts = _contents([f":0:{path}" for path in paths], root=root, environ=environ)
    return {path: texts[f":0:{path}"] for path in paths if f":0:{path}" in texts}


def count(root: Path, git_dir: Path, environ: Mapping[str, str]) -> int:
    """Say how many files are in the index, by its header; 0 where that is not read."""
    # Git hands it to a hook as seen from the folder the hook was started in.
    named = environ.get("GIT_INDEX_FILE")
    file = root / named if named else git_dir / "index"
    try:
        with file.open("rb") as index:
            head = index.read(12)
    except OSError:
        return 0
    return int.from_bytes(head[8:12], "big") if head[:4] == b"DIRC" else 0


def _read(raw: bytes) -> tuple[list[_Entry], list[frozenset[int]]]:
    head, _, patch = raw.partition(b"\0\0")
    fields = head.decode("utf-8", "surrogateescape").split("\0")
    entries: list[_Entry] = []
    at = 0
    while at + 1 < len(fields) and fields[at].startswith(":"):
        _, mode, old, new, status = fields[at].split(" ")
        at += 3 if status[0] in "RC" else 2
        entries.append(_Entry(fields[at - 1], old, new, status[0], mode))
    return entries, _touched(patch)


def _touched(patch: bytes) -> list[frozenset[int]]:
    files: list[set[int]] = []
    for line in patch.split(b"\n"):
        if line.startswith((b"diff --git ", b"* Unmerged path ")):
            files.append(set())
        elif files and (match := _HUNK.match(line)):
            start, count = int(match[1]), int(match[2] or b"1")
            files[-1].update(range(start, start + count) if count else (max(start, 1),))
    return [frozenset(lines) for lines in files]


def _small(ids: Iterable[str], *, root: Path, environ: Mapping[str, str]) -> list[str]:
    """Those of these blobs that are at most MAX_FILE bytes."""
    wanted = sorted(ids)
    asked = "".join(f"{sha}\n" for sha in wanted).encode("ascii")
    if not wanted:
        return []
    sizes = git(["cat-file", "--batch-check"], root=root, environ=environ, stdin=asked)
    lines = sizes.splitlines()
    return [s for s, line in zip(wanted, lines, strict=True) if _fits(line)]


def _contents(
    ids: Sequence[str], *, root: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """The texts of blobs, without those that are none."""
    asked = "".join(f"{sha}\n" for sha in ids).encode("utf-8", "surrogateescape")
    if not ids:
        return {}
    raw = git(["cat-file", "--batch"], root=root, environ=environ, stdin=asked)
    texts: dict[str, str] = {}
    at = 0
    for sha in ids:
        end = raw.index(b"\n", at)
        fields = raw[at:end].split(b" ")
        if len(fields) != 3 or fields[1] != b"blob":
            # "<sha> missing": a partial clone, and nothing is fetched for a hook.
            at = end + 1
            continue
        size = int(fields[2])
        text = _text(raw[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
        if text is not None:
            texts[sha] = text
    return texts


def _fits(line: bytes) -> bool:
    fields = line.split(b" ")
    return len(fields) == 3 and fields[1] == b"blob" and int(fields[2]) <= MAX_FILE


def _text(data: bytes) -> str | None:
    # Names are ASCII in nearly every source, whatever its comments are written in.
    return None if b"\0" in data else data.decode("utf-8", "replace")
