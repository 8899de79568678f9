import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import policy
from bot.cli import config, models
from bot.errors import UsageError

FILE = Path(policy.PATH)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(command, *arguments):
        result = CliRunner().invoke(command, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.mark.parametrize("preset", policy.NAMES)
def test_init_writes_a_file_that_is_the_preset(run, preset):
    assert run(config.COMMAND, "init", "--preset", preset).exit_code == 0
    written = FILE.read_text(encoding="utf-8")
    expected = policy.load(f'preset = "{preset}"')
    assert policy.load(written) == expected
    uncommented = re.sub(r"(?m)^#(?=\S)", "", written)
    assert uncommented.count("\n[") > 10
    assert policy.load(uncommented) == expected


def test_every_setting_stands_in_the_written_file(run):
    run(config.COMMAND, "init")
    written = FILE.read_text(encoding="utf-8")
    for name in policy.Policy.model_fields:
        assert re.search(rf"(?m)^(# ?)?\[*{name}\b", written), name


def test_init_keeps_a_file_that_is_there(run):
    FILE.parent.mkdir()
    FILE.write_text("enabled = false", encoding="utf-8")
    with pytest.raises(UsageError, match="--force"):
        run(config.COMMAND, "init")
    assert FILE.read_text(encoding="utf-8") == "enabled = false"
    run(config.COMMAND, "init", "--force")
    assert policy.load(FILE.read_text(encoding="utf-8")) == policy.default()


def test_init_where_nothing_can_be_written_says_so(run):
    Path(".github").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(UsageError, match=r"routing\.toml"):
        run(config.COMMAND, "init")


def test_check_of_a_sound_policy_is_one_line(run):
    run(config.COMMAND, "init")
    result = run(config.COMMAND, "check")
    assert result.exit_code == 0
    assert result.output.count("\n") == 1
    assert ".github/routing.toml: sound" in result.output


def test_check_without_a_file_checks_the_default_policy(run):
    result = run(config.COMMAND, "check")
    assert result.exit_code == 0
    assert "default policy" in result.output


def test_check_tells_every_problem_and_exits_with_2(run):
    Path("mine.toml").write_text("enabld = true\nversion = 2\n", encoding="utf-8")
    result = run(config.COMMAND, "check", "mine.toml")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "mine.toml:1: enabld: unknown key; did you mean enabled?",
        "mine.toml:2: version: must be 1",
    ]


def test_check_refuses_a_debug_model_with_a_window_of_200k(run):
    Path("mine.toml").write_text(
        '[classes.reasoning]\nmodels = ["anthropic:claude-haiku-4-5"]\n',
        encoding="utf-8",
    )
    result = run(config.COMMAND, "check", "mine.toml", "--format", "json")
    assert result.exit_code == 2
    printed = json.loads(result.stdout)
    assert printed["schema"] == 1
    assert printed["sound"] is False
    (problem,) = printed["problems"]
    assert "tasks.debug can reach class reasoning" in problem
    assert "200,000" in problem


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_check_of_what_cannot_be_read_is_a_usage_error(run, name):
    with pytest.raises(UsageError, match=re.escape(name)):
        run(config.COMMAND, "check", name)


def test_models_shows_every_route_with_window_price_and_key(run, monkeypatch):
    monkeypatch.setenv("XAI_API_KEY", "x-secret-value")
    result = run(models.COMMAND)
    assert result.exit_code == 0
    row = next(line for line in result.output.splitlines() if "grok-4.7" in line)
    assert "500,000" in row
    assert "2 / 6 (4 / 12 above 199,999)" in row
    assert row.rstrip().endswith("present")
    assert "ANTHROPIC_API_KEY missing" in result.output
    assert "x-secret-value" not in result.output


def test_models_as_json(run):
    Path("mine.toml").write_text(
        '[classes.fast]\nmodels = ["compatible:mine@low"]\n', encoding="utf-8"
    )
    result = run(models.COMMAND, "--policy", "mine.toml", "--format", "json")
    printed = json.loads(result.stdout)
    assert printed["schema"] == 1
    first = printed["models"][0]
    assert first["class"] == "fast"
    assert first["route"] == "compatible:mine@low"
    assert first["context_window"] is None
    assert first["prices"] == []
    assert first["key_present"] is False


def test_models_say_that_a_key_stands_in_the_users_file(run, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "routebot/config.toml"
    file.parent.mkdir()
    file.write_text('[xai]\napi_key = "x-secret-value"\n')
    file.chmod(0o600)
    output = run(models.COMMAND).output
    row = next(line for line in output.splitlines() if "grok-4.7" in line)
    assert row.rstrip().endswith("present (config user)")
    assert "x-secret-value" not in output


def test_models_of_an_unknown_model_says_unknown(run):
    Path("mine.toml").write_text(
        'allowed_providers = ["compatible"]\n'
        '[classes.fast]\nmodels = ["compatible:mine"]\n',
        encoding="utf-8",
    )
    output = run(models.COMMAND, "--policy", "mine.toml").output
    row = next(line for line in output.splitlines() if "compatible:mine" in line)
    assert " ".join(row.split()) == "fast compatible:mine - unknown unknown not needed"
    assert "provider not allowed" in output
