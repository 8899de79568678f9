"""A plan as a model writes it: options weighed, and the work cut into steps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class TradeOff(BaseModel):
    """What an option means for one criterion."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    criterion: Annotated[str, Field(max_length=200)]
    side: Literal["for", "against"]
    effect: Annotated[str, Field(max_length=600)]


class Option(BaseModel):
    """One way to solve the problem."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    name: Annotated[str, Field(max_length=200)]
    summary: Annotated[str, Field(max_length=2_000)]
    trade_offs: Annotated[list[TradeOff], Field(max_length=12)]


class OpenQuestion(BaseModel):
    """What has to be asked before the work begins, and whom."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    question: Annotated[str, Field(max_length=600)]
    role: Literal["maintainer", "author", "user", "operator", "security", "reviewer"]


class Step(BaseModel):
    """One piece of the work, ready to become an issue."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    title: Annotated[str, Field(max_length=300)]
    where: Annotated[list[str], Field(max_length=20)]
    done_when: Annotated[str, Field(max_length=600)]
    task: Literal["code", "test"]


class PlanReply(BaseModel):
    """What a plan answers; paths and symbols that do not exist are dropped."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    problem: Annotated[str, Field(max_length=3_000)]
    constraints: list[str]
    criteria: Annotated[list[str], Field(max_length=12)]
    options: Annotated[list[Option], Field(max_length=6)]
    recommendation: Annotated[str, Field(max_length=3_000)]
    affected_paths: list[str]
    affected_symbols: list[str]
    new_paths: Annotated[list[str], Field(max_length=40)]
    migration: list[str]
    risks: list[str]
    open_questions: Annotated[list[OpenQuestion], Field(max_length=20)]
    steps: Annotated[list[Step], Field(max_length=30)]
    wanted: Annotated[list[str], Field(max_length=50)]
