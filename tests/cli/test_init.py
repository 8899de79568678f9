from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot import policy, workflow_files
from bot.cli import init
from bot.errors import UsageError
from tests import repositories

SHA = "c" * 40
CALLER = Path(workflow_files.CALLER)
POLICY = Path(policy.PATH)
CI = "name: Build\non: [push, pull_request]\njobs: {}\n"


@pytest.fixture
def repo(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "work", {".github/workflows/build.yml": CI})
    monkeypatch.chdir(made.root)
    return made


def run(*arguments):
    done = CliRunner().invoke(init.COMMAND, arguments, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done


def test_writes_the_workflow_and_the_policy_and_says_what_is_next(repo):
    said = run("--pin", SHA).stdout
    read = workflow_files.read("x.yml", CALLER.read_text())
    assert read.watched == ("Build",)
    assert read.calls[0].ref == SHA
    assert policy.load(POLICY.read_text()) == policy.default()
    for word in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "XAI_API_KEY", "Build"):
        assert word in said
    assert "Settings → Secrets" in said
    assert "  3. " in said
    assert "zeros" not in said


def test_second_run_changes_nothing(repo):
    run("--pin", SHA)
    said = run("--pin", SHA).stdout
    assert f"unchanged {CALLER}" in said
    assert f"unchanged {POLICY}" in said


def test_what_is_there_is_kept_unless_forced(repo):
    for path in (CALLER, POLICY):
        repo.write(str(path), "mine: true\n")
    said = run().stdout
    assert said.count("--force") == 2
    assert {p.read_text() for p in (CALLER, POLICY)} == {"mine: true\n"}
    run("--force")
    assert "mine" not in CALLER.read_text() + POLICY.read_text()


def test_dry_run_shows_the_files_and_writes_none(repo):
    said = run("--dry-run").stdout
    assert not CALLER.exists()
    assert not POLICY.exists()
    assert '  |     workflows: ["Build"]' in said
    assert "  | version = 1" in said


def test_works_from_a_folder_below_the_top(repo, monkeypatch):
    (repo.root / "src/deep").mkdir(parents=True)
    monkeypatch.chdir(repo.root / "src/deep")
    run()
    assert (repo.root / CALLER).exists()
    assert not CALLER.exists()


def test_works_in_a_linked_worktree(repo, tmp_path, monkeypatch):
    other = repo.worktree(tmp_path / "other")
    monkeypatch.chdir(other.root)
    run()
    assert (other.root / CALLER).exists()
    assert not (repo.root / CALLER).exists()


def test_own_workflow_is_not_taken_for_ci(repo):
    run()
    assert json.loads(run("--format", "json").stdout)["workflows"] == ["Build"]


def test_repository_without_ci_gets_a_workflow_that_github_reads(repo):
    (repo.root / ".github/workflows/build.yml").unlink()
    said = run().stdout
    assert "No workflow that runs on push" in said
    assert "workflow_run" not in yaml.safe_load(CALLER.read_text())[True]


def test_workflow_that_cannot_be_read_is_named_and_left_out(repo):
    repo.write(".github/workflows/odd.yml", "on: [push\n")
    shown = json.loads(run("--format", "json").stdout)
    assert shown["workflows"] == ["Build"]
    assert any("odd.yml:" in warning for warning in shown["warnings"])


def test_json_says_the_same(repo):
    shown = json.loads(run("--format", "json", "--pin", SHA).stdout)
    assert shown["schema"] == 1
    assert [f["outcome"] for f in shown["files"]] == ["written", "written"]
    served = {row["name"]: row["serves"] for row in shown["secrets"]}
    assert "search (first)" in served["XAI_API_KEY"]
    assert served["ROUTEBOT_MARKER_KEY"] == []
    assert len(shown["next"]) == 3


def test_unreleased_copy_says_that_the_pin_is_missing(repo):
    has_pin = workflow_files.PLACEHOLDER not in workflow_files.TEMPLATE.read_text()
    assert ("zeros" in run().stdout) is not has_pin


def test_outside_a_repository_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no git repository"):
        run()


@pytest.mark.parametrize("pin", ["main", "v1", SHA[1:], SHA.upper(), f"{SHA}\n"])
def test_pin_is_a_whole_commit(repo, pin):
    with pytest.raises(UsageError, match="40 hexadecimal"):
        run("--pin", pin)


def test_link_out_of_the_repository_is_not_followed(repo, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (repo.root / ".github/workflows/build.yml").unlink()
    (repo.root / ".github/workflows").rmdir()
    (repo.root / ".github/workflows").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="out of the repository"):
        run()
    assert not list((tmp_path / "elsewhere").iterdir())
