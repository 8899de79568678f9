"""Asking a model: the shapes every provider shares, and the list of providers."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from bot.catalog import Route


@dataclass(frozen=True, slots=True)
class Request:
    """One question, whichever route it goes to.

    `schema` is the JSON Schema of the reply (None: free text). `max_output` counts
    tokens of thinking and answer together. `added` is what a second call on the same
    question adds after `user` (looked-up files, what was wrong with the reply), so
    that the provider's cache of the first call still holds. `seconds` is the longest
    the answer may take, None for as long as the run has.
    """

    system: str
    user: str
    schema: Mapping[str, Any] | None = None
    schema_name: str = "reply"
    web_search: bool = False
    max_output: int = 16_000
    added: str = ""
    seconds: float | None = None

    @property
    def user_text(self) -> str:
        """The question and what is added to it, for formats that have one text."""
        return f"{self.user}\n\n{self.added}" if self.added else self.user


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as billed; `usd` only where the provider itself states the bill.

    `is_estimate` says that some were not reported, but estimated from the texts.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    searches: int = 0
    usd: float | None = None
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A source the provider's own web search returned."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole, finished answer; a cut stream never becomes one."""

    text: str
    model: str
    usage: Usage
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What goes over the wire: path below the base URL, headers, JSON body."""

    path: str
    headers: Mapping[str, str] = field(repr=False)  # holds the key
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """One wire format; the object in its module is the registration.

    `build(request, route, key)` makes the HTTP request; `read(events)` consumes
    decoded SSE events (each a JSON object) and returns the completion, raising
    `ProviderError` for an error inside the stream. `replay(answer)` turns the one
    JSON object of a server that does not stream into such events. `efforts` are the
    words a route may carry after `@`. `needs_key` is False where a server without one
    is normal.
    """

    name: str
    base_url: str
    efforts: tuple[str, ...]
    has_web_search: bool
    build: Callable[[Request, Route, str], HttpRequest]
    read: Callable[[Iterable[Mapping[str, Any]]], Completion]
    replay: Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]]
    key_variable: str
    needs_key: bool = True


def names() -> tuple[str, ...]:
    """The names of all providers, sorted, without importing any."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Provider:
    """Import one provider; `name` is one of `names()`."""
    provider = import_module(f"bot.providers.{name}").PROVIDER
    assert isinstance(provider, Provider)
    return provider
