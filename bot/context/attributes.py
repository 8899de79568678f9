"""Which files a repository calls generated or vendored, by its own `.gitattributes`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot import globs
from bot.context.diff import FileDiff
from bot.context.kinds import FileKind

PATH = ".gitattributes"
# Rules that are looked at, and characters of the file.
MAX_RULES = 200
MAX_TEXT = 200_000
_NAMES: dict[str, FileKind] = {
    "linguist-generated": "generated",
    "linguist-vendored": "vendored",
}
_UNSET = ("false", "0", "no", "off")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    kind: FileKind
    is_set: bool


def applied(files: Sequence[FileDiff], text: str) -> tuple[FileDiff, ...]:
    """Give each file the kind that the text of a `.gitattributes` says it has.

    `text` must not come from the change itself: it could hide its own files. The last
    rule that matches decides, as in git; what is unset there is read after all.
    """
    rules = list(_rules(text))[-MAX_RULES:]
    return tuple(_with_kind(file, rules) for file in files) if rules else tuple(files)


def _rules(text: str) -> Iterator[_Rule]:
    for line in text[:MAX_TEXT].splitlines():
        pattern, *attributes = line.split()[:20] or [""]
        if not pattern or pattern.startswith(("#", "[", '"')):
            continue
        for attribute in attributes:
            name, _, value = attribute.lstrip("-!").partition("=")
            if name in _NAMES:
                is_set = attribute[0] not in "-!" and value.lower() not in _UNSET
                yield _Rule(_glob(pattern), _NAMES[name], is_set)


def _glob(pattern: str) -> str:
    """A path of git's with a slash in front is one of ours from the top."""
    anchored = pattern.startswith("/")
    bare = pattern.lstrip("/")[: globs.MAX_LENGTH]
    # Without a slash our globs match in every folder.
    return bare if "/" in bare or not anchored else f"./{bare}"


def _with_kind(file: FileDiff, rules: Sequence[_Rule]) -> FileDiff:
    said: dict[FileKind, bool] = {}
    for rule in rules:
        if _matches(file.path, rule.pattern):
            said[rule.kind] = rule.is_set
    if not said or file.is_binary:
        return file
    for kind, is_set in said.items():
        if is_set:
            return replace(file, kind=kind)
    # Someone took the trouble to say that a file in `dist/` is written by hand.
    return replace(file, kind="source") if file.kind in said else file


def _matches(path: str, pattern: str) -> bool:
    if pattern.startswith("./"):
        return "/" not in path and globs.matches(path, pattern[2:])
    return globs.matches(path, pattern)
