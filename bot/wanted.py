"""What a reply asks to see before it answers: files whole, symbols where defined."""

from __future__ import annotations

from collections.abc import Sequence

from bot import definitions
from bot.context import Section, repository
from bot.context.diff import FileDiff
from bot.reader import Files
from bot.text import sanitize

LIMIT = 10
# A definition is cut here: a class of thousands of lines is a file, not an answer.
MOST_CHARACTERS = 20_000
# Of one name more definitions than this answer no question.
MOST_OF_ONE = 3
DEFINITION = "definition of {name} in {path}:{line}"


def look_up(
    names: Sequence[str], files: Files, *, change: Sequence[FileDiff]
) -> tuple[Section, ...]:
    """Read the files and symbols that `names` speak of, at the pinned SHA.

    A name that is no path of the tree is looked for as a symbol: in the changed files
    that have it in their diff, in what these import, and in files named like it.
    """
    names = list(dict.fromkeys(names))[:LIMIT]
    if not names:
        return ()
    tree = files.tree()
    paths = repository.mentioned("\n".join(names), tree, most=LIMIT)
    read = repository.whole(paths, files)
    whole = {path.rpartition("/")[2] for path in paths} | set(paths)
    symbols = [n for n in names if n.rpartition("/")[2] not in whole]
    found: list[Section] = []
    for name in symbols:
        if definitions.is_symbol(name):
            found += _defined(name, files, near=_naming(name, change))
    return (*read, *found[: LIMIT - len(read)])


def _naming(name: str, change: Sequence[FileDiff]) -> list[str]:
    """The changed files whose diff holds the name, those that add it first."""
    last = name.replace("::", ".").removesuffix("()").rpartition(".")[2]
    found = [
        (any(line.mark == "+" for line in lines), file.path)
        for file in change
        if (lines := [n for h in file.hunks for n in h.lines if last in n.text])
    ]
    return [path for _, path in sorted(found, key=lambda each: not each[0])]


def _defined(name: str, files: Files, *, near: Sequence[str]) -> list[Section]:
    found = definitions.find(name, files, near=near)
    return [
        Section(
            DEFINITION.format(name=name, path=each.path, line=each.symbol.start),
            sanitize.code(each.text[:MOST_CHARACTERS]).text,
            "code",
            priority=2,
        )
        for each in found[:MOST_OF_ONE]
    ]
