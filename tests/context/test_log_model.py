"""The line scorer: its file, its chances, and what they lead to."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from math import isclose

import pytest

from bot.context import (
    log,
    log_choice,
    log_features,
    log_lines,
    log_model,
    log_page,
    log_scan,
    log_weighing,
)
from bot.context.log_features import BUCKETS, Page

END = "##[error]Process completed with exit code 1."
NOTHING = log_model.Weights(([0] * BUCKETS,) * log_model.COLUMNS, 0.01)


def page_of(text: str, **known: frozenset[int]) -> Page:
    lines = text.split("\n")
    numbers = list(range(1, len(lines) + 1))
    return Page(lines, numbers, [], len(lines), **known)


def weights_for(word: str, *, column: int = 0) -> log_model.Weights:
    """Weights under which one word alone speaks for a line."""
    columns = [[0] * BUCKETS for _ in range(log_model.COLUMNS)]
    columns[column][log_features.bucket(word)] = 100
    return log_model.Weights(tuple(columns), 0.05)


def test_weights_read_back_as_they_were_written() -> None:
    weights = weights_for("cart")
    assert log_model.unpack(log_model.pack(weights)) == weights


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"something else",
        log_model.MAGIC + b'{"scale": 1}\n' + b"x\x9c\x03\0\0\0\0\1",
    ],
)
def test_a_foreign_weights_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="log weights file"):
        log_model.unpack(data)


def test_the_shipped_weights_are_those_of_their_card() -> None:
    folder = resources.files("bot.context")
    card = json.loads(folder.joinpath("log_card.json").read_text("utf-8"))
    size = len(folder.joinpath("log_weights.bin").read_bytes())
    assert card["bytes"] == size < 300_000
    assert (card["buckets"], card["columns"]) == (BUCKETS, log_model.COLUMNS)


def test_chances_are_shares_of_one() -> None:
    chances = log_model.chances(page_of("a\nb\n\nerror: c"), log_model.shipped())
    assert len(chances) == 4
    assert isclose(sum(chances), 1.0)


@pytest.mark.parametrize(("column", "likeliest"), [(0, 2), (1, 3), (2, 1)])
def test_a_word_speaks_for_its_line_and_for_neighbours(
    column: int, likeliest: int
) -> None:
    page = page_of("a\nb\ncart\nd\ne")
    chances = log_model.chances(page, weights_for("cart", column=column))
    assert max(range(5), key=chances.__getitem__) == likeliest


def test_numbers_do_not_change_what_a_line_looks_like() -> None:
    assert log_features.lexical("step 12 of 900") == log_features.lexical("step 3 of 4")
    assert log_features.lexical("") == log_features.lexical("   ")


def test_without_weights_every_line_has_the_same_chance() -> None:
    chances = log_model.chances(page_of("a\nb"), NOTHING)
    assert chances == [0.5, 0.5]


def test_runs_are_whole_within_the_budget_and_begin_with_text() -> None:
    page = page_of("\na\nb\n\nc\n\n\n\nd")
    chances = [0.1, 0.2, 0.2, 0.1, 0.2, 0.0, 0.0, 0.0, 0.2]
    assert log_choice.runs(page, chances, budget=9) == [(1, 4), (8, 8)]
    assert log_choice.runs(page, chances, budget=1) == [(2, 2)]


def test_lines_of_the_ci_system_and_of_its_script_have_no_chance() -> None:
    text = "##[group]Run make\nmake\n##[endgroup]\nbad\nPost job cleanup."
    assert log_weighing.weighed(page_of(text), [0.2] * 5) == [0, 0, 0, 1, 0]


def test_facts_about_the_runner_have_no_chance() -> None:
    text = "##[group]Operating System\nUbuntu\n##[endgroup]\nbad"
    assert log_weighing.weighed(page_of(text), [0.25] * 4) == [0, 0, 0, 1]


def test_steps_that_ended_well_have_little_chance_beside_one_that_did_not() -> None:
    page = replace(page_of(f"odd\nbad\n{END}"), exits=[(1, 0), (3, 1)])
    well, bad, _ = log_weighing.weighed(page, [0.5, 0.5, 0.0])
    assert isclose(bad, 10 * well)


def test_where_the_failed_step_is_silent_the_one_before_may_tell() -> None:
    page = replace(page_of(f"odd\n##[group]Run make\n{END}"), exits=[(2, 0), (3, 1)])
    assert log_weighing.weighed(page, [0.5, 0.0, 0.5]) == [0.5, 0.0, 0.5]


def test_cleaning_up_after_a_failure_has_no_chance() -> None:
    text = "\n".join(["bad", END, "Post job cleanup.", "git version 2.51.0"])
    failed = replace(page_of(text), exits=[(2, 1)])
    assert log_weighing.weighed(failed, [0.3, 0.0, 0.0, 0.7])[3] == 0
    # Without a failure before it, it may be what failed.
    assert log_weighing.weighed(page_of(text), [0.3, 0.0, 0.0, 0.7])[3] > 0


def test_the_line_that_tells_that_a_command_failed_closes_its_last_words() -> None:
    page = page_of(f"bad\n{END}\nok\nok\nok")
    shares = log_weighing.weighed(page, [0.5, 0.5, 0, 0, 0])
    assert log_choice.runs(page, shares, budget=9) == [(0, 1)]


def test_that_line_alone_is_shown_only_where_nothing_else_is() -> None:
    page = page_of(f"bad\nok\nok\nok\n{END}")
    shares = log_weighing.weighed(page, [0.1, 0, 0, 0, 0.9])
    assert log_choice.runs(page, shares, budget=9) == [(0, 0)]
    assert log_choice.runs(page, [0, 0, 0, 0, 1], budget=9) == [(4, 4)]


def test_what_a_tool_reports_goes_before_lines_that_only_sound_like_trouble() -> None:
    report = "src/a.c:3:5: error: unknown type name 'item'"
    lines = page_of("\n".join(["an error", "ok", "ok", "ok", report]))
    page = replace(lines, suspect=(5, 5, 5))
    assert log_choice.runs(page, [0.7, 0, 0, 0, 0.3], budget=9)[0] == (4, 4)


def test_of_two_reports_the_likelier_goes_first() -> None:
    reports = [f"src/{name}.c:3:5: error: unknown type name" for name in "ab"]
    lines = page_of("\n".join([reports[0], "ok", "ok", "ok", reports[1]]))
    page = replace(lines, suspect=(1, 1, 1))
    assert log_choice.runs(page, [0.3, 0, 0, 0, 0.7], budget=9)[0] == (4, 4)


def test_lines_of_a_green_run_have_no_chance_unless_there_are_no_others() -> None:
    page = page_of("old\nnew", known=frozenset({1}))
    assert log_weighing.weighed(page, [0.9, 0.1]) == [0, 1]
    page = page_of("old\nolder", known=frozenset({1, 2}))
    assert log_weighing.weighed(page, [0.75, 0.25]) == [0.75, 0.25]


def scanned(text: str) -> log_scan.Scan:
    scan = log_scan.Scan()
    for line in log_lines.lines(text.encode()):
        log_scan.read(scan, line)
    return scan


def test_a_cause_long_before_the_end_is_still_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_scan, "_MAX_LINES", 50)
    cause = "src/a.c:4:1: error: unknown type name 'item'"
    page = log_page.of(scanned(f"cc a.c\n{cause}\n" + "fine\n" * 500))
    assert page.numbers[page.lines.index(cause)] == 2
    assert page.numbers[-1] == page.total == 502
    assert 0 in page.numbers
    assert len(page.lines) < 80


def test_a_long_log_leads_to_its_early_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_scan, "_MAX_LINES", 50)
    cause = "src/a.c:4:1: error: unknown type name 'item'\n"
    result = log.distill(("cc a.c\n" + cause + "fine\n" * 500).encode())
    assert any(chunk.start <= 2 <= chunk.end for chunk in result.chunks)
    assert result.category == "compile"


def test_the_last_words_of_the_runner_outweigh_an_older_error() -> None:
    text = "x\nsrc/a.c:4:1: error: bad\n" + "fine\n" * 200
    result = log.distill((text + "##[error]The operation was canceled.\n").encode())
    assert (result.category, result.note) == ("cancelled", "the job was cancelled")
