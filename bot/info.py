"""`/route why` and `explain`: the decision of a thread, without spending a token."""

from __future__ import annotations

from typing import Any

from bot import catalog, footer, ledger
from bot import route as routing
from bot.case import Case
from bot.draft import Draft
from bot.ledger import Place, Record
from bot.world import World

WHY_TITLE = "Why"
NO_RECORD = "Nothing was decided in this thread yet. Asked now, it would be:"


def why(found: Case, world: World) -> Draft:
    """Show the thread's last decision of each task, or the one that would be made."""
    records = _records(found, world)
    if records:
        tables = [footer.table(record) for record in records.values()]
        return Draft(kind="info", title=WHY_TITLE, body="\n\n".join(tables))
    body = f"{NO_RECORD}\n\n{as_markdown(found)}"
    return Draft(kind="info", title=WHY_TITLE, body=body)


def explain(found: Case, world: World) -> dict[str, Any]:
    """Give the decision as JSON (`docs/schemas/explain.json`)."""
    decision, classified = found.decision, found.classification
    return {
        "schema": 1,
        "event": found.event.kind,
        "task": found.task.name,
        "via": classified.via,
        "confidence": round(classified.confidence, 4),
        "signals": [
            {"name": s.name, "weight": round(s.weight, 4), "evidence": s.evidence}
            for s in classified.signals
        ],
        "runner_up": classified.runner_up,
        "stakes": decision.stakes.level,
        "stakes_reasons": [
            {"name": r.name, "evidence": r.evidence} for r in decision.stakes.reasons
        ],
        "model_class": decision.model_class,
        "cause": decision.cause,
        "steps": list(decision.steps),
        "clauses": [
            {"clause": c.clause, "class": c.model_class, "matched": c.matched}
            for c in decision.clauses
        ],
        "routes": [_route(route, found.router) for route in decision.routes],
        "rejected": [
            {"route": str(each.route), "reason": each.reason}
            for each in decision.rejected
        ],
        "estimate": _estimate(decision.estimate),
        "grant": found.standing.grant.kind,
        "grant_reason": found.standing.grant.reason,
        "not_read": list(world.reader.missing),
        "catalogue": catalog.date(),
    }


def as_markdown(found: Case) -> str:
    """Write a decision that nothing was spent on as a short table."""
    decision = found.decision
    first = str(decision.routes[0]) if decision.routes else "none can be used"
    rows = [
        ("task", f"{found.task.name} ({footer.VIA[found.classification.via]})"),
        ("class", f"{decision.model_class} (decided by: {decision.cause})"),
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
    for comment in world.reader.comments():
        marker = ledger.read(comment.body, place) if comment.is_ours else None
        if marker is None or marker.history is None or not marker.history.records:
            continue
        if world.marker_key and not marker.is_authentic:
            continue
        latest[marker.task] = marker.history.records[-1]
    return latest


def _route(route: catalog.Route, router: routing.Router) -> dict[str, Any]:
    return {
        "provider": route.provider,
        "model": route.model,
        "effort": route.effort,
        "context_window": router.window(route),
    }


def _estimate(estimate: routing.Estimate) -> dict[str, Any]:
    return {
        "input_tokens": estimate.input_tokens,
        "output_tokens": estimate.output_tokens,
        "usd": estimate.usd,
        "baseline_usd": estimate.baseline_usd,
        "largest_model": estimate.largest_model,
        "largest_usd": estimate.largest_usd,
    }
