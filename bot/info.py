"""`/route why`: how this thread was decided, without spending a token."""

from __future__ import annotations

from bot import budget_left, footer, ledger
from bot.case import Case
from bot.draft import Draft
from bot.ledger import Place, Record
from bot.world import World

WHY_TITLE = "Why"
NO_RECORD = "Nothing was decided in this thread yet. Asked now, it would be:"


def why(found: Case, world: World) -> Draft:
    """Show the thread's last decision of each task, or the one that would be made.

    Below stands what is left of the budgets, and which of them bites.
    """
    records = _records(found, world)
    parts = [footer.table(record) for record in records.values()]
    if not records:
        parts = [NO_RECORD, as_markdown(found)]
    parts.append(budget_left.as_markdown(budget_left.of(found, world)))
    return Draft(kind="info", title=WHY_TITLE, body="\n\n".join(parts))


def as_markdown(found: Case) -> str:
    """Write a decision that nothing was spent on as a short table."""
    decision = found.decision
    first = str(decision.routes[0]) if decision.routes else "none can be used"
    rows = [
        ("task", f"{found.task.name} ({footer.VIA[found.classification.via]})"),
        ("class", f"{decision.model_class} ({footer.DECIDED[decision.cause]})"),
        ("model", f"`{first}`"),
        ("stakes", decision.stakes.level),
        ("estimate", f"≈ {footer.usd(decision.estimate.usd)}"),
    ]
    lines = "\n".join(footer.ROW.format(name=name, value=value) for name, value in rows)
    return f"{footer.HEAD}\n{lines}"


def _records(found: Case, world: World) -> dict[str, Record]:
    event = found.event
    if event.repository is None or event.number is None:
        return {}
    place = Place(event.repository.id, event.number, world.marker_key)
    latest: dict[str, Record] = {}
    for comment in found.reader.comments():
        marker = ledger.read(comment.body, place) if comment.is_ours else None
        if marker is None or marker.history is None or not marker.history.records:
            continue
        if world.marker_key and not marker.is_authentic:
            continue
        latest[marker.task] = marker.history.records[-1]
    return latest
