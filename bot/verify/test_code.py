"""What a generated test must not do, and must: read off its text, before any run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import dedent

from bot.verify import assertions
from bot.verify.assertions import Function
from bot.verify.test_file import Unusable, parsed, take_apart

NO_ASSERTION = (
    "asserts nothing that could fail: only constants, mocks or the same twice"
)
TOO_DEEP = "is nested too deeply to be read"
NO_TEST = "holds no test function"
NEW_IMPORT = "imports {name}, which no file here does"
REACHES = "uses {word}, which no existing test does"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a test may use only where the tests that are there use it, too.
_PYTHON_REACH = _words(
    "socket subprocess multiprocessing requests httpx urllib aiohttp http ftplib"
    " smtplib telnetlib paramiko ctypes pty webbrowser sleep system popen spawn fork"
    " rmtree removedirs open write_text write_bytes unlink mkdir makedirs rename"
    " eval exec __import__"
)
_REACH = {
    ".go": re.compile(
        r"\b(?:net/http|net|os/exec|syscall|time\.Sleep"
        r"|os\.(?:WriteFile|Create|Remove(?:All)?))\b"
    ),
    "": re.compile(
        r"\b(?:child_process|node:net|node:https?|https?\.get|fetch|axios|writeFileSync"
        r"|rmSync|setTimeout|execSync)\b"
    ),
}
_ASSERTS = {
    ".go": re.compile(r"\bt\.(?:Error|Fatal|Fail)|\b(?:assert|require)\.\w"),
    "": re.compile(r"\bexpect\(|\bassert\b|\bassert[.!(_]"),
}
_GO_TEST = re.compile(r"^func (Test\w{0,200})\(", re.MULTILINE)
_TITLE = re.compile(r"\b(?:it|test)\(\s{0,20}([\"'`])(.{1,200}?)\1")


@dataclass(frozen=True, slots=True)
class Known:
    """What the repository's own files use: modules' first names, and words of tests.

    `asserting` names the functions of its tests that assert for others.
    """

    modules: frozenset[str]
    test_text: str
    asserting: frozenset[str] = frozenset()


def problem(path: str, code: str, *, known: Known) -> str:
    """Say why a generated test may not even be run, "" where it may.

    Python is judged by its syntax tree, other languages by their words.
    """
    try:
        pieces = take_apart(path, code)
        if path.endswith(".py"):
            whole = "\n".join((*pieces.imports, pieces.body))
            return _of_python(parsed(whole), known)
    except Unusable as exc:
        return str(exc)
    except RecursionError:
        return TOO_DEEP
    kind = ".go" if path.endswith(".go") else ""
    for word in _REACH[kind].findall(code):
        if word not in known.test_text:
            return REACHES.format(word=word)
    if not names_in(path, code):
        return NO_TEST
    return "" if _ASSERTS[kind].search(code) else NO_ASSERTION


def names_in(path: str, code: str) -> tuple[str, ...]:
    """Name the tests that a generated text defines, as `Report.of` knows them."""
    if path.endswith(".go"):
        return tuple(_GO_TEST.findall(code))
    if not path.endswith(".py"):
        return tuple(title for _, title in _TITLE.findall(code))
    found: list[str] = []
    for node in parsed(dedent(code)).body:
        if isinstance(node, ast.ClassDef):
            found += [f"{node.name}.{each.name}" for each in _functions(node.body)]
        else:
            found += [each.name for each in _functions([node])]
    return tuple(found)


def modules_of(text: str) -> frozenset[str]:
    """Name the first parts of the modules that a Python text imports."""
    try:
        return frozenset(_roots(parsed(text)))
    except Unusable:
        return frozenset()


def _of_python(tree: ast.Module, known: Known) -> str:
    tests = [
        test
        for node in tree.body
        for test in _functions(node.body if isinstance(node, ast.ClassDef) else [node])
    ]
    if not tests:
        return NO_TEST
    allowed = known.modules | sys.stdlib_module_names | {"pytest", "unittest"}
    for name in _roots(tree):
        if name not in allowed:
            return NEW_IMPORT.format(name=name)
    for word in sorted(set(_used(tree)) & _PYTHON_REACH):
        if re.search(rf"\b{word}\b", known.test_text) is None:
            return REACHES.format(word=word)
    helpers = known.asserting | assertions.helpers_in(tree)
    return (
        "" if all(assertions.asserts(test, helpers) for test in tests) else NO_ASSERTION
    )


def _functions(body: Iterable[ast.stmt]) -> list[Function]:
    return [
        node
        for node in body
        if isinstance(node, Function) and node.name.startswith("test")
    ]


def _roots(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _used(tree: ast.Module) -> Iterator[str]:
    """Every module and name that is called, by its last part."""
    yield from _roots(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield called.attr
            elif isinstance(called, ast.Name):
                yield called.id
