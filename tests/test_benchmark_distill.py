"""The benchmark of distilling: its sums by hand, on logs that the tests write."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

from benchmarks import distill, train_distill
from benchmarks.distilling import (
    learned,
    logs,
    peers,
    scores,
    study,
    timing,
    tools,
    worst,
)
from benchmarks.distilling.logs import Labelled
from benchmarks.routing.figures import Bootstrap
from bot.context import log_model

FINE = [f"tests/test_{n}.py::test_one PASSED" for n in range(90)]
WRONG = ["FAILED tests/test_cart.py::test_total - assert 3 == 4"]
END = ["##[error]Process completed with exit code 1.", "Cleaning up orphan processes"]


def pack(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


@pytest.fixture
def data(tmp_path):
    """Three logs in two languages, and one pair."""
    rows = []
    for name, lang, repo in (
        ("a", "Go", "octo/a"),
        ("b", "Go", "octo/b"),
        ("c", "C", "octo/c"),
    ):
        pack(tmp_path / f"cilogs/logs/{name}.log.gz", [*FINE, *WRONG, *END])
        one = {"log": f"{name}.log.gz", "lang": lang, "repo": repo}
        rows.append(one | {"start": 91, "end": 91, "n": 93})
    rows[2] |= {"start": 1, "end": 2}
    (tmp_path / "cilogs/labels.jsonl").write_text("\n".join(map(json.dumps, rows)))
    pack(tmp_path / "cipairs/logs/x_1.fail.log.gz", [*FINE, *WRONG, *END])
    pack(tmp_path / "cipairs/logs/x_1.pass.log.gz", FINE)
    pair = {"id": "x_1", "fail": "x_1.fail.log.gz", "pass": "x_1.pass.log.gz"}
    row = json.dumps(pair | {"lines": [91]})
    (tmp_path / "cipairs/labels.jsonl").write_text(row + "\n")
    return tmp_path


def labelled(tmp_path, lines, marked, passed=None) -> Labelled:
    file = tmp_path / "one.log"
    file.write_text("\n".join(lines), encoding="utf-8")
    logs.lines.cache_clear()
    return Labelled("one", "octo/app", "Go", file, frozenset(marked), passed)


# The logs


def test_both_kinds_of_labels_are_read(data):
    first, *_ = logs.read(data / "cilogs")
    assert (first.name, first.repo, first.language) == ("a", "octo/a", "Go")
    assert first.marked == {91}
    assert logs.lines(first.file)[90] == WRONG[0]
    (pair,) = logs.read(data / "cipairs")
    assert (pair.repo, pair.marked) == ("x", {91})
    assert pair.passed is not None
    assert len(logs.lines(pair.passed)) == 90


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "3",
        "{}",
        '{"log": "a", "lang": "", "repo": "", "start": 2, "end": 1}',
        '{"id": "a", "fail": "a", "pass": "a", "lines": []}',
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path, line):
    (tmp_path / "labels.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"labels\.jsonl:2: not a labelled log"):
        logs.read(tmp_path)


def test_no_character_in_a_line_moves_the_numbers(tmp_path):
    one = labelled(tmp_path, ["a\u2028b", "c\x0bd\re", "f"], {3})
    assert logs.lines(one.file)[2] == "f"
    assert len("\n".join(logs.lines(one.file)).splitlines()) == 3


@pytest.mark.parametrize(
    ("numbers", "runs"),
    [([], []), ([3], [(3, 3)]), ([4, 2, 3, 3, 9], [(2, 4), (9, 9)])],
)
def test_spans_join_what_follows(numbers, runs):
    assert list(logs.spans(numbers)) == runs


# The tools


def test_a_tail_is_read_from_its_end(tmp_path):
    one = labelled(tmp_path, list("abcde"), {1})
    assert tools.tail(one, 2) == [5, 4]
    assert tools.tail(one, 9) == [5, 4, 3, 2, 1]
    assert tools.tail(one, 0) == []


def test_lines_around_words_start_at_the_last_word(tmp_path):
    text = ["x"] * 20
    text[4], text[14] = "Error here", "it failed"
    one = labelled(tmp_path, text, {5})
    found = tools.around_words(one, 99)
    assert found == [*range(13, 19), *range(3, 9)]
    assert tools.around_words(one, 4) == [13, 14, 15, 16]


def test_a_perfect_tool_keeps_to_the_budget(tmp_path):
    one = labelled(tmp_path, list("abcd"), {2, 3, 4})
    assert tools.perfect(one, 2) == [2, 3]


# The scores


def test_a_score_by_hand(tmp_path):
    one = labelled(tmp_path, list("abcdef"), {2, 3})
    found = scores.score(one, [6, 5, 3, 3])
    assert found.chosen == (6, 5, 3)
    assert (found.recall, found.precision, found.rank) == (0.5, 1 / 3, 3)
    assert found.hit


def test_nothing_chosen_is_a_miss(tmp_path):
    found = scores.score(labelled(tmp_path, ["a"], {1}), [])
    assert (found.hit, found.recall, found.precision) == (False, 0.0, 0.0)


def test_a_line_of_the_table_averages_logs(tmp_path):
    one = labelled(tmp_path, list("abcd"), {1, 2})
    found = [
        scores.score(one, [1, 2]),
        scores.score(one, [1, 4]),
        scores.score(one, []),
    ]
    line = scores.line("x", found, Bootstrap(["octo/app"], seed=0))
    assert line.hit.value == pytest.approx(2 / 3)
    assert line.recall.value == pytest.approx(0.5)
    assert line.precision.value == pytest.approx(0.5)
    assert line.used == pytest.approx(4 / 3)
    assert line.rank == 1


def test_a_tool_that_misses_most_logs_has_no_rank(tmp_path):
    one = labelled(tmp_path, ["a"], {1})
    line = scores.line("x", [scores.score(one, [])], Bootstrap(["octo/app"], seed=0))
    assert line.rank is None


# The worst


def test_the_worst_are_explained(tmp_path):
    text = ["ok"] * 30
    text[4] = text[19] = "segments do not fit together"
    one = labelled(tmp_path, text, {5})
    said = worst.explained(scores.score(one, [20, 21]), budget=60)
    assert said == (
        "chose 20-21; marked 5 of 30; marked lines have no word of trouble; "
        "a marked line stands again among the chosen; lines to the nearest "
        "marked one: 15"
    )


def test_a_mark_longer_than_the_budget_is_said(tmp_path):
    one = labelled(tmp_path, ["error"] * 9, range(1, 9))
    said = worst.explained(scores.score(one, [1, 2]), budget=2)
    assert said.endswith("8 lines are marked, the budget is 2; 25% of the marked lines")


def test_the_worst_come_first_and_good_ones_not_at_all(tmp_path):
    one = labelled(tmp_path, ["error"] * 9, {1, 2, 3})
    found = [scores.score(one, chosen) for chosen in ([1, 2], [1], [9], [])]
    told = [why for _, why in worst.of(found, most=9, budget=60)]
    assert len(told) == 3
    assert "chose nothing" in " ".join(told[:2])
    assert told[2].endswith("33% of the marked lines")


# The whole


def run(data, *more):
    return distill.main(["--data", str(data), "--megabytes", "0", "--shipped", *more])


def test_all_tables_are_printed(data, capsys):
    assert run(data) == 0
    printed = capsys.readouterr().out
    for setting in study.SETTINGS:
        assert setting.title in printed
    assert "a perfect tool" in printed
    assert "drift" not in printed
    for name in peers.PEERS:
        assert f"{name} was not asked: no --peers" in printed
    assert "The worst of C" in printed
    assert "the shipped weights, which have seen these logs: --shipped" in printed


def test_json_has_every_figure(data, capsys):
    assert run(data, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    beside, alone, sixty, twenty = told["tables"]
    assert beside["setting"]["with_passed"]
    assert beside["tools"][0]["name"] == "routebot"
    assert beside["tools"][0]["hit"]["value"] == 1.0
    assert beside["tools"][0]["recall"]["value"] == 1.0
    assert (alone["logs"], sixty["logs"], twenty["logs"]) == (1, 3, 3)
    assert sixty["languages"]["Go"][1] == "1.00"
    perfect = next(t for t in sixty["tools"] if t["name"] == study.PERFECT)
    assert perfect["recall"]["value"] == 1.0
    assert told["times"] == []


def test_it_repeats_itself(data, capsys):
    run(data, "--format", "json")
    first = capsys.readouterr().out
    run(data, "--format", "json")
    assert capsys.readouterr().out == first


def test_the_page_is_renewed(data, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- benchmark: distill -->\nold\n<!-- end of benchmark -->\n")
    assert run(data, "--into", str(page)) == 0
    text = page.read_text("utf-8")
    assert "| cilogs, 60 lines | hit | recall | precision | lines | rank |" in text
    assert "old" not in text
    assert str(data) not in text


def test_a_folder_that_is_not_there_is_said(data, capsys):
    (data / "cilogs").rename(data / "elsewhere")
    assert run(data) == 0
    assert "cilogs is not there" in capsys.readouterr().out
    (data / "cipairs").rename(data / "gone")
    assert run(data) == 2
    assert "cipairs is not there" in capsys.readouterr().err


def test_a_log_that_is_not_there_is_named(data, capsys):
    (data / "cipairs/logs/x_1.fail.log.gz").unlink()
    assert run(data) == 2
    assert "x_1.fail.log.gz" in capsys.readouterr().err


# The scorer on unseen repositories


def test_no_repository_is_trained_on_and_held_out():
    repos = ["a", "b", "a", "c", "b", "d"]
    found = list(learned.splits(repos, 3))
    assert sorted(n for _, held in found for n in held) == list(range(6))
    for train, held in found:
        assert not {repos[n] for n in train} & {repos[n] for n in held}


def test_the_chosen_lines_are_those_that_distill_shows(data):
    one = logs.read(data / "cilogs")[0]
    (log,) = list(train_distill.read(data / "cilogs"))[:1]
    found = learned.weighed(log.page, log_model.shipped()).lines(20)
    assert found == tools.routebot(one, budget=20, with_passed=False)
    assert 91 in found


# Published tools


def test_a_peer_that_does_not_start_is_named(data):
    cases = logs.read(data / "cipairs")
    told = peers.ask("drift", cases, home=None, with_passed=True)
    assert told == "drift was not asked: no --peers"
    told = peers.ask("drain3", cases, home=data / "none", with_passed=True)
    assert told == "drain3 was not measured: FileNotFoundError"
    told = peers.ask("logreduce", cases, home=data, with_passed=False)
    assert told == "logreduce was not asked without a passing log: it needs one"


def test_a_peer_that_is_not_installed_is_named_with_the_reason(data):
    cases = logs.read(data / "cipairs")
    told = peers.ask("drain3", cases, home=Path(sys.prefix), with_passed=True)
    assert told == (
        "drain3 was not measured: ModuleNotFoundError: No module named 'drain3'"
    )


def test_a_peer_is_asked_in_its_own_environment(data, tmp_path):
    """The one asked here is a stand-in with the same interface."""
    home = tmp_path / "venv"
    (home / "bin").mkdir(parents=True)
    package = tmp_path / "site" / "drain3.py"
    package.parent.mkdir()
    package.write_text(
        "class TemplateMiner:\n"
        "    def __init__(self): self.known = set()\n"
        "    def add_log_message(self, line): self.known.add(line)\n"
        "    def match(self, line): return line in self.known\n"
    )
    python = home / "bin" / "python"
    python.write_text(
        f'#!/bin/sh\nshift\nPYTHONPATH={package.parent} exec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    cases = logs.read(data / "cipairs")
    told = peers.ask("drain3", cases, home=home, with_passed=True)
    assert told == [[93, 92, 91]]


def test_the_lock_has_every_peer():
    lock = (Path(__file__).parents[1] / "requirements-peers.lock").read_text()
    for name in peers.PEERS:
        assert f"\n{name}" in f"\n{lock}"


# Times


def test_the_generated_log_is_as_long_as_asked_and_ends_badly():
    lines = list(timing.generated(10_000, with_end=True))
    assert 10_000 <= sum(map(len, lines)) < 10_400
    assert "Process completed with exit code 1" in lines[-1]
    assert "exit code" not in list(timing.generated(10_000, with_end=False))[-1]


def test_times_are_of_whole_processes_and_a_ratio_of_the_first():
    taken = timing.measure(1)
    assert taken[0].name == "cat | wc -l"
    assert [each.name for each in taken][2:] == [
        "routebot distill",
        "routebot distill --passed",
    ]
    assert all(each.seconds > 0 and each.mebibytes > 0.1 for each in taken)


def test_a_command_that_fails_is_no_time():
    with pytest.raises(RuntimeError, match="broken: exit code 1"):
        timing.timed("broken", ["false"])
