"""House rules that a machine can check: homes, sizes, shims, locks."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
BOT = sorted(p for p in (ROOT / "bot").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Where a library may be imported, and by which name its distribution goes.
HOMES = {
    "click": ("click", ("bot/cli/",)),
    "defusedxml": (
        "defusedxml",
        ("bot/context/coverage_formats.py", "bot/context/test_report.py"),
    ),
    "git": ("gitpython", ("bot/git.py",)),
    "github": ("pygithub", ("bot/github/",)),
    "httpx": ("httpx", ("bot/http.py",)),
    "leather": ("leather", ("bot/report/charts.py",)),
    "markdown_it": (
        "markdown-it-py",
        (
            "bot/text/blocks.py",
            "bot/text/hidden.py",
            "bot/text/markdown.py",
            "bot/text/sanitize.py",
        ),
    ),
    "mutmut": ("mutmut", ("bot/verify/mutate.py",)),
    "pydantic": ("pydantic", ("bot/",)),
    "rich": ("rich", ("bot/cli/",)),
    "tree_sitter": ("tree-sitter", ("bot/context/symbol", "bot/context/syntax.py")),
    "unidiff": ("unidiff", ("bot/context/diff.py",)),
    "yaml": ("pyyaml", ("bot/workflow_files.py",)),
} | {
    f"tree_sitter_{language}": (f"tree-sitter-{language}", ("bot/context/symbol",))
    for language in ("go", "java", "javascript", "python", "rust", "typescript")
}
# Environment variables come in by the doors.
DOORS = ("bot/action.py", "bot/cli/", "bot/hook_door.py")
MODULE_WALL = 400
FUNCTION_WALL = 50
VAGUE = {"utils", "helpers", "common", "base", "core", "manager", "handler"}


def _name(path):
    return path.relative_to(ROOT).as_posix()


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def _names(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


@pytest.fixture(scope="module")
def trees():
    return {_name(path): ast.parse(path.read_text()) for path in BOT}


def test_each_library_is_imported_at_home_only(trees):
    away = [
        f"{path} imports {library}"
        for path, tree in trees.items()
        for library in _imported(tree)
        if library in HOMES and not path.startswith(HOMES[library][1])
    ]
    assert not away


def test_nothing_is_imported_that_is_not_declared(trees):
    known = {"bot", *HOMES, *sys.stdlib_module_names}
    found = {
        f"{path} imports {library}"
        for path, tree in trees.items()
        for library in _imported(tree)
        if library not in known
    }
    assert not found


def test_every_declared_dependency_has_a_home_and_is_used(trees):
    declared = {
        canonicalize_name(Requirement(line).name)
        for line in (
            *PROJECT["project"]["dependencies"],
            *PROJECT["project"]["optional-dependencies"]["mutants"],
        )
    }
    assert declared == {distribution for distribution, _ in HOMES.values()}
    used = {library for tree in trees.values() for library in _imported(tree)}
    # Grammars are imported by name, each when its language comes up.
    by_name = {name for name in HOMES if name.startswith("tree_sitter_")}
    tables = "".join(p.read_text() for p in BOT if p.stem.startswith("symbol"))
    assert by_name <= set(re.findall(r"tree_sitter_\w+", tables))
    assert set(HOMES) == (used & set(HOMES)) | by_name


def test_no_module_and_no_function_passes_the_wall(trees):
    long = [
        f"{_name(path)}: {count} lines"
        for path in BOT
        if (count := len(path.read_text().splitlines())) > MODULE_WALL
    ]
    long += [
        f"{path}: {function.name}"
        for path, tree in trees.items()
        for function in _functions(tree)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_WALL
    ]
    assert not long


def test_every_module_opens_with_a_sentence(trees):
    wrong = [
        path
        for path, tree in trees.items()
        if not re.match(r"[^\n]+[.!?](\s|$)", ast.get_docstring(tree) or "")
        and tree.body
    ]
    assert not wrong


def test_public_functions_say_what_they_do(trees):
    silent = [
        f"{path}: {function.name}"
        for path, tree in trees.items()
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and not ast.get_docstring(function)
    ]
    assert not silent


def test_no_module_has_a_name_that_says_nothing():
    assert not {path.stem for path in BOT} & VAGUE


def test_only_doors_read_the_environment(trees):
    outside = [
        path
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and not path.startswith(DOORS)
    ]
    assert not outside


def test_everything_is_caught_only_where_a_bug_of_ours_is_reported(trees):
    broad = [
        path
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "Exception" in _names(node.type))
    ]
    # The second one because a bug of ours must not stop a commit.
    assert broad == ["bot/cli/__init__.py", "bot/hooks.py"]


def _defined(tree):
    kinds = (ast.FunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, kinds):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for each in node.targets if isinstance(each, ast.Name))


def _read(tree):
    """Every name that is loaded, taken from a module, or named in a string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_nothing_stands_there_that_only_tests_use(trees):
    made = (ast.parse(p.read_text()) for p in (ROOT / "benchmarks").rglob("*.py"))
    read = {name for tree in (*trees.values(), *made) for name in _read(tree)}
    # The object in the module is the registration; click's commands are one, too.
    registered = {"COMMAND", "TASK", "PROVIDER", "list_", "__all__", "__test__"}
    idle = [
        f"{path}: {name}"
        for path, tree in trees.items()
        for name in _defined(tree)
        if name not in read | registered
    ]
    assert not idle


def test_shims_are_the_same_file_and_can_be_run():
    shims = [p for p in (ROOT / "hooks").iterdir() if p.is_file()]
    assert {"pre-commit", "pre-push"} <= {p.name for p in shims}
    assert len({p.read_bytes() for p in shims}) == 1
    assert all(os.access(p, os.X_OK) for p in shims)
    listed = subprocess.run(
        ["git", "ls-files", "--stage", "hooks"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    assert all(line.startswith("100755 ") for line in listed)


# Locks


def _locked(name):
    """Read a lock: name → version; every entry must have a hash."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text().strip()):
        match = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", entry)
        assert match, f"{name}: {entry[:60]}"
        assert "--hash=sha256:" in entry, f"{name}: {match[1]} has no hash"
        found[canonicalize_name(match[1])] = Version(match[2])
    return found


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.glob("*.lock")))
def test_lock_has_hashes_and_no_addresses(name):
    assert _locked(name)
    assert "://" not in (ROOT / name).read_text()


def test_locks_are_fresh():
    runtime, development, mutants = (
        _locked("requirements.lock"),
        _locked("requirements-dev.lock"),
        _locked("requirements-mutants.lock"),
    )
    for lock, wanted in (
        (runtime, PROJECT["project"]["dependencies"]),
        (development, PROJECT["dependency-groups"]["dev"]),
        (mutants, PROJECT["project"]["optional-dependencies"]["mutants"]),
    ):
        for requirement in map(Requirement, wanted):
            version = lock.get(canonicalize_name(requirement.name))
            stale = f"{requirement}: run `make lock`"
            assert version is not None, stale
            assert requirement.specifier.contains(version, prereleases=True), stale


def test_tests_run_on_what_is_shipped():
    runtime = _locked("requirements.lock")
    for name in ("requirements-dev.lock", "requirements-mutants.lock"):
        other = _locked(name)
        assert {each: other.get(each) for each in runtime} == runtime
