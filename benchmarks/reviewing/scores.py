"""What reviews are worth: faults found, noise, silence where it is due, price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.reviewing.answers import Answer, Claim
from benchmarks.reviewing.cases import SIZES, Case
from benchmarks.reviewing.templates import LANGUAGES, Place

# A finding hits a fault that is no further than this many lines away.
NEAR = 3
# The share of clean pull requests that get no comment must be at least this.
SILENCE = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """A pull request, what was said of it, and which of it hits the fault."""

    case: Case
    answer: Answer
    hits: int

    @property
    def is_found(self) -> bool:
        """Whether the fault was found."""
        return self.hits > 0

    @property
    def stray(self) -> int:
        """How many findings hit nothing."""
        return len(self.answer.claims) - self.hits


def judged(case: Case, answer: Answer) -> Judged:
    """Hold an answer against what is known of a pull request."""
    place = case.place
    hits = sum(is_hit(claim, place) for claim in answer.claims) if place else 0
    return Judged(case, answer, hits)


def is_hit(claim: Claim, place: Place) -> bool:
    """Whether a finding stands on the fault's path, within `NEAR` of its lines."""
    lines = place.old if claim.side == "LEFT" else place.new
    start = min(claim.start or claim.line, claim.line)
    near = range(start - NEAR, claim.line + NEAR + 1)
    return claim.path == place.path and any(line in near for line in lines)


def figures(found: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures of one reviewer over its pull requests."""
    seeded = [one for one in found if one.case.place is not None]
    clean = [one for one in found if one.case.place is None]
    hits = sum(one.is_found for one in seeded)
    known = [one.answer.usd for one in found]
    # What nobody knows is not nothing.
    spent = [usd for usd in known if usd is not None]
    usd = sum(spent) if len(spent) == len(known) else None
    silent = _share([not one.answer.speaks for one in clean])
    return {
        "pulls": len(found),
        "seeded": len(seeded),
        "found": hits,
        "recall": _share([one.is_found for one in seeded]),
        "stray_per_pull": sum(one.stray for one in found) / max(len(found), 1),
        "clean": len(clean),
        "clean_silent": silent,
        "clean_silent_met": silent is not None and silent >= SILENCE,
        "usd": usd,
        "usd_per_true_finding": usd / hits if usd is not None and hits else None,
        "calls": sum(one.answer.calls for one in found),
        "problems": sum(bool(one.answer.problem) for one in found),
    }


def recalls(found: Sequence[Judged]) -> dict[str, dict[str, float | None]]:
    """Return the recall by language and by size."""
    parts = {
        "language": (LANGUAGES.values(), lambda one: one.case.language),
        "size": (SIZES, lambda one: one.case.size),
    }
    seeded = [one for one in found if one.case.place is not None]
    return {
        name: {
            value: _share([one.is_found for one in seeded if of(one) == value])
            for value in values
        }
        for name, (values, of) in parts.items()
    }


def _share(marks: Sequence[bool]) -> float | None:
    return sum(marks) / len(marks) if marks else None
