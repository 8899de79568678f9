"""The two figures of generated tests: how sound what is posted is, and the yield."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import trials
from bot import git
from bot.git import Range
from bot.local_reader import LocalReader
from bot.verify.examine import Verdict
from tests import repositories, till


def test_soundness_and_yield_are_counted_apart():
    kept = Verdict("kept", "passes 3 of 3, kills 2 of 3 mutants")
    odd = Verdict("kept", "passes 3 of 3")
    dropped, bug = Verdict("dropped", "does not run"), Verdict("bug", "assert 1 == 2")
    first, second, *rest = trials.table([[kept, dropped], [odd], [dropped, bug]])
    assert first == (
        "   1 of 2     50% of posted tests run, pass 3 of 3, have evidence"
    )
    assert second == "   2 of 3     67% of requests end with a posted test"
    assert [line[13:] for line in rest] == [
        *(" 40% kept", " 40% does not run", " 20% bug"),
    ]


def test_nothing_to_try_is_no_division_by_nothing():
    assert "   0 of 0      0%" in trials.table([])[1]


def test_added_tests_are_taken_out_of_their_file(tmp_path):
    repo = repositories.make(tmp_path / "work", till.FIRST)
    more = till.FIRST[till.PATH] + "\n\ndef test_none():\n    assert total([]) == 0\n"
    repo.commit({"shop/till.py": till.CHANGE, till.PATH: more})
    opened = git.open_repository(repo.root, environ=repo.environ)
    reader = LocalReader(opened, Range("HEAD~1", "HEAD"))
    (sample,) = trials.samples(reader, most=3)
    assert sample.code == "def test_none():\n    assert total([]) == 0"
    assert "test_none" not in sample.rest
    assert "test_prices_add_up" in sample.rest


@pytest.mark.parametrize("most", [1, 0])
def test_what_people_wrote_is_tried_up_to_the_most(tmp_path, monkeypatch, most):
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("PATH", str(Path(sys.prefix) / "bin") + ":/usr/bin:/bin")
    repo = repositories.make(tmp_path / "work", till.FIRST)
    more = till.FIRST[till.PATH].replace("import total", "import change, total")
    more += "\n\ndef test_all():\n    assert change(150, 150) == 0\n"
    repo.commit({"shop/till.py": till.CHANGE, till.PATH: more})
    opened = git.open_repository(repo.root, environ=repo.environ)
    found = list(trials.verdicts(opened, repo.git("rev-parse", "HEAD"), most=most))
    assert [verdict.kind for verdict in found] == ["kept"] * most
