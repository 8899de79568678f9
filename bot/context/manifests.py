"""What a manifest declares: names with the versions they may have."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

MAX_TEXT = 500_000
_MAX_LINE = 500

Declared = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One kind of manifest.

    `read` gives names with versions out of its text; it may raise ValueError. `loose`
    matches, from its start, a version that leaves open what is installed. With
    `by_line` parts of the text can be read, too.
    """

    globs: tuple[str, ...]
    read: Callable[[str], Declared]
    loose: re.Pattern[str]
    by_line: bool = True


def manifest_of(path: str) -> Manifest | None:
    """Say how to read the manifest at `path`, None where it is none."""
    lowered = path.lower()
    name = lowered.rpartition("/")[2]
    for manifest in MANIFESTS:
        for glob in manifest.globs:
            if fnmatchcase(lowered if "/" in glob else name, glob):
                return manifest
    return None


def _lines(pattern: re.Pattern[str]) -> Callable[[str], Declared]:
    def read(text: str) -> Declared:
        for line in text[:MAX_TEXT].split("\n"):
            match = pattern.match(line[:_MAX_LINE].split(" #")[0].rstrip())
            if match:
                yield match["name"], (match["version"] or "").strip()

    return read


def _uses(text: str) -> Declared:
    """Actions and reusable workflows; what stands behind `#` is the tag's name."""
    for line in text[:MAX_TEXT].split("\n"):
        match = _ACTION.match(line[:_MAX_LINE])
        if match:
            yield match["name"], match["tag"] or match["version"]


def _poms(text: str) -> Declared:
    for match in _POM.finditer(text[:MAX_TEXT]):
        yield match["name"], match["version"].strip()


def _requirement(text: str) -> tuple[str, str] | None:
    match = _REQUIREMENT.match(text[:_MAX_LINE].partition(";")[0].strip())
    return (match["name"], match["version"].strip()) if match else None


def _pyproject(text: str) -> Declared:
    found = _toml(text)
    project = _table(found, "project")
    groups = [
        project.get("dependencies"),
        _table(found, "build-system").get("requires"),
    ]
    groups += _table(project, "optional-dependencies").values()
    groups += _table(found, "dependency-groups").values()
    for group in groups:
        for each in group if isinstance(group, list) else ():
            declared = _requirement(each) if isinstance(each, str) else None
            if declared is not None:
                yield declared
    poetry = _table(_table(found, "tool"), "poetry")
    tables = [poetry, *_table(poetry, "group").values()]
    for table in tables:
        yield from _versions(table, "dependencies", "dev-dependencies")


def _cargo(text: str) -> Declared:
    found = _toml(text)
    kinds = ("dependencies", "dev-dependencies", "build-dependencies")
    tables = [found, _table(found, "workspace"), *_table(found, "target").values()]
    for table in tables:
        yield from _versions(table, *kinds)


def _package(text: str) -> Declared:
    kinds = ("dependencies", "devDependencies", "optionalDependencies")
    yield from _versions(_json(text), *kinds, "peerDependencies")


def _composer(text: str) -> Declared:
    yield from _versions(_json(text), "require", "require-dev")


def _versions(table: Any, *kinds: str) -> Declared:
    for kind in kinds:
        for name, value in _table(table, kind).items():
            if isinstance(value, dict):
                value = value.get("version") or value.get("git") or ""
            if isinstance(value, str) and name.lower() not in ("python", "php"):
                yield name, value


def _table(found: Any, key: str) -> dict[str, Any]:
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, dict) else {}


def _toml(text: str) -> Any:
    return _nested(tomllib.loads, text)


def _json(text: str) -> Any:
    return _nested(json.loads, text)


def _nested(loads: Callable[[str], Any], text: str) -> Any:
    try:
        return loads(text[:MAX_TEXT])
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc


_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z][\w.-]{0,80})(?:\[[\w,. -]{1,80}\])?\s{0,4}"
    r"(?P<version>(?:\(?[=<>~!@]{1,3}.{1,120})?)$"
)
_ACTION = re.compile(
    r"\s{0,40}(?:-\s{1,8})?uses:\s{1,4}[\"']?(?P<name>[\w.-]{1,60}/[\w./-]{1,140})@"
    r"(?P<version>[\w./-]{1,80})[\"']?(?:\s{1,4}#\s{0,4}(?P<tag>v?\d[\w.-]{0,30}))?"
)
_POM = re.compile(
    r"<artifactId>(?P<name>[\w.-]{1,120})</artifactId>\s{0,80}"
    r"<version>(?P<version>[^<]{1,60})</version>"
)
_NEVER = re.compile(r"\0")
_OPEN = re.compile(r"$|\*|>(?!.{0,60}<)|@|latest|x$")

MANIFESTS: tuple[Manifest, ...] = (
    Manifest(
        ("*requirements*.txt", "*requirements*.in", "constraints.txt"),
        _lines(_REQUIREMENT),
        re.compile(r"$|>|@|[<!~]=?(?!.{0,40}==)"),
    ),
    Manifest(("pyproject.toml",), _pyproject, _OPEN, by_line=False),
    Manifest(
        ("package.json",),
        _package,
        re.compile(r"\*|latest|x$|>|git|http|file:|$"),
        by_line=False,
    ),
    Manifest(("composer.json",), _composer, re.compile(r"\*|dev-|>"), by_line=False),
    Manifest(("cargo.toml",), _cargo, re.compile(r"\*|>|http|git"), by_line=False),
    Manifest(
        ("go.mod",),
        _lines(
            re.compile(
                r"(?:require |\t)(?P<name>[\w.-]{1,80}/[\w./-]{1,160}) "
                r"(?P<version>v\S{1,80})"
            )
        ),
        _NEVER,
    ),
    Manifest(
        ("gemfile",),
        _lines(
            re.compile(
                r"\s{0,8}gem [\"'](?P<name>[\w-]{1,80})[\"']"
                r"(?:, [\"'](?P<version>[^\"']{1,60}))?"
            )
        ),
        re.compile(r"$|>"),
    ),
    Manifest(("pom.xml",), _poms, re.compile(r"LATEST|RELEASE|\[|\(")),
    Manifest(
        ("build.gradle", "build.gradle.kts"),
        _lines(
            re.compile(
                r"\s{0,20}\w{3,40}[ (]{1,3}[\"'](?P<name>[\w.-]{1,80}:[\w.-]{1,80}):"
                r"(?P<version>[\w.+-]{1,60})[\"']"
            )
        ),
        re.compile(r".{0,50}\+|latest"),
    ),
    Manifest(
        (".github/workflows/*.y*ml", "*/action.yml", "action.yml"),
        _uses,
        re.compile(r"main$|master$|HEAD$"),
    ),
    Manifest(
        ("dockerfile*", "containerfile*"),
        _lines(
            re.compile(
                r"FROM (?:--\S{1,60} )?(?P<name>[\w./-]{1,120})"
                r"(?::(?P<version>\S{1,80}))?"
            )
        ),
        re.compile(r"$|latest"),
    ),
)
