"""Other commits of a local repository, read by the hardened git it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.context.versions import is_tag_of
from bot.errors import GitError
from bot.reader import Touched

Ask = Callable[..., bytes]
MOST_PLACES = 40
MANY_ENDS = "{text} is no range: A..B, A...B and A are, with one commit on each side"
_MOST_SHOWN = 400
_DOTS = re.compile(r"(\.{2,})")
_BLAMED = re.compile(r"([0-9a-f]{40,64}) \d{1,9} (\d{1,9})(?: \d{1,9})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree, in git's own words."""

    mode: str
    kind: str
    sha: str
    length: str

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return int(self.length)

    @property
    def is_regular(self) -> bool:
        """Whether it is a file, not a link."""
        return self.mode in ("100644", "100755")


def ends(text: str) -> tuple[str, str, bool]:
    """Split a range: its two ends, and whether they are compared as they are.

    A missing end is HEAD. `A..B` is compared as it is, `A...B` and `A` from where both
    parted. Raises GitError for what is no range.
    """
    # No name of a commit holds two dots.
    parts = _DOTS.split(text)
    dots = parts[1] if len(parts) == 3 else "..."
    if len(parts) > 3 or len(dots) > 3:
        raise GitError(MANY_ENDS.format(text=text[:_MOST_SHOWN]))
    right = parts[2] if len(parts) == 3 else ""
    return parts[0] or "HEAD", right or "HEAD", dots == ".."


def listing(ask: Ask, sha: str) -> dict[str, Entry]:
    """List the files of a commit, links included, submodules not."""
    raw = ask("ls-tree", "-r", "-l", "-z", sha)
    lines = raw.decode("utf-8", "surrogateescape").split("\0")
    pairs = (line.partition("\t") for line in lines if line)
    found = {path: Entry(*facts.split()) for facts, _, path in pairs}
    return {path: entry for path, entry in found.items() if entry.kind == "blob"}


def blobs(ask: Ask, shas: Mapping[str, str]) -> dict[str, str]:
    """Read many files in one go, {path: object}; binary ones are left out."""
    if not shas:
        return {}
    asked = "".join(f"{sha}\n" for sha in shas.values()).encode("ascii")
    data = ask("cat-file", "--batch", stdin=asked)
    found: dict[str, str] = {}
    at = 0
    for path in shas:
        # "<sha> blob <size>\n<content>\n"
        end = data.index(b"\n", at)
        size = int(data[at:end].rpartition(b" ")[2])
        content = data[end + 1 : end + 1 + size]
        at = end + 2 + size
        if b"\0" not in content:
            found[path] = content.decode("utf-8", "replace")
    return found


def tagged(ask: Ask, versions: Sequence[str]) -> tuple[str, str] | None:
    """Find the tag of one of these versions: its name and its commit."""
    if not versions:
        return None
    form = "%(refname:strip=2)%00%(*objectname)%00%(objectname)"
    raw = ask("for-each-ref", f"--format={form}", "refs/tags")
    lines = raw.decode("utf-8", "replace").splitlines()
    tags = [line.split("\0") for line in lines]
    for version in versions:
        for name, commit, sha in tags:
            if is_tag_of(name, version):
                return name, commit or sha
    return None


def touched(
    ask: Ask, places: Iterable[tuple[str, int, int]], *, ref: str
) -> tuple[Touched, ...]:
    """Say which commits last changed these lines: (path, first, last), by blame."""
    found: list[Touched] = []
    for path, first, last in list(places)[:MOST_PLACES]:
        lines = f"{first},{last}"
        try:
            raw = ask("blame", "--porcelain", "-L", lines, ref, "--", path)
        except GitError:
            continue  # fewer lines than the trace thinks
        found += _blamed(path, raw.decode("utf-8", "replace"))
    return tuple(found)


def _blamed(path: str, text: str) -> list[Touched]:
    told: dict[str, dict[str, str]] = {}
    lines: list[tuple[str, int]] = []
    sha = ""
    for line in text.split("\n"):
        match = _BLAMED.match(line)
        if match is not None:
            sha = match[1]
            lines.append((sha, int(match[2])))
        elif sha and line[:1] not in ("\t", ""):
            key, _, value = line.partition(" ")
            told.setdefault(sha, {}).setdefault(key, value)
    runs: list[tuple[str, int, int]] = []
    for sha, number in lines:
        if runs and runs[-1][0] == sha and runs[-1][2] == number - 1:
            runs[-1] = (sha, runs[-1][1], number)
        else:
            runs.append((sha, number, number))
    return [
        Touched(path, start, end, sha, _when(told[sha]), told[sha].get("summary", ""))
        for sha, start, end in runs
    ]


def _when(facts: Mapping[str, str]) -> str:
    seconds = int(facts.get("committer-time") or 0)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
