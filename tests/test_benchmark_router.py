"""The router's benchmark: its sums by hand, its sample, and that it repeats itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import router
from benchmarks.routing import (
    contenders,
    figures,
    keywords,
    money,
    report,
    rows,
    sentences,
    study,
)
from benchmarks.routing.contenders import Guess
from benchmarks.routing.figures import Bootstrap, Part
from benchmarks.routing.report import Origin
from benchmarks.routing.rows import Row
from bot import tasks

ROOT = Path(__file__).parents[1]
ORIGIN = Origin("sample", 5, 0, "2026-01-01")
ISSUE = Row("octo/app", "issues", "Title", "Body", (), "code", "", 3)


@pytest.fixture(scope="module")
def sample():
    return rows.read(rows.SAMPLE)


@pytest.fixture(scope="module")
def found(sample):
    return study.run(sample, count=5, seed=0)


def _bill(row=ISSUE):
    return money.default_prices().bills([row])[0]


# The rows


def test_the_sample_holds_every_task_in_several_repositories(sample):
    counts = Counter(row.task for row in sample)
    assert len(sample) >= 40
    assert counts.keys() == set(tasks.names())
    assert min(counts.values()) >= 4
    assert len({row.repo for row in sample}) >= 5
    assert len({row.title for row in sample}) == len(sample)


def test_a_line_ends_in_a_line_feed_alone(tmp_path):
    file = tmp_path / "rows.jsonl"
    line = '{"repo": "octo/app", "title": "a", "body": "b\u2028c", "task": "code"}'
    file.write_text(f"{line}\n\n{line}\n", encoding="utf-8")
    assert [row.body for row in rows.read(file)] == ["b\u2028c", "b\u2028c"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"repo": "octo/app", "title": "a", "body": "b"}',
        '{"repo": "octo/app", "title": "a", "body": "b", "task": "deploy"}',
        '{"repo": "o/a", "title": "a", "body": "", "task": "code", '
        '"second_choice": "deploy"}',
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path, line):
    file = tmp_path / "rows.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.jsonl:2: not a labelled event"):
        rows.read(file)


@pytest.mark.parametrize(
    ("task", "second", "conf", "is_clear"),
    [
        ("debug", "", 3, True),
        ("debug", "plan", None, True),
        ("debug", "triage", 3, False),
        ("code", "", 3, True),
        ("code", "triage", 3, True),
        ("code", "plan", 3, False),
        ("plan", "", 2, False),
        ("code", "", 1, False),
    ],
)
def test_clear_is_a_sure_reader_without_doubt_on_reasoning(
    task, second, conf, is_clear
):
    row = replace(ISSUE, task=task, second=second, conf=conf)
    assert row.is_clear is is_clear


def test_no_repository_is_in_two_folds(sample):
    dealt = rows.folds(sample, 4, seed=1)
    repos = [{sample[n].repo for n in fold} for fold in dealt]
    assert sorted(n for fold in dealt for n in fold) == list(range(len(sample)))
    assert sum(map(len, repos)) == len(set.union(*repos))
    sizes = [len(fold) for fold in dealt]
    assert max(sizes) - min(sizes) < len(sample) / 4


def test_folds_repeat_for_a_seed_and_differ_for_another(sample):
    assert rows.folds(sample, 3, seed=1) == rows.folds(sample, 3, seed=1)
    assert rows.folds(sample, 3, seed=1) != rows.folds(sample, 3, seed=2)


def test_more_folds_than_repositories_leave_none_empty():
    assert rows.folds([ISSUE, ISSUE], 5, seed=0) == [[0, 1]]


# Money


def test_the_right_class_costs_nothing_more():
    prices = money.default_prices()
    assert prices.regret(ISSUE, "code", _bill()) == 0
    assert prices.regret(replace(ISSUE, task="plan"), "debug", _bill()) == 0


def test_an_under_routed_event_is_paid_twice():
    prices, bill = money.default_prices(), _bill()
    row = replace(ISSUE, task="debug")
    spent = prices.spent(prices.taken(row, "triage", bill), bill.by_task["debug"])
    assert spent == (bill.by_task["triage"].usd, bill.by_task["debug"].usd)
    assert prices.regret(row, "triage", bill) == pytest.approx(
        bill.by_task["triage"].usd
    )


def test_an_over_routed_event_pays_the_difference():
    prices, bill = money.default_prices(), _bill()
    row = replace(ISSUE, task="triage")
    difference = bill.by_task["debug"].usd - bill.by_task["triage"].usd
    assert difference > 0
    assert prices.regret(row, "debug", bill) == pytest.approx(difference)


def test_no_other_class_searches_the_web():
    prices, bill = money.default_prices(), _bill()
    row = replace(ISSUE, task="search")
    assert prices.regret(row, "plan", bill) == pytest.approx(bill.by_task["plan"].usd)


def test_coding_is_no_higher_rung_than_balanced():
    prices, bill = money.default_prices(), _bill()
    row = replace(ISSUE, task="triage")
    assert prices.regret(row, "code", bill) == pytest.approx(bill.by_task["code"].usd)


def test_the_kinder_label_counts_where_the_runner_up_does():
    prices, bill = money.default_prices(), _bill()
    row = replace(ISSUE, task="debug", second="triage")
    assert prices.regret(row, "triage", bill) > 0
    assert prices.lenient_regret(row, "triage", bill) == 0


def test_a_longer_text_costs_more_and_a_question_little():
    short, long = _bill(), _bill(replace(ISSUE, body="word " * 5_000))
    assert long.by_task["code"].usd > short.by_task["code"].usd
    assert short.ask_usd < short.by_task["triage"].usd / 2
    assert long.largest.usd >= long.baseline.usd


def test_spending_is_the_right_way_plus_regret(found):
    right, *ways = found.streams
    for way, result in zip(ways, found.results, strict=False):
        regret = result.figures["regret_usd"].value
        total = way.first_usd + way.again_usd
        assert total == pytest.approx(right.first_usd + regret), way.name


# Figures


def test_a_figure_lies_within_its_interval_and_repeats():
    parts = [Part(f"octo/{n % 7}", n % 3 == 0) for n in range(70)]
    repos = [part.repo for part in parts]
    one = Bootstrap(repos, seed=4).figure(parts)
    assert one.low < one.value < one.high
    assert one.value == pytest.approx(24 / 70)
    assert Bootstrap(repos, seed=4).figure(parts) == one
    assert Bootstrap(repos, seed=5).figure(parts) != one


def test_one_repository_has_no_spread_and_none_no_figure():
    over = Bootstrap(["octo/app"], seed=0)
    found = over.figure([Part("octo/app", 1.0), Part("octo/app", 0.0)], times=100)
    assert (found.low, found.value, found.high) == (50, 50, 50)
    assert over.figure([]) is None


def test_headline_counts_only_clear_cases_for_reasoning():
    asked = [
        replace(ISSUE, task="debug"),
        replace(ISSUE, task="plan", conf=1),
        replace(ISSUE, task="code"),
        replace(ISSUE, task="code", second="plan"),
    ]
    said = [Guess("triage"), Guess("triage"), Guess("plan"), Guess("plan")]
    found = figures.headline(
        asked,
        said,
        bills=money.default_prices().bills(asked),
        prices=money.default_prices(),
        over=Bootstrap(["octo/app"], seed=0),
    )
    assert found["underpowered"].value == 1.0
    assert found["overpowered"].value == 1.0
    assert found["task_strict"].value == 0.0
    assert found["task_runner_up"].value == 0.25


def test_macro_f1_weighs_tasks_alike():
    asked = [replace(ISSUE, task=task) for task in ("code", "code", "code", "test")]
    assert figures.macro_f1(asked, [Guess(row.task) for row in asked]) == 1.0
    always = figures.macro_f1(asked, [Guess("code")] * 4)
    assert always == pytest.approx((6 / 7 + 0) / 2)


def test_calibration_error_is_the_gap_between_word_and_fact():
    said = [Guess("code", 0.9), Guess("code", 0.9), Guess("test", 0.4)]
    found = figures.confidence([ISSUE] * 3, said, threshold=0.5)
    assert found.ece == pytest.approx((2 * 0.1 + 0.4) / 3)
    assert found.asked == pytest.approx(1 / 3)
    assert found.rest_strict == 1.0
    assert [one.count for one in found.bins] == [1, 2]


def test_confidence_of_one_and_a_threshold_nobody_reaches_are_no_fault():
    found = figures.confidence([ISSUE], [Guess("code", 1.0)], threshold=1.1)
    assert found.asked == 1.0
    assert found.rest_strict is None
    assert found.bins[0].said == 1.0


def test_confusion_has_a_column_for_what_nobody_meant():
    matrix = figures.confusion(["code", "code"], ["code", "plan"])
    assert matrix == {"code": {"code": 1, "plan": 1}}


# Sentences and baselines


def test_every_sentence_is_put_into_every_row_once():
    changed = sentences.variants([ISSUE, replace(ISSUE, title="Another")])
    said = [s for words in sentences.SETS.values() for s in words]
    assert len(changed) == 2 * len(said)
    for one in changed:
        text = one.row.text
        assert sum(sentence in text for sentence in said) == 1
        assert (one.row.task, one.row.repo) == (ISSUE.task, ISSUE.repo)


@pytest.mark.parametrize(
    ("title", "body", "task"),
    [
        ("RFC: plugins", "", "plan"),
        ("Crash on start", "", "debug"),
        ("Rename the flag", "", "code"),
        ("Something", "Traceback (most recent call last)", "debug"),
        ("", "", keywords.OTHERWISE),
    ],
)
def test_the_keyword_table_reads_the_title_first(title, body, task):
    assert keywords.task_of(title, body) == task


def test_majority_is_that_of_the_training_rows():
    guesser = contenders.majority([replace(ISSUE, task="test"), ISSUE, ISSUE])
    assert guesser([ISSUE, ISSUE]) == [Guess("code"), Guess("code")]


def test_a_baseline_that_cannot_run_says_why(sample):
    names = [one.name for one in contenders.others(sample)[0]]
    skipped = contenders.others(sample)[1]
    assert "TF-IDF + LR" not in names
    assert any("too few rows" in sentence for sentence in skipped)
    assert contenders.why_shipped(sample) == "too few rows to train on"


def test_weights_are_trained_on_the_rows_given():
    training = pytest.importorskip("benchmarks.routing.training")
    taught = [
        Row(f"octo/r{n % 6}", "issues", title, "", (), task, "", 3)
        for n in range(36)
        for title, task in (
            [("zebra apple", "plan"), ("walnut river", "test")],
            [("copper lantern", "code"), ("gravel melody", "search")],
            [("velvet anchor", "debug"), ("pepper marble", "triage")],
        )[n % 3]
    ]
    guesser = contenders.weighed(training.weights(taught))
    said = guesser([replace(ISSUE, title="walnut river", body="")])
    assert said[0].task == "test"
    assert 0 < said[0].confidence <= 1


# The whole


def test_the_study_repeats_itself(sample, found):
    again = study.run(sample, count=5, seed=0)
    one, other = (report.as_data(s, ORIGIN, None) for s in (found, again))
    for data in (one, other):
        for line in data["routers"]:
            del line["seconds"]
    assert json.dumps(one) == json.dumps(other)


def test_events_decide_what_no_text_is_asked_about(found):
    assert (found.other_events, found.other_right) == (4, 4)
    assert all(row.event == "issues" for row in found.rows)


def test_below_the_threshold_the_cautious_line_says_triage(found):
    lines = {result.name: result for result in found.results}
    pairs = zip(lines[study.TEXT].guesses, lines[study.CAUTIOUS].guesses, strict=True)
    for sure, careful in pairs:
        assert careful.task == (sure.task if sure.confidence >= 0.5 else "triage")


def test_progress_and_results_part_company(capsys):
    assert router.main(["--no-times", "--format", "json"]) == 0
    said = capsys.readouterr()
    data = json.loads(said.out)
    assert data["schema"] == 1
    assert data["issues"] == 45
    assert "fold 1 of 5" in said.err
    assert set(data["confusion"]) == {"task", "class"}


def test_the_table_is_written_between_the_markers_of_a_page(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text(
        "Before\n<!-- benchmark: router -->\nold\n<!-- end of benchmark -->\nAfter\n"
    )
    assert router.main(["--no-times", "--markdown", "--into", str(page)]) == 0
    table = capsys.readouterr().out
    assert page.read_text() == (
        f"Before\n<!-- benchmark: router -->\n{table}<!-- end of benchmark -->\nAfter\n"
    )
    widths = {line.count("|") for line in table.split("\n\n")[0].splitlines()}
    assert len(widths) == 1


def test_a_page_without_markers_and_a_missing_file_are_said(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("nothing")
    assert router.main(["--no-times", "--into", str(page)]) == 2
    assert "page.md: no <!-- benchmark" in capsys.readouterr().err
    assert router.main(["--data", str(tmp_path / "none.jsonl")]) == 2
    with pytest.raises(SystemExit):
        router.main(["--folds", "1"])


def test_it_runs_as_a_script_from_anywhere(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "router.py", "--no-times"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("issues.jsonl: 45 issues of 8 repositories")
    assert "Cost of 100 issues" in done.stdout
