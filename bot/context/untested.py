"""Changed functions, branches and lines that no test reaches; pure and quick."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from bot.context import test_places
from bot.context.kinds import kind_of
from bot.context.symbols import Symbol, is_test_code, outermost, symbols
from bot.context.syntax import language_of

if TYPE_CHECKING:
    from bot.context import diff

# Text of one test file that is searched, in characters.
MAX_TEST_TEXT = 500_000
# Test files read for one changed file: its own by convention first, then the nearest.
MAX_TEST_FILES = 40
WORD = re.compile(r"[A-Za-z_$][\w$]{0,200}")
NEW_BRANCHES = "has {count} new or changed, and no test of it changed"
NOT_RUN = "changed; {lines} did not run"
# Names the language calls by itself; a test never has to say them.
IMPLICIT = frozenset(
    {"constructor", "main", "init", "toString", "hashCode", "equals", "fmt", "new"}
    | {"drop", "default", "clone", "eq", "from", "next", "deref", "hash"}
)
# A decorator that registers under a text, `@app.route("/")`: tests use that, no name.
_REGISTERED = re.compile(r"^\s{0,80}@[\w.]{1,200}\(\s{0,80}[rbf]?[\"']", re.M)
_MAX_DECORATORS = 2_000
# Languages whose tests reach definitions that other packages do not see.
_REACHES_PRIVATE = frozenset({"go", "rust"})


@dataclass(frozen=True, slots=True)
class Change:
    """One changed file as it stands now, and the numbers of its changed lines.

    `is_new` marks a file that did not exist before; `added_symbols` are qualified
    names known to be new in an old file (empty: not known).
    """

    path: str
    source: str
    lines: frozenset[int]
    is_new: bool = False
    added_symbols: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Covered:
    """What a coverage report says of one file: lines that ran, and that did not."""

    hit: frozenset[int]
    missed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Untested:
    """A changed symbol that no test reaches whole; `why` reads on from its name.

    - `symbol`: no test names it, or none of it ran; `branches`: it has new ones, and no
      test that names it changed; `lines`: a coverage report says these did not run.
    - `lines` are the numbers of those branches or lines, () for a whole symbol.
    - `complexity` counts branches, `callers` places that call it (see `untested_rank`).
    """

    path: str
    line: int
    symbol: str
    why: str
    test_file: str
    kind: Literal["symbol", "branches", "lines"] = "symbol"
    lines: tuple[int, ...] = ()
    complexity: int = 0
    callers: int = 0
    stakes: str = ""


Read = Callable[[str], str | None]


def untested(
    changes: Sequence[Change],
    tests: Mapping[str, str] | Iterable[str],
    *,
    read: Read | None = None,
    coverage: Mapping[str, Covered] | None = None,
) -> tuple[Untested, ...]:
    """Name the changed symbols that no test file in reach names, or reaches whole.

    `tests` maps paths of test files to their text, or lists paths whose text `read`
    gives (None: cannot be read). A file that `coverage` has is judged by it alone; only
    that judges what a decorator registers under a text (a route, a command). Of a
    class only its methods count, of nested functions only the outermost. Order: by
    path and line.
    """
    texts = dict(tests) if isinstance(tests, Mapping) else {}
    paths = sorted(set(tests) | {c.path for c in changes if kind_of(c.path) == "test"})
    own = {c.path: c.source for c in changes if kind_of(c.path) == "test"}
    named = _Named({**texts, **own}, read, frozenset(own))
    places = test_places.Places(paths)
    found: list[Untested] = []
    for change in sorted(changes, key=lambda each: each.path):
        if kind_of(change.path) != "source" or not language_of(change.path):
            continue
        measured = (coverage or {}).get(change.path)
        if measured is not None:
            place = places.place_for(change.path)
            found.extend(_by_coverage(change, measured, place=place))
        else:
            found.extend(_by_names(change, places, named))
    return tuple(found)


def words_of(changes: Sequence[Change]) -> frozenset[str]:
    """List the words by which a test would name what `changes` touch."""
    words: set[str] = set()
    for change in changes:
        found = symbols(change.path, change.source.encode("utf-8", "replace"))
        for symbol in _changed(change, found):
            words.update(_spellings(symbol.name.lstrip("#")))
            words.update(symbol.qualified.split(".")[:-1])
    return frozenset(words)


def of_diff(files: Sequence[diff.FileDiff], *, read: Read) -> tuple[Change, ...]:
    """Combine a diff with its files' texts after it, which `read` gives."""
    changes: list[Change] = []
    for file in files:
        if file.status == "removed" or file.kind not in ("source", "test"):
            continue
        source = read(file.path)
        if source is not None:
            changes.append(of_file(file, source))
    return tuple(changes)


def of_file(file: diff.FileDiff, source: str) -> Change:
    """Combine a file's diff with its text after the change."""
    # Imported here: a git hook reads no diff and need not wait for its parser.
    from bot.context import diff

    added = diff.added_lines(file)
    return Change(
        file.path,
        source,
        frozenset(added) | _beside_removals(file),
        file.status == "added",
    )


def _beside_removals(file: diff.FileDiff) -> frozenset[int]:
    """A pure removal changes the function it stood in: take the line before it."""
    numbers: set[int] = set()
    for hunk in file.hunks:
        before = max(hunk.new_start, 1)
        for line in hunk.lines:
            if line.mark == "-":
                numbers.add(before)
            else:
                before = line.new
    return frozenset(numbers)


class _Named:
    """The words each test file holds, read once and only when asked for."""

    def __init__(
        self, texts: Mapping[str, str], read: Read | None, changed: frozenset[str]
    ) -> None:
        self.changed = changed
        self._texts = texts
        self._read = read
        self._words: dict[str, frozenset[str]] = {}
        known = (path for path, text in texts.items() if text)
        # Where every text is here, a name that none holds needs no look at each.
        self._all = (
            frozenset(word for path in known for word in self.words(path))
            if read is None
            else None
        )

    def may_hold(self, names: frozenset[str]) -> bool:
        """Whether some test holds one of the names, or could."""
        return self._all is None or not names.isdisjoint(self._all)

    def words(self, path: str) -> frozenset[str]:
        if path not in self._words:
            text = self._texts.get(path)
            if text is None and self._read is not None:
                text = self._read(path)
            self._words[path] = frozenset(WORD.findall((text or "")[:MAX_TEST_TEXT]))
        return self._words[path]


def _by_names(
    change: Change, places: test_places.Places, named: _Named
) -> Iterable[Untested]:
    found = symbols(change.path, change.source.encode("utf-8", "replace"))
    lines = change.source.splitlines()
    changed = [s for s in _changed(change, found) if not _is_registered(s, lines)]
    if not changed:
        return
    inline = _inline_words(change, found)
    place = places.place_for(change.path)
    may_hold = named.may_hold(frozenset().union(*map(_names, changed)))
    near = places.in_reach(change.path, most=MAX_TEST_FILES) if may_hold else []
    own = [named.words(path) for path in near if path in named.changed]
    for symbol in changed:
        names = _names(symbol)
        # One file at a time: most symbols are named by the first one read.
        words = chain([inline], (named.words(path) for path in near))
        if all(map(names.isdisjoint, words)):
            yield _found(symbol, change, place)
        elif all(map(names.isdisjoint, own)):
            branches = tuple(n for n in symbol.branches if n in change.lines)
            is_new = _is_new(symbol, change)
            if branches and names.isdisjoint(inline) and not is_new:
                why = NEW_BRANCHES.format(count=_many(len(branches), "branch"))
                yield _found(
                    symbol, change, place, kind="branches", lines=branches, why=why
                )


def _by_coverage(
    change: Change, measured: Covered, *, place: str
) -> Iterable[Untested]:
    """Judge by what ran: also what is not public, and what no test names."""
    found = symbols(change.path, change.source.encode("utf-8", "replace"))
    for symbol in outermost(found):
        body = range(max(symbol.body, symbol.start + 1), symbol.end + 1)
        touched = change.lines.intersection(range(symbol.start, symbol.end + 1))
        missed = tuple(sorted(measured.missed & touched))
        if not missed:
            continue
        if measured.hit.isdisjoint(body):
            why = f"{_why(symbol, change)}, and none of it ran"
            yield _found(symbol, change, place, lines=missed, why=why)
        else:
            why = NOT_RUN.format(lines=ranges(missed))
            yield _found(symbol, change, place, kind="lines", lines=missed, why=why)


def ranges(numbers: Sequence[int]) -> str:
    """Write sorted line numbers as "line 4" or "lines 4, 7-9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = ", ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)
    return f"line{'s' if len(numbers) > 1 else ''} {shown}"


def _found(
    symbol: Symbol,
    change: Change,
    place: str,
    *,
    kind: Literal["symbol", "branches", "lines"] = "symbol",
    lines: tuple[int, ...] = (),
    why: str = "",
) -> Untested:
    return Untested(
        change.path,
        symbol.start if kind == "symbol" else lines[0],
        symbol.qualified,
        why or _why(symbol, change),
        place,
        kind,
        lines,
        symbol.complexity,
    )


def _changed(change: Change, found: Sequence[Symbol]) -> list[Symbol]:
    any_counts = language_of(change.path) in _REACHES_PRIVATE
    return [
        each
        for each in outermost(found)
        if (any_counts or each.is_public) and _is_changed(each, change)
    ]


def _is_changed(symbol: Symbol, change: Change) -> bool:
    # A constructor that only stores its arguments is tested with the rest.
    is_plain_init = symbol.name == "__init__" and not symbol.complexity
    is_dunder = symbol.name.startswith("__") and symbol.name != "__init__"
    if is_plain_init or is_dunder or symbol.name in IMPLICIT:
        return False
    return any(symbol.start <= line <= symbol.end for line in change.lines)


def _is_registered(symbol: Symbol, lines: Sequence[str]) -> bool:
    # A symbol begins with its decorators.
    before = "\n".join(lines[symbol.start - 1 : symbol.body - 1])
    return "@" in before and bool(_REGISTERED.search(before[:_MAX_DECORATORS]))


def _inline_words(change: Change, found: Sequence[Symbol]) -> frozenset[str]:
    """Words of tests that stand in the source file itself (Rust)."""
    lines = change.source.splitlines()
    text = "\n".join(
        "\n".join(lines[symbol.start - 1 : symbol.end])
        for symbol in found
        if is_test_code(symbol)
    )
    return frozenset(WORD.findall(text[:MAX_TEST_TEXT]))


def _names(symbol: Symbol) -> frozenset[str]:
    """The words by one of which a test names it: a constructor by its class."""
    if symbol.name == "__init__":
        return frozenset(symbol.qualified.split(".")[-2:-1])
    return frozenset(_spellings(symbol.name.lstrip("#")))


def _spellings(name: str) -> tuple[str, ...]:
    # Go and Java tests carry the name inside their own: TestParse, testParse.
    upper = name[:1].upper() + name[1:]
    return (name, f"Test{upper}", f"test{upper}", f"test_{name}", f"Test_{name}")


def _is_new(symbol: Symbol, change: Change) -> bool:
    body = range(symbol.start, symbol.end + 1)
    whole = len(body) > 1 and all(line in change.lines for line in body)
    return change.is_new or symbol.qualified in change.added_symbols or whole


def _why(symbol: Symbol, change: Change) -> str:
    what = "is new" if _is_new(symbol, change) else "changed"
    if not symbol.complexity:
        return what
    return f"{what} ({_many(symbol.complexity, 'branch')})"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'es' if count > 1 else ''}"
