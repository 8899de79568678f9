"""Everything outside the middle, as one small value that a door puts together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.access import Permission
from bot.events import Event
from bot.policy import Policy
from bot.reader import Reader
from bot.route import Means
from bot.secrets import Vault

if TYPE_CHECKING:
    from bot.answer import Ask
    from bot.budgets import Books


@dataclass(frozen=True, slots=True)
class World:
    """What one run reads and may use.

    - `pin(event)` fills in item and head SHA; `open(event)` then reads about them.
    - `permission`, `ask`: the permission API, the models.
    - `policy` as read at the default branch's head, `policy_sha` which that was.
    - `trusted_file(path)` reads the default branch: instructions, never the change.
    - `now()` is the time of the record, UTC, ISO 8601.
    - `server_url` is where people look at the repository.
    - `books` say what was spent before, None where nobody keeps any; `run` is this
      workflow run and its attempt, for the record.
    - `bot_login` and `own_workflow` are what we must not answer; `marker_key` seals.
    """

    policy: Policy
    pin: Callable[[Event], Event]
    open: Callable[[Event], Reader]
    permission: Callable[[str], Permission | None]
    ask: Ask
    means: Means
    vault: Vault
    trusted_file: Callable[[str], str | None]
    now: Callable[[], str]
    policy_sha: str = ""
    bot_login: str = ""
    own_workflow: str = ""
    marker_key: str = ""
    server_url: str = "https://github.com"
    books: Callable[[Event, Reader], Books] | None = None
    run: str = ""

    @property
    def has_keys(self) -> bool:
        """Whether any provider can be asked at all."""
        routes = (r for c in self.policy.classes.values() for r in c.routes)
        return any(route.provider not in self.means.barred for route in routes)
