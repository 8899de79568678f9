"""Where a symbol is defined: a few likely files are read, by import and by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.context import imports
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of
from bot.reader import Files

# A look-up reads this many files at the most: each is one request to GitHub.
MOST_READ = 12
MOST_NEAR = 4
MAX_SOURCE = 512_000
MOST_NAME = 200
_MOST_OF_ONE_NAME = 3
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

    `name` may be qualified. Of `near` the first four count. Reads at most `most` files,
    each up to 512 kB.
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
    code = [path for path in files.tree() if language_of(path)]
    namesakes: dict[str, list[str]] = {}
    for path in code:
        namesakes.setdefault(_squeezed(imports.file_stem(path)), []).append(path)
    among = imports.places(code)
    paths = [*near[:MOST_NEAR], *among.tails.get("/".join(qualifier), ())]
    for part in (*reversed(qualifier), name):
        same = namesakes.get(_squeezed(part), [])
        # A name that many files bear is no help.
        paths += same if len(same) <= _MOST_OF_ONE_NAME else []
    for path in near[:MOST_NEAR]:
        paths += sorted(imports.imported(path, files.file(path) or "", among=among))
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
    return _squeezed(qualifier[-1]) in around | {_squeezed(imports.file_stem(path))}


def _squeezed(name: str) -> str:
    """`PriceTable`, `price_table` and `price-table` are one name."""
    return name.replace("_", "").replace("-", "").lower()


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
