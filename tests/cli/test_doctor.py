from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import policy, workflow_files
from bot.cli import checkout, doctor, init
from bot.errors import UsageError
from tests import repositories
from tests.action_run import run as run_action
from tests.github_server import GitHubServer

SHA = "c" * 40
CI = "name: CI\non: [push, pull_request]\njobs: {}\n"
CI_PATH = ".github/workflows/ci.yml"
CALLER = Path(workflow_files.CALLER)


@pytest.fixture
def repo(tmp_path, monkeypatch):
    made = repositories.make(tmp_path / "work", {CI_PATH: CI})
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def github(monkeypatch):
    with GitHubServer() as server:
        monkeypatch.setenv("GITHUB_API_URL", server.base_url)
        monkeypatch.setenv("GITHUB_REPOSITORY", "octo/sample")
        yield server


def set_up():
    CliRunner().invoke(init.COMMAND, ["--pin", SHA], standalone_mode=False)


def examined(*arguments):
    """Run the doctor; returns the exit status and the checks by name."""
    done = CliRunner().invoke(
        doctor.COMMAND, [*arguments, "--format", "json"], standalone_mode=False
    )
    if done.exception:
        raise done.exception
    shown = json.loads(done.stdout)
    return done.return_value, {check["name"]: check for check in shown["checks"]}


def states(found):
    return {name: check["state"] for name, check in found.items()}


def test_fresh_repository_is_told_to_run_init(repo):
    status, found = examined()
    assert status == 1
    assert found["workflow"]["state"] == "fail"
    assert "routebot init" in found["workflow"]["todo"]


def test_after_init_only_the_key_is_missing_and_github_unchecked(repo):
    set_up()
    status, found = examined()
    assert status == 0
    assert states(found) == {
        "python": "ok",
        "policy": "ok",
        "workflow": "ok",
        "triggers": "ok",
        "ci": "ok",
        "keys": "warn",
        "token": "unchecked",
        "forks": "unchecked",
    }
    assert "ANTHROPIC_API_KEY" in found["keys"]["todo"]
    assert "GITHUB_TOKEN" in found["token"]["todo"]


def test_one_key_makes_every_class_usable_and_is_not_shown(repo, monkeypatch):
    set_up()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-of-mine")
    _, found = examined()
    assert found["keys: balanced"]["said"].startswith("anthropic:")
    assert found["keys: search"]["said"].startswith("anthropic:")
    assert "sk-ant-of-mine" not in json.dumps(found)


def test_own_file_gives_keys_and_addresses_and_is_named(repo, monkeypatch, tmp_path):
    set_up()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "routebot/config.toml"
    file.parent.mkdir()
    file.write_text(
        '[anthropic]\napi_key = "sk-ant-of-mine"\n'
        '[openai]\nbase_url = "http://10.0.0.1/v1"\n'
    )
    file.chmod(0o600)
    _, found = examined()
    said = f"ANTHROPIC_API_KEY, ROUTEBOT_OPENAI_BASE_URL from {file}"
    assert found["own settings"]["said"] == said
    assert found["keys: balanced"]["said"].startswith("anthropic:")
    assert "fail" in [c["state"] for n, c in found.items() if n.startswith("base url")]
    assert "sk-ant-of-mine" not in json.dumps(found)
    file.chmod(0o644)
    status, found = examined()
    assert status == 1
    assert "chmod 600" in found["own settings"]["said"]
    assert found["keys"]["state"] == "warn"


def test_policy_that_is_wrong_is_shown_with_its_line(repo):
    set_up()
    Path(policy.PATH).write_text("version = 1\nenabeld = true\n")
    status, found = examined()
    assert status == 1
    assert f"{policy.PATH}:2: enabeld" in found["policy"]["said"]


def test_base_url_that_may_not_be_asked_fails(repo, monkeypatch):
    set_up()
    monkeypatch.setenv("ROUTEBOT_OPENAI_BASE_URL", "http://10.0.0.1/v1")
    monkeypatch.setenv("ROUTEBOT_XAI_BASE_URL", "https://gateway.example.com/v1")
    status, found = examined()
    assert status == 1
    assert found["base url: openai"]["state"] == "fail"
    assert found["base url: xai"]["state"] == "ok"


@pytest.mark.parametrize(
    ("before", "after", "name", "state"),
    [
        ('workflows: ["CI"]', 'workflows: ["Build"]', "ci", "fail"),
        ("      issues: write # ", "      # ", "permissions", "fail"),
        (SHA, "0" * 40, "pin", "fail"),
        (SHA, "main", "pin", "warn"),
        ("  issue_comment:", "  fork:", "triggers", "warn"),
        ("api-key: ", "other: ", "secrets", "warn"),
    ],
)
def test_workflow_that_was_changed_is_found_out(repo, before, after, name, state):
    set_up()
    text = CALLER.read_text()
    assert before in text
    CALLER.write_text(text.replace(before, after))
    status, found = examined()
    assert found[name]["state"] == state
    assert found[name]["todo"]
    assert status == (1 if state == "fail" else 0)


def test_ci_workflow_that_came_later_is_noticed(repo):
    set_up()
    repo.write(".github/workflows/lint.yml", "name: Lint\non: push\n")
    _, found = examined()
    assert found["ci"]["state"] == "warn"
    assert found["ci"]["todo"].endswith("Lint")


def test_workflow_that_is_not_pushed_yet_is_noticed(repo, github, monkeypatch):
    set_up()
    github.repository(files={CI_PATH: CI})
    monkeypatch.setenv("GITHUB_TOKEN", github.user_token)
    status, found = examined()
    assert status == 1
    assert found["token"]["state"] == "ok"
    assert "commit and push" in found["pushed"]["todo"]


def test_repository_on_github_is_read_there(github, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    caller = workflow_files.render(["CI"], pin=SHA)
    files = {CI_PATH: CI, str(CALLER): caller, policy.PATH: "version = 1\n"}
    github.repository("octo/other", files=files)
    monkeypatch.setenv("GITHUB_TOKEN", github.write_token)
    status, found = examined("--repo", "octo/other")
    assert status == 0
    assert found["workflow"]["said"] == f"{CALLER} in octo/other"
    assert found["ci"]["said"] == "waits for CI"
    assert found["policy"]["said"].startswith(policy.PATH)
    assert found["author"]["state"] == "ok"
    assert not github.write_attempts


def test_person_who_may_only_read_is_told_where_answers_go(github, monkeypatch, repo):
    set_up()
    github.repository()
    reader = github.token("reader", value="ghp_" + "q" * 36, can_write=False)
    monkeypatch.setenv("GITHUB_TOKEN", reader)
    _, found = examined()
    assert found["token"]["state"] == "warn"
    assert "job summary" in found["token"]["todo"]


def test_token_of_another_account_than_the_bots_is_noticed(github, monkeypatch, repo):
    set_up()
    github.repository()
    monkeypatch.setenv("GITHUB_TOKEN", github.user_token)
    _, found = examined()
    assert found["author"]["state"] == "warn"
    assert "bot-login: maintainer" in found["author"]["todo"]


def test_token_that_may_not_ask_whose_it_is_goes_by_the_login(
    github, monkeypatch, repo
):
    set_up()
    github.repository()
    github.viewer_is_refused = True
    monkeypatch.setenv("GITHUB_TOKEN", github.write_token)
    _, found = examined()
    assert found["author"]["state"] == "ok"
    assert "github-actions[bot]" in found["author"]["said"]


@pytest.mark.parametrize(
    ("token", "name", "state"),
    [
        ("ghp_nobodys", "octo/sample", "fail"),
        ("", "octo/nothing", "fail"),
    ],
)
def test_token_that_does_not_reach_the_repository_fails(
    github, monkeypatch, repo, token, name, state
):
    set_up()
    github.repository()
    monkeypatch.setenv("GITHUB_TOKEN", token or github.user_token)
    monkeypatch.setenv("GITHUB_REPOSITORY", name)
    status, found = examined()
    assert found["token"]["state"] == state
    assert status == 1


@pytest.mark.parametrize(
    ("path", "unchecked"), [("", {"token"}), ("/contents/", {"pushed"})]
)
def test_what_github_does_not_say_is_unchecked_and_the_rest_is_checked(
    github, monkeypatch, repo, path, unchecked
):
    set_up()
    github.repository()
    limited = {"message": "API rate limit exceeded"}
    github.fail("GET", f"/repos/octo/sample{path}", 403, times=20, body=limited)
    monkeypatch.setenv("GITHUB_TOKEN", github.user_token)
    _, found = examined()
    assert found["policy"]["state"] == "ok"
    assert found["workflow"]["state"] == "ok"
    for name in unchecked:
        assert found[name]["state"] == "unchecked"
        assert found[name]["todo"]


def test_repository_whose_files_may_not_be_read_is_unchecked(
    github, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    github.repository()
    github.fail("GET", "/repos/octo/sample/contents/", 403, times=20, body={})
    monkeypatch.setenv("GITHUB_TOKEN", github.write_token)
    status, found = examined("--repo", "octo/sample")
    assert status == 0
    assert found["token"]["state"] == "ok"
    assert found["workflow"]["state"] == "unchecked"


def test_outside_a_repository_it_says_what_it_could_not_see(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, found = examined()
    assert status == 0
    assert found["workflow"]["state"] == "unchecked"
    assert "--repo" in found["workflow"]["todo"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@github.com:octo/sample.git", "octo/sample"),
        ("https://github.com/octo/sample", "octo/sample"),
        ("ssh://git@github.com/octo/sam.ple.git", "octo/sam.ple"),
        ("/srv/nowhere", "srv/nowhere"),
    ],
)
def test_repository_is_known_by_its_origin(repo, url, name):
    repo.git("remote", "add", "upstream", "https://github.com/up/stream")
    repo.git("remote", "add", "origin", url)
    done = CliRunner().invoke(
        doctor.COMMAND, ["--format", "json"], standalone_mode=False
    )
    assert json.loads(done.stdout)["repository"] == name


def test_a_worktree_has_the_origin_of_its_repository(repo, tmp_path):
    repo.git("remote", "add", "origin", "https://github.com/octo/sample")
    repo.git("commit", "--allow-empty", "-m", "first")
    repo.git("worktree", "add", str(tmp_path / "beside"))
    assert checkout.origin(tmp_path / "beside") == "octo/sample"


def test_text_says_what_to_do_below_each_line(repo):
    done = CliRunner().invoke(doctor.COMMAND, [], standalone_mode=False)
    lines = done.stdout.splitlines()
    place = lines.index("FAIL  workflow: no workflow in this checkout calls routebot")
    assert "routebot init" in lines[place + 1]
    assert lines[-1] == "1 problem; 2 not looked at"


def test_from_nothing_to_the_first_comment_without_an_edit_by_hand(
    repo, github, monkeypatch, tmp_path
):
    """Init, push, an issue: the edits by hand are a key and a commit."""
    set_up()
    files = {
        path: (repo.root / path).read_text()
        for path in (CI_PATH, str(CALLER), policy.PATH)
    }
    sample = github.repository(files=files)
    monkeypatch.setenv("GITHUB_TOKEN", github.write_token)
    status, _ = examined()
    assert status == 0
    body = "It crashes.\n\nTraceback (most recent call last):\nKeyError: 'shelves'"
    issue = sample.issue("Crash on start", body, author="maintainer")
    payload = sample.event("issues", "opened", issue)
    ran = run_action(github, "issues", payload, folder=tmp_path)
    assert ran.status == 0, ran.errors
    (comment,) = sample.comments.values()
    assert comment.issue is issue
    assert "routebot:v1" in comment.body


def test_what_was_not_looked_at_is_not_called_sound(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(doctor.COMMAND, [], standalone_mode=False)
    assert done.return_value == 0
    assert done.stdout.splitlines()[-1] == "no problem found; 4 not looked at"


def test_a_repository_that_was_named_is_not_asked_for_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, found = examined("--repo", "octo/sample")
    assert found["policy"]["said"] == "octo/sample could not be read on GitHub"
    assert found["policy"]["todo"] == ""


@pytest.mark.parametrize("name", ["nonsense", "a/b/c", "/x", "https://github.com/o/r"])
def test_a_repository_is_named_by_owner_and_name(repo, name):
    with pytest.raises(UsageError, match="owner/name"):
        examined("--repo", name)
