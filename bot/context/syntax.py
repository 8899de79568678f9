"""Syntax trees of source files by tree-sitter, and what they say of a whole file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module

from tree_sitter import Language, Node, Parser, Tree

from bot.context.symbol_tables import BY_SUFFIX, LANGUAGES

# Bytes of one file.
MAX_SOURCE = 2_000_000
_NEVER_RUN = ("global_statement", "nonlocal_statement")


def language_of(path: str) -> str:
    """Name the language whose symbols can be read, "" for any other file."""
    name = path.rpartition("/")[2].lower()
    return BY_SUFFIX.get("." + name.rpartition(".")[2], "") if "." in name else ""


def tree_of(path: str, source: bytes) -> Tree | None:
    """Parse `source`; None for a language without a grammar and for over MAX_SOURCE.

    A tree of broken source has errors in it; nothing raises.
    """
    name = language_of(path)
    if not name or len(source) > MAX_SOURCE:
        return None
    return _tree(name, source)


def has_errors(path: str, source: bytes) -> bool | None:
    """Whether `source` has syntax errors; None where no grammar can say."""
    tree = tree_of(path, source)
    return None if tree is None else tree.root_node.has_error


def error_count(path: str, source: bytes) -> int | None:
    """Count the syntax errors of `source`; None where no grammar can say."""
    tree = tree_of(path, source)
    if tree is None:
        return None
    pending = [tree.root_node]
    count = 0
    while pending:
        node = pending.pop()
        count += node.is_error or node.is_missing
        if node.has_error:
            pending.extend(node.children)
    return count


def statements(path: str, source: bytes) -> frozenset[int]:
    """Number the lines on which a statement that can run begins; {} for no tree.

    Docstrings and mere declarations of scope are none.
    """
    tree = tree_of(path, source)
    if tree is None:
        return frozenset()
    found = nodes(tree, _statement_kinds(language_of(path)))
    return frozenset(node.start_point[0] + 1 for node, _ in found if _can_run(node))


def nodes(tree: Tree, kinds: frozenset[int]) -> Iterator[tuple[Node, int]]:
    """Yield the nodes of these kinds with their depth, an outer one before its inner.

    Without recursion: nesting is in a stranger's hands.
    """
    cursor = tree.walk()
    # Bound once: this loop sees every node of every staged file.
    down, aside, up = (
        cursor.goto_first_child,
        cursor.goto_next_sibling,
        cursor.goto_parent,
    )
    depth = 0
    while True:
        node = cursor.node
        if node is not None and node.kind_id in kinds:
            yield node, depth
        if down():
            depth += 1
            continue
        while not aside():
            if not up():
                return
            depth -= 1


@cache
def kinds_of(language: str, names: frozenset[str]) -> frozenset[int]:
    """Number the kinds of named nodes: comparing names would make a text of each."""
    numbers = _language(language).id_for_node_kind
    return frozenset(filter(None, (numbers(name, True) for name in names)))


@cache
def _statement_kinds(language: str) -> frozenset[int]:
    known = _language(language)
    names = map(known.node_kind_for_id, range(known.node_kind_count))
    found = frozenset(name for name in names if name and name.endswith("_statement"))
    return kinds_of(language, found - frozenset(_NEVER_RUN))


def _can_run(node: Node) -> bool:
    only = node.named_children[0] if node.named_child_count == 1 else None
    return node.type != "expression_statement" or only is None or only.type != "string"


# Asked about one file in a row: its symbols, its errors.
@lru_cache(maxsize=1)
def _tree(name: str, source: bytes) -> Tree:
    return _parser(name).parse(source)


@cache
def _parser(name: str) -> Parser:
    return Parser(_language(name))


@cache
def _language(name: str) -> Language:
    # Loaded when the first file of the language comes: six grammars cost 60 ms.
    table = LANGUAGES[name]
    return Language(getattr(import_module(table.module), table.function)())
