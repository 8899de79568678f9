"""How a review reads: walkthrough, a table of findings, what was read, the risk map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from bot import findings as shared
from bot import reviewed as remembered
from bot.context import Material, Section, Severity, diff
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD
from bot.context.review_threads import ReviewThread
from bot.review import checks
from bot.review.reply import ReviewFinding
from bot.reviewed import Said
from bot.tasks import Answer, InlineComment

NO_FINDINGS = "No findings: {coverage}."
NO_FINDINGS_BUT = "The model found nothing ({coverage}). Established without it:"
PARTIAL = (
    "Nothing was found in what was read, and not everything was: {coverage}. What was "
    "not read still needs a reviewer."
)
RISK_MAP = "Risk map (established without a model)"
NO_CHANGE = "There is nothing to review: no file changes."
NOTHING_NEW = "Nothing new was found: {coverage}."
NONE_STANDS = "Nothing stands of what was found before."
SAID_BEFORE = "_(said before)_"
ANSWERED = "_(said before, and answered)_"
HEAD = "| severity | where | what |\n|---|---|---|"
MORE_ROWS = "\n\n_and {count} more findings._"
WALKTHROUGH_LINES = 8
WALKTHROUGH_WIDTH = 200
# More rows than this are no table that anybody reads.
MOST_ROWS = 40
# The first says how many files were read, the others what else is missing.
MOST_SENTENCES = 4


def without_model(material: Material) -> Answer:
    """Say what was established without a model.

    Calm risks of a change that is not critical are for the job summary alone.
    """
    if material.before and material.before.earlier.is_known and not material.sections:
        return _unchanged(material)
    if not material.change:
        return Answer("" if material.is_partial else NO_CHANGE)
    risk_map = shared.as_markdown(material.findings)
    weight = shared.heaviest(material.findings)
    standing = _standing(material)
    says = bool(standing or risk_map) or not material.sections
    # That files were read says nothing where no model read them.
    coverage = f"_{_coverage(material)}_" if says else ""
    body = "\n\n".join(filter(None, (standing, risk_map, coverage)))
    if not _is_critical(material) and not shared.reaches(weight, "major"):
        weight = None
    # No model was shown anything, so no more is known than before.
    unseen = replace(material, sections=())
    return _remembered(Answer(body, weight=weight), (), unseen)


def nothing_found(material: Material) -> Answer:
    """Say that no finding is left; heavy facts and files not read still speak."""
    risk_map = shared.as_markdown(material.findings)
    facts = shared.heaviest(material.findings)
    coverage = _coverage(material)
    if shared.reaches(facts, "major"):
        # A model that was talked into silence must not silence these, too.
        parts = (_standing(material), NO_FINDINGS_BUT.format(coverage=coverage))
        body = "\n\n".join(filter(None, (*parts, risk_map)))
        return _remembered(Answer(body, weight=facts), (), material)
    folds, asides = _maps(material)
    said = PARTIAL if material.is_partial else NO_FINDINGS
    standing = _standing(material)
    is_known = bool(material.before and material.before.earlier.is_known)
    if is_known and not material.is_partial:
        said = NOTHING_NEW
    weight: Severity | None = "minor" if material.is_partial else None
    body = "\n\n".join(filter(None, (standing, said.format(coverage=coverage))))
    answer = Answer(body, folds, weight=weight, asides=asides)
    return _remembered(answer, (), material)


def found(
    findings: Sequence[ReviewFinding], walkthrough: Sequence[str], material: Material
) -> Answer:
    """Write walkthrough, table and coverage, and a comment for each finding's lines."""
    rows = "\n".join(_row(each, material) for each in findings[:MOST_ROWS])
    more = len(findings) - MOST_ROWS
    rows += "".join(f"\n{row}" for row in _old_rows(material))
    table = f"{HEAD}\n{rows}{MORE_ROWS.format(count=more) if more > 0 else ''}"
    steps = "\n".join(f"- {_line(step)}" for step in walkthrough[:WALKTHROUGH_LINES])
    parts = [steps, table, f"_{_coverage(material)}_"]
    folds, asides = _maps(material)
    facts = shared.heaviest(material.findings)
    heaviest = min(findings[0].severity, facts or "info", key=shared.ORDER.index)
    answer = Answer(
        "\n\n".join(part for part in parts if part),
        folds,
        tuple(_inline(each, material) for each in findings),
        heaviest,
        asides,
    )
    return _remembered(answer, findings, material)


def interleaved(walkthroughs: Sequence[Sequence[str]]) -> list[str]:
    """Take the first lines of each part's walkthrough in turn, eight in all."""
    taken = chain.from_iterable(zip_longest(*walkthroughs))
    lines = dict.fromkeys(line for line in taken if line and line.strip())
    return list(lines)[:WALKTHROUGH_LINES]


def _unchanged(material: Material) -> Answer:
    """Say what still stands of an earlier review, where nothing else is new."""
    folds, asides = _maps(material)
    standing = _standing(material) or NONE_STANDS
    body = f"{standing}\n\n_{_coverage(material)}_"
    return _remembered(Answer(body, folds, asides=asides), (), material)


def _remembered(
    answer: Answer, findings: Sequence[ReviewFinding], material: Material
) -> Answer:
    """Add what the next review is to know: what was read, what stands and is new."""
    before = material.before
    if before is None:
        return answer
    new = (checks.as_said(each, material) for each in findings)
    reviewed = remembered.state(
        [file for file in material.change if file.kind not in UNREAD],
        known=before.earlier.patches,
        shown=[file for s in material.sections for file in _shown(s)],
        said=[*(said for said in new if said), *before.carried.standing],
    )
    if not (reviewed.patches or before.earlier.is_known):
        return answer
    return replace(answer, reviewed=reviewed, fixed=before.carried.fixed)


def _shown(section: Section) -> tuple[FileDiff, ...]:
    return diff.parse(section.text) if section.kind == "diff" else ()


def _standing(material: Material) -> str:
    rows = "\n".join(_old_rows(material))
    return f"{HEAD}\n{rows}" if rows else ""


def _old_rows(material: Material) -> list[str]:
    standing = material.before.carried.standing if material.before else ()
    return [_old_row(each, material) for each in standing[:MOST_ROWS]]


def _old_row(each: Said, material: Material) -> str:
    base = material.shown_at if each.side == "RIGHT" else ""
    where = shared.link(each.path, each.line, base=base)
    thread = _threads(material).get(each.fingerprint)
    is_answered = thread is not None and thread.is_answered
    state = ANSWERED if is_answered else SAID_BEFORE
    what = f"{_cell(_line(each.title))} {state}"
    return f"| {each.severity} | {_cell(where)} | {what} |"


def _threads(material: Material) -> Mapping[str, ReviewThread]:
    return material.before.earlier.ours if material.before else {}


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
    return "; ".join(material.coverage[:MOST_SENTENCES])


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
    said = checks.as_said(each, material)
    return InlineComment(
        each.path,
        each.line,
        f"**{each.severity}: {_line(each.title)}**\n\n{each.why}".strip(),
        start_line=each.start_line,
        side=each.side,
        suggestion=each.suggestion,
        fingerprint=said.fingerprint if said else "",
        weight=each.severity,
    )
