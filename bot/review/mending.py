"""Findings as a model wrote them: what is nearly right is mended, the rest counted."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

MALFORMED = "not written as a finding is"
NIT = "a nit by its own severity"
TOO_MANY = "one too many for one reply"
MOST_FINDINGS = 500
CUT = "…"
# Characters of a text; what is longer is cut at a word.
LONGEST: dict[str, int] = {"title": 300, "why": 3_000}
SEVERITIES = ("blocker", "major", "minor")
# How else models call what we call blocker, major and minor.
_SEVERITIES: dict[str, str] = {
    **dict.fromkeys(("critical", "blocking", "fatal", "severe"), "blocker"),
    **dict.fromkeys(("high", "error", "medium", "moderate", "important"), "major"),
    **dict.fromkeys(("low", "warning"), "minor"),
}
_NITS = frozenset(
    {"nit", "nitpick", "style", "info", "note", "suggestion", "trivial", "none"}
)

Finding = TypeVar("Finding", bound=BaseModel)


def findings(
    given: Sequence[Any], model: type[Finding]
) -> tuple[list[Finding], tuple[str, ...]]:
    """Read each as `model`, and say for each that cannot be read why it was dropped.

    A text that is too long is cut, a severity by another name is ours, and one that
    means nothing is minor; what is missing and can be told from the rest is added.
    Of more than 500 the heaviest are kept.
    """
    kept: list[Finding] = []
    dropped: list[str] = []
    for raw in given:
        read = _finding(raw, model)
        if isinstance(read, str):
            dropped.append(read)
        else:
            kept.append(read)
    more = len(kept) - MOST_FINDINGS
    if more > 0:
        kept = heapq.nsmallest(MOST_FINDINGS, kept, key=_weight)
        dropped += [TOO_MANY] * more
    return kept, tuple(dropped)


def lines(given: object, most: int) -> list[str]:
    """Keep what is text of a list, at most `most` of it; [] for anything else."""
    if not isinstance(given, list):
        return []
    return [each for each in given if isinstance(each, str)][:most]


def shortened(text: str, most: int) -> str:
    """Cut a text at a word, so that it has at most `most` characters."""
    if len(text) <= most:
        return text
    kept = text[: most - len(CUT)]
    at = max(kept.rfind(" "), kept.rfind("\n"))
    # A text without blanks is cut where it must be.
    return (kept[:at] if at > most // 2 else kept).rstrip() + CUT


def _finding(raw: object, model: type[Finding]) -> Finding | str:
    if not isinstance(raw, dict):
        return MALFORMED
    known = {name: raw[name] for name in model.model_fields if name in raw}
    severity = _word(known.get("severity"))
    if severity in _NITS:
        return NIT
    known["severity"] = _severity(severity)
    if "side" in known:
        known["side"] = "LEFT" if _word(known["side"]) == "left" else "RIGHT"
    for name, most in LONGEST.items():
        if isinstance(known.get(name), str):
            known[name] = shortened(known[name], most)
    if known.get("suggestion") is None:
        known["suggestion"] = ""
    try:
        return model.model_validate(known | _numbered(known))
    except ValidationError:
        return MALFORMED


def _severity(word: str) -> str:
    word = _SEVERITIES.get(word, word)
    return word if word in SEVERITIES else "minor"


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _numbered(known: Mapping[str, Any]) -> dict[str, Any]:
    """One of the two line numbers stands for both."""
    line = known.get("line") or known.get("start_line")
    return {"line": line, "start_line": known.get("start_line") or line}


def _weight(each: BaseModel) -> int:
    return SEVERITIES.index(getattr(each, "severity", "minor"))
