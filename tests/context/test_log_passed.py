"""The log of a green run tells which lines of a failing one are new."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.context import log, log_passed
from bot.context.log_passed import Witness
from bot.context.log_shapes import Distilled

GREEN = """\
##[group]Run make test
make test
##[endgroup]
checked out 1234abcd
warning: error handling is old
expected failure: cannot open /dev/none
cart: ok in 0.21s
total: ok in 0.30s
archived 12 files
"""
RED = GREEN.replace("1234abcd", "99887766a").replace("0.21", "7.5")


def compared(red: str, green: str = GREEN, *, budget: int = 60) -> Distilled:
    return log.distill(red.encode(), budget=budget, passed=green.encode())


def shown(distilled: Distilled) -> list[str]:
    return [line for chunk in distilled.chunks for line in chunk.text.split("\n")]


def test_only_the_new_line_is_the_cause_though_others_sound_worse() -> None:
    red = RED.replace("total: ok in 0.30s", "total: 3 is not 4")
    red += "##[error]Process completed with exit code 1.\n"
    distilled = compared(red)
    assert shown(distilled)[0] == "total: 3 is not 4"
    assert not any(
        "handling" in line or "expected" in line for line in shown(distilled)
    )
    assert distilled.category == "error"
    assert distilled.shared_lines == 8


def test_a_failure_of_the_green_run_is_no_failure() -> None:
    echo = "src/a.c:1:1: error: made up for a test\n"
    red = RED + echo + "src/b.c:2:2: error: unknown type name 'item'\n"
    assert [each.file for each in compared(red, GREEN + echo).failures] == ["src/b.c"]
    assert len(log.distill(red.encode()).failures) == 2


def test_a_log_that_says_nothing_new_has_no_cause() -> None:
    distilled = compared(RED)
    assert distilled.category == "no_error_found"
    assert distilled.fingerprint == ""
    assert distilled.shared_lines == 9
    assert distilled.note == log.NOTHING_NEW


@pytest.mark.parametrize("green", ["", "\n\n", "nothing of it\n", RED[:23] + "x\n" * 9])
def test_a_log_of_another_job_changes_nothing(green: str) -> None:
    red = RED + "src/b.c:2:2: error: unknown type name 'item'\n"
    red = "".join(f"line {'x' * n}\n" for n in range(40)) + red
    assert compared(red, green).chunks == log.distill(red.encode()).chunks
    assert compared(red, green).shared_lines == 0


def test_the_script_of_a_new_step_is_not_its_failure() -> None:
    script = (
        "##[group]Run check\ngit diff || echo 'error: not up to date'\n##[endgroup]\n"
    )
    red = RED + script + "go.sum has changed\nerror: not up to date\n"
    distilled = compared(red)
    assert distilled.chunks[0].text.endswith(
        "go.sum has changed\nerror: not up to date"
    )
    assert compared(RED + script + "fine\n").category == "no_error_found"


def test_new_trouble_after_the_job_failed_comes_second() -> None:
    failed = "error: the cart is lost\n##[error]Process completed with exit code 1.\n"
    upload = "src/b.c:2:2: error: no report to upload\n"
    apart = "archived 12 files\n" * 9
    first, second = compared(RED + apart + failed + apart + upload).chunks
    assert "lost" in first.text
    assert "upload" in second.text


def test_a_known_or_blank_line_does_not_cut_a_new_passage() -> None:
    red = RED + "error: one\n\ncart: ok in 0.1s\n  at two\n"
    assert shown(compared(red)) == ["error: one", "", "cart: ok in 0.1s", "  at two"]


def test_where_nothing_new_sounds_like_trouble_the_new_lines_are_chosen_from() -> None:
    red = "".join(f"new {'x' * n}\n" for n in range(30)) + RED + "it stops\n"
    red += "##[error]Process completed with exit code 3.\n"
    lines = shown(compared(red))
    assert "it stops" in lines
    assert not set(lines) & set(GREEN.splitlines())


def test_a_long_new_passage_without_a_word_of_trouble_is_not_only_its_end() -> None:
    frames = [f'  File "/srv/lib/runner.py", line {n} in step' for n in range(300, 332)]
    stuck = ["test_take Timeout (0:00:02)!", "Thread 0x7f (most recent call first):"]
    end = "##[error]Process completed with exit code 1."
    red = RED + "\n".join([*stuck, *frames, end, "Post job cleanup."])
    assert stuck[0] in shown(compared(red))


def test_that_the_job_failed_is_no_trouble_of_its_own() -> None:
    red = "it stops\nand waits\n##[error]Process completed with exit code 3.\n"
    witness = log_passed.Witness(log_passed.known(GREEN.encode()))
    for number, line in enumerate((RED + red).splitlines(), 1):
        witness.read(number, line)
    assert witness.has_news
    assert not witness.is_telling


@pytest.mark.parametrize("budget", [1, 2, 4, 10])
def test_the_least_budget_still_holds_the_line_itself(budget: int) -> None:
    before = "".join(f"new {'x' * n}\n\n" for n in range(1, 9))
    red = RED + before + "src/b.c:2:2: error: unknown type name 'item'\n"
    lines = shown(compared(red, budget=budget))
    assert len(lines) <= budget
    assert any("error: unknown" in line for line in lines)


LINES = st.sampled_from(
    [
        *GREEN.splitlines(),
        "",
        "new",
        "error: bad",
        "src/b.c:2:2: error: worse",
        "  at x",
        "##[error]Process completed with exit code 1.",
    ]
)


@settings(deadline=None)
@given(red=st.lists(LINES, max_size=200), budget=st.integers(1, 70))
def test_what_is_shown_stands_in_the_log_once_and_within_budget(
    red: list[str], budget: int
) -> None:
    distilled = compared("\n".join(red), budget=budget)
    numbers: list[int] = []
    for chunk in distilled.chunks:
        span = range(chunk.start, chunk.end + 1)
        assert [red[at - 1] for at in span] == chunk.text.split("\n")
        numbers += span
    assert len(set(numbers)) == len(numbers) <= budget


def test_what_is_remembered_of_a_log_of_any_length_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_passed, "_MAX_KNOWN", 100)
    names = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)]
    assert len(log_passed.known("\n".join(names).encode())) == 100

    witness = Witness(frozenset([1]))
    for number, line in _scattered():
        witness.read(number, line)
    assert len(witness.runs) <= 200
    assert max(len(run.lines) for run in witness.runs) <= 130
    best = next(log_passed.chunks(witness, 60))
    assert "worst" in best.text


def _scattered() -> Iterator[tuple[int, str]]:
    """New passages of 5 lines and of 500, one of them early and worse than the rest."""
    for number in range(1, 30_000):
        if number == 700:
            yield number, "src/b.c:2:2: error: worst"
        elif number > 20_000 or number % 10 < 5:
            yield number, "error: weak" if number % 500 == 3 else "new"
        else:
            yield number, ""


def test_a_job_that_fails_without_a_new_word_is_shown_up_to_there() -> None:
    distilled = compared(RED + "##[error]Process completed with exit code 1.\n")
    assert "archived 12 files" in shown(distilled)
    assert distilled.category == "error"


def test_a_group_that_never_ends_hides_no_failure() -> None:
    red = RED * 5 + "##[group]Run check\n" + "step\n" * 300
    red += "error: the cart is lost\n"
    assert "error: the cart is lost" in shown(compared(red))
