"""A second look at what would block a change: the model is asked to refute itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.context import Section

PROMPT = """\
You are the second pair of eyes on the review of a software change. Each claim says
that the change must not be merged. Try to refute it: look for the code that already
handles the case, the caller that makes it impossible, the line that was misread. Say
refuted only where the material shows that the claim is wrong, holds only where you
followed it to the failure yourself, and unsure for everything between. Give the
reason in one sentence that names the code."""

CLAIMS = "the claims"
REFUTED = "refuted by a second look"
# Characters of a reason, which nobody reads but the model itself.
LONGEST = 1_000


def _shortened(given: object) -> object:
    """Cut a reason that is too long: its verdict stands all the same."""
    return given[:LONGEST] if isinstance(given, str) else given


class Verdict(BaseModel):
    """What became of one claim."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    number: Annotated[int, Field(ge=1)]
    reason: Annotated[str, BeforeValidator(_shortened), Field(max_length=LONGEST)]
    verdict: Literal["holds", "refuted", "unsure"]


class SecondLookReply(BaseModel):
    """One verdict a claim, by the claim's number."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    verdicts: Annotated[list[Verdict], Field(max_length=100)]


class Claimed(Protocol):
    """What a finding says and of which lines."""

    path: str
    start_line: int
    line: int
    title: str
    why: str
    evidence: str


def question(
    claims: Sequence[Claimed], sections: Sequence[Section]
) -> tuple[Section, ...]:
    """Put the claims before what they are about; () without claims."""
    if not claims:
        return ()
    said = [_claim(number, each) for number, each in enumerate(claims, 1)]
    text = json.dumps(said, ensure_ascii=False, indent=1)
    paths = {each.path for each in claims}
    about = [s for s in sections if not s.path or s.path in paths]
    return (Section(CLAIMS, text, "json", priority=0, must=True), *about)


def verdicts(reply: SecondLookReply | None) -> Mapping[int, str]:
    """Give the verdict on each claim by its number; one that is doubled is unsure."""
    found: dict[int, str] = {}
    for each in reply.verdicts if reply is not None else ():
        is_new = each.number not in found or found[each.number] == each.verdict
        found[each.number] = each.verdict if is_new else "unsure"
    return found


def _claim(number: int, each: Claimed) -> dict[str, object]:
    return {
        "number": number,
        "path": each.path,
        "lines": f"{each.start_line}-{each.line}",
        "title": each.title,
        "why": each.why,
        "evidence": each.evidence,
    }
