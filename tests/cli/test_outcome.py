"""How a run ends: one log line, a summary and an exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.action import Inputs
from bot.cli import outcome
from bot.draft import Draft
from bot.errors import HostError, PolicyError, UsageError
from bot.publish import Published

DOWN = HostError("GitHub did not answer (ConnectionError)")


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


def test_a_run_that_cannot_reach_github_says_so_in_the_job_summary(summary, capsys):
    assert outcome.failed(DOWN) == 0
    assert "### routebot: degraded" in summary.read_text()
    assert "- GitHub did not answer (ConnectionError)" in summary.read_text()
    assert "::notice title=routebot::GitHub did not answer" in capsys.readouterr().out


def test_every_problem_of_a_policy_is_in_the_job_summary(summary, capsys):
    error = PolicyError("routing.toml:1: a: wrong", "routing.toml:2: <b>: wrong")
    assert outcome.failed(error) == outcome.USAGE
    said = summary.read_text()
    assert said.count("\n- ") == 2
    assert "<b>" not in said
    assert "::error" in capsys.readouterr().out


def test_without_a_place_for_a_summary_the_log_line_is_enough(monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert outcome.failed(UsageError("no")) == outcome.USAGE
    assert capsys.readouterr().out == "::error title=routebot::no\n"


def test_a_terminal_gets_no_summary(tmp_path, monkeypatch, capsys):
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    assert outcome.failed(DOWN) == outcome.FAULT_IN_TERMINAL
    assert not path.exists()
    assert capsys.readouterr().err.startswith("routebot: GitHub did not answer")


@pytest.mark.parametrize("in_actions", [True, False])
def test_the_log_line_names_routebot_once(in_actions, capsys):
    published = Published("summary", reason="nothing weighs enough")
    outcome.done(Inputs(is_action=in_actions), published, Draft(kind="nothing"))
    printed = capsys.readouterr()
    line = (printed.out if in_actions else printed.err).strip()
    assert line.endswith("summary · nothing weighs enough")
    assert line.count("routebot") == 1
