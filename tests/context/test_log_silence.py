"""A step that fails without a word: nothing of another step is told for its cause."""

from __future__ import annotations

import pytest

from bot.context import log

CHECKOUT = """\
##[group]Run actions/checkout@v4
with:
  repository: acme/shop
##[endgroup]
[command]/usr/bin/git checkout --force refs/remotes/pull/7/merge
Note: switching to 'refs/remotes/pull/7/merge'.
HEAD is now at 0123456 Merge 'fix the error of the cart' into main
"""
STEP = """\
##[group]Run ./scripts/verify.sh --quiet
./scripts/verify.sh --quiet
shell: /usr/bin/bash -e {0}
##[endgroup]
"""
END = "##[error]Process completed with exit code 1.\n"
CLEANUP = "Post job cleanup.\n[command]/usr/bin/git version\ngit version 2.46.0\n"
SILENT = CHECKOUT + STEP + END + CLEANUP
GITLAB = """\
Running with gitlab-runner 17.1.0
$ make prepare
preparing
$ ./scripts/verify.sh --quiet
Cleaning up project directory and file based variables
ERROR: Job failed: exit code 1
"""
TRAVIS = """\
$ pip install shop
Successfully installed shop
The command "pip install shop" exited with 0.
$ ./scripts/verify.sh --quiet
The command "./scripts/verify.sh --quiet" exited with 1.
"""


@pytest.mark.parametrize("text", [SILENT, GITLAB, TRAVIS, STEP + END, SILENT * 2])
def test_a_step_without_a_word_is_named_and_nothing_else_told(text: str) -> None:
    found = log.distill(text.encode())
    assert (found.note, found.category) == (log.SILENT, "no_error_found")
    assert (found.exit_code, found.fingerprint, found.failures) == (1, "", ())
    assert found.commands == ("./scripts/verify.sh --quiet",)
    chunk = found.chunks[0]
    lines = text.split("\n")[chunk.start - 1 : chunk.end]
    assert chunk.text.split("\n") == lines
    assert "verify.sh" in lines[0]
    assert "1" in lines[-1]


def test_what_another_script_wrote_before_is_shown_as_no_more_than_that() -> None:
    version = "##[group]Run ./version\n./version\n##[endgroup]\n1\n2\n3\nShop \n"
    found = log.distill((CHECKOUT + version + STEP + END).encode())
    step, before = found.chunks
    assert (step.kind, before.kind) == ("step", "before")
    assert before.text == "2\n3\nShop"
    assert (before.end + 1, found.category) == (step.start, "no_error_found")


def test_words_of_trouble_before_are_shown_and_told_for_no_cause() -> None:
    describe = "##[group]Run git describe\ngit describe\n##[endgroup]\nfatal: no tag\n"
    found = log.distill((CHECKOUT + describe + "fine\n" * 9 + STEP + END).encode())
    step, *before = found.chunks
    assert (step.kind, found.note) == ("step", log.SILENT)
    assert found.category == "no_error_found"
    assert "fatal: no tag" in before[0].text
    assert {chunk.kind for chunk in before} == {"before"}


def test_what_an_action_wrote_before_tells_nothing() -> None:
    found = log.distill((CHECKOUT + STEP + END).encode())
    assert [chunk.kind for chunk in found.chunks] == ["step"]


def test_the_green_run_does_not_make_an_older_step_the_cause() -> None:
    passed = SILENT.replace(END, "").replace("0123456", "9876543")
    found = log.distill(SILENT.encode(), passed=passed.encode())
    assert found.note == log.SILENT
    assert found.shared_lines > 5


@pytest.mark.parametrize(
    "said",
    ["no such luck\n", "##[warning]a look\n", "+ ./scripts/verify.sh --quiet\n"],
)
def test_a_step_with_a_word_is_told_by_it(said: str) -> None:
    found = log.distill((CHECKOUT + STEP + said + END).encode())
    assert found.note != log.SILENT
    assert said.strip() in found.chunks[0].text


def test_what_a_tool_reported_before_is_told_for_a_check_without_a_word() -> None:
    tests = STEP.replace("verify", "tests") + "tests/test_cart.py:12: AssertionError\n"
    found = log.distill((CHECKOUT + tests + STEP + END).encode())
    assert found.note != log.SILENT
    assert "AssertionError" in found.chunks[0].text


def test_a_step_that_failed_with_a_word_outweighs_one_without() -> None:
    loud = STEP.replace("verify", "lint") + "the words are not sorted\n" + END
    found = log.distill((CHECKOUT + loud + STEP + END).encode())
    assert found.note != log.SILENT
    assert "the words are not sorted" in found.chunks[0].text


def test_the_lines_of_a_silent_step_are_within_the_budget() -> None:
    script = "".join(f"echo {n} >> file\n" for n in range(100))
    step = f"##[group]Run ./x\n{script}##[endgroup]\n{END}"
    found = log.distill(step.encode(), budget=5)
    (chunk,) = found.chunks
    assert (chunk.start, chunk.end) == (99, 103)


def test_lines_that_are_left_out_may_have_said_something() -> None:
    script = "".join(f"echo {n} >> file\n" for n in range(13_000))
    step = f"##[group]Run ./x\n{script}##[endgroup]\n{END}"
    assert log.distill(step.encode()).note != log.SILENT
