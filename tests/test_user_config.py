from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot import user_config
from bot.errors import UsageError
from bot.user_config import UserConfig

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def put(environ: dict[str, str], text: str, *, mode: int = 0o600) -> Path:
    file = user_config.path(environ)
    file.parent.mkdir(parents=True)
    file.write_text(text)
    file.chmod(mode)
    return file


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({"HOME": "/h"}, "/h/.config/routebot"),
        ({"USERPROFILE": "/u"}, "/u/.config/routebot"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x/routebot"),
        ({"HOME": "/h", "APPDATA": "/a"}, "/a/routebot"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "inside/the/repository"}, None),
    ],
)
def test_folder_is_the_users_and_never_relative(
    given: dict[str, str], folder: str | None
) -> None:
    assert user_config.folder(given) == Path(folder or "/h/.config/routebot")


@pytest.mark.parametrize("given", [{}, {"HOME": "."}, {"XDG_CONFIG_HOME": "x"}])
def test_without_a_home_nothing_is_read_and_nothing_written(
    given: dict[str, str],
) -> None:
    assert user_config.load(given) == UserConfig()
    with pytest.raises(UsageError, match="where is your home"):
        user_config.write(UserConfig(), given)


def test_what_is_set_is_written_for_the_owner_alone_and_read_again(
    environ: dict[str, str],
) -> None:
    config = user_config.changed(
        UserConfig(),
        [
            ("network", "true"),
            ("max_usd", "0.5"),
            ("allowed_providers", "anthropic, openai"),
            ("anthropic.api_key", KEY),
            ("openai.api_key_env", "WORK_KEY"),
            ("compatible.base_url", "http://127.0.0.1:8080/v1"),
        ],
    )

    file = user_config.write(config, environ)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert user_config.load(environ) == config
    assert KEY not in repr(config)
    assert user_config.load(environ).uses_network


def test_empty_value_removes_a_setting(environ: dict[str, str]) -> None:
    config = UserConfig({"network": True, "xai.api_key": KEY})

    config = user_config.changed(config, [("xai.api_key", ""), ("max_usd", "")])

    assert config == UserConfig({"network": True})


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("netwrk", "true", "no setting netwrk"),
        ("network", "yes", "network is true or false"),
        ("max_usd", "much", "max_usd is a number"),
        ("max_usd", "nan", "max_usd is a number"),
        ("max_usd", "-1", "max_usd is a number"),
        ("xai.api_key_env", "$KEY", "the name of an environment variable"),
        ("xai.api_key", "se\ncret", "not printable ASCII"),
        ("xai.api_key", "s\u00e9cret", "not printable ASCII"),
    ],
)
def test_wrong_setting_is_named_without_its_value(
    key: str, value: str, words: str
) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        user_config.changed(UserConfig(), [(key, value)])
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("network = 'yes'\n", "network must be true or false"),
        ("max_usd = true\n", "max_usd must be a number"),
        ("[anthropic]\napi_key = 1\n", "anthropic.api_key must be a text"),
        ("[anthropic]\nkey = 'x'\n", "no setting anthropic.key"),
        ("[anthropic.api_key]\nx = 1\n", "anthropic.api_key must be a text|no setting"),
        (f"api_key = '{KEY}\n", "not TOML"),
    ],
)
def test_file_that_cannot_be_used_is_one_line_without_a_key(
    environ: dict[str, str], text: str, words: str
) -> None:
    put(environ, text)

    with pytest.raises(UsageError, match=words) as caught:
        user_config.load(environ)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_file_that_others_can_read_or_write_is_not_used(
    environ: dict[str, str], mode: int
) -> None:
    put(environ, "network = true\n", mode=mode)

    with pytest.raises(UsageError, match="chmod 600"):
        user_config.load(environ)


def test_variables_stand_for_the_file_and_the_environment_wins() -> None:
    config = UserConfig(
        {
            "network": True,
            "allow_private_hosts": True,
            "max_usd": 0.5,
            "anthropic.api_key": KEY,
            "openai.api_key": KEY,
            "openai.api_key_env": "WORK_KEY",
            "xai.api_key_env": "NOT_SET",
            "xai.base_url": "https://gateway.example",
        }
    )
    environ = {"ANTHROPIC_API_KEY": "of-the-shell", "WORK_KEY": "of-work"}

    assert user_config.variables(config, environ) == {
        "ROUTEBOT_ALLOW_PRIVATE_HOSTS": "true",
        "ROUTEBOT_MAX_USD": "0.5",
        "OPENAI_API_KEY": "of-work",
        "ROUTEBOT_XAI_BASE_URL": "https://gateway.example",
    }
    assert user_config.named_variables(config) == ("WORK_KEY", "NOT_SET")


def test_keys_are_never_shown() -> None:
    config = UserConfig(
        {"network": True, "xai.api_key": KEY, "openai.api_key_env": "WORK_KEY"}
    )

    shown = dict(user_config.shown(config, {"WORK_KEY": KEY}))
    unset = dict(user_config.shown(config, {}))

    assert shown == {
        "network": "true",
        "openai.api_key_env": '"WORK_KEY"',
        "xai.api_key": "(set)",
    }
    assert unset["openai.api_key_env"] == '"WORK_KEY"  (not set in this terminal)'


def test_write_does_not_follow_a_link(environ: dict[str, str], tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine\n")
    file = user_config.path(environ)
    file.parent.mkdir(parents=True)
    file.symlink_to(precious)

    user_config.write(UserConfig({"network": False}), environ)

    assert precious.read_text() == "mine\n"
