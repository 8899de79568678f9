"""A patch on trial: the tests that are there are run before and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.context import Material, Section, reach
from bot.context.kinds import kind_of
from bot.errors import GitError
from bot.reader import Files
from bot.tasks import Checked, code
from bot.tasks.code import CodeReply, TriedPatch
from bot.verify import runners, test_run
from bot.verify.sandbox import HOLDS
from bot.verify.test_run import Bench, Outcome, Runner, Tampered

WORDS = (
    "Your patch was applied and the tests were run. The data that follows says what "
    "failed. Send the whole change again, mended. Do not change a test so that wrong "
    "code passes."
)
WRONG = "what is wrong with the patch"
BREAKS = "with the patch a test fails that passed before: {name}"
FAILS = "a test of the patch fails: {name}"
RAN = (
    "{files} with tests {were} run before and after it: {passed} pass ({how}){before}."
)
FAILED_BEFORE = "; {count} failed before it and still {do}"
NO_TESTS = "No test file belongs to what it changes, so none was run."
NO_RUNNER = "No test was run: no runner for {path} was found."
NO_COPY = "No test was run: {why}."
MOST_FILES = 12
_MAX_SAID = 4_000

Outcomes = dict[tuple[str, str], Outcome]


@dataclass(slots=True)
class PatchTrial:
    """What came of the last patch; `check` takes a reply in, as a task does.

    `open_bench` makes the scratch copy; it is called when the first patch has come.
    `clean` takes secrets out of what a run said before anybody reads it.
    """

    open_bench: Callable[[], Bench]
    files: Files
    clean: Callable[[str], str] = str
    say: Callable[[str], object] = lambda line: None
    task: str = code.TASK.name
    words: str = WORDS
    problem: str = ""
    patch: str = ""
    _bench: Bench | None = field(default=None)
    _runners: dict[str, Runner | None] = field(default_factory=dict)

    def check(self, reply: CodeReply, material: Material) -> Checked:
        """Hold a patch against the files, then run the tests on it."""
        self.problem = self.patch = ""
        checked = code.check(reply, material)
        if not checked.failed and reply.is_ready:
            after = code.applied(reply, self.files).after
            checked = code.verify(reply, material, self.files)
            if not checked.failed:
                checked = self._run(checked, after)
        if checked.failed:
            self.problem = self.problem or "; ".join(checked.dropped)
        # A further round is asked for by `again`, with all that is known.
        return Checked(checked.reply, checked.dropped, failed=checked.failed)

    def again(self) -> tuple[Section, ...]:
        """What is wrong with the last patch, () where nothing is."""
        return (Section(WRONG, self.problem, "code"),) if self.problem else ()

    def _run(self, checked: Checked, after: Mapping[str, str]) -> Checked:
        reply = checked.reply
        assert isinstance(reply, CodeReply)
        try:
            self._bench = self._bench or self.open_bench()
            ran, broken = self._tried(self._bench, after)
        except Tampered as exc:
            ran, broken = "", (str(exc.strerror),)
        except (GitError, OSError) as exc:
            # Not the whole of an OSError: it names folders of this machine.
            why = exc.strerror if isinstance(exc, OSError) else exc
            ran, broken = NO_COPY.format(why=why), ()
        if broken:
            self.problem = "\n\n".join(broken)[:_MAX_SAID]
            first = broken[0].partition("\n")[0]
            return Checked(reply, (*checked.dropped, first), failed=True)
        self.patch = reply.patch
        kept = TriedPatch(**reply.model_dump(), ran=ran)
        return Checked(kept, checked.dropped)

    def _tried(
        self, bench: Bench, after: Mapping[str, str]
    ) -> tuple[str, tuple[str, ...]]:
        """What was run, in a sentence; and each test that the patch breaks."""
        there, new = self._tests(after)
        if not (there or new):
            return NO_TESTS, ()
        lone = next((p for p in (*there, *new) if not self._runner(bench, p)), "")
        if lone:
            return NO_RUNNER.format(path=lone), ()
        self.say(f"running {len(there)} test files before the patch")
        before = self._outcomes(bench, there)
        self.say(f"running {len(there) + len(new)} test files with the patch")
        with test_run.written(bench, after):
            now = self._after(bench, (*there, *new))
        broken = tuple(self._broken(before, now))
        return self._told(bench, before, now, (*there, *new)), broken

    def _tests(self, after: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """Test files that are there and belong to what is changed; and new ones."""
        subjects = {reach.subject(path) for path in after}
        tree = self.files.tree()
        tests = [path for path in tree if kind_of(path) == "test"]
        own = [
            path for path in tests if path in after or reach.subject(path) in subjects
        ]
        new = [path for path in after if kind_of(path) == "test" and path not in tree]
        return own[:MOST_FILES], new[:MOST_FILES]

    def _outcomes(self, bench: Bench, paths: Sequence[str]) -> Outcomes:
        found: Outcomes = {}
        for path in paths:
            runner = self._runner(bench, path)
            assert runner is not None
            report = runner.run(bench, path, (), ())
            if not report.tests:
                found[path, ""] = Outcome("error", report.fault or test_run.NO_RESULT)
            found |= {(path, name): each for name, each in report.tests.items()}
        return found

    def _after(self, bench: Bench, paths: Sequence[str]) -> Outcomes:
        try:
            return self._outcomes(bench, paths)
        except OSError as exc:
            # It could be run before: what stands in the way now came with the patch.
            raise Tampered(exc.errno, test_run.TAMPERED) from exc

    def _runner(self, bench: Bench, path: str) -> Runner | None:
        return runners.once(bench, path, self._runners)

    def _broken(self, before: Outcomes, now: Outcomes) -> Iterator[str]:
        for (path, name), outcome in now.items():
            known = before.get((path, name))
            if outcome.status not in ("failed", "error"):
                continue
            if known is not None and known.status != "passed":
                continue
            words = BREAKS if known is not None else FAILS
            title = words.format(name=f"{path} {name}".strip())
            said = outcome.text or outcome.said
            yield self.clean(f"{title}\n{said[-_MAX_SAID:]}")

    def _told(
        self, bench: Bench, before: Outcomes, now: Outcomes, paths: Sequence[str]
    ) -> str:
        passed = sum(each.status == "passed" for each in now.values())
        still = sum(
            each.status != "passed" and now.get(key, each).status == each.status
            for key, each in before.items()
            if each.status != "skipped"
        )
        failed = FAILED_BEFORE.format(count=still, do="do" if still != 1 else "does")
        return RAN.format(
            files=f"{len(paths)} file{'s' * (len(paths) != 1)}",
            were="were" if len(paths) != 1 else "was",
            passed=f"{passed} test{'s' * (passed != 1)}",
            how=HOLDS[bench.sandbox.kind],
            before=failed if still else "",
        )
