"""The benchmark of verdicts: its cases, its two halves, and its sums by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks import tables, verdicts
from benchmarks.failing import shots
from benchmarks.judging import cases, figures, templates
from benchmarks.judging.cases import Case
from benchmarks.judging.figures import Judged
from bot.context.verdict_shapes import Verdict

CASE = Case(
    "c",
    "flaky",
    ("unclear",),
    "go",
    (),
    "",
    {"jobs": [], "base": [], "attempts": []},
    (),
)


@pytest.fixture(scope="module")
def every():
    return {half: cases.read(half) for half in cases.HALVES}


def judged(said, case=CASE, half="tuning"):
    return Judged(half, case, Verdict(said, ("because",)))


def test_the_cases_are_what_the_templates_make(tmp_path):
    cases.write(templates.every(), tmp_path)
    for half in cases.HALVES:
        name = f"{half}.jsonl"
        kept = (cases.FOLDER / name).read_text("utf-8")
        assert (tmp_path / name).read_text("utf-8") == kept, "run verdicts.py --write"


def test_there_are_enough_of_every_verdict_in_both_halves(every):
    for found in every.values():
        counts = Counter(case.expected for case in found)
        assert counts.keys() == set(figures.VERDICTS)
        assert min(counts.values()) >= 4
    assert sum(map(len, every.values())) >= 100


def test_no_case_is_in_both_halves_and_the_name_alone_decides(every):
    names = [case.name for found in every.values() for case in found]
    assert len(set(names)) == len(names)
    for half, found in every.items():
        assert {cases.half_of(case.name) for case in found} == {half}


def test_every_log_that_a_case_names_is_there(every):
    for case in (case for found in every.values() for case in found):
        runs = [run for group in case.runs.values() for run in group]
        named = {one["log"] for one in (*runs, *case.seen)} - {""}
        assert all((shots.FOLDER / f"{name}.log").is_file() for name in named)


def test_the_diff_leads_to_the_head(every):
    case = next(c for c in every["tuning"] if "bug" in c.changes and c.suite == "go")
    assert "+++ b/cart/cart.go" in case.diff
    added = [line[1:] for line in case.diff.split("\n") if line.startswith("+\t")]
    head = shots.SUITES["go"].state(case.changes)["cart/cart.go"]
    assert added
    assert all(line in head for line in added)


@pytest.mark.parametrize(
    "line",
    ["{", "{}", "3", '{"name": "a", "expected": "guilty", "also": []}'],
)
def test_a_bad_line_is_named_by_its_number(tmp_path, line):
    (tmp_path / "tuning.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tuning\.jsonl:1: not a case"):
        cases.read("tuning", tmp_path)


def test_an_allowed_verdict_is_fair_but_not_right():
    assert judged("flaky").is_right
    assert judged("flaky").is_fair
    assert not judged("unclear").is_right
    assert judged("unclear").is_fair
    assert not judged("infrastructure").is_fair


def test_the_figures_by_hand():
    caused = replace(CASE, expected="caused_by_this_change")
    found = [
        judged("flaky"),
        judged("unclear"),
        judged("caused_by_this_change"),
        judged("caused_by_this_change", caused),
        judged("infrastructure", half="held_out"),
    ]
    told = figures.as_data(found)
    tuning = told["halves"]["tuning"]
    assert tuning["cases"] == 4
    assert tuning["accuracy"] == 0.5
    assert tuning["or_allowed"] == 0.75
    assert tuning["mean_recall"] == pytest.approx((1 / 3 + 1) / 2)
    assert tuning["blamed_wrongly"] == pytest.approx(1 / 3)
    assert told["halves"]["both"]["accuracy"] == 0.4
    assert told["confusion"]["flaky"]["infrastructure"] == 1


def test_single_cases_are_told_of_the_tuning_half_only():
    found = [judged("unclear"), judged("infrastructure", half="held_out")]
    (miss,) = figures.as_data(found)["tuning_misses"]
    assert (miss["case"], miss["said"]) == ("c", "unclear")


@pytest.mark.parametrize(
    ("base", "jobs", "verdict"),
    [
        ([], "failure", "caused_by_this_change"),
        (["success"], "failure", "caused_by_this_change"),
        (["failure", "success"], "failure", "failing_on_base"),
        (["failure"], "success", "flaky"),
    ],
)
def test_the_rule_of_thumb_knows_conclusions_only(base, jobs, verdict):
    runs = {
        "jobs": [{"conclusion": jobs}],
        "base": [{"conclusion": each} for each in base],
        "attempts": [],
    }
    assert figures.by_thumb(replace(CASE, runs=runs)).name == verdict


def test_the_verdicts_are_better_than_the_rule_of_thumb(capsys):
    assert verdicts.main(["--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    thumb = told["rule_of_thumb"]
    for half in told["halves"].values():
        assert half["accuracy"] >= 0.9 > thumb["accuracy"]
        assert half["blamed_wrongly"] <= 0.1 < thumb["blamed_wrongly"]


def test_the_tables_are_printed_and_written(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- benchmark: verdicts -->\nold\n<!-- end of benchmark -->\n")
    assert verdicts.main(["--into", str(page)]) == 0
    assert "rule of thumb, both" in capsys.readouterr().out
    assert "| made, then said |" in page.read_text("utf-8")
    assert "old" not in page.read_text("utf-8")


def test_an_empty_block_is_filled_and_what_follows_it_stays(tmp_path):
    page = tmp_path / "page.md"
    end = "<!-- end of benchmark -->\n"
    rest = f"kept\n<!-- benchmark: verdicts -->\nkept\n{end}"
    page.write_text(f"<!-- benchmark: router -->\n{end}{rest}")
    assert tables.renew(page, "router", "new") == 0
    assert page.read_text() == f"<!-- benchmark: router -->\nnew\n{end}{rest}"


def test_a_page_without_the_markers_is_named(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("<!-- benchmark: router -->\n<!-- end of benchmark -->\n")
    assert tables.renew(page, "verdicts", "x") == 2
    assert "page.md: no <!-- benchmark: verdicts -->" in capsys.readouterr().err


def test_what_cannot_be_read_is_said(tmp_path, capsys):
    assert verdicts.main(["--data", str(tmp_path)]) == 2
    assert "tuning.jsonl" in capsys.readouterr().err


def test_a_bar_in_a_cell_does_not_end_it():
    assert tables.markdown([["a"], ["b | c"]]).split("\n")[2] == "| b &#124; c |"
