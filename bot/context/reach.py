"""What a failing file uses, and what that uses: imports followed for a few steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname
from typing import Protocol

from bot.context import imports
from bot.context.kinds import kind_of

STEPS = 4
READ_FILES = 60  # files read in all
MAX_TEXT = 200_000  # characters of one file
_CODE = frozenset({"source", "test"})
# Languages in which a file says on lines of its own all that it uses.
_SAID = (".py", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".go", ".rs", ".rb")
# How tests are named after what they test; in lower case.
_BEFORE, _AFTER = ("test_", "test"), ("_tests", "_test", "_spec", "tests", "test")
_USES = re.compile(
    r"\s{0,20}(?:pub |const |let |var |export )?(?:#\s{0,4}include|use|mod|import|from"
    r"|require_relative|require|load|include)\b(?P<rest>.{0,400})"
)
_REQUIRES = re.compile(r".{0,200}\brequire\((?P<rest>.{0,200})")
_WORD = re.compile(r"\w{1,80}")


class Texts(Protocol):
    """Where the files come from."""

    def tree(self) -> tuple[str, ...]:
        """Every path at the pinned SHA."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files, read together; some may lack."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Every file that the start uses; `is_whole`: nothing it uses was left out."""

    paths: frozenset[str] = frozenset()
    is_whole: bool = False


def of(start: Iterable[str], files: Texts, *, gone: Iterable[str] = ()) -> Reach:
    """Follow what the files at `start` import, four steps and 60 files at most.

    `gone` are files that are no more, but may still be asked for.
    """
    there = dict.fromkeys((*files.tree(), *gone))
    code = [path for path in there if kind_of(path) in _CODE]
    index = _index(code)
    found: set[str] = {path for path in start if path in index.known}
    found |= _fixtures(found, index)
    is_whole = bool(found) and all(path.endswith(_SAID) for path in found)
    left, room = sorted(found), READ_FILES
    for _ in range(STEPS):
        asked = left[:room]
        texts = files.texts(asked) if asked else {}
        is_whole = is_whole and len(asked) == len(left) and len(texts) == len(asked)
        room -= len(asked)
        used = {name for path in texts for name in _used(path, texts[path], index)}
        left = sorted(used - found)
        found |= used
        if not left:
            return Reach(frozenset(found), is_whole)
    return Reach(frozenset(found), is_whole=False)


@dataclass(frozen=True, slots=True)
class _Index:
    known: frozenset[str]
    by_stem: Mapping[str, Sequence[str]]
    by_folder: Mapping[str, Sequence[str]]
    places: imports.Places


def _index(code: Sequence[str]) -> _Index:
    by_stem: dict[str, list[str]] = {}
    by_folder: dict[str, list[str]] = {}
    for path in code:
        by_stem.setdefault(imports.file_stem(path), []).append(path)
        by_folder.setdefault(dirname(path), []).append(path)
    return _Index(frozenset(code), by_stem, by_folder, imports.places(code))


def _used(path: str, text: str, index: _Index) -> set[str]:
    text = text[:MAX_TEXT]
    used = set(imports.imported(path, text, among=index.places))
    end = path.rpartition(".")[2][:1]
    words = {word for line in text.split("\n") for word in _words(line)}
    for word in words:
        same = index.by_stem.get(word, ())
        used.update(other for other in same if other.rpartition(".")[2][:1] == end)
    if path.endswith(".go"):
        # The files of one package see each other without a word.
        folders = {dirname(other) for other in (path, *used) if other.endswith(".go")}
        used.update(p for folder in folders for p in index.by_folder.get(folder, ()))
    return used


def _words(line: str) -> Iterable[str]:
    match = _USES.match(line[:500]) or _REQUIRES.match(line[:500])
    return _WORD.findall(match["rest"]) if match else ()


def _fixtures(paths: Iterable[str], index: _Index) -> set[str]:
    """The `conftest.py` files that pytest reads before a test, above it."""
    above = {
        "/".join((*path.split("/")[:depth], "conftest.py"))
        for path in paths
        if path.endswith(".py")
        for depth in range(path.count("/") + 1)
    }
    return above & index.known


def subject(path: str) -> str:
    """Name what a test file tests by its own name, in lower case; "" if it says not."""
    stem = imports.file_stem(path).lower()
    for start in _BEFORE:
        if stem.startswith(start):
            return stem.removeprefix(start)
    return next((stem.removesuffix(end) for end in _AFTER if stem.endswith(end)), stem)
