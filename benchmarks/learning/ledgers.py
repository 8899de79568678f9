"""A ledger as a team of a few people would leave it, made by chance from a seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from bot.acceptance import Posted, State
from bot.entries import Collected, Entry, Ledger
from bot.ledger import Record

START = datetime(2026, 10, 26, tzinfo=UTC)
TASKS = {
    # task: class, route, USD, baseline, largest, seconds, share of all
    "triage": ("balanced", "anthropic:claude-sonnet-5-5@medium", 0.03, 1.0, 2.6, 9, 34),
    "review": ("balanced", "openai:gpt-6.1-terra@medium", 0.09, 1.1, 2.8, 31, 30),
    "debug": ("reasoning", "anthropic:claude-opus-5-5@high", 0.42, 0.45, 1.0, 74, 12),
    "code": ("coding", "openai:gpt-6.1-sol@low", 0.05, 0.9, 2.2, 14, 10),
    "test": ("balanced", "anthropic:claude-sonnet-5-5@medium", 0.06, 1.0, 2.4, 17, 8),
    "plan": ("reasoning", "anthropic:claude-opus-5-5@high", 0.55, 0.4, 1.0, 96, 4),
    "search": ("search", "xai:grok-4.7@low", 0.04, 1.2, 3.0, 21, 2),
}
PEOPLE = ("maintainer", "contributor", "reviewer", "stranger")


def ledger(count: int, *, seed: int = 7) -> Ledger:
    """Make a ledger of `count` records within thirty days."""
    chance = random.Random(seed)
    found = Collected()
    found.entries += [_entry(n, chance) for n in range(count)]
    # Drawn from a seed of its own, so that the entries stay what they were.
    fate = random.Random(seed + 1)
    found.posted += [_posted(fate) for _ in range(count // 8)]
    return found.ledger("2026-10-26T00:00:00Z")


def _posted(chance: random.Random) -> Posted:
    at = START + timedelta(minutes=chance.randrange(30 * 24 * 60))
    states: tuple[State, ...] = ("taken", "open", "left", "unknown")
    return Posted(
        repository="octo/sample",
        number=chance.randrange(1, 2_500),
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        kind=chance.choices(("finding", "suggestion", "test"), (60, 30, 10))[0],
        state=chance.choices(states, (46, 20, 32, 2))[0],
    )


def _entry(n: int, chance: random.Random) -> Entry:
    task = chance.choices(list(TASKS), [row[-1] for row in TASKS.values()])[0]
    name, route, usd, baseline, largest, seconds, _ = TASKS[task]
    is_fast = task == "review" and chance.random() < 0.3
    usd *= chance.lognormvariate(0, 0.6) * (0.2 if is_fast else 1.0)
    outcome = chance.choices(("answered", "findings", "degraded"), (88, 9, 3))[0]
    is_paid = outcome == "answered"
    is_order = chance.random() < 0.06
    at = START + timedelta(minutes=chance.randrange(30 * 24 * 60))
    record = Record(
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        event="issue_comment.created" if is_order else "issues.opened",
        task=task,
        via="command" if is_order else "text",
        confidence=1.0 if is_order else round(chance.uniform(0.4, 0.99), 2),
        cause="budget" if chance.random() < 0.01 else "text",
        stakes="standard",
        model_class="fast" if is_fast else name,
        outcome=outcome,
        route=("anthropic:claude-haiku-5-5" if is_fast else route) if is_paid else "",
        calls=int(is_paid) * chance.choice((1, 1, 1, 2)),
        usd=round(usd, 6) if is_paid else 0.0,
        baseline_usd=round(usd * (5 if is_fast else baseline), 6) if is_paid else None,
        largest_usd=round(usd * (12 if is_fast else largest), 6) if is_paid else None,
        seconds=round(seconds * chance.lognormvariate(0, 0.4), 1) if is_paid else 0.0,
        fallbacks=("provider answered 529",) if chance.random() < 0.02 else (),
        escalated_from="fast" if chance.random() < 0.01 else "",
        dropped=chance.choice((0, 0, 0, 1, 2)) if is_paid else 0,
        run=f"{n + 1}.1",
        actor=chance.choice(PEOPLE[:3] if is_order else PEOPLE),
        trust="writer" if is_order else "",
    )
    return Entry(
        repository="octo/sample",
        number=chance.randrange(1, 2_500),
        source="comment",
        thumbs_up=int(chance.random() < 0.05),
        thumbs_down=int(chance.random() < 0.02),
        record=record,
    )
