"""The benchmark of reviews with known faults: its pull requests, judges and doors."""

from __future__ import annotations

import ast
import difflib
import json
import shlex
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import outcome
from benchmarks.reviewing import answers, cases, runs, scores, tape, templates
from benchmarks.reviewing.answers import Answer, Claim
from benchmarks.reviewing.cases import Case
from benchmarks.reviewing.templates import Place
from bot.context import diff, syntax
from bot.errors import ProviderError
from bot.providers import Request
from tests.fakes import ScriptedAsk
from tests.model_server import KEY, ModelServer

FEW = "python-pages"
MODULE = """\
@ shop/a.py
@ a adds where it must take away
  |def left(stock, sold):
 <|    # old
 >|    # new
 >|    # and newer
a-|    return stock - sold
a+|    return stock + sold
"""


@pytest.fixture(scope="module")
def every() -> list[Case]:
    return cases.every()


@pytest.fixture
def module(tmp_path: Path) -> templates.Template:
    file = tmp_path / "a.py.txt"
    file.write_text(MODULE)
    return templates.read(file)


# The pull requests.


def test_there_are_enough_of_each_kind(every):
    seeded = [case for case in every if case.place]
    assert len(seeded) >= 60
    assert len(every) - len(seeded) >= 20
    of = Counter((case.language, case.size) for case in seeded)
    assert len(of) == 12
    assert min(of.values()) >= 5
    assert len({case.name for case in every}) == len(every)
    assert min(case.lines for case in every) >= 5
    assert 600 <= max(case.lines for case in every) <= cases.MOST_LINES


def test_every_file_parses_with_and_without_the_fault(every):
    for case in every:
        for path, text in {**case.base, **case.head}.items():
            assert not syntax.error_count(path, text.encode()), (case.name, path)
            if path.endswith(".py"):
                ast.parse(text)


def test_a_fault_lies_in_what_its_pull_request_changes(every):
    for case in every:
        if case.place is None:
            continue
        path = case.place.path
        sides = (case.base.get(path, ""), case.head[path])
        lines = difflib.unified_diff(
            *(text.splitlines(True) for text in sides), "a", "b"
        )
        (file,) = diff.parse("".join(lines))
        # A line that swaps its place with the next may be either of the two.
        new = {n + near for n in case.place.shown for near in (-1, 0, 1)}
        is_new = not new.isdisjoint(diff.added_lines(file))
        is_gone = not case.place.old.isdisjoint(diff.removed_lines(file))
        assert is_new or is_gone, case.name
        assert set(case.place.shown) <= case.place.new


def test_a_clean_pull_request_differs_from_a_faulty_one_by_the_fault_alone(every):
    by_name = {case.name: case for case in every}
    faulty, clean = by_name["python-pages-a"], by_name["python-pages-clean"]
    path = "shop/pages.py"
    pairs = zip(
        faulty.head[path].split("\n"), clean.head[path].split("\n"), strict=True
    )
    different = [n for n, (one, other) in enumerate(pairs, 1) if one != other]
    assert different == list(faulty.place.shown)
    assert clean.fault == ""


def test_the_pull_requests_are_the_same_every_time(every):
    assert [case.digest for case in cases.every()] == [case.digest for case in every]


def test_the_marks_of_a_module_are_followed(module):
    assert module.before() == (
        "def left(stock, sold):\n    # old\n    return stock - sold\n"
    )
    assert module.after().endswith("# and newer\n    return stock - sold\n")
    assert module.after("a").endswith("# and newer\n    return stock + sold\n")
    place = module.place("a")
    assert (place.old, place.shown) == ({3}, range(4, 5))
    assert place.fix == "    return stock - sold\n"
    # As a reversal, what is taken away stands where the new file had it.
    assert module.place("a", is_reversal=True).old == {4}


@pytest.mark.parametrize("line", ["x", "b-|code", "a?|code", "  code"])
def test_a_line_that_is_no_line_of_a_module_is_named(tmp_path, line):
    file = tmp_path / "a.py.txt"
    file.write_text(f"{MODULE}{line}\n")
    with pytest.raises(ValueError, match=r"a\.py\.txt:9: no line"):
        templates.read(file)


# Judging.

PLACE = Place("a.py", frozenset({10, 11}), frozenset({40}), range(10, 12), "")
CASE = Case("c", "go", "small", "t", {}, {}, 5, "a fault", PLACE)
CLEAN = Case("d", "go", "small", "t", {}, {}, 5)


@pytest.mark.parametrize(
    ("claim", "is_hit"),
    [
        (Claim("a.py", 10, ""), True),
        (Claim("a.py", 7, ""), True),
        (Claim("a.py", 6, ""), False),
        (Claim("a.py", 14, ""), True),
        (Claim("a.py", 15, ""), False),
        (Claim("a.py", 30, "", start=13), True),
        (Claim("b.py", 10, ""), False),
        (Claim("a.py", 10, "", side="LEFT"), False),
        (Claim("a.py", 43, "", side="LEFT"), True),
    ],
)
def test_a_hit_is_within_three_lines_on_the_same_side(claim, is_hit):
    assert scores.is_hit(claim, PLACE) is is_hit


def test_the_figures_by_hand():
    hit, miss = Claim("a.py", 10, ""), Claim("a.py", 90, "")
    found = [
        scores.judged(CASE, Answer((hit, hit, miss), True, 0.3, 2)),
        scores.judged(CASE, Answer((miss,), True, 0.1, 1)),
        scores.judged(CLEAN, Answer((), False, 0.1, 1)),
        scores.judged(CLEAN, Answer((miss,), True, 0.1, 1, problem="broke")),
    ]
    told = scores.figures(found)
    assert (told["found"], told["seeded"], told["recall"]) == (1, 2, 0.5)
    assert told["stray_per_pull"] == 3 / 4
    assert (told["clean_silent"], told["clean_silent_met"]) == (0.5, False)
    assert told["usd_per_true_finding"] == pytest.approx(0.6)
    assert (told["calls"], told["problems"]) == (5, 1)
    assert scores.recalls(found)["language"] == {
        "python": None,
        "typescript": None,
        "go": 0.5,
    }


def test_an_unknown_price_is_not_nothing():
    found = [scores.judged(CASE, Answer((Claim("a.py", 10, ""),), True, None))]
    told = scores.figures(found)
    assert told["usd"] is None
    assert told["usd_per_true_finding"] is None


# The reviewers, through routebot.


def _told(capsys, *arguments: str):
    assert outcome.main([*arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)["reviewers"]


def test_who_knows_the_faults_finds_all_and_who_invents_posts_nothing(capsys):
    told = _told(capsys, "--also", "oracle", "guesser", "liar", "--only", FEW)
    oracle, guesser, liar = (told[name] for name in [*outcome.NAMES.values()][1:])
    assert (oracle["recall"], oracle["stray_per_pull"]) == (1.0, 0.0)
    assert oracle["clean_silent_met"]
    assert oracle["usd_per_true_finding"] > 0
    assert guesser["clean_silent"] == 0.0
    assert guesser["stray_per_pull"] > 1
    assert (liar["found"], liar["stray_per_pull"]) == (0, 0.0)


def test_without_a_model_little_is_found_and_nothing_is_spent(capsys):
    told = _told(capsys, "--only", FEW)
    (alone,) = told.values()
    assert (alone["found"], alone["calls"], alone["usd"]) == (0, 0, 0.0)
    assert alone["clean_silent_met"]


def test_what_a_model_said_is_kept_and_given_again(tmp_path, capsys, monkeypatch):
    file = tmp_path / "fast-model.jsonl"
    pull = next(case for case in cases.every() if case.name == f"{FEW}-b")
    with ModelServer() as model:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ROUTEBOT_ANTHROPIC_BASE_URL", model.url)
        monkeypatch.setenv("ROUTEBOT_ALLOW_PRIVATE_HOSTS", "1")
        request = Request("", pull.place.path)
        model.answer(answers.reply(answers.oracle(pull), request))
        only = ("--only", pull.name)
        route = "anthropic:claude-haiku-5-5"
        recorded = _told(capsys, "--record", str(file), "--model", route, *only)
        assert model.requests
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    replayed = _told(capsys, "--replay", str(file), "--model", route, *only)
    ((name, again),) = replayed.items()
    assert name == "routebot, fast-model"
    assert [again] == list(recorded.values())
    assert again["recall"] == 1.0


def test_a_tape_does_not_answer_to_another_change(tmp_path):
    file = tmp_path / "a.jsonl"
    ask = tape.Tape(file).recording(CASE, ScriptedAsk(["said"]))
    ask([outcome.policies.default().classes["fast"].routes[0]], Request("", ""),
        before_call=lambda route: None)  # fmt: skip
    played = tape.Tape.read(file)
    with pytest.raises(ProviderError, match="no answers to this pull request"):
        played.replaying(CLEAN)([], Request("", ""), before_call=lambda route: None)
    again = played.replaying(CASE)
    asked = again([], Request("", ""), before_call=lambda route: None)
    assert asked.completion.text == "said"
    with pytest.raises(ProviderError, match="no further answer"):
        again([], Request("", ""), before_call=lambda route: None)


def test_a_broken_tape_is_named_by_its_line(tmp_path, capsys):
    file = tmp_path / "a.jsonl"
    file.write_text('{"digest": "x"}\n')
    assert outcome.main(["--replay", str(file), "--only", FEW]) == 2
    assert "a.jsonl:1: no answer of a tape" in capsys.readouterr().err


# Other reviewers.


def _contender(tmp_path: Path, script: str) -> str:
    file = tmp_path / "other.py"
    file.write_text(script)
    words = (sys.executable, "-I", str(file), "{repo}", "{base}", "{head}")
    return " ".join(shlex.quote(word) for word in words)


ASKS_GIT = """\
import json, subprocess, sys
repo, base, head = sys.argv[1:]
call = ["git", "-C", repo, "diff", "--name-only", base, head]
for path in subprocess.run(call, capture_output=True, text=True).stdout.split():
    print(json.dumps({"path": path, "line": 43, "text": "looks odd"}))
print(json.dumps({"usd": 0.25, "calls": 2}))
"""


def test_another_reviewer_is_measured_on_the_same_pull_requests(tmp_path, capsys):
    command = _contender(tmp_path, ASKS_GIT)
    told = _told(capsys, "--contender", command, "--only", f"{FEW}-a")
    (other,) = told.values()
    assert other["recall"] == 1.0
    assert other["usd_per_true_finding"] == 0.25
    assert other["calls"] == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("raise SystemExit('no key')", "ended with 1: no key"),
        ("print('hello')", "line 1 of its output is no finding and no bill"),
        ('print(\'{"path": "a"}\')', "line 1 of its output"),
    ],
)
def test_a_reviewer_that_breaks_is_named_and_has_found_nothing(
    tmp_path, capsys, script, said
):
    command = _contender(tmp_path, script)
    arguments = ["--contender", command, "--only", f"{FEW}-a", "--format", "json"]
    assert outcome.main(arguments) == 0
    out, err = capsys.readouterr()
    assert said in err
    (other,) = json.loads(out)["reviewers"].values()
    assert (other["recall"], other["problems"]) == (0.0, 1)


def test_a_command_that_is_not_there_is_a_problem_not_a_crash(tmp_path, every):
    pull = every[0]
    checkout = runs.laid(pull, tmp_path)
    found = runs.commanded("/no/such/reviewer {repo}", pull, checkout)
    assert "/no/such/reviewer" in found.problem


def test_a_pull_request_becomes_commits_that_hold_its_change(tmp_path, every):
    pull = next(case for case in every if set(case.base) - set(case.head) or case.place)
    checkout = runs.laid(pull, tmp_path)
    repo = runs.repositories.Repo(checkout.root, checkout.environ)
    found = diff.parse(repo.git("diff", checkout.base, checkout.head) + "\n")
    assert sum(file.added + file.removed for file in found) == pull.lines


def test_the_tables_are_printed_and_written(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("<!-- benchmark: outcome -->\nold\n<!-- end of benchmark -->\n")
    arguments = ["--also", "oracle", "--only", f"{FEW}-a", "--into", str(page)]
    assert outcome.main(arguments) == 0
    assert "oracle: knows the fault" in capsys.readouterr().out
    assert "| oracle: knows the fault | 1 of 1 |" in page.read_text()


def test_a_name_that_no_pull_request_has_is_a_usage_error(capsys):
    assert outcome.main(["--only", "cobol"]) == 2
    assert "cobol" in capsys.readouterr().err
