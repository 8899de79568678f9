"""What changed between two sets of files, in git's and in GitHub's own shapes."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

Files = Mapping[str, bytes]
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# From this likeness on a removed and an added file are one that moved.
_SIMILAR = 0.5
_MOST_COMPARED = 20
_NO_NEWLINE = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class Hunk:
    """The lines one hunk shows, by number, on either side."""

    left: frozenset[int]
    right: frozenset[int]
    text: str

    def shows(self, line: int, side: str) -> bool:
        """Whether a review comment may stand on this line."""
        return line in (self.left if side == "LEFT" else self.right)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file; `patch` is None for binary content and pure renames."""

    path: str
    status: str
    before: bytes | None
    after: bytes | None
    patch: str | None
    previous: str | None = None
    becomes_executable: bool = False

    @property
    def additions(self) -> int:
        """How many lines the patch adds."""
        return _count(self.patch, "+")

    @property
    def deletions(self) -> int:
        """How many lines the patch removes."""
        return _count(self.patch, "-")


def blob_sha(content: bytes) -> str:
    """Return git's own name for this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def changes(
    base: Files, head: Files, *, executable: Collection[str] = ()
) -> list[FileChange]:
    """List the changed files by path; one that moved, half of it kept, is renamed.

    `executable` are the paths whose mode changes to 100755.
    """
    gone = [path for path in base if path not in head]
    found = []
    for path in sorted({*base, *head}):
        before, after = base.get(path), head.get(path)
        if after is None or (before == after and path not in executable):
            continue
        source = _moved_from(gone, base, after) if before is None else None
        if source is not None:
            gone.remove(source)
            before, status = base[source], "renamed"
        else:
            status = "added" if before is None else "modified"
        patch = _patch(before, after)
        is_executable = path in executable
        found.append(
            FileChange(path, status, before, after, patch, source, is_executable)
        )
    for path in gone:
        patch = _patch(base[path], None)
        found.append(FileChange(path, "removed", base[path], None, patch))
    return sorted(found, key=lambda change: change.path)


def unified(found: list[FileChange]) -> str:
    """Write the changes as `git diff` does."""
    return "".join(_git_file(change) for change in found)


def hunks(patch: str | None) -> Iterator[Hunk]:
    """Yield the hunks of one file's patch."""
    lines: list[str] = []
    for line in (patch or "").split("\n"):
        if line.startswith("@@") and lines:
            yield _hunk(lines)
            lines = []
        lines.append(line)
    if lines and lines[0]:
        yield _hunk(lines)


def _hunk(lines: list[str]) -> Hunk:
    match = _HUNK.match(lines[0])
    assert match is not None, lines[0]
    left_line, right_line = int(match[1]), int(match[3])
    left, right = set(), set()
    for line in lines[1:]:
        if line[:1] in ("-", " "):
            left.add(left_line)
            left_line += 1
        if line[:1] in ("+", " "):
            right.add(right_line)
            right_line += 1
    return Hunk(frozenset(left), frozenset(right), "\n".join(lines))


def is_binary(content: bytes) -> bool:
    """Judge as git does, by a NUL, and as JSON must, by what is not UTF-8."""
    try:
        return "\0" in content.decode()
    except UnicodeDecodeError:
        return True


def _moved_from(gone: list[str], base: Files, after: bytes | None) -> str | None:
    same = next((path for path in gone if after and base[path] == after), None)
    if same is not None or not after or len(gone) > _MOST_COMPARED or is_binary(after):
        return same
    new = _lines(after)
    for path in gone:
        if is_binary(base[path]):
            continue
        if difflib.SequenceMatcher(None, _lines(base[path]), new).ratio() >= _SIMILAR:
            return path
    return None


def _patch(before: bytes | None, after: bytes | None) -> str | None:
    if is_binary(before or b"") or is_binary(after or b""):
        return None
    lines = difflib.unified_diff(_lines(before), _lines(after), lineterm="")
    body = list(lines)[2:]
    return "\n".join(body) or None


def _lines(content: bytes | None) -> list[str]:
    if not content:
        return []
    lines = content.decode().split("\n")
    if lines[-1] == "":
        return lines[:-1]
    # The marker belongs to the line before it, so that both are compared as one.
    return [*lines[:-1], f"{lines[-1]}\n{_NO_NEWLINE}"]


def _count(patch: str | None, sign: str) -> int:
    return sum(line.startswith(sign) for line in (patch or "").split("\n"))


def _git_file(change: FileChange) -> str:
    old, new = f"a/{change.previous or change.path}", f"b/{change.path}"
    head = [f"diff --git {_quoted(old)} {_quoted(new)}", *_mode_lines(change)]
    if change.before == change.after:
        return "\n".join(head) + "\n"
    head.append(_index_line(change))
    old = "/dev/null" if change.before is None else _quoted(old)
    new = "/dev/null" if change.after is None else _quoted(new)
    if change.patch is not None:
        head += [f"--- {old}", f"+++ {new}", change.patch]
    elif is_binary(change.before or b"") or is_binary(change.after or b""):
        head.append(f"Binary files {old} and {new} differ")
    return "\n".join(head) + "\n"


def _mode_lines(change: FileChange) -> list[str]:
    if change.becomes_executable:
        return ["old mode 100644", "new mode 100755"]
    likeness = 100 if change.before == change.after else 80
    return {
        "added": ["new file mode 100644"],
        "removed": ["deleted file mode 100644"],
        "renamed": [
            f"similarity index {likeness}%",
            f"rename from {_quoted(change.previous or '')}",
            f"rename to {_quoted(change.path)}",
        ],
    }.get(change.status, [])


def _index_line(change: FileChange) -> str:
    names = [
        "0" * 7 if content is None else blob_sha(content)[:7]
        for content in (change.before, change.after)
    ]
    mode = " 100644" if change.status == "modified" else ""
    return f"index {'..'.join(names)}{mode}"


def _quoted(path: str) -> str:
    # git quotes what is not printable ASCII, byte by byte in octal.
    if all(" " <= char <= "~" and char not in '"\\' for char in path):
        return path
    special = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}
    return '"' + "".join(special.get(char) or _octal(char) for char in path) + '"'


def _octal(char: str) -> str:
    if " " <= char <= "~":
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode())
