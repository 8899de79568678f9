"""Asking routes in turn: deadline, retries and fallback have this one owner."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot import providers
from bot.catalog import Route
from bot.context import fit
from bot.errors import (
    AuthRejected,
    ProviderError,
    RateLimited,
    Refused,
    TooLarge,
    UsageError,
)
from bot.providers import Completion, HttpRequest, Provider, Request
from bot.wire.address import check_base_url

TRIES = 3  # a route
_FIRST_WAIT = 1.0  # seconds, doubled for each further try
_MAX_WAIT = 20.0  # seconds
_NO_TIME = "no time left"


def _below(limit: float) -> float:
    return random.uniform(0, limit)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as `ask` sees it, in seconds; tests bring their own.

    `jitter(limit)` draws a wait between 0 and `limit`.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float], float] = _below


@dataclass(frozen=True, slots=True)
class Access:
    """What the doors know about reaching providers, by provider name.

    `base_urls` replace a provider's own address; `allow_private` lets them be plain
    http or hosts of one's own network.
    """

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_urls: Mapping[str, str] = field(default_factory=dict)
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer and how it was come by.

    `fallbacks` are the routes that failed before `route`, each with its reason;
    `http_retries` counts tries beyond the first, over all routes.
    """

    route: Route
    completion: Completion
    fallbacks: tuple[tuple[Route, str], ...]
    http_retries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Ready:
    """A route with everything needed to send it."""

    provider: Provider
    base_url: str
    request: HttpRequest


@dataclass(slots=True)
class _Run:
    """The clock, the deadline and the count of retries of one `ask`."""

    clock: Clock
    deadline: float
    retries: int = 0


def no_count(_route: Route) -> None:
    """Count nothing: the default `before_call`."""


def ask(
    routes: Sequence[Route],
    request: Request,
    *,
    access: Access,
    deadline: float,
    before_call: Callable[[Route], None] = no_count,
    clock: Clock = Clock(),
) -> Asked:
    """Ask the routes in order until one gives a whole answer.

    `deadline` is an instant of `clock.now()`, which `request.seconds` can only bring
    nearer. `before_call(route)` runs before the
    first try of each route and may raise (`BudgetSpent`), which ends everything.
    Raises the most telling `ProviderError` naming every route and its reason.
    """
    started = clock.now()
    if request.seconds is not None:
        deadline = min(deadline, started + request.seconds)
    run = _Run(clock, deadline)
    failures: list[tuple[Route, ProviderError]] = []
    for route in routes:
        try:
            ready = _prepare(route, request, access)
            if clock.now() >= deadline:
                raise ProviderError(_NO_TIME, retryable=True)
            before_call(route)
            completion = _try(ready, run)
        except ProviderError as exc:
            failures.append((route, exc))
            continue
        return Asked(
            route,
            _counted(completion, request, route),
            fallbacks=tuple((failed, str(exc)) for failed, exc in failures),
            http_retries=run.retries,
            seconds=clock.now() - started,
        )
    raise _telling(failures)


def _counted(completion: Completion, request: Request, route: Route) -> Completion:
    """Estimate the tokens of a server that reports none: not known is not free."""
    if completion.usage.input_tokens or completion.usage.output_tokens:
        return completion
    family = fit.family_of(route.provider, route.model)
    read = f"{request.system}\n{request.user_text}"
    usage = replace(
        completion.usage,
        input_tokens=fit.tokens(read, family=family),
        output_tokens=fit.tokens(completion.text, family=family),
        is_estimate=True,
    )
    return replace(completion, usage=usage)


class _NotSetUp(ProviderError):
    """A route that was never sent: its key or address is missing."""


def _prepare(route: Route, request: Request, access: Access) -> _Ready:
    if route.provider not in providers.names():
        raise _NotSetUp(f"no such provider; there are {', '.join(providers.names())}")
    provider = providers.load(route.provider)
    key = access.keys.get(provider.name, "").strip()
    if provider.needs_key and not key:
        raise _NotSetUp(f"no key, set {provider.key_variable}")
    base_url = _base_url(provider, access)
    return _Ready(provider, base_url, provider.build(request, route, key))


def _base_url(provider: Provider, access: Access) -> str:
    given = access.base_urls.get(provider.name, "").strip()
    if not given and not provider.base_url:
        name = f"ROUTEBOT_{provider.name.upper()}_BASE_URL"
        raise _NotSetUp(f"no address, set {name}")
    try:
        return check_base_url(
            given or provider.base_url, allow_private=access.allow_private
        )
    except UsageError as exc:
        raise _NotSetUp(str(exc)) from exc


def _try(ready: _Ready, run: _Run) -> Completion:
    # Imported here: a decision that asks no model must not pay for the HTTP library.
    from bot import http

    for tried in range(1, TRIES + 1):
        try:
            return http.complete(
                ready.provider,
                ready.base_url,
                request=ready.request,
                until=run.deadline,
                now=run.clock.now,
            )
        except ProviderError as exc:
            if not exc.retryable or tried == TRIES or not _wait(exc, tried, run):
                raise
            run.retries += 1
    raise AssertionError("unreachable: the last try returns or raises")


def _wait(error: ProviderError, tried: int, run: _Run) -> bool:
    """Sleep before the next try; False if that would pass the deadline."""
    limit = min(_FIRST_WAIT * 2 ** (tried - 1), _MAX_WAIT)
    asked_for = (error.retry_after or 0.0) if isinstance(error, RateLimited) else 0.0
    # Jitter comes on top of what was asked for: never earlier, never all at once.
    wait = asked_for + run.clock.jitter(limit)
    if run.clock.now() + wait >= run.deadline:
        return False
    run.clock.sleep(wait)
    return True


def _telling(failures: Sequence[tuple[Route, ProviderError]]) -> ProviderError:
    if not failures:
        return ProviderError("there is no route to ask")
    text = "no model answered: " + "; ".join(f"{r}: {exc}" for r, exc in failures)
    sent = [exc for _, exc in failures if not isinstance(exc, _NotSetUp)]
    if sent and all(isinstance(exc, AuthRejected) for exc in sent):
        return AuthRejected(text)
    # What the caller can act on (shrink the prompt, say that it was declined) first.
    for kind in (TooLarge, Refused):
        if any(isinstance(exc, kind) for exc in sent):
            return kind(text)
    return ProviderError(text, retryable=any(exc.retryable for exc in sent))
