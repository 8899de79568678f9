"""Where the tests of a source file lie, by each ecosystem's convention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import basename, commonprefix, dirname


@dataclass(frozen=True, slots=True)
class _Convention:
    """How one ecosystem names the test file of `{stem}`.

    The first of `names` is where a new test goes, into the first of `folders`:
    "" beside the source, "/x" at the top, "x" in a folder beside it.
    """

    suffixes: tuple[str, ...]
    names: tuple[str, ...]
    folders: tuple[str, ...]


# Git globs (case ignored) that find every test file the conventions below can name.
PATTERNS: tuple[str, ...] = (
    "**/test_*.py",
    "**/*_test.py",
    "**/tests/**/*.py",
    "**/test/**/*.py",
    "**/*_test.go",
    "**/tests/**/*.rs",
    "**/*test.java",
    "**/*tests.java",
    "**/src/test/**/*.java",
    "**/*.test.*",
    "**/*.spec.*",
    "**/__tests__/**",
    "**/test/**/*.[jt]s*",
    "**/tests/**/*.[jt]s*",
)

_SCRIPT = ("{stem}.test{suffix}", "{stem}.spec{suffix}", "{stem}{suffix}")
_CONVENTIONS: tuple[_Convention, ...] = (
    _Convention(
        (".py", ".pyi"), ("test_{stem}.py", "{stem}_test.py"), ("/tests", "tests", "")
    ),
    _Convention((".go",), ("{stem}_test.go",), ("",)),
    _Convention((".rs",), ("{stem}.rs",), ("",)),
    _Convention((".java",), ("{stem}Test.java", "{stem}Tests.java"), ("",)),
    _Convention(
        (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"),
        _SCRIPT,
        ("", "__tests__", "tests", "/tests", "/test"),
    ),
)


def in_reach(path: str, tests: Sequence[str]) -> list[str]:
    """Sort the test files of the same language: those of `path`, then near ones."""
    suffixes = _suffixes(path)
    stem = _stem(path).lower()
    same = [test for test in tests if test.endswith(suffixes)]

    def distance(test: str) -> tuple[bool, int, str]:
        shared = commonprefix([_mirrored(test), _mirrored(path)])
        return (stem not in basename(test).lower(), -len(shared), test)

    return sorted(same, key=distance)


def place_for(path: str, tests: Sequence[str]) -> str:
    """Name the test file a test of `path` belongs into: an existing one, else new."""
    convention = _convention(path)
    if convention is None:
        return ""
    stem, suffix = _stem(path), "." + path.rpartition(".")[2]
    names = [name.format(stem=stem, suffix=suffix) for name in convention.names]
    existing = [test for test in in_reach(path, tests) if basename(test) in names]
    if existing:
        return existing[0]
    return _new_place(path, names[0], convention, tests)


def _new_place(
    path: str, name: str, convention: _Convention, tests: Sequence[str]
) -> str:
    folder = dirname(path)
    if "src/main/" in path:
        return f"{folder.replace('src/main/', 'src/test/', 1)}/{name}"
    used = {dirname(test) for test in tests}
    candidates = [_joined(folder, each) for each in convention.folders]
    chosen = next((each for each in candidates if each in used), candidates[0])
    return f"{chosen}/{name}" if chosen else name


def _joined(folder: str, below: str) -> str:
    if below.startswith("/"):
        return below[1:]
    return "/".join(part for part in (folder, below) if part)


def _convention(path: str) -> _Convention | None:
    return next((c for c in _CONVENTIONS if path.endswith(c.suffixes)), None)


def _suffixes(path: str) -> tuple[str, ...]:
    convention = _convention(path)
    return convention.suffixes if convention else ("\0",)


def _stem(path: str) -> str:
    return basename(path).rpartition(".")[0]


def _mirrored(path: str) -> str:
    """The path without the folders that only say "source" or "test"."""
    parts = path.split("/")
    skipped = ("src", "lib", "test", "tests", "__tests__", "main", "spec")
    return "/".join(part for part in parts if part not in skipped)
