"""Clauses that the ledger speaks for: where a dearer class has found nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot import costs, globs
from bot import policy as policies
from bot.entries import Entry
from bot.ledger import Record
from bot.policy import Policy
from bot.policy.model import When
from bot.providers import Usage

TASK = "review"
# So many answers in a row must have found nothing.
FEWEST = 20
HARMLESS = frozenset({"", "info"})
EVIDENCE = (
    "{task} of {area} found nothing in {count} of {count} → fast, "
    "saves {usd:.2f} USD a month"
)
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    """A clause for a task, with what speaks for it; `usd` is a month's saving."""

    task: str
    clause: When
    evidence: str
    usd: float


def of(entries: Iterable[Entry], policy: Policy) -> list[Proposal]:
    """Find areas whose reviews found nothing and did not go to `fast` already.

    An area counts only where every one of at least 20 answers found nothing, none of
    them of critical stakes, and where the clause saves money.
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    for each in entries:
        record = each.record
        is_told = record.outcome == "answered" and record.trust != "outsider"
        if record.task == TASK and is_told and record.area:
            groups[record.area].append(each)
    found = [_proposal(area, group, policy) for area, group in sorted(groups.items())]
    return [each for each in found if each is not None]


def _proposal(area: str, group: list[Entry], policy: Policy) -> Proposal | None:
    records = [each.record for each in group]
    is_quiet = all(r.weight in HARMLESS and r.stakes != "critical" for r in records)
    dear = [r for r in records if r.model_class != "fast"]
    if not is_quiet or len(dear) < FEWEST or globs.problem(area):
        return None
    fast = policies.model_class(policy, "fast").routes[0]
    saved = 0.0
    for record in dear:
        usage = Usage(record.input_tokens, record.output_tokens, record.cached_tokens)
        there = costs.price(policy, fast, usage=usage)
        if there is None or record.usd is None:
            return None
        saved += record.usd - there
    month = saved / _span(dear) * _DAYS
    if month <= 0:
        return None
    clause = When.model_validate({"class": "fast", "only_paths": (area,)})
    said = EVIDENCE.format(task=TASK, area=area, count=len(records), usd=month)
    return Proposal(TASK, clause, said, month)


def _span(records: list[Record]) -> float:
    """The days from the first to the last, at least one."""
    times = [_time(record.at) for record in records]
    return max((max(times) - min(times)).total_seconds() / 86_400, 1.0)


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)
