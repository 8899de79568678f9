"""What lies beside a change: definitions that it calls, and who uses what it alters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname

from bot.context import Section, diff, imports
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD, kind_of
from bot.context.public_api import ApiChange
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of
from bot.text import sanitize

DEFINITIONS = "definitions that {path} calls"
USES = "uses of what {path} changes"
# Per changed file: definitions shown, their lines, and places of use.
MOST_DEFINITIONS = 10
DEFINITION_LINES = 40
MOST_USES = 12
# Files outside the change that are read in search of uses, and names looked for.
MOST_READ = 60
MOST_NAMES = 30
MAX_LINE = 300
_CALL = re.compile(r"([A-Za-z_$][\w$]{0,200})\(")


@dataclass(frozen=True, slots=True)
class Use:
    """A place outside the change's own file that uses a changed public name."""

    name: str
    path: str
    line: int
    of: str


def likely(files: Sequence[FileDiff], tree: Sequence[str]) -> tuple[str, ...]:
    """Name files outside the change that may use it, the likeliest first.

    Nothing is read: by language, by folder, and by names that resemble.
    """
    changed = [f for f in files if f.kind == "source" and language_of(f.path)]
    own = {f.path for f in files}
    suffixes = {f.path.rpartition(".")[2] for f in changed}
    folders = {dirname(f.path) for f in changed}
    above = {dirname(folder) for folder in folders}
    stems = {basename(f.path).rpartition(".")[0].lower() for f in changed}

    def rank(path: str) -> tuple[int, str]:
        name = basename(path).lower()
        if any(len(stem) > 2 and stem in name for stem in stems):
            return 0, path
        if dirname(path) in folders:
            return 1, path
        return (2 if dirname(path) in above else 3), path

    code = (
        path
        for path in tree
        if path.rpartition(".")[2] in suffixes
        and path not in own
        and kind_of(path) not in UNREAD
    )
    return tuple(sorted(code, key=rank)[:MOST_READ])


def uses(
    changes: Sequence[ApiChange], texts: Mapping[str, str], *, changed: Collection[str]
) -> tuple[Use, ...]:
    """Find where `texts` use public names that are gone or take other arguments.

    Only a file that imports the changed one counts, and only a name written as such an
    import allows. Methods are left out: of a receiver the type is not known; so is a
    name with other arguments in a `changed` file, where somebody has seen to it.
    """
    found: list[Use] = []
    asked = [c for c in changes if c.step != "added" and "." not in c.name][:MOST_NAMES]
    for path in dict.fromkeys(change.path for change in asked):
        among = imports.places([path])
        own = [change for change in asked if change.path == path]
        users = [
            other
            for other, text in texts.items()
            if path in imports.imported(other, text, among=among)
        ]
        for other in users:
            here = [c for c in own if c.step == "removed" or other not in changed]
            found.extend(_uses_in(here, other, texts[other]))
    return tuple(found)


def by_name(found: Iterable[Use]) -> dict[str, list[str]]:
    """Give the places of use by name, each as `path:line`."""
    places: dict[str, list[str]] = {}
    for use in found:
        places.setdefault(use.name, []).append(f"{use.path}:{use.line}")
    return places


def sections(
    files: Sequence[FileDiff], texts: Mapping[str, str], found: Sequence[Use]
) -> tuple[Section, ...]:
    """Show, for each changed file, the definitions it calls and where it is used.

    `files` as a model reads them: what their hunks show is not shown again.
    """
    index = _index(files, texts)
    made: list[Section] = []
    for file in files:
        called = _called(file, index)
        if called:
            text = "\n\n".join(_definition(*each, texts) for each in called)
            name = DEFINITIONS.format(path=file.path)
            made.append(_section(name, text, file.path))
        own = [use for use in found if use.of == file.path][:MOST_USES]
        if own:
            text = "\n\n".join(_place(use, texts) for use in own)
            made.append(_section(USES.format(path=file.path), text, file.path))
    return tuple(made)


def _section(name: str, text: str, path: str) -> Section:
    shown = sanitize.code(text).text
    return Section(name, shown, "code", priority=3, path=path)


def _uses_in(changes: Sequence[ApiChange], path: str, text: str) -> Iterator[Use]:
    patterns = [(change, _pattern(change)) for change in changes]
    for number, line in enumerate(text.split("\n"), 1):
        for change, pattern in patterns:
            if change.word in line and pattern.search(line[:1_000]):
                yield Use(change.name, path, number, change.path)


def _pattern(change: ApiChange) -> re.Pattern[str]:
    word = re.escape(change.word)
    stem = basename(change.path).rpartition(".")[0]
    if stem == "__init__" or change.path.endswith(".go"):
        stem = basename(dirname(change.path))
    through = rf"\b{re.escape(stem)}(?:\.|::){word}(?![\w$])"
    if change.path.endswith((".go", ".py", ".pyi")):
        return re.compile(rf"{through}|\bimport\b.{{0,400}}(?<![\w$]){word}(?![\w$])")
    return re.compile(rf"(?<![\w$]){word}(?![\w$])")


def _place(use: Use, texts: Mapping[str, str]) -> str:
    lines = texts[use.path].split("\n")
    first = max(use.line - 2, 0)
    shown = "\n".join(line[:MAX_LINE] for line in lines[first : use.line + 1])
    return f"{use.path}:{first + 1}\n{shown}"


# Definitions.


def _index(
    files: Sequence[FileDiff], texts: Mapping[str, str]
) -> dict[str, tuple[FileDiff, Symbol]]:
    """Definitions of the change's files by name; a name defined twice says nothing."""
    index: dict[str, tuple[FileDiff, Symbol]] = {}
    twice: set[str] = set()
    for file in files:
        text = texts.get(file.path)
        if text is None or file.kind not in ("source", "test"):
            continue
        for symbol in symbols(file.path, text.encode("utf-8", "replace")):
            if symbol.name in index:
                twice.add(symbol.name)
            index[symbol.name] = (file, symbol)
    return {name: each for name, each in index.items() if name not in twice}


def _called(
    file: FileDiff, index: Mapping[str, tuple[FileDiff, Symbol]]
) -> list[tuple[FileDiff, Symbol]]:
    if file.kind not in ("source", "test"):
        return []
    words: dict[str, None] = {}
    for text in diff.added_lines(file).values():
        words.update(dict.fromkeys(_CALL.findall(text[:1_000])))
    found = (index[word] for word in words if word in index)
    return [each for each in found if not _is_shown(*each)][:MOST_DEFINITIONS]


def _is_shown(file: FileDiff, symbol: Symbol) -> bool:
    shown = (
        range(hunk.new_start, hunk.new_start + hunk.new_count) for hunk in file.hunks
    )
    return any(symbol.start in lines for lines in shown)


def _definition(file: FileDiff, symbol: Symbol, texts: Mapping[str, str]) -> str:
    end = min(symbol.end, symbol.start + DEFINITION_LINES - 1)
    lines = texts[file.path].split("\n")[symbol.start - 1 : end]
    cut = "\n…" if end < symbol.end else ""
    shown = "\n".join(line[:MAX_LINE] for line in lines)
    return f"{file.path}:{symbol.start}\n{shown}{cut}"
