"""Which base URLs pass, and what the others are told."""

from __future__ import annotations

import pytest

from bot.errors import UsageError
from bot.wire.address import check_base_url, is_loopback, is_private


@pytest.mark.parametrize(
    "url",
    [
        "https://api.anthropic.com",
        "https://gateway.example.com/openai/v1",
        "https://gateway.example.com:8443/v1",
        "https://8.8.8.8/v1",
    ],
)
def test_public_https_passes(url: str) -> None:
    assert check_base_url(url, allow_private=False) == url


def test_the_last_slash_is_cut() -> None:
    assert check_base_url("https://a.example/v1/", allow_private=False).endswith("/v1")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "build.internal",
        "nas.local",
        "ollama",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "10.0.0.8",
        "172.16.5.4",
        "192.168.1.2",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
    ],
)
def test_private_hosts_need_the_users_word(host: str) -> None:
    url = f"https://{host}/v1"
    with pytest.raises(UsageError, match="ROUTEBOT_ALLOW_PRIVATE_HOSTS=1"):
        check_base_url(url, allow_private=False)
    assert check_base_url(url, allow_private=True) == url


def test_plain_http_needs_the_users_word() -> None:
    with pytest.raises(UsageError, match="https://"):
        check_base_url("http://a.example/v1", allow_private=False)
    assert check_base_url("http://a.example/v1", allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.openai.com",
        "ftp://a.example",
        "file:///etc/passwd",
        "https://",
        "https://user:hunter2@a.example",
        "https://@a.example",
        "https://a.example/?key=hunter2",
        "https://a.example/#x",
        "https://a.example/\nx",
        "https://a.example/ x",
        "https://a.example:port",
        "https://[::1",
        "https://ä.example",
    ],
)
def test_what_is_no_plain_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError, match="https://host/path") as caught:
        check_base_url(url, allow_private=True)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["models.github.ai", "Models.GitHub.AI."])
def test_github_models_is_said_to_be_retired(host: str) -> None:
    with pytest.raises(UsageError, match=r"retired.*compatible-base-url"):
        check_base_url(f"https://{host}/inference", allow_private=True)


def test_loopback_is_told_from_private() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert is_loopback("localhost")
    assert not is_loopback("10.0.0.1")
    assert is_private("10.0.0.1")
    assert not is_private("localhost.example.com")
