"""Dependencies that come and move with a change, and what moves in its lock files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.context import Finding, Severity, diff, rebuild
from bot.context.diff import FileDiff
from bot.context.manifests import Manifest, manifest_of

NEW = "{name} {version} is a new dependency{note}"
MOVED = "{name} moves from {old} to {new}{note}"
LOCKED = "in the lock file {count}: {listed}"
NOT_PINNED = ", not pinned"
FOREIGN = ", from an address instead of a registry"
SHOWN = 8
# A lock file is looked through up to so many of its changed lines.
MAX_LINES = 20_000

Step = Literal["major", "back", "minor", ""]
_NOTES: dict[Step, str] = {
    "major": " (a major step)",
    "back": " (a step back)",
    "minor": "",
    "": "",
}
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,3}")
_ADDRESS = re.compile(r".{0,10}(?:https?:|git\+|git:|ssh:|github:|file:)")


def findings(files: Sequence[FileDiff], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Name new dependencies and moved ones; `texts` are the files after the change."""
    for file in files:
        manifest = manifest_of(file.path)
        if manifest is not None:
            yield from _of_manifest(file, manifest, texts.get(file.path))
        if file.kind == "lock":
            yield from _of_lock(file)


def step(old: str, new: str) -> Step:
    """Compare two versions: a major step, a step back, any other, "" for no numbers."""
    here, there = _numbers(old), _numbers(new)
    if not here or not there:
        return ""
    if there < here:
        return "back"
    # Before 1.0 the second number is the one that breaks.
    width = 2 if here[0] == 0 else 1
    return "major" if there[:width] != here[:width] else "minor"


def _numbers(version: str) -> tuple[int, ...]:
    match = _NUMBER.search(version[:200])
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _of_manifest(
    file: FileDiff, manifest: Manifest, text: str | None
) -> Iterator[Finding]:
    before, after = _sides(file, manifest, text)
    old, new = _read(manifest, before), _read(manifest, after)
    added = diff.added_lines(file)
    for name, version in new.items():
        line = _line_of(name, added)
        if name not in old:
            is_loose = bool(manifest.loose.match(version))
            note = FOREIGN if _ADDRESS.match(version) else NOT_PINNED * is_loose
            message = NEW.format(name=name, version=version, note=note)
            message = message.replace("  ", " ")
            yield Finding("new-dependency", message, "minor", file.path, line)
        elif old[name] != version:
            yield _moved(file, name, old[name], version, line=line)


def _moved(file: FileDiff, name: str, old: str, new: str, *, line: int) -> Finding:
    how = step(old, new)
    heavy: Severity = "minor" if how in ("major", "back") else "info"
    message = MOVED.format(
        name=name, old=old or "any version", new=new or "any version", note=_NOTES[how]
    )
    return Finding("moved-dependency", message, heavy, file.path, line)


def _sides(file: FileDiff, manifest: Manifest, text: str | None) -> tuple[str, str]:
    """The manifest before and after, or as much of both as the hunks show."""
    if text is not None:
        before = rebuild.before(file, text)
        if before is not None:
            return before, text
    if not manifest.by_line and file.status not in ("added", "removed"):
        return "", ""
    lines = [line for hunk in file.hunks for line in hunk.lines]
    return (
        "\n".join(line.text for line in lines if line.mark != "+"),
        "\n".join(line.text for line in lines if line.mark != "-"),
    )


def _read(manifest: Manifest, text: str) -> dict[str, str]:
    try:
        return dict(manifest.read(text)) if text else {}
    except ValueError:
        # Half a manifest, or a broken one: CI says so, too.
        return {}


def _line_of(name: str, added: Mapping[int, str]) -> int:
    return next((number for number, line in added.items() if name in line), 0)


# Lock files.


@dataclass(frozen=True, slots=True)
class _Lock:
    """How a kind of lock file names a package and its version, by lines."""

    ends: tuple[str, ...]
    name: re.Pattern[str]
    version: re.Pattern[str]


_TOML = (
    re.compile(r"name = \"(?P<name>[\w.-]{1,120})\""),
    re.compile(r"version = \"(?P<version>[^\"]{1,80})\""),
)
_LOCKS: tuple[_Lock, ...] = (
    _Lock(("uv.lock", "poetry.lock", "pdm.lock", "cargo.lock"), *_TOML),
    _Lock(
        ("package-lock.json", "npm-shrinkwrap.json"),
        re.compile(r"\s{1,12}\"(?:node_modules/)?(?P<name>[@\w][\w./-]{0,160})\": \{"),
        re.compile(r"\s{1,12}\"version\": \"(?P<version>[^\"]{1,80})\""),
    ),
    _Lock(
        ("yarn.lock",),
        re.compile(r"\"?(?P<name>@?[\w./-]{1,120})@"),
        re.compile(r" {2}version:? \"?(?P<version>[^\"\s]{1,80})"),
    ),
    _Lock(
        (".lock",),
        re.compile(r" {0,6}(?P<name>[A-Za-z][\w.-]{1,120})(?: \(|==)"),
        re.compile(r" {0,6}[\w.-]{1,120}(?: \(|==)(?P<version>\d[\w.+-]{0,60})"),
    ),
)


def _of_lock(file: FileDiff) -> Iterator[Finding]:
    lock = next(
        (each for each in _LOCKS if file.path.lower().endswith(each.ends)), None
    )
    if lock is None or file.status != "modified":
        return
    old, new = _locked(file, lock)
    moved = [
        f"{name} {old[name]} → {version}{_NOTES[step(old[name], version)]}"
        for name, version in new.items()
        if name in old and old[name] != version
    ]
    fresh = [f"{name} {version}" for name, version in new.items() if name not in old]
    if moved:
        yield Finding("locked", _listed(moved, "moves", "move"), "info", file.path)
    if fresh:
        yield Finding("locked", _listed(fresh, "is new", "are new"), "info", file.path)


def _locked(file: FileDiff, lock: _Lock) -> tuple[dict[str, str], dict[str, str]]:
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    lines = [line for hunk in file.hunks for line in hunk.lines][:MAX_LINES]
    name = ""
    for line in lines:
        if named := lock.name.match(line.text):
            name = named["name"]
        version = lock.version.match(line.text)
        if version is None or not name or line.mark == " ":
            continue
        (old if line.mark == "-" else new).setdefault(name, version["version"])
    return old, new


def _listed(items: Sequence[str], one: str, many: str) -> str:
    shown = ", ".join(items[:SHOWN])
    rest = len(items) - SHOWN
    if rest > 0:
        shown += f" and {rest} more"
    verb = f"1 package {one}" if len(items) == 1 else f"{len(items)} packages {many}"
    return LOCKED.format(count=verb, listed=shown)
