"""The decision for an event, as `explain` prints it: JSON and text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

from bot import budget_left, catalog, costs, footer
from bot.budget_left import Left
from bot.case import Case
from bot.catalog import Route
from bot.route import Decision

HEAD = "{event} → {task} → {model_class} → {first}\n\n"
MARGIN = 14
WIDTH = 88 - MARGIN


def explain(found: Case, budgets: Sequence[Left] = ()) -> dict[str, Any]:
    """Give the decision of a case as JSON, in the shape of `Explanation`.

    `budgets` are the limits that are set, with what is left of them.
    """
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
            {"name": reason.name, "evidence": reason.evidence}
            for reason in decision.stakes.reasons
        ],
        "model_class": decision.model_class,
        "cause": decision.cause,
        "steps": list(decision.steps),
        "clauses": [
            {"clause": c.clause, "class": c.model_class, "matched": c.matched}
            for c in decision.clauses
        ],
        "routes": [_route(route, found) for route in decision.routes],
        "rejected": [
            {"route": str(each.route), "reason": each.reason}
            for each in decision.rejected
        ],
        "estimate": _estimate(decision),
        "budgets": budget_left.as_json(budgets),
        "grant": found.standing.grant.kind,
        "grant_reason": found.standing.grant.reason,
        "not_read": list(found.reader.missing),
        "catalogue": catalog.date(),
    }


def as_text(found: Case, budgets: Sequence[Left] = ()) -> str:
    """Write the decision for a terminal, and the limits that are set."""
    decision, classified = found.decision, found.classification
    first = str(decision.routes[0]) if decision.routes else "no route is left"
    head = HEAD.format(
        event=found.event.kind,
        task=found.task.name,
        model_class=decision.model_class,
        first=first,
    )
    steps = "; ".join(decision.steps) + f" ({footer.DECIDED[decision.cause]})"
    parts = [
        head,
        _told("why", _why(found)),
        _told("runner-up", classified.runner_up or "none"),
        _told("stakes", _stakes(decision)),
        _told("class", steps),
        _told("cost", _cost(decision)),
        _listed("budget", budget_left.as_lines(budgets)),
        _listed("then", map(str, decision.routes[1:])),
        _listed("not taken", (f"{r.route}: {r.reason}" for r in decision.rejected)),
        _listed(
            "clauses",
            (
                f"{'✓' if c.matched else '✗'} {c.clause} → {c.model_class}"
                for c in decision.clauses
            ),
        ),
        _told("not read", "; ".join(found.reader.missing)),
    ]
    return "".join(parts)


def _why(found: Case) -> str:
    classified = found.classification
    seen = [f"{s.name}: {s.evidence}" if s.evidence else s.name for s in _main(found)]
    how = f"{footer.VIA[classified.via]}, confidence {classified.confidence:.2f}"
    return f"{how} ({'; '.join(seen)})" if seen else how


def _main(found: Case) -> list[Any]:
    ordered = sorted(found.classification.signals, key=lambda s: -abs(s.weight))
    return ordered[:4]


def _stakes(decision: Decision) -> str:
    reasons = "; ".join(
        f"{r.name}: {r.evidence}" if r.evidence else r.name
        for r in decision.stakes.reasons[:3]
    )
    return f"{decision.stakes.level} ({reasons})" if reasons else decision.stakes.level


def _cost(decision: Decision) -> str:
    estimate = decision.estimate
    return (
        f"≈ {footer.usd(estimate.usd)} for {estimate.input_tokens:,} + "
        f"{estimate.output_tokens:,} tokens; ≈ {footer.usd(estimate.baseline_usd)} on "
        f"the baseline, ≈ {footer.usd(estimate.largest_usd)} on "
        f"{estimate.largest_model}"
    )


def _told(title: str, text: str) -> str:
    return _listed(title, wrap(text, WIDTH, break_on_hyphens=False))


def _listed(title: str, items: Iterable[str]) -> str:
    lines = list(items)
    if not lines:
        return ""
    first, *rest = lines
    indented = "".join(f"{'':{MARGIN}}{line}\n" for line in rest)
    return f"  {title:<{MARGIN - 2}}{first}\n{indented}"


def _route(route: Route, found: Case) -> dict[str, Any]:
    return {
        "provider": route.provider,
        "model": route.model,
        "effort": route.effort,
        "context_window": costs.window(found.router.policy, route),
    }


def _estimate(decision: Decision) -> dict[str, Any]:
    estimate = decision.estimate
    return {
        "input_tokens": estimate.input_tokens,
        "output_tokens": estimate.output_tokens,
        "usd": estimate.usd,
        "baseline_usd": estimate.baseline_usd,
        "largest_model": estimate.largest_model,
        "largest_usd": estimate.largest_usd,
    }
