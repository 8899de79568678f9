"""The shape of what `explain` prints as JSON, for its published schema.

Apart from `bot.explanation`, so that explaining does not pay for describing.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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


class BudgetShape(_Shape):
    """One limit and what is used of it; null is no limit, or a sum nobody knows.

    `state` is "spent", "near" (one class less will do) or "".
    """

    what: str
    max_usd: float | None
    max_calls: int | None
    usd: float | None
    calls: int | None
    state: str
    gap: str


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
    budgets: tuple[BudgetShape, ...]
    grant: str
    grant_reason: str
    not_read: tuple[str, ...]
    catalogue: str


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `explain`."""
    return Explanation.model_json_schema(by_alias=True)
