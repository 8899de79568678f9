"""Whether an assertion of a generated Python test can fail because of the code."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from bot.verify.test_file import Unusable, parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
_MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "patch", "create_autospec"})
_MOCKS |= {"mock", "mocker", "PropertyMock", "sentinel", "spy", "stub"}
# These fixtures of pytest's say nothing about the code under test.
_FIXTURES = frozenset({"monkeypatch", "mocker", "request"})
# These hold what it did, if it was called.
_EFFECTS = frozenset({"tmp_path", "tmpdir", "capsys", "capfd", "caplog"})
_BUILTIN = frozenset(dir(builtins))
_RAISES = frozenset(
    {"raises", "warns", "assertRaises", "assertRaisesRegex", "deprecated_call"}
)


def asserting_in(text: str) -> frozenset[str]:
    """Name the functions of a Python text, tests aside, that assert something."""
    try:
        return helpers_in(parsed(text))
    except (Unusable, RecursionError):
        return frozenset()


def helpers_in(tree: ast.Module) -> frozenset[str]:
    """Name the functions of a syntax tree, tests aside, that assert something."""
    found = (node for node in ast.walk(tree) if isinstance(node, Function))
    return frozenset(
        node.name
        for node in found
        if not node.name.startswith("test") and asserts(node, frozenset())
    )


def asserts(test: Function, helpers: frozenset[str]) -> bool:
    """Say whether a test asserts anything that the code under test decides.

    `helpers` are functions that assert for others.
    """
    idle = _idle_names(test)
    return any(_is_real(node, idle, helpers) for node in ast.walk(test))


def _idle_names(test: Function) -> frozenset[str]:
    """Names that hold only constants and mocks, whatever the code under test does."""
    patched = [each for each in test.decorator_list if _mentions(each, _MOCKS)]
    given = [each.arg for each in test.args.args if each.arg not in _FIXTURES]
    # `patch` hands its mocks over first; without one an argument is a fixture.
    first = {*given[: len(patched)], *_FIXTURES}
    idle = _spread(test, first | _EFFECTS)
    return _spread(test, first) if _calls(test, idle) else idle


def _spread(test: Function, first: Iterable[str]) -> frozenset[str]:
    """Add the names that are given nothing but idle ones."""
    idle = set(first)
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


def _calls(test: Function, idle: Iterable[str]) -> bool:
    """Whether anything is called whose effects can be looked for."""
    calls = (node for node in ast.walk(test) if isinstance(node, ast.Call))
    return any(_is_live(call.func, idle) for call in calls)


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
