"""`routebot report --issue`: one issue a repository, edited in place each week."""

from __future__ import annotations

import pytest

from bot import cli, ledger
from bot.ledger import History, Place
from bot.report import issue
from tests import fakes, repositories
from tests.github_server import GitHubServer

OURS = "github-actions[bot]"


@pytest.fixture
def github(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "here", {"a.py": "x = 1\n"})
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with GitHubServer() as server:
        monkeypatch.setenv("GITHUB_API_URL", server.base_url)
        monkeypatch.setenv("GITHUB_GRAPHQL_URL", f"{server.base_url}/graphql")
        yield server


@pytest.fixture
def repository(github):
    return github.repository("octo/sample", files={"a.py": "x\n"})


def _decided(repository, number, **changes):
    told = History().with_record(fakes.record(at="2026-11-20T10:00:00Z", **changes))
    place = Place(repository.id, number, "k")
    seal = ledger.marker("triage", "a" * 32, history=told, place=place)
    repository.comment(repository.issues[number], f"Hi\n{seal}", author=OURS)


@pytest.fixture
def ran(github, monkeypatch):
    def run(*arguments, token=github.write_token):
        # Reading it takes it out of the environment.
        monkeypatch.setenv("GITHUB_TOKEN", token)
        monkeypatch.setenv("ROUTEBOT_MARKER_KEY", "k")
        given = ["report", "--repo", "octo/sample", "--since", "2020-01-01"]
        return cli.reported_errors([*given, "--issue", *arguments])

    return run


def _reports(repository):
    found = repository.issues.values()
    return [each for each in found if each.title == issue.TITLE]


def test_the_second_week_edits_the_issue_of_the_first(repository, github, capsys, ran):
    repository.issue("Crash")
    _decided(repository, 1, usd=0.5)
    assert ran() == 0
    (first,) = _reports(repository)
    assert r"**\$0.50** in 1 runs" in first.body
    assert "the report stands in http" in capsys.readouterr().err
    github.requests.clear()
    repository.issue("Another")
    _decided(repository, 3, usd=0.25)
    assert ran("--summary") == 0
    (second,) = _reports(repository)
    assert second.number == first.number
    assert r"**\$0.75** in 2 runs" in second.body
    assert "**$0.75** in 2 runs" in capsys.readouterr().out
    writes = [r for r in github.requests if r.is_write]
    assert [(r.method, r.path) for r in writes] == [
        ("PATCH", f"/repos/octo/sample/issues/{first.number}")
    ]


def test_tables_stay_tables(repository, ran):
    repository.issue("Crash")
    _decided(repository, 1)
    assert ran() == 0
    (report,) = _reports(repository)
    assert "| triage | 1 | 0.01 | 0.01 |" in report.body
    assert report.body.splitlines()[-1].startswith("<!-- routebot:v1 t=report ")


def test_an_issue_that_somebody_made_look_like_it_is_left_alone(repository, ran):
    place = Place(repository.id, 0, "guessed")
    key = ledger.key_of(repository.id, issue.TASK)
    forged = ledger.marker(issue.TASK, key, history=History(), place=place)
    mine = repository.issue("x", f"Hi\n{forged}", author=OURS)
    theirs = repository.issue("y", f"Hi\n{forged}", author="stranger")
    assert ran() == 0
    assert len(_reports(repository)) == 1
    assert mine.body == theirs.body == f"Hi\n{forged}"


def test_one_that_was_closed_is_opened_anew(repository, ran):
    assert ran() == 0
    _reports(repository)[0].state = "closed"
    assert ran() == 0
    assert len(_reports(repository)) == 2


def test_a_token_that_may_not_write_is_said(repository, github, capsys, ran):
    assert ran(token=github.read_token) == 1
    assert "may not do this on GitHub" in capsys.readouterr().err
    assert _reports(repository) == []


def test_without_a_token_it_says_what_is_missing(capsys, ran):
    assert ran(token="") == 2
    assert "--issue needs GITHUB_TOKEN" in capsys.readouterr().err


def test_a_secret_of_this_run_is_never_posted(repository, monkeypatch, ran):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-secret-of-this-run-0123456789")
    repository.issue("Crash")
    _decided(repository, 1, task="a-secret-of-this-run-0123456789")
    assert ran() == 1
    assert _reports(repository) == []
