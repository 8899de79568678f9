"""Whether a test reaches a function through what calls it: names, followed upwards.

No call is resolved: who holds the name of a function is taken for a caller of it, and
what runs when a module is loaded (a table of functions, a decorator) for tested.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from bot.context import syntax
from bot.context.kinds import kind_of
from bot.context.symbols import Symbol, outermost, symbols
from bot.context.untested import IMPLICIT, MAX_TEST_TEXT, WORD, Untested

# Callers between a function and the test; functions looked at, weightiest first.
HOPS = 3
MAX_NAMES = 60
# Names of callers followed at once: past these all is called by all.
MAX_CALLERS = 300
_LEAST_PREFIX, _MOST_PREFIXES = 4, 4
_IMPORTS = frozenset(
    {"import_statement", "import_from_statement", "future_import_statement"}
    | {"import_declaration", "use_declaration", "export_clause"}
)
# What a module only hands on: neither of these is a use.
_LISTED = re.compile(
    r"^(?:__all__[^=\n]{0,80}=|module\.exports|exports\.)[^\])};]{0,20000}", re.M
)
_KEYWORDS = frozenset(
    {"def", "class", "func", "fn", "function", "const", "let", "var"}
    | {"struct", "enum", "trait", "interface", "type"}
)
_ALIAS = re.compile(r"([A-Za-z_$][\w$]{0,200}) as ")

# What stands in such a file goes by the name of its folder.
_OF_FOLDER = frozenset({"__init__", "__main__", "index", "lib", "main", "mod"})

Naming = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives path → text of sources and tests that hold one of these words."""


def unreached(found: Sequence[Untested], naming: Naming) -> tuple[Untested, ...]:
    """Leave out the symbols without a test of their own that a caller's test reaches.

    Only the first MAX_NAMES names are followed; what a coverage report says stays.
    """
    named = {each: _name(each.symbol) for each in found if _is_by_name(each)}
    names = list(dict.fromkeys(filter(None, named.values())))[:MAX_NAMES]
    through = reached(names, naming)
    return tuple(each for each in found if named.get(each) not in through)


def reached(names: Iterable[str], naming: Naming) -> frozenset[str]:
    """Say which of these names a test holds, or holds of a caller at most HOPS away."""
    pending = frozenset(names)
    asked: set[str] = set()
    done: set[str] = set()
    held_by: dict[str, set[str]] = {}
    for _ in range(HOPS + 1):
        asked |= pending
        owners: set[str] = set()
        for owner, word in _uses(sorted(pending), naming):
            if owner and owner != word:
                held_by.setdefault(owner, set()).add(word)
                owners.add(owner)
            elif not owner:
                done.add(word)
        pending = frozenset(sorted(owners - asked - done)[:MAX_CALLERS])
        if not pending:
            break
    return _below(done, held_by)


def _below(done: Iterable[str], held_by: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """What is reached, and all that it holds, and so on."""
    found: set[str] = set()
    pending = list(done)
    while pending:
        word = pending.pop()
        if word not in found:
            found.add(word)
            pending.extend(held_by.get(word, ()))
    return frozenset(found)


def _uses(words: Iterable[str], naming: Naming) -> Iterator[tuple[str, str]]:
    """Yield who holds which of the words: "" for a test."""
    spelled = {word: (word,) for word in words}
    for word in tuple(spelled):
        for start in _prefixes(word):
            # `visit_` may be joined with what follows it where it is called.
            spelled[start] = (*spelled.get(start, ()), word)
    for path, text in naming(sorted(spelled)).items():
        for owner, spelling in _held(path, text[:MAX_TEST_TEXT], spelled.keys()):
            yield from ((owner, word) for word in spelled[spelling])


def _held(path: str, text: str, words: Iterable[str]) -> Iterator[tuple[str, str]]:
    held = set(words) & set(WORD.findall(text))
    if kind_of(path) == "test":
        yield from (("", word) for word in held)
    elif held:
        for owner, word in _held_by_source(path, text, held):
            # A module's own code runs where a test names the module.
            for each in (owner,) if owner else _module(path):
                yield each, word


def _held_by_source(path: str, text: str, held: set[str]) -> Iterator[tuple[str, str]]:
    owners = _owners(path, text)
    for number, line in enumerate(text.split("\n"), 1):
        owner = owners.get(number, "")
        if owner is not None:
            for word in held.intersection(WORD.findall(line)):
                if owner or not _defines(line, word):
                    yield owner, word
    # Imported under another name, which is not followed.
    yield from (("", word) for word in held.intersection(_ALIAS.findall(text)))


def _module(path: str) -> tuple[str, ...]:
    """The words by which a test names the file, or the package it stands in."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    named = () if folders and stem in _OF_FOLDER else (stem,)
    return (*named, *folders[-1:])


def _owners(path: str, text: str) -> dict[int, str | None]:
    """Map lines to the function they run in; None for those that use nothing."""
    data = text.encode("utf-8", "replace")
    tree = syntax.tree_of(path, data)
    owners: dict[int, str | None] = {}
    if tree is not None:
        for symbol in outermost(symbols(path, data)):
            # What stands before its body runs when the module is loaded.
            begin = symbol.body if symbol.body > symbol.start else symbol.start
            owner = _owner(symbol)
            owners.update(dict.fromkeys(range(begin, symbol.end + 1), owner))
        kinds = syntax.kinds_of(syntax.language_of(path), _IMPORTS)
        for node, _ in syntax.nodes(tree, kinds):
            lines = range(node.start_point[0] + 1, node.end_point[0] + 2)
            owners.update(dict.fromkeys(lines))
    ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
    for match in _LISTED.finditer(text):
        owners.update(dict.fromkeys(_lines(match.start(), match.end(), ends)))
    return owners


def _lines(start: int, end: int, ends: Sequence[int]) -> range:
    return range(bisect_right(ends, start) + 1, bisect_right(ends, end) + 2)


def _owner(symbol: Symbol) -> str | None:
    return _name(symbol.qualified) or None


def _name(qualified: str) -> str:
    """The word by which others call a symbol: a constructor by its class."""
    parts = qualified.split(".")
    last = parts[-1].lstrip("#")
    if last in IMPLICIT or (last.startswith("__") and last.endswith("__")):
        return parts[-2] if len(parts) > 1 else ""
    return last


def _defines(line: str, word: str) -> bool:
    """Whether a line outside of all bodies is the one that gives a thing its name."""
    before = line.partition(word)[0].split()
    return bool(before) and before[-1] in _KEYWORDS


def _prefixes(word: str) -> Iterator[str]:
    at = word.find("_", _LEAST_PREFIX - 1)
    for _ in range(_MOST_PREFIXES):
        if not 0 <= at < len(word) - 1:
            return
        yield word[: at + 1]
        at = word.find("_", at + 1)


def _is_by_name(each: Untested) -> bool:
    return each.kind == "symbol" and not each.lines
