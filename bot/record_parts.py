"""What a record is made of: signals, shares of a change, claims dropped, chances."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(max_length=200)]


class SignalRecord(BaseModel):
    """One thing the classification saw, as `explain` prints it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Short
    weight: float
    evidence: Annotated[str, Field(max_length=400)] = ""


class ShareRecord(BaseModel):
    """Files of a change that one class read, with the first of their paths."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    model_class: Short
    files: Annotated[int, Field(ge=0)] = 0
    paths: Annotated[tuple[Short, ...], Field(max_length=10)] = ()
    calls: Annotated[int, Field(ge=0)] = 0
    usd: Annotated[float, Field(ge=0)] | None = 0.0


class Drops(BaseModel):
    """How many claims were dropped for one reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Short
    count: Annotated[int, Field(ge=1)]


class Chance(BaseModel):
    """How likely the text alone made one task, before any bias of the policy."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    task: Short
    share: Annotated[float, Field(ge=0, le=1)]
