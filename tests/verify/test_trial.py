"""A trial remembers every round, and loses nothing that was paid for."""

from __future__ import annotations

from bot.context import Material
from bot.errors import GitError
from bot.generated import SuggestedTest, Tried
from bot.tasks.test import TestReply
from bot.verify import examine
from bot.verify.examine import Verdict
from bot.verify.ground import Ground
from bot.verify.sandbox import Limits, Sandbox
from bot.verify.test_code import Known
from bot.verify.test_run import Bench
from bot.verify.tools import Tools
from bot.verify.trial import Trial


def suggestion(name: str) -> SuggestedTest:
    code = f"def {name}():\n    assert f()\n"
    return SuggestedTest(path="tests/test_a.py", name=name, code=code, covers="f")


def reply(*names: str) -> TestReply:
    return TestReply(tests=[suggestion(name) for name in names], wanted=[])


def trial_of(tmp_path, said: list[str], *, open_bench=None) -> Trial:
    bench = Bench(Sandbox("limits", tmp_path), Tools(), {}, Limits())
    ground = Ground([], lambda path: None, lambda path: None, Known(frozenset(), ""))
    return Trial(
        open_bench or (lambda: bench),
        ground,
        clean=lambda text: text.replace("hunter2", "***"),
        say=said.append,
    )


def test_rounds_add_up_and_what_is_settled_is_not_tried_again(tmp_path, monkeypatch):
    verdicts = {
        "test_a": [Verdict("kept", "passes 3 of 3")],
        "test_b": [Verdict("dropped", "does not run", "hunter2"), Verdict("kept", "x")],
        "test_c": [Verdict("bug", "assert 1 == 2", "trace")],
        "test_d": [Verdict("dropped", "does not run")] * 2,
    }

    def examined(bench, ground, *, path, code):
        return verdicts[code.split("def ")[1].split("(")[0]].pop(0)

    monkeypatch.setattr(examine, "examine", examined)
    trial = trial_of(tmp_path, said := [])
    checked = trial.check(reply("test_a", "test_b", "test_c", "test_d"), Material())
    assert checked.dropped == ("does not run", "does not run")
    again = trial.again()
    assert [s.name.partition(": ")[2] for s in again] == [
        "test_b: does not run",
        "test_d: does not run",
    ]
    assert "hunter2" not in again[0].text
    assert "***" in again[0].text
    last = trial.check(reply("test_a", "test_b", "test_d"), Material()).reply
    assert isinstance(last, Tried)
    assert [each.test.name for each in last.proven] == ["test_a", "test_b"]
    assert [each.test.name for each in last.bugs] == ["test_c"]
    assert last.left_out == ["does not run (1)"]
    assert said.count("trying test_a") == 1


def test_without_a_copy_the_suggestions_are_kept_as_not_run(tmp_path):
    def fails() -> Bench:
        raise GitError("the tree is too large to copy")

    trial = trial_of(tmp_path, said := [], open_bench=fails)
    checked = trial.check(reply("test_a"), Material())
    assert [test.name for test in checked.reply.tests] == ["test_a"]
    assert not isinstance(checked.reply, Tried)
    assert said == ["the tests were not run: the tree is too large to copy"]
    assert trial.again() == ()


def test_a_place_that_cannot_be_written_drops_one_test(tmp_path, monkeypatch):
    def full(bench, ground, *, path, code):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(examine, "examine", full)
    trial = trial_of(tmp_path, [])
    (why,) = trial.check(reply("test_a"), Material()).dropped
    assert why == "could not be put into its file (No space left on device)"
