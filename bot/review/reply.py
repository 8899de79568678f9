"""What a model answers to a review."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class ReviewFinding(BaseModel):
    """One thing that is wrong, with the quote that shows it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    start_line: Annotated[int, Field(ge=1)]
    line: Annotated[int, Field(ge=1)]
    side: Literal["RIGHT", "LEFT"] = "RIGHT"
    severity: Literal["blocker", "major", "minor"]
    title: Annotated[str, Field(max_length=300)]
    why: Annotated[str, Field(max_length=3_000)]
    evidence: str
    suggestion: str


class ReviewReply(BaseModel):
    """What a review answers; what cannot be shown in the diff is dropped."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    walkthrough: Annotated[list[str], Field(max_length=50)] = Field(
        default_factory=list
    )
    findings: Annotated[list[ReviewFinding], Field(max_length=500)]
    wanted: Annotated[list[str], Field(max_length=50)]
