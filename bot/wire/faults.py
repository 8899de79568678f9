"""What a provider's refusal means: status, headers and error object → our error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from bot.errors import AuthRejected, ProviderError, RateLimited, Refused, TooLarge
from bot.providers import Provider
from bot.wire import read

# Spend limits come as 429, 402, 403 and 400, with or without a code of their own.
_SPENT_CODES = (
    "insufficient_quota",
    "spend_limit",
    "credit_balance",
    "billing",
    "PerDay",
)
_SPENT_WORDS = (
    "spend limit",
    "spending limit",
    "usage limits",
    "credit balance",
    "available credits",
    "billing",
)
_LONG_CODES = ("context_length_exceeded", "exceed_context_size", "too_large")
_LONG_WORDS = (
    "prompt is too long",
    "input is too long",
    "context length",
    "context window",
    "context size",
    "maximum prompt length",
    "too many tokens",
)
_REFUSED_CODES = ("policy", "content_filter", "invalid_prompt", "refusal")
_BUSY_CODES = ("overloaded", "rate_limit")
_KEY_WORDS = ("incorrect api key", "invalid api key")
_RETRYABLE = frozenset({408, 500, 502, 503, 504, 529})
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,47}")
_MAX_MESSAGE = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """An error object: `codes` are its type and codes; `words`, its text, stay here."""

    codes: tuple[str, ...] = ()
    words: str = ""
    wait: float | None = None  # seconds, where the body rather than a header says so

    @property
    def shown(self) -> str:
        """The one code that may stand in a message, in brackets; "" for none."""
        return f" ({self.codes[-1]})" if self.codes else ""

    def has_code(self, parts: tuple[str, ...]) -> bool:
        """Say whether a code contains one of `parts`."""
        return any(part in code for part in parts for code in self.codes)

    def says(self, words: tuple[str, ...]) -> bool:
        """Say whether the text contains one of `words`."""
        return any(word in self.words for word in words)

    @property
    def is_spent(self) -> bool:
        """Whether money, not speed, is the limit."""
        return self.has_code(_SPENT_CODES) or self.says(_SPENT_WORDS)

    @property
    def is_too_long(self) -> bool:
        """Whether the prompt does not fit."""
        return self.has_code(_LONG_CODES) or self.says(_LONG_WORDS)


def parse(body: bytes) -> Fault:
    """Read the error object of a response body, whatever its shape."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return Fault()
    return of(value)


def of(value: object) -> Fault:
    """Read an error object: `{"error": {...}}`, `{"error": "text"}`, bare or listed."""
    outer = read.mapping(value[0] if isinstance(value, list) and value else value)
    inner = outer.get("error", outer)
    error = read.mapping(inner)
    words = read.text(inner) or read.text(error.get("message"))
    return Fault(
        tuple(code for code in _codes(error) if _CODE.fullmatch(code)),
        words[:_MAX_MESSAGE].lower(),
        wait=_delay(error),
    )


def _codes(error: Mapping[str, Any]) -> Iterator[str]:
    details = read.mapping(error.get("details"))
    for found in (error.get("type"), error.get("code"), details.get("error_code")):
        yield read.text(found)
    # Gemini lists which quota is spent, and says there how long to wait.
    for detail in read.objects(error.get("details")):
        for violation in read.objects(detail.get("violations")):
            yield read.text(violation.get("quotaId"))


def _delay(error: Mapping[str, Any]) -> float | None:
    details = read.objects(error.get("details"))
    said = (read.text(detail.get("retryDelay")).removesuffix("s") for detail in details)
    return next((wait for wait in map(_number, said) if wait is not None), None)


def in_stream(event: Mapping[str, Any]) -> ProviderError:
    """Map an error event inside a 200 stream; by default another try may work."""
    fault = of(event)
    if fault.is_spent:
        return ProviderError(f"the spend limit is reached{fault.shown}")
    if fault.is_too_long:
        return TooLarge(f"the prompt does not fit the model{fault.shown}")
    if fault.has_code(_REFUSED_CODES):
        return Refused(f"the model declined to answer{fault.shown}")
    if fault.has_code(_BUSY_CODES):
        return RateLimited(f"overloaded{fault.shown}")
    return ProviderError(f"the answer broke off{fault.shown}", retryable=True)


def from_response(
    provider: Provider, status: int, *, headers: Mapping[str, str], body: bytes
) -> ProviderError:
    """Map a response that is not 200; `headers` have lower-case names.

    The message holds the status and at most one code, never the provider's text: it
    may repeat the prompt or the key.
    """
    fault = parse(body)
    said = f"HTTP {status}{fault.shown}"
    if fault.is_spent or (status == 402):
        return ProviderError(f"the spend limit of this account is reached: {said}")
    if status in (401, 403) or fault.says(_KEY_WORDS):
        return AuthRejected(
            f"the key is refused, check {provider.key_variable}: {said}"
        )
    if status == 413 or fault.is_too_long:
        return TooLarge(f"the prompt does not fit the model: {said}")
    if status == 429:
        wait = retry_after(headers)
        return _limited(said, fault, fault.wait if wait is None else wait)
    return _other(status, said, retry_after(headers))


def _limited(said: str, fault: Fault, wait: float | None) -> ProviderError:
    if wait is None and "quota" in fault.words:
        return ProviderError(f"the quota of this account is spent: {said}")
    return RateLimited(f"rate limited: {said}", retry_after=wait)


def _other(status: int, said: str, wait: float | None) -> ProviderError:
    if status in _RETRYABLE:
        if wait is not None:
            return RateLimited(f"overloaded: {said}", retry_after=wait)
        return ProviderError(f"not available: {said}", retryable=True)
    if 300 <= status < 400:
        return ProviderError(f"redirects are not followed, set its base URL: {said}")
    if status == 404:
        return ProviderError(f"no such model or address: {said}")
    if status == 410:
        return ProviderError(f"this address is retired: {said}")
    return ProviderError(f"the request was not accepted: {said}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds to wait, from milliseconds, seconds or a date.

    A date is compared with the server's own clock. None where nothing is said.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1_000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    return seconds if seconds is not None else _until(value, headers.get("date", ""))


def _number(value: str) -> float | None:
    # No sign, no exponent, no "nan": whole or decimal seconds only.
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", value.strip(), re.ASCII):
        return float(value)
    return None


def _until(value: str, server_now: str) -> float | None:
    try:
        then = parsedate_to_datetime(value)
        now = parsedate_to_datetime(server_now)
        return max((then - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
