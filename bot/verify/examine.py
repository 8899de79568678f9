"""One generated test examined: does it run, pass each time, and prove anything?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.context import untested
from bot.context.kinds import kind_of
from bot.verify import ground as ground_of
from bot.verify import test_code
from bot.verify.claims import is_relative
from bot.verify.ground import Ground
from bot.verify.mutants import Killed
from bot.verify.test_file import Unusable
from bot.verify.test_run import Bench, Outcome, Report, Runner, is_named, written

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
# Each costs a run.
MOST_REVERTED = 3
# What is told of the evidence: enough to be looked up, short enough to be read.
MOST_COVERED, MOST_PROOFS = 40, 4
COVERS = "covers {lines} of {path}"
KILLS = "kills {killed} of {tried} mutants"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a generated test.

    `reason` is the evidence of a `kept` one, else why it was `dropped` or not run;
    `detail` is the failure, for who repairs it or looks into the bug.
    """

    kind: Literal["kept", "bug", "dropped", "not run"]
    reason: str
    detail: str = ""


def examine(bench: Bench, ground: Ground, *, path: str, code: str) -> Verdict:
    """Examine one generated test for the file `path`; the copy is left as it was."""
    if not is_relative(path) or kind_of(path) != "test":
        return Verdict("dropped", NOT_A_TEST_FILE.format(path=path))
    why = test_code.problem(path, code, known=ground.known)
    if why:
        return Verdict("dropped", why)
    try:
        text = ground_of.placed(ground, path, code)
    except Unusable as exc:
        return Verdict("dropped", str(exc))
    runner = ground.runner(bench, path)
    if runner is None:
        return Verdict("not run", NO_RUNNER.format(path=path))
    names = test_code.names_in(path, code)
    return _Trial(bench, ground, runner, path, text, names).verdict()


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
        with written(self.bench, {self.path: self.text}):
            alone = self._alone()
            if alone.outcome.status != "passed":
                return self._failed(alone.outcome)
            unstable = self._again(first)
            if unstable is not None:
                return unstable
        # Mutants take many runs: only what nothing else proves is tried on them.
        evidence = self._evidence(alone.report, first) or self._kills(alone.report)
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
        for ran, report in ((list(whole.tests), whole), (order, mixed)):
            broken = self._breaks(first, report, order=ran)
            if broken is not None:
                return Verdict("dropped", BREAKS, broken.text or broken.said)
        return None

    def _breaks(
        self, first: Report, report: Report, *, order: Sequence[str]
    ) -> Outcome | None:
        """Find an older test that fails beside this one, and without it does not.

        One that fails by chance, or in this order anyway, is not the new test's fault.
        """
        fallen = _fallen(first, report)
        if not fallen:
            return None
        again = self.runner.run(self.bench, self.path, order, ())
        fallen &= _fallen(first, again)
        rest = [k for k in order if not any(is_named(k, n) for n in self.names)]
        without = self.runner.run(self.bench, self.path, rest, ()) if rest else first
        fallen -= _fallen(first, without)
        return report.tests[min(fallen)] if fallen else None

    def _evidence(self, alone: Report, first: Report) -> list[str]:
        found = [REVERTED] if self._fails_reverted(alone) else []
        for change in self.ground.sources(self.path):
            ran = alone.lines.get(change.path, frozenset())
            known = first.lines.get(change.path, frozenset())
            missing = (ground_of.changed_lines(change) & ran) - known
            if missing:
                lines = untested.ranges(sorted(missing)[:MOST_COVERED])
                # A blank would let a run that was taken over add words of its own.
                path = change.path.replace(" ", "%20")
                found.append(COVERS.format(lines=lines, path=path))
        return found[:MOST_PROOFS]

    def _kills(self, alone: Report) -> list[str]:
        dead = self._mutants(alone)
        found = KILLS.format(killed=dead.killed, tried=dead.tried)
        return [found] if dead.killed else []

    def _mutants(self, alone: Report) -> Killed:
        """Mutants of the changed lines that the test ran, in the first file it did."""
        for change in self.ground.sources(self.path):
            ran = ground_of.changed_lines(change) & alone.lines.get(
                change.path, frozenset()
            )
            if ran:
                with written(self.bench, {self.path: self.text}):
                    return self.ground.killed(
                        self.bench, change.path, ran, run=self._outcome
                    )
        return Killed()

    def _outcome(self, bench: Bench) -> Outcome:
        report = self.runner.run(bench, self.path, self.names, ())
        return _worst(report, self.names)

    def _fails_reverted(self, alone: Report) -> bool:
        """Whether it fails on what was there before, by what is asserted.

        What is new cannot be reverted: then every test fails for want of a name. Of
        several files those that the test ran may still be reverted one by one.
        """
        sources = self.ground.sources(self.path)
        before = {s.path: self.ground.before(s.path) for s in sources}
        old = {path: text for path, text in before.items() if text is not None}
        if not old:
            return False
        outcome = self._reverted(old)
        ran = [path for path in old if alone.lines.get(path)]
        if _lacks_a_name(outcome) and len(sources) > 1:
            for path in ran[:MOST_REVERTED]:
                outcome = self._reverted({path: old[path]})
                if outcome.status == "failed" and not _lacks_a_name(outcome):
                    return True
        return outcome.status == "failed" and not _lacks_a_name(outcome)

    def _reverted(self, old: Mapping[str, str]) -> Outcome:
        with written(self.bench, {**old, self.path: self.text}):
            return self._alone().outcome


@dataclass(frozen=True, slots=True)
class _Alone:
    outcome: Outcome
    report: Report


def _fallen(first: Report, now: Report) -> set[str]:
    """Name the tests that passed at first and fail now."""
    return {
        key
        for key, outcome in first.tests.items()
        if outcome.status == "passed"
        and key in now.tests
        and now.tests[key].status != "passed"
    }


def _worst(report: Report, names: Sequence[str]) -> Outcome:
    outcomes = [report.of(name) for name in names]
    return next((o for o in outcomes if o.status != "passed"), outcomes[0])


def _lacks_a_name(outcome: Outcome) -> bool:
    kinds = ("ImportError", "ModuleNotFoundError", "NameError", "AttributeError")
    unknown = outcome.said.startswith((*kinds, "ReferenceError"))
    return unknown or "is not a function" in outcome.said
