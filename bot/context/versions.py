"""Names with versions: as a text has them, and as manifests declare them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.context.prose_lines import MAX_TEXT, lines


@dataclass(frozen=True, slots=True)
class Version:
    """A name with a version, and where a manifest declares it ("" and 0: nowhere)."""

    name: str
    version: str
    path: str = ""
    line: int = 0


_VERSION = re.compile(
    r"(?<![\w.@/-])(?P<name>@?[A-Za-z][\w./-]{1,60}?)"
    r"(?:==|@| version | v|: v| )"
    r"(?P<version>\d{1,5}\.\d{1,5}(?:\.\d{1,5})?[\w.+-]{0,20})"
)
_NOT_NAMES = frozenset(
    {"version", "versions", "v", "at", "in", "to", "from", "and", "or", "than", "with"}
    | {"of", "on", "is", "the", "release", "line", "since", "section", "step", "steps"}
    | {"about", "under", "over", "after", "before", "until"}
)
_DECLARED = re.compile(
    r"(?P<name>@?[A-Za-z][\w./-]{0,80})(?:\[[\w,-]{1,60}\])?[\"']?\s{0,4}"
    r"(?:[=~<>!^:]{1,3}|\s)\s{0,4}[\"'{]?\s?(?:version\s?=\s?[\"'])?[=~<>!^v]{0,2}\s?"
    r"(?P<version>\d{1,5}(?:\.\d{1,5}){0,3}[\w.+-]{0,20})"
)
_WORD = re.compile(r"[A-Za-z][\w.-]{1,60}")
_MAX_WORDS = 5_000


def versions(text: str) -> tuple[Version, ...]:
    """Find names that stand directly before a version ("numpy 2.1.0", "node v20.1")."""
    found: dict[Version, None] = {}
    for line in lines(text):
        for match in _VERSION.finditer(line[:500]):
            if match["name"].lower() not in _NOT_NAMES:
                version = match["version"].rstrip(".,-+")
                found.setdefault(Version(match["name"], version))
    return tuple(found)


def declared_versions(text: str, manifests: Mapping[str, str]) -> tuple[Version, ...]:
    """Look up what `text` names in the manifests: {path: its text}.

    One `Version` a declaring line whose name occurs in the text as a word.
    """
    words = {word.lower() for word in _WORD.findall(text[:MAX_TEXT])[:_MAX_WORDS]}
    found: list[Version] = []
    for path, manifest in manifests.items():
        for number, line in enumerate(lines(manifest), 1):
            declared = _declared(line)
            if declared is not None and _is_named(declared[0], words):
                found.append(Version(*declared, path, number))
    return tuple(found)


def _declared(line: str) -> tuple[str, str] | None:
    bare = line.removeprefix("- ").removeprefix("require ").lstrip("\"' ")
    match = _DECLARED.match(bare[:300])
    return (match["name"], match["version"]) if match else None


def _is_named(name: str, words: set[str]) -> bool:
    lowered = name.lower()
    return lowered in words or lowered.rpartition("/")[2] in words
