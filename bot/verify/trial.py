"""Generated tests on trial: each is run, and only survivors are shown as tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot import prompt
from bot.context import Material, Section
from bot.errors import GitError
from bot.generated import MAX_DETAIL, Bug, Proven, SuggestedTest, Tried
from bot.tasks import Checked
from bot.tasks import test as suggested
from bot.tasks.test import TestReply
from bot.verify import examine
from bot.verify.examine import Verdict
from bot.verify.ground import Ground
from bot.verify.sandbox import HOLDS
from bot.verify.test_run import Bench

NO_COPY = "the tests were not run: {why}"
NOT_TRIED = "could not be put into its file ({why})"
MAX_TESTS = 12


@dataclass(slots=True)
class Trial:
    """What is known of the tests so far; `check` takes a reply in, as a task does.

    `open_bench` makes the scratch copy; it is called when the first test has come.
    `clean` takes secrets out of what a run said before a model or a person reads it.
    """

    open_bench: Callable[[], Bench]
    ground: Ground
    clean: Callable[[str], str]
    say: Callable[[str], object] = lambda line: None
    task: str = suggested.TASK.name
    words: str = prompt.RETRY
    kept: dict[str, Proven] = field(default_factory=dict)
    bugs: dict[str, Bug] = field(default_factory=dict)
    not_run: dict[str, SuggestedTest] = field(default_factory=dict)
    pending: dict[str, tuple[SuggestedTest, Verdict]] = field(default_factory=dict)

    _bench: Bench | None = None

    @property
    def bench(self) -> Bench:
        """The scratch copy and its sandbox."""
        if self._bench is None:
            self._bench = self.open_bench()
        return self._bench

    def check(self, reply: TestReply, material: Material) -> Checked:
        """Run the tests of a reply; what is left is all that holds so far."""
        try:
            bench = self.bench
        except (GitError, OSError) as exc:
            # What was paid for is shown all the same.
            self.say(NO_COPY.format(why=exc))
            return suggested.check(reply, material)
        for test in reply.tests[:MAX_TESTS]:
            key = f"{test.path}::{test.name}"
            if key in self.kept or key in self.bugs:
                continue
            self.say(f"trying {test.name}")
            self._settle(key, test, self._verdict(bench, test))
        dropped = tuple(verdict.reason for _, verdict in self.pending.values())
        return Checked(self.reply(), dropped)

    def again(self) -> tuple[Section, ...]:
        """What was dropped so far, each with its reason and what its run said."""
        return tuple(
            Section(
                f"{test.path}: {test.name}: {verdict.reason}",
                self.clean(f"{test.code}\n\n{verdict.detail[-MAX_DETAIL:]}").strip(),
                "code",
            )
            for test, verdict in self.pending.values()
        )

    def reply(self) -> Tried:
        """All that is known, for whoever shows it."""
        reasons = Counter(verdict.reason for _, verdict in self.pending.values())
        return Tried(
            tests=list(self.not_run.values()),
            proven=list(self.kept.values()),
            bugs=list(self.bugs.values()),
            left_out=[f"{reason} ({count})" for reason, count in reasons.items()],
            how=HOLDS[self.bench.sandbox.kind],
        )

    def _verdict(self, bench: Bench, test: SuggestedTest) -> Verdict:
        try:
            return examine.examine(bench, self.ground, path=test.path, code=test.code)
        except OSError as exc:
            return Verdict("dropped", NOT_TRIED.format(why=exc.strerror))

    def _settle(self, key: str, test: SuggestedTest, verdict: Verdict) -> None:
        self.pending.pop(key, None)
        detail = self.clean(verdict.detail)[-MAX_DETAIL:]
        if verdict.kind == "kept":
            self.kept[key] = Proven(test=test, evidence=verdict.reason)
        elif verdict.kind == "bug":
            self.bugs[key] = Bug(
                test=test, said=self.clean(verdict.reason), detail=detail
            )
        elif verdict.kind == "not run":
            self.not_run[key] = test
        else:
            self.pending[key] = (test, verdict)
