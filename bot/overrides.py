"""Overrides: a person who may write here gave a thread to another task than we did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.entries import Entry


@dataclass(frozen=True, slots=True)
class Override:
    """`routed` is the record that was corrected, `task` what it should have been."""

    routed: Entry
    task: str
    actor: str


def automatic(entries: Iterable[Entry]) -> dict[tuple[str, int], list[Entry]]:
    """Group what stands in threads by thread, oldest first."""
    threads: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for each in entries:
        if each.number:
            threads[each.repository, each.number].append(each)
    return threads


def of(entries: Iterable[Entry]) -> list[Override]:
    """Find the overrides: one a thread, the last word of a person who may write.

    A command for the same task, or in a thread that nothing routed before, is none.
    """
    found = []
    for thread in automatic(entries).values():
        routed = [e for e in thread if e.record.via not in ("command", "rule")]
        orders = [
            e
            for e in thread
            if e.record.via == "command" and e.record.trust == "writer"
        ]
        if not routed or not orders:
            continue
        last = max(orders, key=lambda e: e.record.at)
        before = [e for e in routed if e.record.at <= last.record.at]
        if before and before[-1].record.task != last.record.task:
            found.append(Override(before[-1], last.record.task, last.record.actor))
    return found
