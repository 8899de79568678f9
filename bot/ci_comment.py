"""The comment about a failed run: whose fault, then what failed, then what next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Finding
from bot.context.ci_findings import (
    BECAUSE,
    FAILURE,
    NO_ACCESS,
    NO_ANSWER,
    NO_CAUSE,
    NO_JOBS,
    NO_LOG,
    NO_OUTPUT,
    ON_BASE,
    SEEN,
    SUSPECT,
    VERDICT,
)
from bot.findings import place
from bot.text import markdown

HEADS: dict[str, str] = {
    "caused_by_this_change": "**Caused by this change**",
    "failing_on_base": "**Not this change: it fails on the base branch, too**",
    "flaky": "**Flaky: it fails and passes without a change**",
    "infrastructure": "**Infrastructure: not the code**",
    "unclear": "**Unclear whose fault it is**",
}
NEXT: dict[str, str] = {
    "caused_by_this_change": "Fix it in this change{where}.",
    "failing_on_base": (
        "Nothing to fix here: the base branch has to be repaired first; then bring "
        "this branch up to date."
    ),
    "flaky": (
        "Nothing to fix in this change: run the failed jobs again. What comes and goes "
        "is worth a repair of its own{where}."
    ),
    "infrastructure": "Run the failed jobs again; nothing in the code has to change.",
    "unclear": "`/route debug` reads the whole logs and files{where}.",
}
GREEN = "Nothing to do here; what comes and goes is worth a repair of its own{where}."
NEXT_WITHOUT: dict[str, str] = {
    NO_ACCESS: (
        "Give the job that runs routebot the permission `actions: read`, so that "
        "there is something to read."
    ),
    NO_ANSWER: "`/route triage` reads the run again.",
    NO_JOBS: "Mend the workflow file{where}; the page of the run says what is wrong.",
    NO_OUTPUT: (
        "Run the command by itself, or let the step say what it finds; the log cannot "
        "tell the cause."
    ),
    NO_LOG: "Run the failed jobs again, so that there is a log to read.",
}
# A run of the base branch itself stands in a thread of its own, or in none.
BASE_HEADS: dict[str, str] = {
    "caused_by_this_change": "**New with this commit**",
    "failing_on_base": "**Not new: it failed before this commit, too**",
}
BASE_NEXT: dict[str, str] = {
    "caused_by_this_change": "Fix or revert the commit{where}.",
    "failing_on_base": "Repair the branch{where}.",
}
START = ", starting at {place}"
MORE = "{count} more {failures}"
FAILED = "What failed"
_FAILED = frozenset({FAILURE, NO_LOG, NO_CAUSE, NO_OUTPUT})
BECAUSES = 3  # sentences of evidence in sight
IN_SIGHT = 2  # failures in sight, the others are folded


def whole(findings: Sequence[Finding]) -> str:
    """Write all that is known without a model; "" where no run was judged."""
    head = verdict(findings)
    parts = [head, failures(findings), next_step(findings)] if head else []
    return "\n\n".join(part for part in parts if part)


def verdict(findings: Sequence[Finding]) -> str:
    """Write whose fault it is and what says so, "" where nothing was judged."""
    name = _name(findings)
    if not name:
        return ""
    head = BASE_HEADS.get(name, HEADS[name]) if _is_base(findings) else HEADS[name]
    because = [markdown.plain(f.message) for f in findings if f.kind == BECAUSE]
    if len(because) <= 1:
        return ": ".join([head, *because]) + "."
    listed = "\n".join(f"- {each}" for each in because[:BECAUSES])
    return f"{head}:\n\n{listed}"


def failures(findings: Sequence[Finding]) -> str:
    """Write the first failures, each with the lines that show it."""
    parts = [_failure(each) for each in _failures(findings)[:IN_SIGHT]]
    parts += [f"_{_seen(f.message)}._" for f in findings if f.kind == SEEN][:IN_SIGHT]
    return "\n\n".join(parts)


def rest(findings: Sequence[Finding]) -> tuple[tuple[str, str], ...]:
    """Fold the failures that are not in sight."""
    left = _failures(findings)[IN_SIGHT:]
    if not left:
        return ()
    body = "\n\n".join(_failure(each) for each in left)
    failures = "failures" if left[1:] else "failure"
    return ((MORE.format(count=len(left), failures=failures), body),)


def next_step(findings: Sequence[Finding]) -> str:
    """Say the one next step that follows from the verdict alone."""
    name = _name(findings)
    if not name:
        return ""
    places = [
        f for kind in (SUSPECT, FAILURE, NO_JOBS) for f in findings if f.kind == kind
    ]
    first = next((each for each in places if each.path), None)
    where = START.format(place=place(first.path, first.line)) if first else ""
    return f"**Next:** {_next(name, findings).format(where=where)}"


def _next(name: str, findings: Sequence[Finding]) -> str:
    kinds = {finding.kind for finding in findings}
    is_green = not any(f.severity == "major" for f in findings if f.kind == VERDICT)
    if is_green and name == "flaky":
        return GREEN
    without = next((text for kind, text in NEXT_WITHOUT.items() if kind in kinds), "")
    if without and FAILURE not in kinds:
        return without
    return BASE_NEXT.get(name, NEXT[name]) if _is_base(findings) else NEXT[name]


def _is_base(findings: Sequence[Finding]) -> bool:
    return any(finding.kind == ON_BASE for finding in findings)


def _name(findings: Sequence[Finding]) -> str:
    found = (each.message for each in findings if each.kind == VERDICT)
    return next((name for name in found if name in HEADS), "")


def _failures(findings: Sequence[Finding]) -> list[Finding]:
    return [each for each in findings if each.kind in _FAILED]


def _failure(finding: Finding) -> str:
    where = place(finding.path, finding.line)
    head = f"**{FAILED}:** {markdown.plain(finding.message)}"
    head += f" ({where})" if where else ""
    return f"{head}\n\n{markdown.fence(finding.quote)}" if finding.quote else head


def _seen(message: str) -> str:
    said = markdown.plain(message)
    return said[:1].upper() + said[1:]
