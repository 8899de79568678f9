"""Which base URLs a provider may have; needs no HTTP library."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from bot.errors import UsageError

_RETIRED = frozenset({"models.github.ai", "models.inference.ai.azure.com"})
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_ALLOW = "set ROUTEBOT_ALLOW_PRIVATE_HOSTS=1 if that is meant"


def check_base_url(url: str, *, allow_private: bool) -> str:
    """Return `url` without its last slash if a provider may be asked there.

    Only https and public hosts pass; with `allow_private` (a user's own choice, never
    a repository's) also http and hosts of one's own network. Names are not resolved.
    Raises `UsageError` saying what to write instead.
    """
    parts = _parts(url)
    host = (parts.hostname or "").rstrip(".")
    if host in _RETIRED:
        raise UsageError(
            "GitHub Models was retired on 2026-07-30; give an address that speaks "
            "Chat Completions as compatible-base-url instead"
        )
    if parts.scheme != "https" and not allow_private:
        raise UsageError(f"a base URL must start with https:// ({host}); {_ALLOW}")
    if is_private(host) and not allow_private:
        raise UsageError(f"{host} is a private or local host; {_ALLOW}")
    return url.rstrip("/")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise UsageError("a base URL cannot be read; write https://host/path") from None
    odd = parts.username is not None or parts.query or parts.fragment
    control = any(not "!" <= char <= "~" for char in url)
    if parts.scheme not in ("https", "http") or not parts.hostname or odd or control:
        # The text itself may hold a password, so it is not repeated.
        raise UsageError(
            "a base URL is https://host/path, without user, query or fragment"
        )
    return parts


def is_private(host: str) -> bool:
    """Say whether a host name is local by form: an address or name of one's own net.

    Short and numeric spellings of addresses (127.1, 0x7f000001) count as addresses.
    """
    address = _address(host.strip("[]"))
    if address is not None:
        mapped = getattr(address, "ipv4_mapped", None)
        return not (mapped or address).is_global
    return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, where no proxy stands in between."""
    address = _address(host.strip("[]"))
    return host == "localhost" if address is None else address.is_loopback
