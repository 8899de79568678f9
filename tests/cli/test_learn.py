"""`routebot learn`: a diff, a file with its comments kept, or a reason why not."""

from __future__ import annotations

import pytest

from bot import cli, policy
from bot.cli import learn
from bot.entries import Collected
from bot.errors import PolicyError, UsageError
from bot.policy import edit
from tests import fakes, test_learn

OWN = """\
# Ours.
version = 1  # the only one

[classify.bias]
# Since the spring.
plan = 0.1

[tasks.review]
comment_from = "major"
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _ran(here, entries, *arguments):
    stored = Collected(list(entries)).ledger("").model_dump_json(by_alias=True)
    (here / "ledger.json").write_text(stored)
    given = ["learn", "--ledger", "ledger.json", "--since", "2026-01-01"]
    return cli.reported_errors([*given, "--policy", "routing.toml", *arguments])


def test_a_diff_is_printed_and_nothing_written(here, capsys):
    (here / "routing.toml").write_text(OWN)
    assert _ran(here, test_learn._team()) == 0
    said = capsys.readouterr().out
    assert "was routed right before and" in said
    assert "of the last 200 texts" in said
    assert "\n-plan = 0.1\n" in said
    assert "\n+triage = " in said
    assert (here / "routing.toml").read_text() == OWN


def test_written_it_keeps_every_comment_and_all_else(here):
    (here / "routing.toml").write_text(OWN)
    assert _ran(here, test_learn._team(), "--write") == 0
    text = (here / "routing.toml").read_text()
    for kept in ("# Ours.", "# the only one", "# Since the spring."):
        assert kept in text
    new = policy.load(text)
    assert new.classify.bias["triage"] > 0
    old = policy.load(OWN)
    assert new.model_copy(update={"classify": old.classify}) == old


def test_a_second_time_nothing_is_left_to_change(here, capsys):
    (here / "routing.toml").write_text(OWN)
    for _ in range(2):
        _ran(here, test_learn._team(), "--write")
    assert "the policy stays as it is" in capsys.readouterr().out


def test_a_file_that_is_not_there_yet_is_made(here):
    assert _ran(here, test_learn._team(), "--write") == 0
    assert "triage" in policy.load((here / "routing.toml").read_text()).classify.bias


def test_clauses_stand_behind_those_of_the_preset(here, capsys):
    assert _ran(here, test_learn._reviews(34, area="site/**"), "--write") == 0
    assert "review of site/** found nothing in 34 of 34" in capsys.readouterr().out
    text = (here / "routing.toml").read_text()
    *before, last = policy.load(text).tasks["review"].when
    assert tuple(before) == policy.default().tasks["review"].when
    assert last.only_paths == ("site/**",)


def test_too_little_is_said_and_changes_nothing(here, capsys):
    (here / "routing.toml").write_text(OWN)
    assert _ran(here, [], "--write") == 0
    said = capsys.readouterr().out
    assert said.startswith("0 corrections of 10 that are needed")
    assert (here / "routing.toml").read_text() == OWN


def test_a_policy_that_is_broken_is_left_alone(here):
    (here / "routing.toml").write_text("version = 9\n")
    assert _ran(here, test_learn._team(), "--write") == 2
    assert (here / "routing.toml").read_text() == "version = 9\n"


def test_a_file_that_cannot_be_written_is_said(here, capsys):
    (here / "routing.toml").write_text("")
    (here / "held").mkdir()
    (here / "held" / "routing.toml").symlink_to(here / "none" / "routing.toml")
    arguments = ["learn", "--ledger", "ledger.json", "--since", "2026-01-01"]
    _ran(here, test_learn._team())
    (here / "file").write_text("")
    status = cli.reported_errors(
        [*arguments, "--policy", "file/routing.toml", "--write"]
    )
    assert status == 2
    assert "nothing was changed" in capsys.readouterr().err


def test_a_policy_changed_by_hand_since_the_last_run_is_read_anew_and_kept(
    here, capsys
):
    target = here / "routing.toml"
    target.write_text(OWN)
    assert _ran(here, test_learn._team(), "--write") == 0
    lines = target.read_text().splitlines()
    by_hand = [
        "triage = -0.5  # we tried this" if line.startswith("triage =") else line
        for line in [*lines, "", "[budget]", "max_usd_per_day = 9.0"]
    ]
    target.write_text("\n".join(by_hand) + "\n")
    capsys.readouterr()
    assert _ran(here, test_learn._team()) == 0
    assert "-triage = -0.5  # we tried this" in capsys.readouterr().out
    assert target.read_text() == "\n".join(by_hand) + "\n"
    assert _ran(here, test_learn._team(), "--write") == 0
    new = policy.load(target.read_text())
    assert new.classify.bias["triage"] > 0
    assert new.budget.max_usd_per_day == 9.0


def test_what_somebody_wrote_while_it_was_learning_is_not_written_over(here):
    target = here / "routing.toml"
    target.write_text("version = 1\n")
    with pytest.raises(UsageError, match="was changed meanwhile"):
        learn._write(target, before="", after="[classify.bias]\nplan = 0.1\n")
    assert target.read_text() == "version = 1\n"


# The text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[classify.bias]\ntriage = 0.2\n"),
        ("version = 1\n", "version = 1\n\n[classify.bias]\ntriage = 0.2\n"),
        (
            "[classify.bias]\nplan = 0.1\n\n[labels]\n",
            "[classify.bias]\ntriage = 0.2\n\n[labels]\n",
        ),
        (
            "[ classify.bias ] # ours\n# why\nplan = 0.1",
            "[ classify.bias ] # ours\ntriage = 0.2\n# why",
        ),
    ],
)
def test_a_bias_is_set_where_it_stands(before, after):
    assert edit.with_bias(before, {"triage": 0.2}) == after


def test_no_bias_takes_the_lines_away():
    assert edit.with_bias("[classify.bias]\nplan = 0.1\n", {}) == "[classify.bias]\n"
    assert edit.with_bias("version = 1\n", {}) == "version = 1\n"


@pytest.mark.parametrize(
    "text",
    [
        "classify = {bias = {plan = 0.1}}\n",
        "classify.bias.plan = 0.1\n",
        "[classify]\nbias = {plan = 0.1}\n",
    ],
)
def test_a_bias_written_otherwise_is_not_guessed_at(text):
    wanted = fakes.policy("[classify.bias]\ntriage = 0.2\n")
    new = edit.with_bias(text, {"triage": 0.2})
    with pytest.raises(PolicyError, match="set by hand"):
        edit.checked(new, wanted=wanted, file="routing.toml")
