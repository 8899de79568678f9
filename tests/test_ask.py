"""Deadline, retries and fallback, on a clock that costs no time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.ask import Access, Asked, Clock, ask
from bot.catalog import Route
from bot.errors import (
    AuthRejected,
    BudgetSpent,
    ProviderError,
    Refused,
    TooLarge,
)
from bot.providers import Request
from tests.model_formats import Tokens
from tests.model_server import ModelServer

FIRST = Route("anthropic", "first", "high")
SECOND = Route("openai", "second")
THIRD = Route("compatible", "third")
REQUEST = Request("system", "user")


@dataclass
class VirtualTime:
    """Seconds pass only by sleeping; every wait is remembered."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    share: float = 1.0  # of the limit that jitter draws

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def draw(self, limit: float) -> float:
        self.limits.append(limit)
        return limit * self.share

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self.sleep, jitter=self.draw)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def virtual() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def run(server: ModelServer, virtual: VirtualTime) -> Callable[..., Asked]:
    def asked(*routes: Route, seconds: float = 100, **options: Any) -> Asked:
        keys: Mapping[str, str] = options.pop("keys", server.keys)
        base_urls = options.pop("base_urls", server.base_urls)
        return ask(
            routes,
            options.pop("request", REQUEST),
            access=Access(keys, base_urls, allow_private=True),
            deadline=virtual.now + seconds,
            clock=virtual.clock,
            **options,
        )

    return asked


Run = Callable[..., Asked]


def test_the_first_route_that_answers_is_used(server: ModelServer, run: Run) -> None:
    server.answer("hello")
    asked = run(FIRST, SECOND)
    assert asked.route == FIRST
    assert asked.completion.text == "hello"
    assert asked.fallbacks == ()
    assert asked.http_retries == 0
    assert len(server.requests) == 1


def test_tokens_that_a_server_does_not_report_are_estimated(
    server: ModelServer, run: Run
) -> None:
    server.answer("word " * 100, usage=Tokens(0, 0, 0))
    used = run(THIRD, request=Request("system", "user " * 1_000)).completion.usage
    assert used.is_estimate
    assert used.input_tokens >= 1_000
    assert used.output_tokens >= 100
    server.answer("hello")
    assert not run(THIRD).completion.usage.is_estimate


def test_a_passing_fault_is_tried_three_times_with_growing_waits(
    server: ModelServer, virtual: VirtualTime, run: Run
) -> None:
    server.fail("overloaded", times=2)
    server.answer("at last")
    asked = run(FIRST)
    assert asked.completion.text == "at last"
    assert asked.http_retries == 2
    assert virtual.limits == [1, 2]
    assert virtual.slept == [1, 2]
    assert asked.seconds == 3


def test_a_wait_is_drawn_from_nothing_to_its_limit(
    server: ModelServer, virtual: VirtualTime, run: Run
) -> None:
    virtual.share = 0.25
    server.fail("server_error", times=2)
    run(FIRST)
    assert virtual.slept == [0.25, 0.5]


def test_the_fourth_try_goes_to_the_next_route(server: ModelServer, run: Run) -> None:
    server.fail("unavailable", times=3)
    server.answer("from the second")
    asked = run(FIRST, SECOND)
    assert asked.route == SECOND
    assert asked.http_retries == 2
    ((route, reason),) = asked.fallbacks
    assert route == FIRST
    assert "503" in reason
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "fault", ["unauthorized", "too_long", "quota", "unknown_model", "bad_request"]
)
def test_a_lasting_fault_goes_straight_to_the_next_route(
    server: ModelServer, virtual: VirtualTime, run: Run, fault: str
) -> None:
    server.fail(fault)
    asked = run(FIRST, SECOND)
    assert asked.route == SECOND
    assert virtual.slept == []
    assert len(server.requests) == 2


def test_a_refusal_is_recorded_and_the_next_route_asked(
    server: ModelServer, run: Run
) -> None:
    server.answer("no", stop="refusal")
    server.answer("yes")
    asked = run(FIRST, SECOND)
    assert asked.route == SECOND
    assert "declined" in asked.fallbacks[0][1]


def test_a_cut_stream_is_thrown_away_and_asked_for_again(
    server: ModelServer, run: Run
) -> None:
    server.fail("cut")
    server.answer("whole")
    asked = run(FIRST)
    assert asked.completion.text == "whole"
    assert asked.http_retries == 1


def test_never_earlier_than_asked_for(
    server: ModelServer, virtual: VirtualTime, run: Run
) -> None:
    server.fail("rate_limited", retry_after="30")
    run(FIRST)
    assert virtual.slept[0] >= 30


def test_a_wait_past_the_deadline_goes_to_the_next_route_at_once(
    server: ModelServer, virtual: VirtualTime, run: Run
) -> None:
    server.fail("rate_limited", retry_after="30")
    asked = run(FIRST, SECOND, seconds=20)
    assert asked.route == SECOND
    assert virtual.slept == []
    assert asked.http_retries == 0


def test_a_wait_to_the_very_deadline_is_too_long(
    server: ModelServer, virtual: VirtualTime, run: Run
) -> None:
    virtual.share = 0
    server.fail("rate_limited", times=2, retry_after="20")
    with pytest.raises(ProviderError, match="rate limited"):
        run(FIRST, seconds=20)
    assert virtual.slept == []
    run_again = run(FIRST, seconds=20.5)
    assert run_again.http_retries == 1


def test_after_the_deadline_nothing_is_asked(server: ModelServer, run: Run) -> None:
    counted: list[Route] = []
    with pytest.raises(ProviderError, match="no time left"):
        run(FIRST, SECOND, seconds=0, before_call=counted.append)
    assert server.requests == []
    assert counted == []


def test_each_route_is_counted_once_before_its_first_try(
    server: ModelServer, run: Run
) -> None:
    server.fail("overloaded", times=3)
    counted: list[Route] = []
    run(FIRST, SECOND, THIRD, before_call=counted.append)
    assert counted == [FIRST, SECOND]


def test_a_spent_budget_ends_everything(server: ModelServer, run: Run) -> None:
    def spent(route: Route) -> None:
        if route == SECOND:
            raise BudgetSpent("no money left")

    server.fail("unauthorized")
    with pytest.raises(BudgetSpent):
        run(FIRST, SECOND, THIRD, before_call=spent)
    assert len(server.requests) == 1


def test_a_route_without_a_key_is_passed_over_and_not_counted(
    server: ModelServer, run: Run
) -> None:
    counted: list[Route] = []
    keys = {"openai": server.key}
    asked = run(FIRST, SECOND, keys=keys, before_call=counted.append)
    assert counted == [SECOND]
    assert asked.fallbacks == ((FIRST, "no key, set ANTHROPIC_API_KEY"),)


def test_a_compatible_server_needs_an_address_and_no_key(
    server: ModelServer, run: Run
) -> None:
    assert run(THIRD, keys={}).route == THIRD
    with pytest.raises(ProviderError, match="ROUTEBOT_COMPATIBLE_BASE_URL"):
        run(THIRD, base_urls={})


def test_an_unknown_provider_is_passed_over(run: Run) -> None:
    asked = run(Route("nobody", "m"), SECOND)
    assert "anthropic" in asked.fallbacks[0][1]


def test_private_addresses_need_the_users_word(server: ModelServer) -> None:
    access = Access(server.keys, server.base_urls)
    with pytest.raises(ProviderError, match="ROUTEBOT_ALLOW_PRIVATE_HOSTS"):
        ask([FIRST], REQUEST, access=access, deadline=time.monotonic() + 5)
    assert server.requests == []


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        (("unauthorized", "forbidden"), AuthRejected),
        (("unauthorized", "too_long"), TooLarge),
        (("too_long", "bad_request"), TooLarge),
        (("unauthorized", "quota"), ProviderError),
    ],
)
def test_the_most_telling_error_names_every_route(
    server: ModelServer, run: Run, faults: tuple[str, str], kind: type
) -> None:
    for fault in faults:
        server.fail(fault)
    with pytest.raises(ProviderError) as caught:
        run(FIRST, SECOND)
    assert type(caught.value) is kind
    text = str(caught.value)
    assert "anthropic:first@high: " in text
    assert "openai:second: " in text
    assert "\n" not in text
    assert server.key not in text


def test_all_refused_is_refused(server: ModelServer, run: Run) -> None:
    for _ in range(2):
        server.answer("no", stop="refusal")
    with pytest.raises(Refused):
        run(FIRST, SECOND)


def test_a_refused_key_tells_more_than_a_missing_one(
    server: ModelServer, run: Run
) -> None:
    server.fail("unauthorized")
    with pytest.raises(AuthRejected):
        run(FIRST, SECOND, keys={"anthropic": server.key})


def test_without_any_key_nothing_was_refused(run: Run) -> None:
    with pytest.raises(ProviderError, match=r"ANTHROPIC.*OPENAI") as caught:
        run(FIRST, SECOND, keys={})
    assert not isinstance(caught.value, AuthRejected)
    assert not caught.value.retryable


def test_without_routes_there_is_nothing_to_ask(run: Run) -> None:
    with pytest.raises(ProviderError, match="no route"):
        run()


def test_keys_do_not_stand_in_what_is_printed(server: ModelServer) -> None:
    assert server.key not in repr(Access(server.keys, server.base_urls))


def test_the_real_clock_draws_between_nothing_and_the_limit() -> None:
    draws = [Clock().jitter(2.0) for _ in range(200)]
    assert 0 <= min(draws) < max(draws) <= 2
