"""One generated test examined: does it run, pass each time, and prove anything?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.context import untested
from bot.context.kinds import kind_of
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of, statements
from bot.context.untested import Change
from bot.verify import test_code, test_file, test_run
from bot.verify.claims import is_relative
from bot.verify.test_code import Known
from bot.verify.test_file import Unusable
from bot.verify.test_run import Bench, Outcome, Report, Runner

NOT_A_TEST_FILE = "goes into {path}, which is no test file"
UNSTABLE = "does not pass each time"
BREAKS = "another test of its file fails beside it"
PROVES_NOTHING = "passes, but would without the change, and reaches no line it left out"
BROKEN = "does not run"
NO_RUNNER = "not run: no test runner for {path} was found"
PASSES = "passes 3 of 3"
# How pytest, unittest, jest and vitest begin what an assertion says.
_ASSERTED = ("AssertionError", "assert ", "Failed: DID", "Error: expect(")
REVERTED = "fails without the change"
COVERS = "covers {lines} of {path}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a generated test.

    `reason` is the evidence of a `kept` one, else why it was `dropped` or not run;
    `detail` is the failure, for who repairs it or looks into the bug.
    """

    kind: Literal["kept", "bug", "dropped", "not run"]
    reason: str
    detail: str = ""


@dataclass(slots=True)
class Ground:
    """What a test is held against: the change, its files before it, the tests there.

    `read` and `before` give a file's text after and before the change, None for none.
    """

    changes: Sequence[Change]
    read: Callable[[str], str | None]
    before: Callable[[str], str | None]
    known: Known
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
        suffix = path.rpartition(".")[2]
        if suffix not in self._runners:
            self._runners[suffix] = test_run.chosen(bench, path)
        return self._runners[suffix]

    def first(self, bench: Bench, runner: Runner, path: str) -> Report:
        """How the tests that are there run; asked once a file."""
        if path not in self._first:
            watched = [each.path for each in self.sources(path)]
            there = self.read(path) is not None
            found = runner.run(bench, path, (), watched) if there else Report()
            self._first[path] = found
        return self._first[path]


def examine(bench: Bench, ground: Ground, *, path: str, code: str) -> Verdict:
    """Examine one generated test for the file `path`; the copy is left as it was."""
    if not is_relative(path) or kind_of(path) != "test":
        return Verdict("dropped", NOT_A_TEST_FILE.format(path=path))
    why = test_code.problem(path, code, known=ground.known)
    if why:
        return Verdict("dropped", why)
    try:
        text = placed(ground, path, code)
    except Unusable as exc:
        return Verdict("dropped", str(exc))
    runner = ground.runner(bench, path)
    if runner is None:
        return Verdict("not run", NO_RUNNER.format(path=path))
    names = test_code.names_in(path, code)
    return _Trial(bench, ground, runner, path, text, names).verdict()


def placed(ground: Ground, path: str, code: str) -> str:
    """Write the test file with the test in it. Raises Unusable."""
    pieces = test_file.take_apart(path, code)
    package = ground.package(path)
    return test_file.merged(path, ground.read(path) or "", pieces, package=package)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One test in its file, run by one runner."""

    bench: Bench
    ground: Ground
    runner: Runner
    path: str
    text: str
    names: tuple[str, ...]

    def verdict(self) -> Verdict:
        first = self.ground.first(self.bench, self.runner, self.path)
        with _written(self.bench.tree, {self.path: self.text}):
            alone = self._alone()
            if alone.outcome.status != "passed":
                return self._failed(alone.outcome)
            unstable = self._again(first)
            if unstable is not None:
                return unstable
        evidence = list(self._evidence(alone.report, first))
        if not evidence:
            return Verdict("dropped", PROVES_NOTHING)
        return Verdict("kept", ", ".join([PASSES, *evidence]))

    def _alone(self) -> _Alone:
        watched = [each.path for each in self.ground.sources(self.path)]
        report = self.runner.run(self.bench, self.path, self.names, watched)
        return _Alone(_worst(report, self.names), report)

    def _failed(self, outcome: Outcome) -> Verdict:
        detail = outcome.text or outcome.said
        if not self._blames_the_code(outcome):
            reason = BROKEN
            if outcome.said.startswith(("did not end", "started more")):
                reason = outcome.said
            return Verdict("dropped", reason, detail)
        if self._alone().outcome.status == "passed":
            return Verdict("dropped", UNSTABLE, detail)
        return Verdict("bug", outcome.said or BROKEN, detail)

    def _blames_the_code(self, outcome: Outcome) -> bool:
        """Whether an assertion did not hold, or the code under test raised."""
        if outcome.status != "failed":
            return False
        # In Go a panic is no failure but an error: what failed was asserted.
        asserted = self.path.endswith(".go") or outcome.said.startswith(_ASSERTED)
        here = outcome.path in ("", self.path)
        in_code = not here and is_relative(outcome.path)
        return asserted or (in_code and kind_of(outcome.path) == "source")

    def _again(self, first: Report) -> Verdict | None:
        """Run the whole file in its order, then in a random one."""
        whole = self.runner.run(self.bench, self.path, (), ())
        order = list(whole.tests)
        random.Random(" ".join(self.names)).shuffle(order)
        mixed = self.runner.run(self.bench, self.path, order, ()) if order else whole
        for report in (whole, mixed):
            if _worst(report, self.names).status != "passed":
                return Verdict("dropped", UNSTABLE, report.fault)
            for key, outcome in first.tests.items():
                now = report.tests.get(key)
                if outcome.status == "passed" and (
                    now is not None and now.status != "passed"
                ):
                    return Verdict("dropped", BREAKS, now.text or now.said)
        return None

    def _evidence(self, alone: Report, first: Report) -> Iterator[str]:
        if self._fails_reverted(alone):
            yield REVERTED
        for change in self.ground.sources(self.path):
            ran = alone.lines.get(change.path, frozenset())
            known = first.lines.get(change.path, frozenset())
            missing = (_changed_lines(change) & ran) - known
            if missing:
                lines = untested.ranges(sorted(missing))
                yield COVERS.format(lines=lines, path=change.path)

    def _fails_reverted(self, alone: Report) -> bool:
        """Whether it fails on what was there before, by what is asserted.

        What is new cannot be reverted: then every test fails for want of a name.
        """
        sources = self.ground.sources(self.path)
        before = {s.path: self.ground.before(s.path) for s in sources}
        old = {path: text for path, text in before.items() if text is not None}
        if not old:
            return False
        with _written(self.bench.tree, {**old, self.path: self.text}):
            outcome = self._alone().outcome
        return outcome.status == "failed" and not _lacks_a_name(outcome)


@dataclass(frozen=True, slots=True)
class _Alone:
    outcome: Outcome
    report: Report


def _worst(report: Report, names: Sequence[str]) -> Outcome:
    outcomes = [report.of(name) for name in names]
    return next((o for o in outcomes if o.status != "passed"), outcomes[0])


def _lacks_a_name(outcome: Outcome) -> bool:
    kinds = ("ImportError", "ModuleNotFoundError", "NameError", "AttributeError")
    unknown = outcome.said.startswith((*kinds, "ReferenceError"))
    return unknown or "is not a function" in outcome.said


def _changed_lines(change: Change) -> frozenset[int]:
    """Changed lines inside functions: those outside run with every import."""
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


@contextmanager
def _written(tree: Path, texts: Mapping[str, str]) -> Iterator[None]:
    """Have other texts in the copy for a while."""
    files = {tree / path: text for path, text in texts.items()}
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    try:
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
        yield
    finally:
        for file, data in before.items():
            if data is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(data)
