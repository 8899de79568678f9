"""Where the tests of a source file lie, by each ecosystem's convention."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from posixpath import basename, commonprefix, dirname

# A stem such as `a` is part of many names; the nearest are found all the same.
MOST_NAMED_LIKE = 40


@dataclass(frozen=True, slots=True)
class _Convention:
    """How one ecosystem names the test file of `{stem}`.

    The first of `names` is where a new test goes, into the first of `folders`:
    "" beside the source, "/x" at the top, "x" in a folder beside it.
    """

    suffixes: tuple[str, ...]
    names: tuple[str, ...]
    folders: tuple[str, ...]


# The suffix of no file.
_NONE = ("\0",)
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


class Places:
    """Test files, sorted once so that many questions about them are quick."""

    def __init__(self, tests: Iterable[str]) -> None:
        self._tests = tuple(tests)
        self._folders: frozenset[str] | None = None
        self._groups: dict[tuple[str, ...], _Group] = {}

    def in_reach(self, path: str, *, most: int) -> list[str]:
        """Sort the test files of the same language: those of `path`, then near ones.

        At most `most` of them; of very many, those whose folders begin alike.
        """
        group = self._group(path)
        stem, mirrored = _stem(path).lower(), _mirrored(path)

        def distance(test: str) -> tuple[bool, int, str]:
            shared = commonprefix([group.mirrored[test], mirrored])
            return (stem not in basename(test).lower(), -len(shared), test)

        found = {*self._called(path), *group.named_like(stem)}
        found.update(group.beside(mirrored, most))
        return sorted(found, key=distance)[:most]

    def place_for(self, path: str) -> str:
        """Name the test file a test of `path` belongs into: an existing one, or new."""
        convention = _convention(path)
        if convention is None:
            return ""
        group, mirrored = self._group(path), _mirrored(path)

        def distance(test: str) -> tuple[int, str]:
            return (-len(commonprefix([group.mirrored[test], mirrored])), test)

        existing = self._called(path)
        if existing:
            return min(existing, key=distance)
        return self._new_place(path, _names(path, convention)[0], convention)

    def _called(self, path: str) -> list[str]:
        convention, group = _convention(path), self._group(path)
        names = _names(path, convention) if convention else ()
        return [test for name in names for test in group.called.get(name, ())]

    def _new_place(self, path: str, name: str, convention: _Convention) -> str:
        folder = dirname(path)
        if "src/main/" in path:
            return f"{folder.replace('src/main/', 'src/test/', 1)}/{name}"
        candidates = [_joined(folder, each) for each in convention.folders]
        if self._folders is None:
            self._folders = frozenset(map(dirname, self._tests))
        folders = self._folders
        chosen = next((c for c in candidates if c in folders), candidates[0])
        return f"{chosen}/{name}" if chosen else name

    def _group(self, path: str) -> _Group:
        suffixes = _suffixes(path)
        if suffixes not in self._groups:
            self._groups[suffixes] = _Group(
                [test for test in self._tests if test.endswith(suffixes)]
            )
        return self._groups[suffixes]


class _Group:
    """The test files of one language."""

    def __init__(self, tests: list[str]) -> None:
        # Many files share a folder.
        folders: dict[str, str] = {}
        self.mirrored: dict[str, str] = {}
        self.called: dict[str, list[str]] = {}
        for test in tests:
            folder, _, name = test.rpartition("/")
            if folder not in folders:
                folders[folder] = _mirrored(f"{folder}/" if folder else "")
            self.mirrored[test] = folders[folder] + name
            self.called.setdefault(name, []).append(test)
        # Sorted, the paths that begin most alike lie beside each other.
        self._sorted = sorted(tests, key=self.mirrored.__getitem__)
        self._keys = [self.mirrored[test] for test in self._sorted]
        self._names = list(self.called)
        # One text of all names: searching it is one loop in C.
        self._joined = "\n".join(name.lower() for name in self._names)
        ends = accumulate(len(name) + 1 for name in self._names)
        self._starts = [0, *ends][:-1]

    def named_like(self, stem: str) -> list[str]:
        found: list[str] = []
        at = self._joined.find(stem)
        while at >= 0 and len(found) < MOST_NAMED_LIKE:
            which = bisect_right(self._starts, at) - 1
            found += self.called[self._names[which]]
            end = self._joined.find("\n", at)
            at = self._joined.find(stem, end) if end >= 0 else -1
        return found

    def beside(self, mirrored: str, most: int) -> list[str]:
        at = bisect_left(self._keys, mirrored)
        return self._sorted[max(at - most, 0) : at + most]


def in_reach(path: str, tests: Iterable[str]) -> list[str]:
    """Sort test files by how near they are to `path`, for one question alone."""
    given = list(tests)
    return Places(given).in_reach(path, most=len(given))


def place_for(path: str, tests: Iterable[str]) -> str:
    """Name the test file a test of `path` belongs into, for one question alone."""
    return Places(tests).place_for(path)


def suffixes_of(paths: Iterable[str]) -> tuple[str, ...]:
    """Name the suffixes of files in the languages of these, sorted."""
    found = {suffix for path in paths for suffix in _suffixes(path)}
    return tuple(sorted(found - {_NONE[0]}))


def globs_for(paths: Iterable[str]) -> tuple[str, ...]:
    """Name git's globs (case ignored) for all that may test these files, and more."""
    suffixes = suffixes_of(paths)
    if not suffixes:
        return ()
    is_script = not frozenset(suffixes).isdisjoint(_CONVENTIONS[-1].suffixes)
    return ("*test*", "*spec*") if is_script else ("*test*",)


def _names(path: str, convention: _Convention) -> tuple[str, ...]:
    stem, suffix = _stem(path), "." + path.rpartition(".")[2]
    return tuple(n.format(stem=stem, suffix=suffix) for n in convention.names)


def _joined(folder: str, below: str) -> str:
    if below.startswith("/"):
        return below[1:]
    return "/".join(part for part in (folder, below) if part)


def _convention(path: str) -> _Convention | None:
    return next((c for c in _CONVENTIONS if path.endswith(c.suffixes)), None)


def _suffixes(path: str) -> tuple[str, ...]:
    convention = _convention(path)
    return convention.suffixes if convention else _NONE


def _stem(path: str) -> str:
    return basename(path).rpartition(".")[0]


def _mirrored(path: str) -> str:
    """The path without the folders that only say "source" or "test"."""
    parts = path.split("/")
    skipped = ("src", "lib", "test", "tests", "__tests__", "main", "spec")
    return "/".join(part for part in parts if part not in skipped)
