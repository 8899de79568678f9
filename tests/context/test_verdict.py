"""Whose fault a failure is: every rule, its border, and which one wins."""

from __future__ import annotations

import pytest

from bot.context import verdict
from bot.context.verdict_shapes import Evidence, Outcome, Overlap, Seen, Verdict

SHA = "a" * 40
GREEN = Outcome("success", "b" * 40)
RED = Outcome("failure", "c" * 40, fingerprint="f1", failing=("t.py::test_six",))
OTHER = Outcome("failure", "d" * 40, fingerprint="f2", failing=("t.py::test_two",))


def _of(**given):
    known = {
        "sha": SHA,
        "category": "test",
        "fingerprint": "f1",
        "failing": ("t.py::test_six",),
        "changed": ("src/a.py",),
        "number": 7,
    }
    return verdict.of(Evidence(**known | given))


# Attempts.


def test_a_retry_that_passed_on_the_same_sha_is_flaky():
    failed = Outcome("failure", SHA, 1)
    found = _of(conclusion="success", attempt=2, attempts=(failed,))
    assert found.name == "flaky"
    assert (
        found.evidence[0] == "failed at attempt 1, passed at attempt 2 on the same SHA"
    )


def test_a_failed_attempt_of_another_sha_says_nothing():
    failed = Outcome("failure", "e" * 40, 1)
    found = _of(conclusion="success", attempt=2, attempts=(failed,))
    assert found.name != "flaky"


def test_a_job_that_passed_before_on_the_same_sha_is_flaky():
    found = _of(attempt=2, attempts=(Outcome("success", SHA, 1),), base=(RED,))
    assert found.name == "flaky"


def test_a_retry_that_failed_again_is_not_flaky():
    found = _of(attempt=2, attempts=(Outcome("failure", SHA, 1),), base=(GREEN,))
    assert found.name == "caused_by_this_change"


# The base branch.


def test_the_same_failure_on_base_is_the_bases():
    found = _of(base=(RED, RED, GREEN))
    assert found.name == "failing_on_base"
    assert found.evidence[0].endswith("which failed 2 runs in a row since cccccccccccc")


def test_the_base_branch_outweighs_lines_that_were_changed():
    assert _of(base=(RED,), overlap=Overlap(("src/a.py:3",))).name == "failing_on_base"


def test_tests_that_all_fail_on_base_are_the_bases_whatever_else_fails_there():
    base = Outcome(
        "failure", "c" * 40, fingerprint="f9", failing=("x", "t.py::test_six")
    )
    assert _of(base=(base,)).name == "failing_on_base"


def test_one_test_more_than_on_base_is_not_the_bases():
    found = _of(
        failing=("t.py::test_six", "t.py::test_new"), fingerprint="f3", base=(RED,)
    )
    assert found.name != "failing_on_base"


def test_another_failure_on_base_proves_nothing():
    found = _of(base=(OTHER,))
    assert found == Verdict(
        "unclear", ("the base branch fails, too, but in another way",)
    )


def test_a_red_base_whose_log_was_not_read_is_weak_evidence():
    unread = Outcome("failure", "c" * 40)
    assert _of(base=(unread,)).name == "failing_on_base"
    met = Overlap(files=("src/a.py",))
    assert _of(base=(unread,), overlap=met).name == "caused_by_this_change"


def test_a_failure_between_green_runs_of_base_comes_and_goes():
    assert _of(base=(GREEN, RED, GREEN)).name == "flaky"


def test_a_failure_that_base_got_rid_of_asks_for_an_update():
    found = _of(base=(GREEN, RED, RED))
    assert found.name == "failing_on_base"
    assert "up to date" in found.evidence[0]


def test_without_base_and_overlap_it_is_unclear():
    assert _of().name == "unclear"


# The change.


@pytest.mark.parametrize(
    "met",
    [
        Overlap(lines=("src/a.py:3",)),
        Overlap(files=("src/a.py",)),
        Overlap(symbols=("price",)),
        Overlap(reached=("src/a.py",)),
    ],
)
def test_any_overlap_makes_it_the_changes(met):
    found = _of(base=(GREEN,), overlap=met)
    assert found.name == "caused_by_this_change"
    assert len(found.evidence) == 2


def test_green_on_base_alone_makes_it_the_changes():
    said = "the same job passed in {} on the base branch"
    assert _of(base=(GREEN,)).evidence == (said.format("its last run"),)
    runs = said.format("all of its last 2 runs")
    assert _of(base=(GREEN, GREEN)).evidence == (runs,)
    runs = said.format("2 of its last 3 runs")
    assert _of(base=(GREEN, OTHER, GREEN)).evidence == (runs,)


def test_a_change_of_words_alone_is_not_blamed():
    assert _of(base=(GREEN,), changed=("README.md",)).name == "unclear"


def test_a_change_that_is_not_known_is_blamed_on_the_base_branch_alone():
    found = _of(base=(GREEN,), changed=())
    assert found.name == "unclear"
    assert "what was changed is not known" in found.evidence[0]
    on_base = _of(base=(GREEN,), changed=(), is_of_base=True)
    assert on_base.name == "caused_by_this_change"


def test_a_log_that_shows_nothing_blames_nobody():
    found = _of(base=(GREEN,), category="no_error_found", fingerprint="", failing=())
    assert found.name == "unclear"


# Our own records.


def test_a_failure_of_other_threads_is_flaky():
    found = _of(seen=(Seen(3, "2026-11-01T00:00:00Z"),), base=(GREEN,))
    assert found.name == "flaky"
    assert "#3" in found.evidence[0]


def test_a_failure_seen_in_this_thread_alone_is_no_flake():
    found = _of(seen=(Seen(7, "2026-11-01T00:00:00Z"),), base=(GREEN,))
    assert found.name == "caused_by_this_change"


def test_a_failure_of_other_threads_on_changed_lines_is_still_the_changes():
    found = _of(seen=(Seen(3, "x"),), overlap=Overlap(lines=("src/a.py:3",)))
    assert found.name == "caused_by_this_change"


# The machine.


@pytest.mark.parametrize("category", ["network", "disk", "runner_lost"])
def test_a_fault_of_the_machine_is_infrastructure(category):
    assert _of(category=category, base=(GREEN,)).name == "infrastructure"


def test_a_network_fault_on_changed_lines_is_not():
    met = Overlap(lines=("src/a.py:3",))
    assert _of(category="network", overlap=met).name == "caused_by_this_change"


def test_a_job_that_ran_out_of_time_blames_nobody_by_itself():
    assert _of(category="timeout", base=(GREEN,)).name == "unclear"


@pytest.mark.parametrize("category", ["out_of_memory", "permission"])
def test_a_strained_machine_is_infrastructure_unless_the_change_is_met(category):
    assert _of(category=category, base=(GREEN,)).name == "infrastructure"
    met = Overlap(files=("src/a.py",))
    assert _of(category=category, overlap=met).name == "caused_by_this_change"


def test_packages_that_did_not_install_are_the_changes_if_it_lists_them():
    assert _of(category="dependency", base=(GREEN,)).name == "infrastructure"
    changed = ("package-lock.json",)
    found = _of(category="dependency", base=(GREEN,), changed=changed)
    assert found.name == "caused_by_this_change"


# Several failures.


def test_what_asks_for_most_speaks_for_the_run():
    names = ["infrastructure", "flaky", "failing_on_base", "unclear"]
    judged = [Verdict(name) for name in names]
    assert verdict.overall(judged).name == "unclear"
    judged.append(Verdict("caused_by_this_change", ("x",)))
    assert verdict.overall(judged).evidence == ("x",)
    assert verdict.overall([]).name == "unclear"


def test_every_rule_is_silent_without_evidence():
    assert [name for name, rule in verdict.RULES if rule(Evidence())] == []


def test_what_uses_nothing_of_the_change_is_not_blamed_on_it():
    found = _of(base=(GREEN,), overlap=Overlap(is_apart=True))
    assert found.name == "unclear"
    assert "nothing that it uses" in found.evidence[0]


def test_what_all_is_built_with_is_blamed_where_the_base_is_green():
    met = Overlap(shared=("go.mod",))
    assert _of(base=(GREEN,), overlap=met).name == "caused_by_this_change"
    assert _of(base=(), overlap=met).name == "unclear"
