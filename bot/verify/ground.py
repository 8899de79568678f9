"""What a generated test is held against: the change, and the tests that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.context.kinds import kind_of
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of, statements
from bot.context.untested import Change
from bot.verify import mutants, runners, test_file
from bot.verify.mutants import Killed
from bot.verify.test_code import Known
from bot.verify.test_run import Bench, Report, Runner


@dataclass(slots=True)
class Ground:
    """What a test is held against: the change, its files before it, the tests there.

    `read` and `before` give a file's text after and before the change, None for none;
    `killed` is `mutants.killed`.
    """

    changes: Sequence[Change]
    read: Callable[[str], str | None]
    before: Callable[[str], str | None]
    known: Known
    killed: Callable[..., Killed] = mutants.killed
    _first: dict[str, Report] = field(default_factory=dict)
    _runners: dict[str, Runner | None] = field(default_factory=dict)

    def sources(self, path: str) -> list[Change]:
        """The changed source files a test at `path` may reach."""
        return [
            each
            for each in self.changes
            if kind_of(each.path) == "source"
            and _family(each.path) == _family(path) != ""
        ]

    def package(self, path: str) -> str:
        """The Go package of a new test file: that of a changed file beside it."""
        folder = Path(path).parent
        beside = (c.source for c in self.changes if Path(c.path).parent == folder)
        return test_file.package_of(path, next(beside, ""))

    def runner(self, bench: Bench, path: str) -> Runner | None:
        """The runner for a test file, looked for once a suffix."""
        return runners.once(bench, path, self._runners)

    def first(self, bench: Bench, runner: Runner, path: str) -> Report:
        """How the tests that are there run; asked once a file."""
        if path not in self._first:
            watched = [each.path for each in self.sources(path)]
            there = self.read(path) is not None
            found = runner.run(bench, path, (), watched) if there else Report()
            self._first[path] = found
        return self._first[path]


def placed(ground: Ground, path: str, code: str) -> str:
    """Write the test file with the test in it. Raises Unusable."""
    pieces = test_file.take_apart(path, code)
    package = ground.package(path)
    return test_file.merged(path, ground.read(path) or "", pieces, package=package)


def changed_lines(change: Change) -> frozenset[int]:
    """Take changed lines inside functions: those outside run with every import."""
    data = change.source.encode("utf-8", "replace")
    found = symbols(change.path, data)
    inside = {
        line
        for each in found
        if each.kind != "class"
        for line in range(_first_line(each), each.end + 1)
    }
    if not change.path.endswith(".go"):
        inside &= statements(change.path, data)
    return change.lines & inside


def _first_line(symbol: Symbol) -> int:
    return max(symbol.body, symbol.start + 1)


def _family(path: str) -> str:
    name = language_of(path)
    return "script" if name in ("javascript", "typescript", "tsx") else name
