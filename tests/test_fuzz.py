"""A short run of every fuzz target, and what `make fuzz` found; see tests/fuzzing."""

from __future__ import annotations

import pytest

from tests.fuzzing import targets
from tests.fuzzing.__main__ import problem_of
from tests.fuzzing.targets import TARGETS

SEED, RUNS = 20261124, 150


def _fuzzed(name, record_property):
    found = [problem_of(TARGETS[name], SEED, number) for number in range(RUNS)]
    record_property("generated mutants", RUNS)
    assert [problem for problem in found if problem] == []


@pytest.mark.parametrize("name", sorted({*TARGETS} - {"prose", "sanitiser"}))
def test_a_mutant_breaks_nothing_that_reads_it(name, record_property):
    _fuzzed(name, record_property)


def test_prose_a_model_reads_hides_nothing(record_property):
    _fuzzed("prose", record_property)


def test_a_mutant_of_what_attackers_write_comes_out_dead(record_property):
    _fuzzed("sanitiser", record_property)


# What was found; each as short as it got.

FOUND = {
    "sanitiser": [
        # A line longer than the room that is left went over the limit.
        "x\n" * 150 + "[" * 900,
        "<details><summary>V</summary>\n" * 9 + "a" * 900,
        "a||\n-|-\n|/r",
        "```\n/r",
        # What an entity hides was left for a second pass.
        "ps:/&#X2F;&#XFE0F;",
        "a &#x202E;b &#8203;@octocat",
        "http://",
        # The line that closed a fence in a list in a quote stood outside of the list.
        ">- ~~~",
        ">>-  ```\n>>   a",
        # Behind forty marks a line no longer began.
        f"{'>' * 9}{'- ' * 32}/d",
        # What a long reference left over became one of its own.
        "&#64;" + "GH-3" * 12,
        "x#1" + "a" * 41 + "GH-7",
        # A fence of more than 200 marks was none.
        "~~~\n" + "`" * 210,
        # A fence behind many list marks was not seen when cutting.
        f"{'- ' * 32}```\n~~~\n/details\n" + "a\n" * 300,
    ],
    "prose": ["<details>"],
    "commands": ["\ufeff/route", "\ufeff/r\u043eute plan"],
}


@pytest.mark.parametrize(
    ("name", "mutant"), [(name, each) for name in FOUND for each in FOUND[name]]
)
def test_what_was_found_stays_mended(name, mutant):
    targets.TARGETS[name].check(mutant)
