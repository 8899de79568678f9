"""One request over a real connection, and every way it can go wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import http, providers
from bot.catalog import Route
from bot.errors import (
    AuthRejected,
    HostError,
    ProviderError,
    RateLimited,
    Refused,
    TooLarge,
)
from bot.providers import Completion, Request
from tests.model_server import KEY, ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(params=providers.names())
def name(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


def send(
    server: ModelServer,
    name: str,
    *,
    key: str = KEY,
    seconds: float = 10,
    stream: bool = True,
) -> Completion:
    provider = providers.load(name)
    request = provider.build(Request("system", "user"), Route(name, "m"), key)
    # The loopback server streams as it is asked; others never do.
    request = replace(request, body={**request.body, "stream": stream})
    return http.complete(
        provider,
        server.base_urls[name],
        request=request,
        until=time.monotonic() + seconds,
    )


def test_brings_the_answer_back(server: ModelServer, name: str) -> None:
    server.answer("Hello ünïcode")
    assert send(server, name).text == "Hello ünïcode"
    assert server.requests[0].headers["accept"] == "text/event-stream"
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_server_that_does_not_stream_is_read_whole(
    server: ModelServer, name: str
) -> None:
    server.answer("Hello ünïcode")
    assert send(server, name, stream=False).text == "Hello ünïcode"


@pytest.mark.parametrize(
    ("fault", "kind", "is_retryable"),
    [
        ("rate_limited", RateLimited, True),
        ("quota", ProviderError, False),
        ("overloaded", ProviderError, True),
        ("server_error", ProviderError, True),
        ("unavailable", ProviderError, True),
        ("unauthorized", AuthRejected, False),
        ("forbidden", AuthRejected, False),
        ("unknown_model", ProviderError, False),
        ("gone", ProviderError, False),
        ("too_long", TooLarge, False),
        ("too_many_bytes", TooLarge, False),
        ("bad_request", ProviderError, False),
        ("redirect", ProviderError, False),
        ("html", ProviderError, True),
        ("half_json", ProviderError, True),
        ("list_json", ProviderError, True),
        ("gzip_bomb", ProviderError, False),
        ("flood", ProviderError, False),
        ("cut", ProviderError, True),
        ("ended", ProviderError, True),
        ("error_event", RateLimited, True),
        ("not_json", ProviderError, True),
        ("reset", ProviderError, True),
    ],
)
def test_every_fault_is_a_provider_error(
    server: ModelServer, name: str, fault: str, kind: type, is_retryable: bool
) -> None:
    server.fail(fault)
    with pytest.raises(ProviderError) as caught:
        send(server, name)
    assert type(caught.value) is kind
    assert caught.value.retryable is is_retryable
    assert KEY not in str(caught.value)
    assert "loopback server" not in str(caught.value)
    assert len(server.requests) == 1  # one owner of retries, and it is not here


def test_a_refusal_is_refused(server: ModelServer, name: str) -> None:
    server.answer("no", stop="refusal")
    with pytest.raises(Refused):
        send(server, name)


def test_a_wrong_key_names_its_variable_and_not_itself(
    server: ModelServer, name: str
) -> None:
    with pytest.raises(AuthRejected, match=providers.load(name).key_variable) as caught:
        send(server, name, key="wrong-key")
    assert "wrong-key" not in str(caught.value)


@pytest.mark.parametrize("key", ["a\nb", "a\r\nx-evil: 1", "schlüssel", "a\x00b"])
def test_a_key_that_no_header_holds_is_refused_before_it_is_sent(
    server: ModelServer, name: str, key: str
) -> None:
    with pytest.raises(AuthRejected) as caught:
        send(server, name, key=key)
    assert key not in str(caught.value)
    assert not server.requests


def test_retry_after_comes_along(server: ModelServer) -> None:
    server.fail("rate_limited", retry_after="12")
    with pytest.raises(RateLimited) as caught:
        send(server, "anthropic")
    assert caught.value.retry_after == 12


def test_a_dripping_stream_ends_at_the_deadline(server: ModelServer) -> None:
    server.answer("a long answer " * 20, drip=0.02)
    started = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        send(server, "openai", seconds=0.15)
    assert caught.value.retryable
    assert time.monotonic() - started < 1


def test_a_silent_stream_ends_at_the_deadline(server: ModelServer) -> None:
    server.answer("an answer", drip=0.4)
    started = time.monotonic()
    with pytest.raises(ProviderError):
        send(server, "openai", seconds=0.1)
    assert time.monotonic() - started < 0.35


def test_a_server_that_is_not_there_may_be_tried_again() -> None:
    with ModelServer() as gone:
        pass
    with pytest.raises(ProviderError, match="ConnectError") as caught:
        send(gone, "compatible")
    assert caught.value.retryable


def test_a_proxy_of_the_environment_is_not_asked_about_this_machine(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    server.answer("direct")
    assert send(server, "openai").text == "direct"


def test_a_lone_surrogate_in_the_prompt_does_not_stop_it(server: ModelServer) -> None:
    provider = providers.load("anthropic")
    request = Request("system", "before \ud800 after")
    built = provider.build(request, Route("anthropic", "m"), KEY)
    http.complete(provider, server.url, request=built, until=time.monotonic() + 10)
    assert "before ? after" in server.requests[0].text


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5h://127.0.0.1:9"),
        ("HTTPS_PROXY", "gopher://127.0.0.1:9"),
        ("SSL_CERT_FILE", "/nowhere/to/be.found"),
    ],
)
def test_an_environment_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    _set_alone(monkeypatch, variable, value)
    provider = providers.load("anthropic")
    request = provider.build(Request("s", "u"), Route("anthropic", "m"), KEY)
    with pytest.raises(ProviderError, match=variable) as caught:
        http.complete(
            provider,
            "https://a.example",
            request=request,
            until=time.monotonic() + 1,
        )
    assert not caught.value.retryable
    with pytest.raises(HostError, match=variable):
        http.download("https://codeload.github.com/x", limit=9, host="api.github.com")


def _set_alone(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    for other in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(variable, value)


@pytest.mark.parametrize(
    "url",
    [
        "https://[codeload.github.com/x",
        "https://[::1]x/",
        "https://a\u2100.github.com/x",
        "https://codeload.github.com:port/x",
        "https://codeload.github.com/\x00",
        "",
    ],
)
def test_an_address_that_is_none_is_a_host_error(url: str) -> None:
    with pytest.raises(HostError):
        http.download(url, limit=9, host="api.github.com")


def test_what_is_printed_of_a_request_holds_no_key(name: str) -> None:
    provider = providers.load(name)
    request = provider.build(Request("s", "u"), Route(name, "m"), "the-key")
    assert "the-key" not in repr(request)


def test_deciding_what_to_ask_does_not_load_the_http_library() -> None:
    code = (
        "import sys; import bot.ask; from bot import providers;"
        "[providers.load(name) for name in providers.names()];"
        "sys.exit('httpx' in sys.modules or 'pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
