"""Names with versions, as manifests declare them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
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
_QUOTED = re.compile(r"[\"']([^\"']{3,120})[\"']")
# What a manifest says of its own project.
_OWN = frozenset({"version", "name", "edition", "schema"})
_MAX_LINE = 300
_WORD = re.compile(r"[A-Za-z][\w.-]{1,60}")
_MAX_WORDS = 5_000
_NUMBERED = re.compile(
    r"(?<![\w.:/-])v?(?P<version>\d{1,4}\.\d{1,4}(?:\.\d{1,5}){0,2}"
    r"(?:-?(?:a|b|rc|alpha|beta|dev)\.?\d{0,4})?)(?![\w.:/-]*\d)"
)
_FOREIGN = re.compile(
    r"(?:python|node(?:\.js)?|ruby|java|jdk|go|rustc?|php|ubuntu|debian|fedora|windows"
    r"|macos|ios|android|linux|kernel|chrome|firefox|safari|npm|pip|docker|os)"
    r"[ :=]{0,3}(?:version[ :=]{0,3})?v?$"
)
_MOST_NAMED = 6


def declared_versions(text: str, manifests: Mapping[str, str]) -> tuple[Version, ...]:
    """Look up what `text` names in the manifests: {path: its text}.

    One `Version` a declaration whose name occurs in the text as a word.
    """
    named = words(text)
    found: list[Version] = []
    for path, manifest in manifests.items():
        for number, line in enumerate(lines(manifest), 1):
            found += [
                Version(name, version, path, number)
                for name, version in _declared(line)
                if _is_named(name, named)
            ]
    return tuple(found)


def words(text: str) -> frozenset[str]:
    """The words of a text that may be names of dependencies, in lower case."""
    return frozenset(w.lower() for w in _WORD.findall(text[:MAX_TEXT])[:_MAX_WORDS])


def named_versions(text: str) -> tuple[str, ...]:
    """Name the versions a report speaks of, those it calls so first.

    What stands behind the name of another tool (Python 3.11) comes last.
    """
    text = text[:MAX_TEXT]
    called: dict[str, None] = {}
    others: dict[str, None] = {}
    for match in _NUMBERED.finditer(text):
        before = text[max(match.start() - 40, 0) : match.start()].lower()
        kind = others if _FOREIGN.search(before) else called
        kind.setdefault(match["version"])
    return tuple(dict.fromkeys((*called, *others)))[:_MOST_NAMED]


def is_tag_of(name: str, version: str) -> bool:
    """Whether a tag is that version's: `1.2.3`, `v1.2.3`, `name-1.2.3`, `x/v1.2.3`."""
    pattern = rf"(?:.{{0,100}}[-_/@])?[vV]?{re.escape(version)}"
    return re.fullmatch(pattern, name[:200]) is not None


def _declared(line: str) -> list[tuple[str, str]]:
    """What a line declares: one at its start, else those that a list quotes."""
    bare = line[:_MAX_LINE].removeprefix("- ").removeprefix("require ").lstrip("\"' ")
    first = _DECLARED.match(bare)
    quoted = (_DECLARED.match(item) for item in _QUOTED.findall(bare))
    found = (first,) if first else quoted
    return [
        (match["name"], match["version"])
        for match in found
        if match and match["name"].lower() not in _OWN
    ]


def _is_named(name: str, words: Collection[str]) -> bool:
    lowered = name.lower()
    return lowered in words or lowered.rpartition("/")[2] in words
