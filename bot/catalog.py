"""Facts about models: window, price, effort levels, web search."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import UsageError

_ROUTE = re.compile(r"([a-z][a-z0-9-]{0,31}):([^\s@]{1,128})(?:@([a-z]{1,16}))?")


@dataclass(frozen=True, slots=True)
class Route:
    """One candidate: a provider, a model there and how hard it should think."""

    provider: str
    model: str
    effort: str = ""

    @classmethod
    def parse(cls, text: str) -> Route:
        """Read `provider:model@effort`; the effort may be missing.

        Raises `UsageError` naming the form.
        """
        match = _ROUTE.fullmatch(text)
        if match is None:
            raise UsageError(f"{text!r} is not a route; write provider:model@effort")
        return cls(match[1], match[2], match[3] or "")

    def __str__(self) -> str:
        suffix = f"@{self.effort}" if self.effort else ""
        return f"{self.provider}:{self.model}{suffix}"
