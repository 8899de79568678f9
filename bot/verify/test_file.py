"""A generated test put into its file: imports merged, nothing overwritten."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from posixpath import dirname
from textwrap import dedent

from bot.context.symbols import symbols
from bot.context.syntax import language_of

TAKEN = "a test of that name is there already"
UNREADABLE = "the test file it goes into has syntax errors"
_SCRIPT_IMPORT = re.compile(
    r"import\b[^;]{0,2000}?[\"'][^\"'\n]{1,300}[\"'];?"
    r"|(?:const|let|var)\b[^=;]{1,1000}=\s{0,4}require\([\"'][^\"'\n]{1,300}[\"']\);?"
)
_GO_PACKAGE = re.compile(r"^package\s{1,4}(\w{1,100})", re.MULTILINE)
_GO_ONE = re.compile(r"import\s{1,4}((?:[\w.]{1,60}\s{1,4})?\"[^\"\n]{1,300}\")")
_GO_MANY = re.compile(r"import\s{0,4}\(([^)]{0,4000})\)")
_GO_SPEC = re.compile(r"(?:[\w.]{1,60}\s{1,4})?\"[^\"\n]{1,300}\"")
MAX_CODE = 20_000


@dataclass(frozen=True, slots=True)
class Pieces:
    """A generated test taken apart: its imports, one each, and the code below them."""

    imports: tuple[str, ...]
    body: str


class Unusable(Exception):
    """The test cannot go into the file; the text says why."""


def take_apart(path: str, code: str) -> Pieces:
    """Split the imports on top of a generated test off. Raises Unusable."""
    text = dedent(code[:MAX_CODE]).strip("\n")
    if path.endswith((".py", ".pyi")):
        return _python(text)
    if path.endswith(".go"):
        return _go(text)
    return _script(text) if language_of(path) else Pieces((), text)


def merged(path: str, existing: str, pieces: Pieces, *, package: str = "") -> str:
    """Write the file as it is with the test at its end and its imports on top.

    `existing` is "" for a new file, `package` what a new Go file belongs to. A name
    that the file defines already is never defined again. Raises Unusable.
    """
    old = {each.qualified for each in symbols(path, existing.encode())}
    if old & {each.qualified for each in symbols(path, pieces.body.encode())}:
        raise Unusable(TAKEN)
    lines = existing.splitlines()
    at = _end_of_imports(path, existing)
    missing = lacking(path, existing, pieces)
    if path.endswith(".go") and not existing:
        lines, at = [f"package {package or 'main'}"], 1
    if path.endswith(".go"):
        missing = ["", *(f"import {each}" for each in missing)] if missing else []
    newline = "\r\n" if "\r\n" in existing else "\n"
    head = [*lines[:at], *missing]
    rest = "\n".join(lines[at:]).strip("\n")
    gap = "\n\n\n" if path.endswith(".py") else "\n\n"
    parts = ["\n".join(head), rest, pieces.body]
    if rest and not missing:
        # Nothing of what was there moves.
        parts = ["\n".join(lines).rstrip("\n"), pieces.body]
    elif rest:
        parts = ["\n".join([*head, *lines[at:]]).rstrip("\n"), pieces.body]
    text = gap.join(part for part in parts if part) + "\n"
    return text.replace("\n", newline)


def lacking(path: str, existing: str, pieces: Pieces) -> list[str]:
    """List the imports that a test needs and its file has not. Raises Unusable."""
    there = _there(path, existing)
    return [each for each in pieces.imports if each not in there]


def package_of(path: str, source: str) -> str:
    """Name the Go package a test beside `source` belongs to."""
    found = _GO_PACKAGE.search(source[:MAX_CODE])
    return found[1] if found else dirname(path).rpartition("/")[2].replace("-", "")


# Python.


def parsed(text: str) -> ast.Module:
    """Parse Python that a stranger wrote. Raises Unusable."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        said = exc.msg if isinstance(exc, SyntaxError) else "cannot be parsed"
        raise Unusable(f"does not parse: {said}") from exc


def _python(text: str) -> Pieces:
    tree = parsed(text)
    lines = text.splitlines()
    imports: list[str] = []
    last = 0
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            break
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            imports.append(ast.unparse(node))
        last = node.end_lineno or 0
    return Pieces(tuple(imports), "\n".join(lines[last:]).strip("\n"))


def _python_imports(text: str) -> list[ast.stmt]:
    try:
        body = parsed(text).body
    except Unusable as exc:
        raise Unusable(UNREADABLE) from exc
    return [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]


# Go and scripts.


def _go(text: str) -> Pieces:
    if _GO_PACKAGE.match(text):
        text = text.partition("\n")[2]
    specs = [spec for many in _GO_MANY.findall(text) for spec in _GO_SPEC.findall(many)]
    text = _GO_MANY.sub("", text)
    specs += _GO_ONE.findall(text)
    return Pieces(tuple(dict.fromkeys(specs)), _GO_ONE.sub("", text).strip("\n"))


def _script(text: str) -> Pieces:
    imports: list[str] = []
    rest = text.lstrip()
    while match := _SCRIPT_IMPORT.match(rest):
        imports.append(match[0])
        rest = rest[match.end() :].lstrip()
    return Pieces(tuple(imports), rest)


# Where imports stand in a file that is there.


def _there(path: str, existing: str) -> frozenset[str]:
    if path.endswith(".py"):
        return frozenset(ast.unparse(node) for node in _python_imports(existing))
    return frozenset(take_apart(path, existing[:MAX_CODE]).imports)


def _end_of_imports(path: str, existing: str) -> int:
    """The number of lines after which a new import goes."""
    if path.endswith(".py"):
        found = _python_imports(existing)
        if found:
            return found[-1].end_lineno or 0
        body = parsed(existing).body
        is_docstring = bool(body) and isinstance(body[0], ast.Expr)
        return (body[0].end_lineno or 0) if is_docstring else 0
    if path.endswith(".go"):
        found_at = _GO_PACKAGE.search(existing)
        return existing.count("\n", 0, found_at.end()) + 1 if found_at else 0
    start, end = len(existing) - len(existing.lstrip()), 0
    while match := _SCRIPT_IMPORT.match(existing, start):
        end = match.end()
        rest = existing[end : end + MAX_CODE]
        start = end + len(rest) - len(rest.lstrip())
    return existing.count("\n", 0, end) + 1 if end else 0
