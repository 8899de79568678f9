"""Generated tests gathered twice over, for a job without keys that runs them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot import prompt
from bot.context import Material, Section
from bot.generated import Gathered, SuggestedTest
from bot.tasks import Checked
from bot.tasks import test as suggested
from bot.tasks.test import TestReply

MAX_TESTS = 24
SENT = "the tests you sent"


@dataclass(slots=True)
class Gathering:
    """What two rounds of asking brought; `check` takes a reply in, as a task does.

    Nothing runs here: what holds is said by `routebot verify`, which asks no model.
    """

    task: str = suggested.TASK.name
    words: str = prompt.FURTHER
    found: dict[str, SuggestedTest] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    rounds: int = 0

    def check(self, reply: TestReply, material: Material) -> Checked:
        """Take in what may be run at all; what is left is all that came so far."""
        self.rounds += 1
        checked = suggested.check(reply, material)
        self.dropped.update(checked.dropped)
        kept = checked.reply
        assert isinstance(kept, TestReply)
        for test in kept.tests:
            if len(self.found) < MAX_TESTS:
                self.found.setdefault(f"{test.path}::{test.name}", test)
        left_out = [f"{reason} ({n})" for reason, n in self.dropped.items()]
        gathered = Gathered(tests=list(self.found.values()), left_out=left_out)
        return Checked(gathered, checked.dropped)

    def again(self) -> tuple[Section, ...]:
        """The names that came in the first round; () after the second."""
        if self.rounds != 1 or not self.found:
            return ()
        return (Section(SENT, "\n".join(self.found)),)
