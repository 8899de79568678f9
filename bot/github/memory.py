"""What was read of GitHub so far: each thing once, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.errors import HostError
from bot.github import ODD, UNREADABLE, why

Result = TypeVar("Result")


@dataclass(slots=True)
class Memory:
    """Keeps what was read by what it is; `missing` holds a sentence a failure."""

    missing: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def once(
        self, what: str, read: Callable[[], Result], empty: Result, *, name: str = ""
    ) -> Result:
        """Read `what` unless it is known; `empty`, and said, where that fails."""
        if what not in self.kept:
            try:
                self.kept[what] = read()
            except HostError as exc:
                self.missing.append(f"{name or what} could not be read ({why(exc)})")
                self.kept[what] = empty
            except ODD:
                self.missing.append(f"{name or what} could not be read ({UNREADABLE})")
                self.kept[what] = empty
        kept: Result = self.kept[what]
        return kept
