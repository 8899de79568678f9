"""Where a symbol is defined: a few likely files are read, by import and by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.context.symbols import Symbol, language_of, symbols
from bot.tasks import Files

# A look-up reads this many files at the most: each is one request to GitHub.
MOST_READ = 12
MAX_SOURCE = 512_000
MOST_NAME = 200
_MOST_OF_ONE_NAME = 3
_MOST_LINES = 2_000
_IMPORT = re.compile(
    r"^\s{0,40}(?:from|import|use|pub use|export|const|let|var|#include|require)\b"
)
_MODULE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:-]{0,200}")
_NAME = re.compile(
    r"[A-Za-z_$][A-Za-z0-9_$]{0,100}(?:(?:\.|::|#)[A-Za-z_$][A-Za-z0-9_$]{0,100}){0,5}"
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition and the lines it takes."""

    path: str
    symbol: Symbol
    text: str


def is_symbol(name: str) -> bool:
    """Whether `name` reads as a symbol: a name, or names joined by `.`, `::` or `#`."""
    return len(name) <= MOST_NAME and _NAME.fullmatch(name) is not None


def find(
    name: str, files: Files, *, near: Sequence[str], most: int = MOST_READ
) -> tuple[Definition, ...]:
    """Find the definitions of `name` in `near`, what these import, and its namesakes.

    `name` may be qualified. Reads at most `most` files, each up to 512 kB.
    """
    *qualifier, last = re.split(r"\.|::|#", name.strip().removesuffix("()"))
    found: list[Definition] = []
    for path in likely(last, qualifier, files=files, near=near)[:most]:
        source = files.file(path) or ""
        if len(source) <= MAX_SOURCE:
            found.extend(_defined(last, qualifier, path=path, source=source))
    return tuple(found)


def likely(
    name: str, qualifier: Sequence[str], *, files: Files, near: Sequence[str]
) -> list[str]:
    """Order the files that may define a symbol, the likeliest first."""
    index = _by_module(files.tree())
    wanted = ["/".join(qualifier), qualifier[-1] if qualifier else ""]
    named = [_squeezed(name), *(_squeezed(part) for part in reversed(qualifier))]
    paths = [*near]
    for module in filter(None, wanted):
        paths += index.get(_squeezed(module), ())
    for path in near:
        for module in _imported(files.file(path) or ""):
            paths += index.get(_squeezed(module), ())
    for module in named:
        paths += index.get(module, ())
    return [path for path in dict.fromkeys(paths) if language_of(path)]


def _defined(
    name: str, qualifier: Sequence[str], *, path: str, source: str
) -> Iterator[Definition]:
    if name not in source:
        return
    lines = source.split("\n")
    for symbol in symbols(path, source.encode("utf-8", "replace")):
        if symbol.name == name and _fits(symbol, qualifier, path):
            text = "\n".join(lines[symbol.start - 1 : symbol.end])
            yield Definition(path, symbol, text)


def _fits(symbol: Symbol, qualifier: Sequence[str], path: str) -> bool:
    """Whether what stands before the name is its class, or the file's own name."""
    if not qualifier:
        return True
    around = {_squeezed(part) for part in symbol.qualified.split(".")}
    return _squeezed(qualifier[-1]) in around | {_squeezed(_stem(path))}


def _by_module(tree: Iterable[str]) -> dict[str, list[str]]:
    """Index files by every tail of their module path; names of too many are no help."""
    index: dict[str, list[str]] = {}
    for path in tree:
        if not language_of(path):
            continue
        stem = path.rpartition(".")[0]
        parts = stem.removesuffix("/__init__").removesuffix("/index").split("/")
        for start in range(len(parts)):
            index.setdefault(_squeezed("/".join(parts[start:])), []).append(path)
    return {
        key: paths for key, paths in index.items() if len(paths) <= _MOST_OF_ONE_NAME
    }


def _imported(source: str) -> Iterator[str]:
    for line in source[:MAX_SOURCE].split("\n")[:_MOST_LINES]:
        if _IMPORT.match(line[:400]):
            for word in _MODULE.findall(line[:400]):
                yield word.strip("./")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _squeezed(name: str) -> str:
    """`PriceTable`, `price_table` and `price-table` are one; so are `a.b` and `a/b`."""
    return re.sub(r"[-_]", "", name).replace("::", "/").replace(".", "/").lower()


@dataclass(slots=True)
class Rationed:
    """A repository of which only so many files are read, as if the rest were gone."""

    files: Files
    most: int
    _read: set[str] = field(default_factory=set)

    def file(self, path: str) -> str | None:
        """The text of a file, None beyond the ration."""
        if path not in self._read and len(self._read) >= self.most:
            return None
        self._read.add(path)
        return self.files.file(path)

    def tree(self) -> tuple[str, ...]:
        """Every path."""
        return self.files.tree()
