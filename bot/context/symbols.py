"""Functions, methods and classes of a source file, by tree-sitter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from tree_sitter import Node, Tree

from bot.context import syntax
from bot.context.symbol_tables import LANGUAGES, Table
from bot.context.syntax import language_of

SymbolKind = Literal["function", "method", "class"]
_Scope = Literal["scope", "module"]
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
    """A definition (or a scope such as Rust's `impl`) the walk is inside of.

    `start`, `end` and `body` are lines, `ends` the byte after it.
    """

    depth: int
    name: str
    kind: SymbolKind | _Scope
    start: int
    end: int
    is_public: bool
    body: int
    ends: int
    branches: list[int] = field(default_factory=list)
    signature: str = ""


class _Wrapper(NamedTuple):
    """Decorators or `export` around a definition; `ends` is a byte, `start` a line."""

    depth: int
    start: int
    ends: int
    is_export: bool


# A review looks at the same outline from four sides, a hook at up to 300 files.
@lru_cache(maxsize=512)
def symbols(path: str, source: bytes) -> tuple[Symbol, ...]:
    """Find every definition in `source`, in the order of the file.

    Empty for a language without a grammar and for more than 2 MB. A file with syntax
    errors gives what could be read around them; nothing raises.
    """
    tree = syntax.tree_of(path, source)
    if tree is None:
        return ()
    name = language_of(path)
    exported = _exported(source) if LANGUAGES[name].by_export else frozenset()
    found = _walk(tree, name, exported, source=source)
    return tuple(sorted(found, key=lambda s: (s.start, -s.end, len(s.qualified))))


def outermost(found: Sequence[Symbol]) -> list[Symbol]:
    """Keep the functions and methods that stand in no other, tests left out."""
    kept: list[Symbol] = []
    end = 0
    for symbol in found:
        if symbol.kind == "class" or is_test_code(symbol):
            continue
        if symbol.start > end or not kept or not _holds(kept[-1], symbol):
            kept.append(symbol)
            end = max(end, symbol.end)
    return kept


def is_test_code(symbol: Symbol) -> bool:
    """Whether a symbol stands among tests inside of a source file, as in Rust."""
    parts = symbol.qualified.split(".")
    return "tests" in parts[:-1] or "test" in parts[:-1]


def _holds(outer: Symbol, inner: Symbol) -> bool:
    return inner.qualified.startswith(outer.qualified + ".")


def _exported(source: bytes) -> frozenset[str]:
    return frozenset(
        word.decode("ascii", "replace")
        for line in _EXPORTS.findall(source)
        for word in _WORD.findall(line)
    )


def _walk(
    tree: Tree, language: str, exported: frozenset[str], *, source: bytes
) -> Iterator[Symbol]:
    table = LANGUAGES[language]
    opened: list[_Open] = []
    wrappers: list[_Wrapper] = []
    kinds = syntax.kinds_of(language, _that_matter(language))
    for node, depth in syntax.nodes(tree, kinds):
        begins = node.start_byte
        while opened and opened[-1].ends <= begins:
            yield from _closed(opened)
        while wrappers and wrappers[-1].ends <= begins:
            wrappers.pop()
        # Read once: every look makes a new string.
        node_type = node.type
        line = node.start_point[0] + 1
        if node_type in table.wrappers:
            is_export = node_type == "export_statement"
            wrappers.append(_Wrapper(depth, line, node.end_byte, is_export))
        elif opened and node_type in table.branches:
            opened[-1].branches.append(line)
        definition = _definition(node, node_type, depth, table=table, opened=opened)
        if definition is not None:
            definition.signature = _signature(node, source)
            _place(definition, wrappers, exported, table)
            opened.append(definition)
    while opened:
        yield from _closed(opened)


@cache
def _that_matter(language: str) -> frozenset[str]:
    table = LANGUAGES[language]
    definitions = table.classes | table.scopes | table.modules | table.methods
    definitions |= table.functions | table.holders
    return definitions | table.wrappers | table.branches


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
    node: Node, node_type: str, depth: int, *, table: Table, opened: list[_Open]
) -> _Open | None:
    kind = _kind(node, node_type, table=table, opened=opened)
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
    body = _body_line(node) or start
    return _Open(depth, name, kind, start, end, is_public, body, node.end_byte)


def _body_line(node: Node) -> int:
    value = node.child_by_field_name("value")
    body = (value or node).child_by_field_name("body")
    return body.start_point[0] + 1 if body is not None else 0


def _kind(
    node: Node, node_type: str, *, table: Table, opened: list[_Open]
) -> SymbolKind | _Scope | None:
    if node_type in table.classes:
        return "class"
    if node_type in table.scopes:
        return "scope"
    if node_type in table.modules:
        return "module"
    if node_type in table.methods:
        return "method"
    if node_type in table.functions or _holds_function(node, node_type, table=table):
        inside = opened[-1].kind if opened else ""
        return "method" if inside in ("class", "scope") else "function"
    return None


def _holds_function(node: Node, node_type: str, *, table: Table) -> bool:
    if node_type not in table.holders:
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
    wrappers: list[_Wrapper],
    exported: frozenset[str],
    table: Table,
) -> None:
    """Take in the decorators or `export` that directly enclose a definition."""
    near = [each for each in wrappers if definition.depth - each.depth <= 2]
    if near:
        definition.start = min(definition.start, *(each.start for each in near))
    if table.by_export and definition.kind != "method":
        is_exported = any(each.is_export for each in near)
        definition.is_public = is_exported or definition.name in exported
