"""What a thread's marker remembers of a review: patches read and findings said."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_SAID = 40
FINGERPRINT = r"^[0-9a-f]{24}$"
_DIGEST = r"^[0-9a-f]{16}$"


class Said(BaseModel):
    """One finding as it was said.

    `fingerprint` is path and code (16 digits), then the title's words (8 digits);
    `code` is the digest of the `lines` lines of that side that the finding is about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    fingerprint: Annotated[str, Field(pattern=FINGERPRINT)]
    path: Annotated[str, Field(max_length=500)]
    line: Annotated[int, Field(ge=1)]
    severity: Literal["blocker", "major", "minor"]
    title: Annotated[str, Field(max_length=160)]
    code: Annotated[str, Field(pattern=_DIGEST)]
    lines: Annotated[int, Field(ge=1, le=1_000)] = 1
    side: Literal["LEFT", "RIGHT"] = "RIGHT"


class Reviewed(BaseModel):
    """The state a review has seen: the patches it read and the findings that stand.

    `patches` are digests of 11 characters each (`bot.context.patch_identity`); "" means
    that the next review reads everything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    patches: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=12_000)] = ""
    said: Annotated[tuple[Said, ...], Field(max_length=MOST_SAID)] = ()
