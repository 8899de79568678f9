"""What a generated test must not do, and must: read off its text, before any run."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import dedent

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
_MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "patch", "create_autospec"})
_MOCKS |= {"mock", "mocker", "PropertyMock", "sentinel", "spy", "stub"}
# pytest's own fixtures say nothing about the code under test.
_FIXTURES = frozenset({"tmp_path", "tmpdir", "monkeypatch", "mocker", "capsys"})
_BUILTIN = frozenset(dir(builtins))
_RAISES = frozenset(
    {"raises", "warns", "assertRaises", "assertRaisesRegex", "deprecated_call"}
)


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


def asserting_in(text: str) -> frozenset[str]:
    """Name the functions of a Python text, tests aside, that assert something."""
    try:
        return _asserting(parsed(text))
    except (Unusable, RecursionError):
        return frozenset()


def _asserting(tree: ast.Module) -> frozenset[str]:
    found = (node for node in ast.walk(tree) if isinstance(node, _Function))
    return frozenset(
        node.name
        for node in found
        if not node.name.startswith("test") and _asserts(node, frozenset())
    )


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
    helpers = known.asserting | _asserting(tree)
    return "" if all(_asserts(test, helpers) for test in tests) else NO_ASSERTION


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(body: Iterable[ast.stmt]) -> list[_Function]:
    return [
        node
        for node in body
        if isinstance(node, _Function) and node.name.startswith("test")
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


# Whether an assertion can fail because of the code under test.


def _asserts(test: _Function, helpers: frozenset[str]) -> bool:
    idle = _idle_names(test)
    return any(_is_real(node, idle, helpers) for node in ast.walk(test))


def _idle_names(test: _Function) -> frozenset[str]:
    """Names that hold only constants and mocks, whatever the code under test does."""
    patched = [each for each in test.decorator_list if _mentions(each, _MOCKS)]
    given = [each.arg for each in test.args.args if each.arg not in _FIXTURES]
    # `patch` hands its mocks over first; without one an argument is a fixture.
    idle = set(given[: len(patched)]) | _FIXTURES
    for _ in range(3):
        for node in ast.walk(test):
            if isinstance(node, ast.Assign) and not _is_live(node.value, idle):
                idle |= {t.id for t in node.targets if isinstance(t, ast.Name)}
            elif isinstance(node, ast.withitem) and _mentions(
                node.context_expr, _MOCKS
            ):
                held = node.optional_vars
                idle |= {held.id} if isinstance(held, ast.Name) else set()
    live = {
        target.id
        for node in ast.walk(test)
        if isinstance(node, ast.Assign) and _is_live(node.value, idle)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(idle - live)


def _mentions(node: ast.AST, names: frozenset[str]) -> bool:
    return any(
        (isinstance(each, ast.Name) and each.id in names)
        or (isinstance(each, ast.Attribute) and each.attr in names)
        for each in ast.walk(node)
    )


def _is_live(node: ast.AST, idle: Iterable[str]) -> bool:
    """Whether a value can depend on the code under test."""
    known = frozenset(idle) | _BUILTIN
    return not _mentions(node, _MOCKS) and any(
        isinstance(each, ast.Name) and each.id not in known for each in ast.walk(node)
    )


def _is_real(node: ast.AST, idle: frozenset[str], helpers: frozenset[str]) -> bool:
    if isinstance(node, ast.Assert):
        return _is_live(node.test, idle) and not _is_same_twice(node.test)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in _RAISES:
            return True
        if name in helpers:
            return any(_is_live(each, idle) for each in _given(node))
        if name.startswith("assert") and len(name) > 6:
            values = [each for each in node.args if not isinstance(each, ast.Constant)]
            texts = {ast.dump(each) for each in node.args[:2]}
            is_same = len(node.args) > 1 and len(texts) == 1
            return not is_same and any(_is_live(each, idle) for each in values)
    return False


def _given(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (each.value for each in call.keywords)


def _is_same_twice(node: ast.expr) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    return ast.dump(node.left) in {ast.dump(each) for each in node.comparators}
