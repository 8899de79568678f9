"""Names with versions, as manifests declare them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.context.prose_lines import MAX_TEXT, lines


@dataclass(frozen=True, slots=True)
class Version:
    """A name with a version, and where a manifest declares it."""

    name: str
    version: str
    path: str
    line: int


_DECLARED = re.compile(
    r"(?P<name>@?[A-Za-z][\w./-]{0,80})(?:\[[\w,-]{1,60}\])?[\"']?\s{0,4}"
    r"(?:[=~<>!^:]{1,3}|\s)\s{0,4}[\"'{]?\s?(?:version\s?=\s?[\"'])?[=~<>!^v]{0,2}\s?"
    r"(?P<version>\d{1,5}(?:\.\d{1,5}){0,3}[\w.+-]{0,20})"
)
_WORD = re.compile(r"[A-Za-z][\w.-]{1,60}")
_MAX_WORDS = 5_000


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
