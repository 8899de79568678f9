"""Functions, methods and classes of a source file, by tree-sitter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from typing import Literal

from tree_sitter import Language, Node, Parser, Tree, TreeCursor

from bot.context.symbol_tables import BY_SUFFIX, LANGUAGES, Table

SymbolKind = Literal["function", "method", "class"]
_Scope = Literal["scope", "module"]
MAX_SOURCE = 2_000_000
_MAX_SIGNATURE = 1_000
_EXPORTS = re.compile(
    rb"^(?:module\.exports|exports\.|export \{|export default )[^;}]{0,4000}", re.M
)
_WORD = re.compile(rb"[A-Za-z_$][\w$]{0,200}")


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition; lines are 1-based and include decorators and `export`.

    `qualified` joins the names around it with dots. `complexity` counts branches,
    those of nested definitions included. `is_public` by the language's own rule.
    `signature` is the text before its body on one line, cut at 1,000 characters.
    `body` is the line its body begins on, `branches` the lines its branches begin on.
    """

    name: str
    qualified: str
    kind: SymbolKind
    start: int
    end: int
    is_public: bool
    complexity: int = 0
    signature: str = ""
    body: int = 0
    branches: tuple[int, ...] = ()


@dataclass(slots=True)
class _Open:
    """A definition (or a scope such as Rust's `impl`) the walk is inside of."""

    depth: int
    name: str
    kind: SymbolKind | _Scope
    start: int
    end: int
    is_public: bool
    body: int
    branches: list[int] = field(default_factory=list)
    signature: str = ""


def language_of(path: str) -> str:
    """Name the language whose symbols can be read, "" for any other file."""
    name = path.rpartition("/")[2].lower()
    return BY_SUFFIX.get("." + name.rpartition(".")[2], "") if "." in name else ""


# A review looks at the same outline from four sides.
@lru_cache(maxsize=256)
def symbols(path: str, source: bytes) -> tuple[Symbol, ...]:
    """Find every definition in `source`, in the order of the file.

    Empty for a language without a grammar and for more than 2 MB. A file with syntax
    errors gives what could be read around them; nothing raises.
    """
    name = language_of(path)
    if not name or len(source) > MAX_SOURCE:
        return ()
    table = LANGUAGES[name]
    tree = _tree(name, source)
    exported = _exported(source) if table.by_export else frozenset()
    found = _walk(tree.walk(), table, exported, source=source)
    return tuple(sorted(found, key=lambda s: (s.start, -s.end, len(s.qualified))))


def has_errors(path: str, source: bytes) -> bool | None:
    """Whether `source` has syntax errors; None where no grammar can say."""
    name = language_of(path)
    if not name or len(source) > MAX_SOURCE:
        return None
    return _tree(name, source).root_node.has_error


def error_count(path: str, source: bytes) -> int | None:
    """Count the syntax errors of `source`; None where no grammar can say."""
    name = language_of(path)
    if not name or len(source) > MAX_SOURCE:
        return None
    pending = [_tree(name, source).root_node]
    count = 0
    while pending:
        node = pending.pop()
        count += node.is_error or node.is_missing
        if node.has_error:
            pending.extend(node.children)
    return count


def statements(path: str, source: bytes) -> frozenset[int]:
    """Number the lines on which a statement that can run begins; {} as `symbols`.

    Docstrings and mere declarations of scope are none.
    """
    name = language_of(path)
    if not name or len(source) > MAX_SOURCE:
        return frozenset()
    tree = _tree(name, source)
    return frozenset(
        node.start_point[0] + 1
        for node, _ in _nodes(tree.walk())
        if node.type.endswith("_statement") and _can_run(node)
    )


def _can_run(node: Node) -> bool:
    if node.type in ("global_statement", "nonlocal_statement"):
        return False
    only = node.named_children[0] if node.named_child_count == 1 else None
    return node.type != "expression_statement" or only is None or only.type != "string"


# Asked about one file in a row: its symbols, its errors.
@lru_cache(maxsize=1)
def _tree(name: str, source: bytes) -> Tree:
    return Parser(_language(name)).parse(source)


@cache
def _language(name: str) -> Language:
    # Loaded when the first file of the language comes: six grammars cost 60 ms.
    table = LANGUAGES[name]
    return Language(getattr(import_module(table.module), table.function)())


def _exported(source: bytes) -> frozenset[str]:
    return frozenset(
        word.decode("ascii", "replace")
        for line in _EXPORTS.findall(source)
        for word in _WORD.findall(line)
    )


def _walk(
    cursor: TreeCursor, table: Table, exported: frozenset[str], *, source: bytes
) -> Iterator[Symbol]:
    """Go through the tree without recursion: nesting is in a stranger's hands."""
    opened: list[_Open] = []
    wrappers: list[tuple[int, int, bool]] = []
    matters = _that_matter(table)
    for node, depth in _nodes(cursor):
        while opened and opened[-1].depth >= depth:
            yield from _closed(opened)
        while wrappers and wrappers[-1][0] >= depth:
            wrappers.pop()
        # Read once: every look makes a new string.
        node_type = node.type
        if node_type not in matters:
            continue
        line = node.start_point[0] + 1
        if node_type in table.wrappers:
            wrappers.append((depth, line, node_type == "export_statement"))
        _count_branch(node_type, line, table=table, opened=opened)
        definition = _definition(node, depth, table, opened)
        if definition is not None:
            definition.signature = _signature(node, source)
            _place(definition, wrappers, exported, table)
            opened.append(definition)
    while opened:
        yield from _closed(opened)


def _count_branch(
    node_type: str, line: int, *, table: Table, opened: list[_Open]
) -> None:
    if opened and node_type in table.branches and node_type not in table.wrappers:
        opened[-1].branches.append(line)


def _that_matter(table: Table) -> frozenset[str]:
    definitions = table.classes | table.scopes | table.modules | table.methods
    definitions |= table.functions | table.holders
    return definitions | table.wrappers | table.branches


def _nodes(cursor: TreeCursor) -> Iterator[tuple[Node, int]]:
    depth = 0
    while True:
        node = cursor.node
        if node is not None and node.is_named:
            yield node, depth
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def _closed(opened: list[_Open]) -> Iterator[Symbol]:
    done = opened.pop()
    if opened:
        opened[-1].branches.extend(done.branches)
    if done.kind == "scope" or done.kind == "module":
        return
    names = [each.name for each in opened] + [done.name]
    yield Symbol(
        done.name.rpartition(".")[2],
        ".".join(names),
        done.kind,
        done.start,
        done.end,
        done.is_public,
        len(done.branches),
        done.signature,
        done.body,
        tuple(sorted(set(done.branches))),
    )


def _definition(
    node: Node, depth: int, table: Table, opened: list[_Open]
) -> _Open | None:
    kind = _kind(node, table, opened)
    if kind is None:
        return None
    name = _name(node, table)
    if not name:
        return None
    outer = opened[-1] if opened else None
    is_public = table.is_public(node, name, outer.kind if outer else "")
    if outer is not None and (
        outer.kind in ("function", "method")
        or (outer.kind == "class" and not outer.is_public and not table.by_export)
    ):
        is_public = False
    start, end = node.start_point[0] + 1, node.end_point[0] + 1
    return _Open(depth, name, kind, start, end, is_public, _body_line(node) or start)


def _body_line(node: Node) -> int:
    value = node.child_by_field_name("value")
    body = (value or node).child_by_field_name("body")
    return body.start_point[0] + 1 if body is not None else 0


def _kind(node: Node, table: Table, opened: list[_Open]) -> SymbolKind | _Scope | None:
    if node.type in table.classes:
        return "class"
    if node.type in table.scopes:
        return "scope"
    if node.type in table.modules:
        return "module"
    if node.type in table.methods:
        return "method"
    if node.type in table.functions or _holds_function(node, table):
        inside = opened[-1].kind if opened else ""
        return "method" if inside in ("class", "scope") else "function"
    return None


def _holds_function(node: Node, table: Table) -> bool:
    if node.type not in table.holders:
        return False
    value = node.child_by_field_name("value")
    return value is not None and value.type in table.values


def _name(node: Node, table: Table) -> str:
    for label in ("name", "property", "type"):
        named = node.child_by_field_name(label)
        if named is not None and named.text is not None:
            text = named.text.decode("utf-8", "replace")
            return table.receiver(node) + text.partition("<")[0][:200]
    return ""


def _signature(node: Node, source: bytes) -> str:
    value = node.child_by_field_name("value")
    body = (value or node).child_by_field_name("body")
    end = body.start_byte if body is not None else node.end_byte
    text = source[node.start_byte : min(end, node.start_byte + _MAX_SIGNATURE)]
    # The grammar for Go gives a struct no body of its own.
    text = text if body is not None else text.partition(b"{")[0]
    return " ".join(text.decode("utf-8", "replace").split())


def _place(
    definition: _Open,
    wrappers: list[tuple[int, int, bool]],
    exported: frozenset[str],
    table: Table,
) -> None:
    """Take in the decorators or `export` that directly enclose a definition."""
    near = [each for each in wrappers if definition.depth - each[0] <= 2]
    if near:
        definition.start = min(definition.start, *(start for _, start, _ in near))
    if table.by_export and definition.kind != "method":
        is_exported = any(is_export for _, _, is_export in near)
        definition.is_public = is_exported or definition.name in exported
