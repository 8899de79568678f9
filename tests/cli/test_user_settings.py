from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import config as command
from bot.cli import own_inputs
from bot.errors import UsageError

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def user(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(
        command.COMMAND, ["user", *arguments], input=typed, standalone_mode=False
    )


def test_sets_shows_and_removes(home: Path) -> None:
    file = home / ".config/routebot/config.toml"

    assert "nothing set yet" in user().output
    done = user("--set", "network=true", "--set", f"xai.api_key={KEY}", "--show")
    assert done.output == (
        f"wrote {file}, readable by you alone\n"
        f"{file}:\n  network = true\n  xai.api_key = (set)\n"
    )
    assert user("--set", "xai.api_key=").output.count("\n") == 1
    assert user("--show").output == f"{file}:\n  network = true\n"


def test_key_without_a_value_is_asked_for_and_not_shown(home: Path) -> None:
    done = user("--set", "openai.api_key", typed=f"{KEY}\n")

    assert KEY not in done.output
    assert KEY in (home / ".config/routebot/config.toml").read_text()


def test_unknown_key_writes_nothing(home: Path) -> None:
    done = user("--set", "network=true", "--set", "endpoint=x")

    assert isinstance(done.exception, UsageError)
    assert not (home / ".config").exists()


def test_inputs_are_filled_up_from_the_file_and_keys_leave_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user("--set", "openai.api_key_env=WORK_KEY", "--set", f"xai.api_key={KEY}")
    monkeypatch.setenv("WORK_KEY", "of-work-0123456789")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "of-the-shell-0123")

    inputs = own_inputs.read()

    assert inputs.keys == {
        "anthropic": "of-the-shell-0123",
        "openai": "of-work-0123456789",
        "xai": KEY,
    }
    assert not {"WORK_KEY", "ANTHROPIC_API_KEY", "XAI_API_KEY"} & set(os.environ)
