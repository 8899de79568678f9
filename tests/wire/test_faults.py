"""What a status, its headers and its body mean."""

from __future__ import annotations

import json

import pytest

from bot.errors import AuthRejected, ProviderError, RateLimited, TooLarge
from bot.providers.openai import PROVIDER
from bot.wire import faults


def map_fault(status: int, error: object = None, **headers: str) -> ProviderError:
    body = error if isinstance(error, bytes) else json.dumps(error).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return faults.from_response(PROVIDER, status, headers=named, body=body)


def _error(message: str, kind: str = "invalid_request_error") -> dict[str, object]:
    return {"error": {"message": message, "type": kind}}


@pytest.mark.parametrize(
    ("status", "kind", "is_retryable"),
    [
        (401, AuthRejected, False),
        (403, AuthRejected, False),
        (400, ProviderError, False),
        (404, ProviderError, False),
        (410, ProviderError, False),
        (413, TooLarge, False),
        (422, ProviderError, False),
        (429, RateLimited, True),
        (402, ProviderError, False),
        (301, ProviderError, False),
        (408, ProviderError, True),
        (500, ProviderError, True),
        (502, ProviderError, True),
        (503, ProviderError, True),
        (504, ProviderError, True),
        (529, ProviderError, True),
        (501, ProviderError, False),
        (204, ProviderError, False),
    ],
)
def test_each_status_means_one_thing(
    status: int, kind: type[ProviderError], is_retryable: bool
) -> None:
    error = map_fault(status)
    assert type(error) is kind
    assert error.retryable is is_retryable
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, _error("prompt is too long: 208310 tokens > 200000 maximum")),
        (400, _error("This model's maximum context length is 128000 tokens.")),
        (400, _error("too long", "context_length_exceeded")),
        (
            400,
            _error(
                "it exceeds the available context size", "exceed_context_size_error"
            ),
        ),
        (500, _error("the request exceeds the available context size")),
        (400, _error("input length and `max_tokens` exceed context window")),
        (
            400,
            {"code": "Client", "error": "This model's maximum prompt length is 131072"},
        ),
        (413, b"<html>413 Request Entity Too Large</html>"),
    ],
)
def test_every_way_to_say_too_long_is_too_large(status: int, error: object) -> None:
    assert type(map_fault(status, error)) is TooLarge


@pytest.mark.parametrize(
    ("status", "error", "headers"),
    [
        (429, _error("You exceeded your current quota", "insufficient_quota"), {}),
        (429, _error("quota", "insufficient_quota"), {"retry_after": "5"}),
        (429, _error("Quota exceeded for metric: requests per day"), {}),
        (
            429,
            {
                "error": {
                    "type": "rate_limit_error",
                    "message": "x",
                    "details": {"error_code": "enforced_spend_limit_reached"},
                }
            },
            {},
        ),
        (429, _error("limit", "organization_spend_limit_exceeded"), {}),
        (429, _error("empty", "credit_balance_exhausted"), {}),
        (400, _error("You have reached your specified API usage limits."), {}),
        (400, _error("Your credit balance is too low to access the API."), {}),
        (403, _error("Your team has used all available credits"), {}),
        (402, _error("pay", "billing_error"), {}),
    ],
)
def test_a_spend_limit_is_never_tried_again(
    status: int, error: object, headers: dict[str, str]
) -> None:
    mapped = map_fault(status, error, **headers)
    assert type(mapped) is ProviderError
    assert not mapped.retryable
    assert "spen" in str(mapped)


def test_a_rate_limit_with_a_time_is_waited_for_even_if_it_says_quota() -> None:
    error = map_fault(429, _error("quota for this minute"), retry_after="7")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 7


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_wait_in_the_body_counts_where_no_header_says_one(is_listed: bool) -> None:
    details = [{"retryDelay": "37s"}, {"violations": [{"quotaId": "TokensPerMinute"}]}]
    said = {"error": {"code": 429, "message": "Quota exceeded", "details": details}}
    error = map_fault(429, [said] if is_listed else said)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 37


def test_a_quota_of_the_day_is_spent_whatever_wait_it_names() -> None:
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
    details = [{"retryDelay": "37s"}, {"violations": [violation]}]
    error = map_fault(429, {"error": {"message": "x", "details": details}})
    assert type(error) is ProviderError


def test_a_wrong_key_said_with_400_is_still_a_wrong_key() -> None:
    said = {
        "code": "Client specified an invalid argument",
        "error": "Incorrect API key",
    }
    error = map_fault(400, said)
    assert type(error) is AuthRejected
    assert "OPENAI_API_KEY" in str(error)


def test_overloaded_with_a_time_is_waited_for() -> None:
    error = map_fault(503, retry_after="11")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 11


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"error": [1]}',
        b'{"error": {"type": 3, "code": {}, "message": []}}',
        b'"text"',
        b"null",
        b"1e999",
    ],
)
def test_odd_bodies_are_mapped_by_status(body: bytes) -> None:
    assert map_fault(503, body).retryable


@pytest.mark.parametrize(
    "code", ["sk-secret value", "<b>", "a" * 49, "::error::x", "two\nlines", "ä"]
)
def test_what_does_not_look_like_a_code_is_not_shown(code: str) -> None:
    error = {"error": {"type": code, "code": code, "message": f"your key {code}"}}
    assert str(map_fault(400, error)) == "the request was not accepted: HTTP 400"


def test_a_code_is_shown_and_the_message_is_not() -> None:
    text = str(map_fault(400, _error("contains the SECRET prompt", "bad_thing")))
    assert "bad_thing" in text
    assert "SECRET" not in text
    assert "secret" not in text


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "60"}, 1.5),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 400}, None),
        (
            {
                "retry-after": "Tue, 24 Nov 2026 10:00:30 GMT",
                "date": "Tue, 24 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Tue, 24 Nov 2026 09:00:00 GMT",
                "date": "Tue, 24 Nov 2026 10:00:00 GMT",
            },
            0.0,
        ),
        ({"retry-after": "Tue, 24 Nov 2026 10:00:30 GMT"}, None),
        (
            {
                "retry-after": "Tue, 24 Nov 2026 10:00:30 GMT",
                "date": "Tue, 24 Nov 2026 10:00:00 -0000",
            },
            None,
        ),
    ],
)
def test_reads_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert faults.retry_after(headers) == seconds
