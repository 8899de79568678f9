"""What a model answers to a review."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from bot.review import mending
from bot.review.mending import LONGEST, MOST_FINDINGS

_MOST_LINES = 50


class ReviewFinding(BaseModel):
    """One thing that is wrong, with the quote that shows it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    start_line: Annotated[int, Field(ge=1)]
    line: Annotated[int, Field(ge=1)]
    side: Literal["RIGHT", "LEFT"] = "RIGHT"
    severity: Literal["blocker", "major", "minor"]
    title: Annotated[str, Field(max_length=LONGEST["title"])]
    why: Annotated[str, Field(max_length=LONGEST["why"])]
    evidence: str
    suggestion: str


class ReviewReply(BaseModel):
    """What a review answers; what cannot be shown in the diff is dropped."""

    # The docstring goes to the model. What it need not know: a finding that is not
    # written as asked costs no other, but a reply without any readable one fits not.
    model_config = ConfigDict(extra="forbid", defer_build=True)

    walkthrough: Annotated[list[str], Field(max_length=_MOST_LINES)] = Field(
        default_factory=list
    )
    findings: Annotated[list[ReviewFinding], Field(max_length=MOST_FINDINGS)]
    wanted: Annotated[list[str], Field(max_length=_MOST_LINES)]
    _unread: tuple[str, ...] = PrivateAttr(default=())

    @property
    def unread(self) -> tuple[str, ...]:
        """Why findings of the model's reply were left out, one reason each."""
        return self._unread

    @model_validator(mode="wrap")
    @classmethod
    def _mended(cls, given: Any, whole: ModelWrapValidatorHandler[Self]) -> Self:
        found = given.get("findings") if isinstance(given, dict) else None
        if not isinstance(found, list):
            return whole(given)
        kept, unread = mending.findings(found, ReviewFinding)
        if mending.MALFORMED in unread and not kept:
            return whole(given)
        listed = ("walkthrough", "wanted")
        fitting = {name: mending.lines(given.get(name), _MOST_LINES) for name in listed}
        reply = whole({"findings": kept, **fitting})
        reply._unread = unread
        return reply
