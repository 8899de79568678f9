"""What no line of ours may do: shells, evaluation, foreign programs, slow patterns."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import re._parser as regex_parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import bot

ROOT = Path(__file__).parents[1]
SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
    for path in sorted((ROOT / "bot").rglob("*.py"))
}
SHIPPED = [
    *(ROOT / "bot").rglob("*.py"),
    *(ROOT / ".github").rglob("*.yml"),
    *(ROOT / "bot").rglob("*.yml"),
    *(ROOT / "hooks").iterdir(),
    ROOT / "action.yml",
]
FORBIDDEN = {
    *("eval", "exec", "__import__", "os.system", "os.popen", "pickle.loads"),
    *("pickle.load", "marshal.loads", "yaml.unsafe_load"),
    *("os.execv", "os.execvp", "os.execve", "os.spawnl", "os.posix_spawn", "os.fork"),
}
# Who starts programs: git, and what runs suggested tests on a person's own machine.
STARTS = {"bot/plumbing.py", "bot/verify/inside.py", "bot/verify/sandbox.py"}
# Who asks what time it is; every deadline goes by time.monotonic.
CALENDAR = {
    "bot/assembly.py": "the time of a record",
    "bot/cli/records.py": "which records to show",
    "bot/github/pace.py": "where an answer of GitHub's carries no date",
}


def _calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node, ast.unparse(node.func)


def test_no_shell_and_no_evaluation_anywhere():
    found = [f"{path}: {name}" for path, _, name in _calls() if name in FORBIDDEN]
    found += [
        f"{path}: shell"
        for path, call, _ in _calls()
        for keyword in call.keywords
        if keyword.arg == "shell"
    ]
    assert found == []


def test_only_git_ourselves_and_the_sandbox_start_programs():
    starting = {
        path
        for path, _, name in _calls()
        if name.startswith(("subprocess.", "os.exec", "os.spawn"))
    }
    assert starting == STARTS


def test_the_runners_environment_and_path_are_never_written():
    for path in SHIPPED:
        text = path.read_text(encoding="utf-8")
        assert "GITHUB_ENV" not in text, path
        assert "GITHUB_PATH" not in text, path


def test_deadlines_go_by_the_monotonic_clock():
    asked = {
        path
        for path, _, name in _calls()
        if name in ("time.time", "datetime.now", "date.today", "datetime.utcnow")
    }
    assert asked == CALENDAR.keys()


# Patterns


def _modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for each in (*value.keys(), *value.values()):
            yield from _patterns_in(each, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _patterns_in(each, depth + 1)
    elif depth < 4 and dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _patterns_in(getattr(value, field.name, None), depth + 1)


def _inline_patterns() -> Iterator[str]:
    for _, call, name in _calls():
        if name in ("re.compile", "re.sub", "re.search", "re.match", "re.findall"):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _all_patterns() -> set[str]:
    found = {
        each.pattern
        if isinstance(each.pattern, str)
        else each.pattern.decode("latin-1")
        for module in _modules()
        for value in vars(module).values()
        for each in _patterns_in(value)
    }
    return found | set(_inline_patterns())


def _is_endless(node: Any) -> bool:
    kind, given = node
    is_repeat = str(kind) in ("MAX_REPEAT", "MIN_REPEAT")
    # Possessive ones never come back.
    return is_repeat and given[1] is regex_parser.MAXREPEAT


def _parts(node: Any) -> Iterator[Any]:
    """The patterns inside of a node."""
    kind, given = node
    if str(kind) == "BRANCH":
        yield from given[1]
    elif isinstance(given, tuple):
        yield from (each for each in given if isinstance(each, regex_parser.SubPattern))


def _holds_endless(pattern: Any) -> bool:
    return any(
        _is_endless(node) or any(_holds_endless(part) for part in _parts(node))
        for node in pattern
    )


def _letters(pattern: Any) -> set[str]:
    """What a repeated single character can be, of ASCII; none for anything longer."""
    if len(pattern) != 1 or str(pattern[0][0]) not in (
        "IN",
        "LITERAL",
        "ANY",
        "NOT_LITERAL",
    ):
        return set()
    (kind, given) = pattern[0]
    if str(kind) == "ANY":
        return {chr(n) for n in range(128)}
    return {chr(n) for n in range(128) if _takes(str(kind), given, chr(n))}


def _takes(kind: str, given: Any, letter: str) -> bool:
    if kind == "LITERAL":
        return given == ord(letter)
    if kind == "NOT_LITERAL":
        return given != ord(letter)
    is_negated = str(given[0][0]) == "NEGATE"
    return any(_item_takes(item, letter) for item in given) != is_negated


def _item_takes(item: Any, letter: str) -> bool:
    kind, given = str(item[0]), item[1]
    if kind == "LITERAL":
        return given == ord(letter)
    if kind == "RANGE":
        return given[0] <= ord(letter) <= given[1]
    names = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
    if kind != "CATEGORY":
        return False
    name = str(given).removeprefix("CATEGORY_")
    found = re.match(names[name.removeprefix("NOT_")], letter) is not None
    return found != name.startswith("NOT_")


def _problems(pattern: Any) -> Iterator[str]:
    for node in pattern:
        if _is_endless(node) and _holds_endless(node[1][2]):
            yield "an endless repeat in an endless repeat"
        for part in _parts(node):
            yield from _problems(part)
    for one, other in pairwise(pattern):
        both = _is_endless(one) and _is_endless(other)
        if both and _letters(one[1][2]) & _letters(other[1][2]):
            yield "two endless repeats of the same characters in a row"


def test_no_pattern_backtracks(record_property):
    patterns = _all_patterns()
    record_property("patterns looked at", len(patterns))
    assert len(patterns) > 200
    found = {
        pattern: problems
        for pattern in patterns
        if (problems := list(_problems(regex_parser.parse(pattern))))
    }
    assert found == {}


def test_the_look_for_such_patterns_finds_them():
    for bad in (
        r"(a+)+",
        r"(?:a*b?)*",
        r"\s+\s*x",
        r"[\w-]+\w*=",
        r"(x|(y*)*)",
        r".*.*a",
    ):
        assert list(_problems(regex_parser.parse(bad))), bad
    for good in (r"a+b+", r"\s+\S+", r"(?:a{1,9})*", r"[a-z]+[0-9]*", r"(?:ab)*"):
        assert not list(_problems(regex_parser.parse(good))), good
