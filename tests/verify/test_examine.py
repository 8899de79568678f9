"""What a generated test must prove, with a runner that says what the test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bot.context.untested import Change
from bot.verify import examine
from bot.verify.examine import BREAKS, PROVES_NOTHING, UNSTABLE, Verdict
from bot.verify.ground import Ground
from bot.verify.mutants import Killed
from bot.verify.sandbox import Limits, Sandbox
from bot.verify.test_code import Known
from bot.verify.test_run import (
    TREE,
    Bench,
    Outcome,
    Report,
    Runner,
    Tampered,
    written,
)
from bot.verify.tools import Tools

PATH = "tests/test_a.py"
SOURCE = "def f(x):\n    if x:\n        return 1\n    return 2\n"
BEFORE = "def f(x):\n    return 2\n"
OLD = "def test_old():\n    assert f(0) == 2\n"
CODE = "from shop.a import f\n\ndef test_new():\n    assert f(1) == 1\n"
NONE = Killed()
PASSED = Outcome("passed")
FAILED = Outcome("failed", "assert 2 == 1", "trace", PATH, 5)


class Scripted:
    """A runner that answers by what is asked and by what lies in the copy."""

    def __init__(self, answer: Callable[..., Report]) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._answer = answer

    def run(
        self, bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
    ) -> Report:
        source = (bench.tree / "shop/a.py").read_text()
        tests = bench.tree / path
        self.asked.append(tuple(names))
        return self._answer(
            names=tuple(names),
            reverted=source == BEFORE,
            has_new="test_new" in (tests.read_text() if tests.exists() else ""),
            asked=len(self.asked),
        )


def report(
    new: Outcome | None, lines: Sequence[int] = (2, 3), old: Outcome = PASSED
) -> Report:
    tests = {f"{PATH}::test_old": old}
    tests |= {f"{PATH}::test_new": new} if new is not None else {}
    return Report(tests, {"shop/a.py": frozenset(lines)})


def usual(*, names, reverted, has_new, asked):
    """Passes, reaches line 3, and would fail without the change."""
    if not has_new:
        return report(None, (2, 4))
    return report(FAILED if reverted else PASSED)


@pytest.fixture
def trial(tmp_path):
    files = {"shop/a.py": SOURCE, PATH: OLD}
    for path, text in files.items():
        file = tmp_path / TREE / path
        file.parent.mkdir(parents=True)
        file.write_text(text)

    def examined(answer=usual, *, code=CODE, path=PATH, before=BEFORE, dead=NONE):
        bench = Bench(Sandbox("limits", tmp_path), Tools(), {}, Limits())
        change = Change("shop/a.py", SOURCE, frozenset({2, 3, 4}))
        known = Known(frozenset({"shop"}), "")
        ground = Ground(
            [change],
            files.get,
            {"shop/a.py": before}.get,
            known,
            killed=lambda *given, **named: dead,
        )
        runner = Scripted(answer)
        own = Runner("scripted", (".py",), lambda bench: True, runner.run)
        ground._runners["py"] = own
        verdict = examine.examine(bench, ground, path=path, code=code)
        examined.asked = runner.asked
        left = {p: (tmp_path / TREE / p).read_text() for p in files}
        assert left == files
        return verdict

    return examined


def test_a_test_that_holds_says_what_it_proved(trial):
    verdict = trial()
    assert verdict == Verdict(
        "kept", "passes 3 of 3, fails without the change, covers line 3 of shop/a.py"
    )
    assert trial.asked[1] == ("test_new",)
    assert sorted(trial.asked[3]) == [f"{PATH}::test_new", f"{PATH}::test_old"]


def test_lines_that_the_tests_there_reach_already_prove_nothing(trial):
    def answer(**given):
        return report(PASSED if given["has_new"] else None, (2, 4))

    assert trial(answer) == Verdict("dropped", PROVES_NOTHING)


def test_a_killed_mutant_is_evidence_and_one_that_lives_is_none(trial):
    def answer(**given):
        return report(PASSED if given["has_new"] else None, (2, 4))

    verdict = trial(answer, dead=Killed(2, 3))
    assert verdict == Verdict("kept", "passes 3 of 3, kills 2 of 3 mutants")
    assert trial(answer, dead=Killed(0, 3)).reason == PROVES_NOTHING


def test_files_that_cannot_be_reverted_together_are_reverted_one_by_one(tmp_path):
    """`f` is older, `g` new: without both changes its caller lacks a name."""
    files = {"shop/a.py": SOURCE, "shop/b.py": "def g():\n    return 3\n", PATH: OLD}
    for path, text in files.items():
        file = tmp_path / TREE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    before = {"shop/a.py": BEFORE, "shop/b.py": ""}
    lacks = Outcome("failed", "AttributeError: module 'shop.b' has no attribute 'g'")

    def run(bench, path, names, watched):
        now = {p: (bench.tree / p).read_text() for p in files}
        new = PASSED if now["shop/a.py"] == SOURCE else FAILED
        new = lacks if not now["shop/b.py"] else new
        has_new = "test_new" in now[PATH]
        lines = {p: frozenset({2}) for p in before}
        tests = {f"{PATH}::test_old": PASSED}
        return Report(tests | ({f"{PATH}::test_new": new} if has_new else {}), lines)

    changes = [Change(p, files[p], frozenset({2})) for p in before]
    known = Known(frozenset({"shop"}), "")
    ground = Ground(
        changes, files.get, before.get, known, killed=lambda *given, **named: NONE
    )
    ground._runners["py"] = Runner("scripted", (".py",), lambda bench: True, run)
    bench = Bench(Sandbox("limits", tmp_path), Tools(), {}, Limits())
    verdict = examine.examine(bench, ground, path=PATH, code=CODE)
    assert verdict == Verdict("kept", "passes 3 of 3, fails without the change")
    assert {p: (tmp_path / TREE / p).read_text() for p in files} == files


def test_new_code_cannot_be_reverted_so_lines_have_to_prove_it(trial):
    lacks = Outcome("failed", "ImportError: cannot import name 'f'")

    def answer(**given):
        if given["reverted"]:
            return report(lacks)
        return report(PASSED if given["has_new"] else None, (2, 4))

    assert trial(answer).reason == PROVES_NOTHING
    assert trial(before=None).reason == "passes 3 of 3, covers line 3 of shop/a.py"


def test_an_assertion_that_fails_on_the_present_code_is_a_possible_bug(trial):
    verdict = trial(lambda **given: report(FAILED if given["has_new"] else None))
    assert verdict == Verdict("bug", "assert 2 == 1", "trace")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome("failed", "ZeroDivisionError: x", "", "shop/a.py", 2), "bug"),
        (Outcome("failed", "TypeError: f() takes 1", "", PATH, 4), "dropped"),
        (
            Outcome("failed", "ValueError: x", "", "/usr/lib/python3/json.py", 4),
            "dropped",
        ),
        (Outcome("error", "fixture 'x' not found"), "dropped"),
        (Outcome("skipped", ""), "dropped"),
    ],
)
def test_only_the_code_under_test_can_be_blamed(trial, outcome, kind):
    verdict = trial(lambda **given: report(outcome if given["has_new"] else None))
    assert verdict.kind == kind


def test_what_fails_only_sometimes_is_no_bug_and_no_test(trial):
    def first_fails(**given):
        return report(FAILED if given["asked"] == 2 else PASSED)

    assert trial(first_fails).reason == UNSTABLE

    def fails_in_another_order(**given):
        return report(FAILED if given["asked"] == 4 else PASSED)

    assert trial(fails_in_another_order).reason == UNSTABLE


def test_a_test_that_breaks_another_is_dropped(trial):
    def answer(**given):
        if not given["has_new"]:
            return report(None, (2, 4))
        beside = not given["names"] or f"{PATH}::test_new" in given["names"]
        return report(PASSED, old=FAILED if beside else PASSED)

    assert trial(answer).reason == BREAKS

    def broken_before(**given):
        old = FAILED
        return report(PASSED if given["has_new"] else None, old=old)

    assert trial(broken_before).reason != BREAKS


def test_an_older_test_that_fails_by_chance_or_anyway_is_not_this_ones_fault(trial):
    def once(**given):
        old = FAILED if given["asked"] == 3 else PASSED
        return report(PASSED if given["has_new"] else None, (2, 3), old=old)

    assert trial(once).reason != BREAKS

    def in_any_order(**given):
        if not given["has_new"]:
            return report(None, (2, 4))
        return report(PASSED, old=FAILED if given["names"] else PASSED)

    assert trial(in_any_order).reason != BREAKS


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("shop/a.py", CODE, "which is no test file"),
        ("../tests/test_a.py", CODE, "which is no test file"),
        (PATH, "def test_new(:\n", "does not parse"),
        (PATH, "def test_old():\n    assert f(1)\n", "is there already"),
        (PATH, "import numpy\ndef test_new():\n    assert f(1)\n", "imports numpy"),
    ],
)
def test_what_is_refused_is_never_run(trial, path, code, said):
    verdict = trial(path=path, code=code)
    assert verdict.kind == "dropped"
    assert said in verdict.reason
    assert trial.asked == []


def test_a_file_replaced_by_a_link_to_elsewhere_is_put_back_in_its_own_place(
    trial, tmp_path
):
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    file = tmp_path / TREE / PATH

    def answer(**given):
        if given["has_new"]:
            file.unlink()
            file.symlink_to(kept)
        return report(PASSED)

    trial(answer)
    assert kept.read_text() == "kept"
    assert not file.is_symlink()


def test_a_folder_replaced_by_a_link_to_elsewhere_fails_and_nothing_is_written(
    tmp_path, trial
):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "test_a.py").write_text(OLD)
    folder = (tmp_path / TREE / PATH).parent

    def answer(**given):
        if given["has_new"]:
            (folder / "test_a.py").unlink()
            folder.rmdir()
            folder.symlink_to(outside)
        return report(PASSED)

    with pytest.raises(Tampered):
        trial(answer)
    assert (outside / "test_a.py").read_text() == OLD


def test_half_a_character_is_a_failure_and_nothing_is_written(tmp_path):
    bench = Bench(Sandbox("limits", tmp_path), Tools(), {}, Limits())
    with (
        pytest.raises(OSError, match="half a character"),
        written(bench, {"a.py": "\ud800"}),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
