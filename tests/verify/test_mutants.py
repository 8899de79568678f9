"""Mutants are mutmut's; here they are sampled, run within a box, and cleared away."""

from __future__ import annotations

import os
import sys

import pytest

from bot.verify import mutants, mutate
from bot.verify.mutants import Killed
from bot.verify.sandbox import Limits, Sandbox
from bot.verify.test_run import TREE, Bench, Outcome
from bot.verify.tools import Tools

SOURCE = """\
def change(paid, due):
    if paid < due:
        return 0
    return paid - due
"""


@pytest.fixture
def bench(tmp_path):
    (tmp_path / TREE).mkdir()
    (tmp_path / TREE / "till.py").write_text(SOURCE)
    return Bench(
        Sandbox("limits", tmp_path), Tools(), {"PATH": "/usr/bin:/bin"}, Limits()
    )


@pytest.fixture
def configured(tmp_path, monkeypatch):
    (tmp_path / "setup.cfg").write_text(mutate.CONFIGURATION)
    monkeypatch.chdir(tmp_path)


def held(bench: Bench) -> Outcome:
    """A test of the difference alone: what it returns for 200 and 150."""
    own: dict[str, object] = {}
    exec((bench.tree / "till.py").read_text(), own)
    return Outcome("passed" if own["change"](200, 150) == 50 else "failed")


@pytest.mark.usefixtures("configured")
def test_mutants_differ_in_one_of_the_lines_asked_for():
    made = mutate.mutants(SOURCE, [2], most=10)
    assert "def change(paid, due):\n    if paid <= due:\n" in "".join(made)
    before = SOURCE.splitlines()
    for text in made:
        after = text.splitlines()
        assert [n for n in range(4) if before[n] != after[n]] == [1]


@pytest.mark.usefixtures("configured")
def test_no_more_than_asked_for_are_made_and_from_all_over():
    every = mutate.mutants(SOURCE, [2, 3, 4], most=100)
    assert len(every) == 3
    assert mutate.mutants(SOURCE, [2, 3, 4], most=2) == [every[0], every[2]]


def test_what_a_test_kills_is_counted_and_the_copy_left_as_it_was(bench):
    found = mutants.killed(bench, "till.py", {4}, run=held)
    assert found.tried >= 1
    assert found.killed == found.tried
    assert (bench.tree / "till.py").read_text() == SOURCE
    unreached = mutants.killed(bench, "till.py", {3}, run=held)
    assert unreached.tried >= 1
    assert unreached.killed == 0


def test_a_run_that_breaks_off_leaves_the_copy_as_it_was(bench):
    def stops(bench: Bench) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mutants.killed(bench, "till.py", {4}, run=stops)
    assert (bench.tree / "till.py").read_text() == SOURCE


def test_the_box_ends_and_one_mutant_cannot_take_all_of_it(bench, monkeypatch):
    monkeypatch.setattr(mutants, "BOX", -1.0)
    assert mutants.killed(bench, "till.py", {4}, run=held) == Killed()
    monkeypatch.setattr(mutants, "BOX", 20.0)
    seconds = set()

    def note(bench: Bench) -> Outcome:
        seconds.add(bench.limits.seconds)
        return Outcome("passed")

    mutants.killed(bench, "till.py", {4}, run=note)
    assert seconds == {mutants.ONE}


@pytest.mark.parametrize("broken", ["def f(:\n", "\0", "pass\n"])
def test_what_cannot_be_mutated_proves_nothing(bench, broken):
    (bench.tree / "till.py").write_text(broken)
    assert mutants.killed(bench, "till.py", {1}, run=held) == Killed()


def test_without_mutmut_nothing_is_mutated(bench, monkeypatch):
    monkeypatch.setitem(sys.modules, "mutmut", None)
    monkeypatch.setattr(mutants, "find_spec", lambda name: None)
    assert not mutants.are_there()
    assert mutants.killed(bench, "till.py", {4}, run=held) == Killed()


def test_a_link_in_the_place_of_the_file_is_not_written_through(bench, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    file = bench.tree / "till.py"

    def replaces(bench: Bench) -> Outcome:
        file.unlink()
        file.symlink_to(kept)
        return Outcome("failed")

    assert mutants.killed(bench, "till.py", {4}, run=replaces).killed >= 1
    assert kept.read_text() == "kept"
    assert file.read_text() == SOURCE
    assert not file.is_symlink()


@pytest.mark.parametrize("left", ["pipe", "deep", "number"])
def test_mutants_that_cannot_be_read_are_none(bench, monkeypatch, left):
    out = bench.own / "mutants.json"
    texts = {"deep": "[" * 100_000, "number": "1e999"}

    def run(*given, **named):
        os.mkfifo(out) if left == "pipe" else out.write_text(texts[left])

    monkeypatch.setattr(Sandbox, "run", run)
    assert mutants.killed(bench, "till.py", {4}, run=held) == Killed()
