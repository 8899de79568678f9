"""Short failing logs of many tools and CI systems: what must be shown of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.context import log

CORPUS = Path(__file__).with_name("failing_logs.txt")
# Lines of the budget: too few to show a log whole.
BUDGET = 12
_MARK = "»"


@dataclass(frozen=True)
class Case:
    """A log, the places of lines that must be shown, and what the trouble is."""

    text: str
    shown: frozenset[int]
    category: str


def _cases() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    text = "\n" + CORPUS.read_text(encoding="utf-8")
    for block in text.split("\n=== ")[1:]:
        head, *lines = block.rstrip("\n").split("\n")
        name, _, category = head.partition(" | ")
        places = {n for n, line in enumerate(lines, 1) if line.startswith(_MARK)}
        plain = [
            line.removeprefix(_MARK).removeprefix(" ") if n in places else line
            for n, line in enumerate(lines, 1)
        ]
        cases[name] = Case("\n".join(plain) + "\n", frozenset(places), category)
    return cases


CASES = _cases()


@pytest.mark.parametrize("name", CASES)
def test_the_cause_is_shown_and_called_by_its_name(name: str) -> None:
    case = CASES[name]
    found = log.distill(case.text.encode(), budget=BUDGET)
    numbers = {n for c in found.chunks for n in range(c.start, c.end + 1)}
    assert case.shown <= numbers, found.chunks
    assert found.category == case.category
