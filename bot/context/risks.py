"""The risk map of a change: what a diff shows without any model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import get_args

from bot.context import Finding, Severity, diff, risk_tables
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD
from bot.context.symbols import language_of

MAX_PER_KIND = 10
MAX_QUOTE = 200
WIDE_FILES = 20
LONG_LINES = 800

CONFLICT = "a conflict marker is committed"
REMOVED = "public {name} is removed"
CHANGED = "the signature of public {name} changes"
UNTESTED = "no test changed together with {names}"
ADDED_DEPENDENCY = "{name} {version} is a new dependency"
MOVED_DEPENDENCY = "{name} moves from {old} to {new}"
UNPINNED = "{name} is not pinned ({version})"
TODO = "{word} without an issue"
INVISIBLE = "invisible or direction-changing characters: {points}"
LARGE = "{lines} changed lines in {files} files: consider splitting it"
SYMLINK = "adds or changes a symbolic link"
SUBMODULE = "moves a submodule to another commit"
UNREADABLE = "cannot be read as a diff: {why}"

# Characters that a reader does not see and a compiler or a model does (contract T03).
_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_HIDDEN = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _RANGES) + "]")
_ZWJ, _VS16, _BLACK_FLAG = "\u200d", "\ufe0f", "\U0001f3f4"


def findings(files: Sequence[FileDiff]) -> tuple[Finding, ...]:
    """Say what is risky about a change, heaviest first; at most ten of a kind."""
    found: list[Finding] = []
    for file in files:
        found.extend(_of_path(file))
        found.extend(_of_lines(file))
        found.extend(_of_dependencies(file))
    found.extend(_public_api(files))
    found.extend(_without_tests(files))
    found.extend(_of_size(files))
    return _limited(found)


def _limited(found: list[Finding]) -> tuple[Finding, ...]:
    order = get_args(Severity)
    counts: dict[str, int] = {}
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: order.index(one.severity)):
        counts[each.kind] = counts.get(each.kind, 0) + 1
        if counts[each.kind] <= MAX_PER_KIND:
            kept.append(each)
    return tuple(kept)


# Paths.


def _of_path(file: FileDiff) -> Iterator[Finding]:
    for rule in risk_tables.PATH_RULES:
        if rule.kind == "permissions" and file.kind not in ("source", "config", "docs"):
            continue
        is_harmless = file.path.lower().endswith(risk_tables.HARMLESS_ENDS)
        if rule.kind == "secrets-touched" and (is_harmless or file.status == "removed"):
            continue
        if rule.matches(file.path) or rule.matches(file.old_path):
            yield Finding(rule.kind, rule.message, rule.severity, file.path)
    if file.is_symlink:
        yield Finding("symlink", SYMLINK, "minor", file.path)
    if file.is_submodule:
        yield Finding("submodule", SUBMODULE, "minor", file.path)
    for why in file.problems:
        yield Finding("unreadable", UNREADABLE.format(why=why), "info", file.path)


# Lines.


def _of_lines(file: FileDiff) -> Iterator[Finding]:
    if file.is_binary:
        return
    for number, text in diff.added_lines(file).items():
        yield from _hidden(file, number, text)
        if file.kind in UNREAD:
            continue
        yield from _conflict(file, number, text)
        yield from _leftover(file, number, text)
        yield from _todo(file, number, text)


def _hidden(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    if text.isascii():
        return
    if number == 1:
        # At the very start of a file this is a byte order mark, not a trick.
        text = text.removeprefix("\ufeff")
    hidden = {
        m[0] for m in _HIDDEN.finditer(text) if not _is_emoji_part(text, m.start())
    }
    if hidden:
        points = ", ".join(f"U+{ord(char):04X}" for char in sorted(hidden)[:8])
        message = INVISIBLE.format(points=points)
        severity: Severity = "minor" if file.kind == "docs" else "major"
        yield Finding("invisible-characters", message, severity, file.path, number)


def _is_emoji_part(text: str, at: int) -> bool:
    char, before = text[at], text[at - 1 : at] if at else ""
    if char in (_ZWJ, _VS16):
        kinds = ("So", "Sk", "Sm", "Po", "Nd")
        return before == _VS16 or (
            bool(before) and unicodedata.category(before) in kinds
        )
    is_tag = 0xE0020 <= ord(char) <= 0xE007F
    return is_tag and _BLACK_FLAG in text[max(at - 7, 0) : at]


def _conflict(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    if text.startswith(risk_tables.CONFLICT):
        quote = text[:MAX_QUOTE]
        yield Finding("conflict-marker", CONFLICT, "blocker", file.path, number, quote)


def _leftover(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    for rule in risk_tables.LINE_RULES:
        if not file.path.endswith(rule.suffixes) or rule.needle not in text:
            continue
        if not rule.in_tests and (file.kind == "test" or _prints(file.path)):
            continue
        if rule.pattern.match(text):
            quote = text.strip()[:MAX_QUOTE]
            yield Finding(
                rule.kind, rule.message, rule.severity, file.path, number, quote
            )
            return


def _prints(path: str) -> bool:
    *folders, name = path.lower().split("/")
    stem = name.partition(".")[0]
    return stem in risk_tables.PRINTS or not set(risk_tables.PRINTS).isdisjoint(folders)


def _todo(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    if file.kind == "docs":
        return
    match = risk_tables.TODO.search(text)
    if match and not risk_tables.ISSUE.search(match["rest"]):
        word = match[0].removesuffix(match["rest"])
        quote = text.strip()[:MAX_QUOTE]
        message = TODO.format(word=word)
        yield Finding("todo-without-issue", message, "info", file.path, number, quote)


# Dependencies.


def _of_dependencies(file: FileDiff) -> Iterator[Finding]:
    manifest = _manifest(file.path)
    if manifest is None:
        return
    old = dict(_declared(manifest, diff.removed_lines(file).values()))
    for number, text in diff.added_lines(file).items():
        for name, version in _declared(manifest, [text]):
            yield from _dependency(file, number, name, version, old.get(name))
            if manifest.loose.match(version):
                message = UNPINNED.format(name=name, version=version or "any version")
                yield Finding("unpinned", message, "minor", file.path, number)


def _dependency(
    file: FileDiff, number: int, name: str, version: str, old: str | None
) -> Iterator[Finding]:
    if old is None:
        message = ADDED_DEPENDENCY.format(name=name, version=version).replace("  ", " ")
        yield Finding("new-dependency", message, "minor", file.path, number)
    elif old != version:
        message = MOVED_DEPENDENCY.format(name=name, old=old, new=version)
        yield Finding("moved-dependency", message, "info", file.path, number)


def _manifest(path: str) -> risk_tables.Manifest | None:
    name = path.rpartition("/")[2].lower()
    for manifest in risk_tables.MANIFESTS:
        if any(fnmatchcase(name, glob) for glob in manifest.globs):
            return manifest
    return None


def _declared(
    manifest: risk_tables.Manifest, lines: Iterable[str]
) -> Iterator[tuple[str, str]]:
    for line in lines:
        match = manifest.pattern.match(line[:500].split(" #")[0].rstrip())
        if match and match["name"].lower() not in risk_tables.NOT_DEPENDENCIES:
            yield match["name"], (match["version"] or "").strip()


# Public names.


def _public_api(files: Sequence[FileDiff]) -> Iterator[Finding]:
    added = {
        name
        for file in files
        for text in diff.added_lines(file).values()
        if (name := _public_name(file.path, text))
    }
    for file in files:
        if file.kind != "source" or _is_internal(file.old_path):
            continue
        yield from _removed_names(file, added)


def _removed_names(file: FileDiff, added: set[str]) -> Iterator[Finding]:
    now = {
        name: (number, text.strip())
        for number, text in diff.added_lines(file).items()
        if (name := _public_name(file.path, text))
    }
    for text in diff.removed_lines(file).values():
        name = _public_name(file.path, text)
        quote = text.strip()[:MAX_QUOTE]
        if name and name not in added:
            message = REMOVED.format(name=name)
            yield Finding("public-api", message, "major", file.path, quote=quote)
        elif name in now and now[name][1] != text.strip():
            message = CHANGED.format(name=name)
            line = now[name][0]
            yield Finding("public-api", message, "minor", file.path, line, quote)


def _is_internal(path: str) -> bool:
    *folders, name = path.split("/")
    inner = {"internal", *risk_tables.PRINTS}
    is_private = any(
        part.startswith("_") and not part.startswith("__") for part in (*folders, name)
    )
    return is_private or not inner.isdisjoint(folders)


def _public_name(path: str, text: str) -> str:
    for suffixes, pattern in risk_tables.PUBLIC:
        if path.endswith(suffixes) and (match := pattern.match(text)):
            return match["name"]
    return ""


# The change as a whole.


def _without_tests(files: Sequence[FileDiff]) -> Iterator[Finding]:
    if any(file.kind == "test" and file.status != "removed" for file in files):
        return
    for file in files:
        if file.kind != "source" or not language_of(file.path) or not file.added:
            continue
        names = _touched_names(file)
        if names:
            message = UNTESTED.format(names=", ".join(list(names)[:5]))
            line = next(iter(names.values()))
            yield Finding("untested-change", message, "minor", file.path, line)


def _touched_names(file: FileDiff) -> dict[str, int]:
    """Names whose definition or body the hunks touch, with a changed line each."""
    names: dict[str, int] = {}
    for hunk in file.hunks:
        current = _name_in(file.path, hunk.heading)
        for line in hunk.lines:
            if line.mark != "-":
                current = _name_in(file.path, line.text) or current
            if line.mark == "+" and line.text.strip() and current.strip("_"):
                names.setdefault(current, line.new)
    return names


def _name_in(path: str, text: str) -> str:
    match = risk_tables.ANY_DEFINITION.match(text[:500])
    if match is not None:
        return match["name"] or match["value"]
    return _public_name(path, text)


def _of_size(files: Sequence[FileDiff]) -> Iterator[Finding]:
    read = [file for file in files if file.kind not in UNREAD]
    lines = sum(file.added + file.removed for file in read)
    if lines > LONG_LINES or len(read) > WIDE_FILES:
        message = LARGE.format(lines=f"{lines:,}", files=len(read))
        yield Finding("size", message, "info")
