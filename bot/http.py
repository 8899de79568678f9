"""HTTP to providers and GitHub's stores; the one module that knows the HTTP library."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from bot.errors import AuthRejected, HostError, ProviderError
from bot.providers import Completion, HttpRequest, Provider
from bot.wire import faults, sse
from bot.wire.address import is_loopback

Result = TypeVar("Result")

MAX_BODY = 8 * 1024 * 1024  # bytes; the longest answers are well below 1 MiB
IDLE = 60.0  # seconds without a byte
_CONNECT = 10.0  # seconds
_MAX_ERROR_BODY = 64 * 1024  # bytes
_LOG_SECONDS = 120.0
_LOG_STORES = (
    ".blob.core.windows.net",
    ".actions.githubusercontent.com",
    ".githubusercontent.com",
)
# Where GitHub packs the files of a commit.
_ARCHIVES = ("codeload.github.com",)
_HEADERS = {
    "accept": "text/event-stream",
    # A compressed stream could unpack to anything; none is asked for or taken.
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": "routebot",
}


def complete(
    provider: Provider,
    base_url: str,
    *,
    request: HttpRequest,
    until: float,
    now: Callable[[], float] = time.monotonic,
) -> Completion:
    """Send one request to `base_url` and read its whole answer; never retries.

    `until` is an instant of `now()` in seconds. Every failure, the library's own too,
    becomes a `ProviderError` whose text holds neither body nor key.
    """
    headers = _headers(provider, request.headers)
    try:
        with (
            _client(base_url, until - now()) as client,
            client.stream(
                "POST",
                base_url + request.path,
                headers=headers,
                content=_encode(request.body),
            ) as response,
            _cut_after(response, until - now()),
        ):
            kind = _checked(provider, response)
            chunks = _chunks(response, until - now())
            return provider.read(_DECODERS[kind](provider, chunks))
    except httpx.TimeoutException as exc:
        raise ProviderError("no answer in time", retryable=True) from exc
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
        reason = type(exc).__name__
        raise ProviderError(
            f"the connection failed ({reason})", retryable=True
        ) from exc


def download(url: str, *, limit: int, host: str, allow_private: bool = False) -> bytes:
    """Fetch a signed address that GitHub redirected to, without any credential.

    Reads at most `limit` bytes. Raises `HostError` as `streamed` does.
    """

    def read(chunks: Iterator[bytes]) -> bytes:
        return _start_of(chunks, limit)

    return streamed(url, read, host=host, allow_private=allow_private)


def streamed(
    url: str,
    read: Callable[[Iterator[bytes]], Result],
    *,
    host: str,
    allow_private: bool = False,
) -> Result:
    """Hand what lies at such an address to `read` while it comes in.

    Only the stores GitHub keeps files in and `host`, the API's own, are asked, and no
    redirect is followed (contract T27). Raises `HostError` with the HTTP status, in
    the midst of `read` where the connection breaks.
    """
    is_safe = url.startswith("https://") or allow_private
    if not is_safe or not _is_store(url, host):
        raise HostError("the file lies on a host that is not GitHub's")
    try:
        with (
            _client(url, IDLE) as client,
            client.stream("GET", url, headers={"user-agent": "routebot"}) as response,
            _cut_after(response, _LOG_SECONDS),
        ):
            if response.status_code != 200:
                status = response.status_code
                raise HostError(f"GitHub's store answered {status}", status=status)
            return read(response.iter_bytes())
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
        raise HostError(
            f"GitHub's store did not answer ({type(exc).__name__})"
        ) from exc
    except ProviderError as exc:
        # The environment's proxy or certificates, which are the user's to mend.
        raise HostError(str(exc)) from exc


def _is_store(url: str, host: str) -> bool:
    try:
        asked = urlsplit(url).hostname or ""
    except ValueError:
        return False
    is_known = asked in (host, *_ARCHIVES, f"codeload.{host}")
    return is_known or asked.endswith(_LOG_STORES)


def _headers(provider: Provider, headers: Mapping[str, str]) -> Mapping[str, str]:
    # The library's own errors on such a header quote it, and so the key.
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise AuthRejected(
            f"the key holds characters no key has, check {provider.key_variable}"
        )
    return {**_HEADERS, **headers}


def _encode(body: Mapping[str, Any]) -> bytes:
    # A lone surrogate in an event's text has no UTF-8; it becomes a question mark.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _client(base_url: str, seconds: float) -> httpx.Client:
    wait = max(min(IDLE, seconds), 0.001)
    try:
        return httpx.Client(
            follow_redirects=False,
            timeout=httpx.Timeout(wait, connect=min(_CONNECT, wait)),
            # The environment's proxies are the user's; a repository cannot set them.
            trust_env=not is_loopback(urlsplit(base_url).hostname or ""),
        )
    except (ImportError, OSError, ValueError) as exc:
        # A SOCKS proxy, one of no known scheme, or certificates that are not there.
        raise ProviderError(
            "the environment's proxy or certificates cannot be used, "
            "check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE"
        ) from exc


@contextmanager
def _cut_after(response: httpx.Response, seconds: float) -> Iterator[None]:
    # The idle limit starts anew with every byte; the deadline must not.
    stream = response.extensions["network_stream"]
    timer = threading.Timer(max(seconds, 0.0), _shut, [stream.get_extra_info("socket")])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connection: socket.socket) -> None:
    # The plain method, also for TLS: its own would unwrap under the reader's feet.
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return  # closed meanwhile


def _checked(provider: Provider, response: httpx.Response) -> str:
    """The kind of what comes, one of `_DECODERS`."""
    if response.status_code != 200:
        body = _start_of(response.iter_raw(), _MAX_ERROR_BODY)
        raise faults.from_response(
            provider, response.status_code, headers=response.headers, body=body
        )
    said = str(response.headers.get("content-type", ""))
    kind = said.partition(";")[0].strip().lower()
    if kind not in _DECODERS:
        raise ProviderError("a page instead of a stream, from a proxy?", retryable=True)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ProviderError("the stream is compressed, which was not asked for")
    return kind


def _stream(
    _provider: Provider, chunks: Iterator[bytes]
) -> Iterator[Mapping[str, Any]]:
    return sse.events(chunks)


def _whole(provider: Provider, chunks: Iterator[bytes]) -> Iterator[Mapping[str, Any]]:
    """Some servers and gateways do not stream, whatever they are asked for."""
    try:
        answer = json.loads(b"".join(chunks))
    except (ValueError, RecursionError) as exc:
        raise ProviderError("the answer is not JSON", retryable=True) from exc
    if not isinstance(answer, dict):
        raise ProviderError("the answer is not a JSON object", retryable=True)
    yield from provider.replay(answer)


_DECODERS = {"text/event-stream": _stream, "application/json": _whole}


def _start_of(chunks: Iterator[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) >= limit:
            break
    return bytes(body[:limit])


def _chunks(response: httpx.Response, seconds: float) -> Iterator[bytes]:
    end = time.monotonic() + seconds
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > MAX_BODY:
            raise ProviderError("the answer passes 8 MiB")
        if time.monotonic() > end:
            raise ProviderError("the deadline passed", retryable=True)
        yield chunk
