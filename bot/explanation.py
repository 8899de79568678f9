"""The decision for an event, as `explain` prints it: JSON and text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot import catalog, footer
from bot.case import Case
from bot.catalog import Route
from bot.route import Decision

TEXT = """\
{event} → {task} → {model_class} → {first}

  why         {why}
  runner-up   {runner_up}
  stakes      {stakes}
  class       {steps}
  cost        {cost}
"""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignalShape(_Shape):
    """One thing the classification saw."""

    name: str
    weight: float
    evidence: str


class ReasonShape(_Shape):
    """One reason for the stakes."""

    name: str
    evidence: str


class RouteShape(_Shape):
    """One route; `context_window` in tokens."""

    provider: str
    model: str
    effort: str
    context_window: int


class RejectedShape(_Shape):
    """A route that was looked at and not taken."""

    route: str
    reason: str


class ClauseShape(_Shape):
    """A `when` clause of the policy that was tried."""

    clause: str
    model_class: str = Field(alias="class")
    matched: bool


class EstimateShape(_Shape):
    """Tokens and USD of one call; null where a price is unknown."""

    input_tokens: int
    output_tokens: int
    usd: float | None
    baseline_usd: float | None
    largest_model: str
    largest_usd: float | None


class Explanation(_Shape):
    """Why an event is done by which model; keys are only ever added."""

    schema_version: int = Field(default=1, alias="schema")
    event: str
    task: str
    via: str
    confidence: float
    signals: tuple[SignalShape, ...]
    runner_up: str
    stakes: str
    stakes_reasons: tuple[ReasonShape, ...]
    model_class: str
    cause: str
    steps: tuple[str, ...]
    clauses: tuple[ClauseShape, ...]
    routes: tuple[RouteShape, ...]
    rejected: tuple[RejectedShape, ...]
    estimate: EstimateShape
    grant: str
    grant_reason: str
    not_read: tuple[str, ...]
    catalogue: str


def explain(found: Case) -> dict[str, Any]:
    """Give the decision of a case as JSON, in the shape of `Explanation`."""
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
        "grant": found.standing.grant.kind,
        "grant_reason": found.standing.grant.reason,
        "not_read": list(found.reader.missing),
        "catalogue": catalog.date(),
    }


def as_text(found: Case) -> str:
    """Write the decision for a terminal."""
    decision, classified = found.decision, found.classification
    first = str(decision.routes[0]) if decision.routes else "no route is left"
    head = TEXT.format(
        event=found.event.kind,
        task=found.task.name,
        model_class=decision.model_class,
        first=first,
        why=_why(found),
        runner_up=classified.runner_up or "none",
        stakes=_stakes(decision),
        steps="; ".join(decision.steps) + f" (decided by: {decision.cause})",
        cost=_cost(decision),
    )
    parts = [
        head,
        _listed("then", map(str, decision.routes[1:])),
        _listed("not taken", (f"{r.route}: {r.reason}" for r in decision.rejected)),
        _listed(
            "clauses",
            (
                f"{'✓' if c.matched else '✗'} {c.clause} → {c.model_class}"
                for c in decision.clauses
            ),
        ),
        _listed("not read", found.reader.missing),
    ]
    return "".join(parts)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `explain`."""
    return Explanation.model_json_schema(by_alias=True)


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


def _listed(title: str, items: Any) -> str:
    lines = list(items)
    if not lines:
        return ""
    first, *rest = lines
    indented = "".join(f"{'':14}{line}\n" for line in rest)
    return f"  {title:<12}{first}\n{indented}"


def _route(route: Route, found: Case) -> dict[str, Any]:
    return {
        "provider": route.provider,
        "model": route.model,
        "effort": route.effort,
        "context_window": found.router.window(route),
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
