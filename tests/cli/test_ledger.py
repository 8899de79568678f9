"""`routebot ledger`: what it prints, and what it says is missing."""

from __future__ import annotations

import csv
import io
import json

import pytest

from bot import cli, ledger, local_ledger
from bot.ledger import History, Place
from tests import fakes, repositories
from tests.github_server import GitHubServer

AT = "2026-11-20T10:00:00Z"


@pytest.fixture
def here(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "here", {"a.py": "x = 1\n"})
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return made


@pytest.fixture
def github(monkeypatch):
    with GitHubServer() as server:
        monkeypatch.setenv("GITHUB_TOKEN", server.write_token)
        monkeypatch.setenv("GITHUB_API_URL", server.base_url)
        monkeypatch.setenv("ROUTEBOT_MARKER_KEY", "k")
        yield server


def _ran(*arguments, since="2020-01-01"):
    return cli.reported_errors(["ledger", "--since", since, *arguments])


def _posted(server, **changes):
    repository = server.repository("octo/sample", files={"a.py": "x\n"})
    issue = repository.issue("Crash")
    told = History().with_record(fakes.record(at=AT, **changes))
    place = Place(repository.id, issue.number, "k")
    body = ledger.marker("triage", "a" * 32, history=told, place=place)
    repository.comment(issue, f"Hi\n{body}", author="github-actions[bot]")


def _locally(here, **changes):
    assert local_ledger.append(here.root / ".git", fakes.record(at=AT, **changes))


def test_github_and_this_machine_are_put_together(here, github, capsys):
    _posted(github, usd=0.5)
    _locally(here, usd=0.25, task="review")
    here.git("remote", "add", "origin", "https://github.com/octo/sample.git")
    assert _ran("--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [(e["source"], e["record"]["usd"]) for e in said["entries"]] == [
        ("local", 0.25),
        ("comment", 0.5),
    ]
    assert said["schema"] == 1


def test_another_repository_is_read_without_this_machine(here, github, capsys):
    _posted(github)
    _locally(here)
    assert _ran("--repo", "octo/sample", "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [e["source"] for e in said["entries"]] == ["comment"]


def test_what_another_account_posted_is_found_by_its_name(here, github, capsys):
    _posted(github)
    _ran("--repo", "octo/sample", "--author", "another[bot]", "--format", "json")
    assert json.loads(capsys.readouterr().out)["entries"] == []


def test_a_table_names_the_total(here, capsys):
    _locally(here, usd=0.25)
    assert _ran() == 0
    printed = capsys.readouterr()
    assert "1 records, 0.25 USD" in printed.out
    assert "these are the records of this machine alone" in printed.err


def test_no_record_is_no_error(here, capsys):
    assert _ran() == 0
    assert capsys.readouterr().out == "no records since 2020-01-01T00:00:00Z\n"


def test_csv_starts_no_formula(here, capsys):
    _locally(here, actor="=cmd()", usd=None)
    assert _ran("--format", "csv") == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["actor"], row["usd"], row["task"]) == ("'=cmd()", "", "triage")


def test_a_stored_ledger_is_read_and_nobody_asked(here, tmp_path, capsys):
    _locally(here, usd=0.25)
    _ran("--format", "json")
    stored = tmp_path / "ledger.json"
    stored.write_text(capsys.readouterr().out)
    assert _ran("--ledger", str(stored), since="2026-11-21") == 0
    assert "no records" in capsys.readouterr().out


def test_github_that_does_not_answer_leaves_what_is_here(here, github, capsys):
    _posted(github)
    _locally(here, usd=0.25)
    here.git("remote", "add", "origin", "https://github.com/octo/sample.git")
    github.fail("GET", "/repos/octo/sample", 403, times=99)
    assert _ran("--format", "json") == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)["entries"]) == 1
    assert "GitHub's records are not all here" in printed.err


def test_a_cache_that_cannot_be_written_is_said(here, github, monkeypatch, capsys):
    _posted(github)
    monkeypatch.setenv("XDG_CACHE_HOME", str(here.root / "a.py"))
    assert _ran("--repo", "octo/sample") == 0
    assert "the cursor could not be written" in capsys.readouterr().err


@pytest.mark.parametrize("repo", ["octo", "octo/", "a/b/c"])
def test_what_is_no_repository_is_refused(here, repo):
    assert _ran("--repo", repo) == 2
