"""How fast GitHub may be asked: its limits as it states them, and when to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from bot.errors import HostError

# Requests left to everybody else's workflows: the limit is one a repository (R10).
FLOOR = 50
# All the waiting that one run does for GitHub, in seconds; its job ends after 900.
PATIENCE = 300.0
# A secondary limit that names no time: this long, then twice as long (R11).
SECONDARY_SECONDS = 60.0
TRIES = 3
# What GitHub's own client leaves between two writes, and before one that notifies.
WRITE_GAP = 1.0
NOTIFY_GAP = 3.0

REACHED = "GitHub's rate limit is reached; try later"
NEARLY = "GitHub's rate limit is nearly reached; the rest is left to other workflows"
BLOCKED = "GitHub blocks writing for now; nothing more is written in this run"

_LIMITING = frozenset({403, 429})
_BLOCKING = "temporarily blocked from content creation"


@dataclass(slots=True)
class Pace:
    """One token's limits, as far as its answers told; waits, or says why not.

    `sleep` and `now` are in seconds of a clock that never goes back.
    """

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    patience: float = PATIENCE
    remaining: int | None = None
    limit: int = 0
    reset_at: float = 0.0
    wrote_at: float | None = None
    is_blocked: bool = False

    def before_read(self) -> None:
        """Keep a floor of requests for others. Raises `HostError`."""
        if self.remaining is None or self.remaining > min(FLOOR, self.limit // 10):
            return
        wait = self.reset_at - self.now()
        if wait > 0 and not self._waited(wait):
            raise HostError(NEARLY, status=403)
        self.remaining = None

    def before_write(self, *, notifies: bool) -> None:
        """Leave a gap after the last write (R11). Raises `HostError` when blocked."""
        if self.is_blocked:
            raise HostError(BLOCKED, status=403)
        if self.wrote_at is not None:
            gap = NOTIFY_GAP if notifies else WRITE_GAP
            wait = self.wrote_at + gap - self.now()
            if wait > 0:
                self.sleep(wait)
        self.wrote_at = self.now()

    def heard(self, headers: Mapping[str, str]) -> None:
        """Note what an answer says of the limit; its own clock counts (R27)."""
        left, reset = headers.get("x-ratelimit-remaining"), _reset_in(headers)
        if left is None or not left.isdigit() or reset is None:
            return
        self.remaining, self.reset_at = int(left), self.now() + reset
        limit = headers.get("x-ratelimit-limit", "")
        self.limit = int(limit) if limit.isdigit() else FLOOR * 10

    def takes_again(
        self, status: int, message: str, *, headers: Mapping[str, str], tries: int
    ) -> bool:
        """Wait after a refusal that was a limit; says whether to ask once more.

        `tries` counts the requests so far. A limit refused what was asked, so that a
        write may be sent again, too.
        """
        if _BLOCKING in message.lower():
            self.is_blocked = True
            return False
        if tries >= TRIES or not is_limit(status, message, headers=headers):
            return False
        return self._waited(self._asked_wait(headers, tries=tries))

    def _asked_wait(self, headers: Mapping[str, str], *, tries: int) -> float:
        after = headers.get("retry-after", "")
        if after.isdigit():
            return float(after)
        reset = _reset_in(headers)
        if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
            return max(reset, 1.0)
        return SECONDARY_SECONDS * 2.0 ** (tries - 1)

    def _waited(self, seconds: float) -> bool:
        if seconds > self.patience:
            return False
        self.patience -= seconds
        self.sleep(seconds)
        return True


def is_limit(status: int, message: str, *, headers: Mapping[str, str]) -> bool:
    """Say whether a refusal is about how often we ask, not about what."""
    if status not in _LIMITING:
        return False
    return (
        status == 429
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in message.lower()
        or _BLOCKING in message.lower()
    )


def _reset_in(headers: Mapping[str, str]) -> float | None:
    """Seconds until the limit begins anew, by GitHub's clock."""
    reset = headers.get("x-ratelimit-reset", "")
    try:
        there = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        there = time.time()
    if not reset.isdigit() or len(reset) > 12:
        return None
    return max(int(reset) - there, 0.0)
