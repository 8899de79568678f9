"""How a review reads: walkthrough, a table of findings, what was read, the risk map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

from bot import earlier
from bot import findings as shared
from bot.context import Material, Severity
from bot.review.reply import ReviewFinding
from bot.tasks import Answer, InlineComment

NO_FINDINGS = "No findings: {coverage}."
NO_FINDINGS_BUT = "The model found nothing ({coverage}). Established without it:"
PARTIAL = (
    "Nothing was found in what was read, and not everything was: {coverage}. What was "
    "not read still needs a reviewer."
)
RISK_MAP = "Risk map (established without a model)"
HEAD = "| severity | where | what |\n|---|---|---|"
MORE_ROWS = "\n\n_and {count} more findings._"
WALKTHROUGH_LINES = 8
WALKTHROUGH_WIDTH = 200
# More rows than this are no table that anybody reads.
MOST_ROWS = 40


def without_model(material: Material) -> Answer:
    """Say what was established without a model.

    Calm risks of a change that is not critical are for the job summary alone.
    """
    risk_map = shared.as_markdown(material.findings)
    weight = shared.heaviest(material.findings)
    body = f"{risk_map}\n\n_{_coverage(material)}_" if risk_map else ""
    if not _is_critical(material) and not shared.reaches(weight, "major"):
        weight = None
    return Answer(body, weight=weight)


def nothing_found(material: Material) -> Answer:
    """Say that no finding is left; heavy facts and files not read still speak."""
    risk_map = shared.as_markdown(material.findings)
    facts = shared.heaviest(material.findings)
    coverage = _coverage(material)
    if shared.reaches(facts, "major"):
        # A model that was talked into silence must not silence these, too.
        body = f"{NO_FINDINGS_BUT.format(coverage=coverage)}\n\n{risk_map}"
        return Answer(body, weight=facts)
    folds, asides = _maps(material)
    said = PARTIAL if material.is_partial else NO_FINDINGS
    weight: Severity | None = "minor" if material.is_partial else None
    body = said.format(coverage=coverage)
    return Answer(body, folds, weight=weight, asides=asides)


def found(
    findings: Sequence[ReviewFinding], walkthrough: Sequence[str], material: Material
) -> Answer:
    """Write walkthrough, table and coverage, and a comment for each finding's lines."""
    rows = "\n".join(_row(each, material) for each in findings[:MOST_ROWS])
    more = len(findings) - MOST_ROWS
    table = f"{HEAD}\n{rows}{MORE_ROWS.format(count=more) if more > 0 else ''}"
    steps = "\n".join(f"- {_line(step)}" for step in walkthrough[:WALKTHROUGH_LINES])
    parts = [steps, table, f"_{_coverage(material)}_"]
    folds, asides = _maps(material)
    facts = shared.heaviest(material.findings)
    heaviest = min(findings[0].severity, facts or "info", key=shared.ORDER.index)
    return Answer(
        "\n\n".join(part for part in parts if part),
        folds,
        tuple(_inline(each, material) for each in findings),
        heaviest,
        asides,
    )


def interleaved(walkthroughs: Sequence[Sequence[str]]) -> list[str]:
    """Take the first lines of each part's walkthrough in turn, eight in all."""
    taken = chain.from_iterable(zip_longest(*walkthroughs))
    lines = dict.fromkeys(line for line in taken if line and line.strip())
    return list(lines)[:WALKTHROUGH_LINES]


def _maps(
    material: Material,
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """The risk map, for the thread where the stakes are critical, else aside."""
    risk_map = shared.as_markdown(material.findings)
    if not risk_map:
        return (), ()
    folded = ((RISK_MAP, risk_map),)
    return (folded, ()) if _is_critical(material) else ((), folded)


def _is_critical(material: Material) -> bool:
    return material.stakes == "critical"


def _coverage(material: Material) -> str:
    return material.coverage[0] if material.coverage else ""


def _row(each: ReviewFinding, material: Material) -> str:
    where = shared.link(each.path, each.line, base=_base(each, material))
    return f"| {each.severity} | {_cell(where)} | {_cell(_line(each.title))} |"


def _base(each: ReviewFinding, material: Material) -> str:
    # What was removed is not to be seen at the head.
    return material.shown_at if each.side == "RIGHT" else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())[:WALKTHROUGH_WIDTH]


def _inline(each: ReviewFinding, material: Material) -> InlineComment:
    return InlineComment(
        each.path,
        each.line,
        f"**{each.severity}: {_line(each.title)}**\n\n{each.why}".strip(),
        start_line=each.start_line,
        side=each.side,
        suggestion=each.suggestion,
        fingerprint=_fingerprint(each, material),
        weight=each.severity,
    )


def _fingerprint(each: ReviewFinding, material: Material) -> str:
    file = next((file for file in material.change if file.path == each.path), None)
    if file is None:
        return ""
    said = earlier.said(
        file,
        range(each.start_line, each.line + 1),
        severity=each.severity,
        title=each.title,
        evidence=each.evidence,
    )
    return said.fingerprint
