"""What is known of logs, against what a scorer says of their lines."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import log_features, log_marks
from bot.context.log_features import Page
from bot.context.log_marks import Mark

# The rules' share of the chance, and how it fades around the line they point to.
_VOTE = 0.05
_FADE = 0.8
# What GitHub does after a step failed is no work that could fail it.
_CLEANUP = "Post job cleanup."
# What is left to lines of steps that ended well, where another one tells how it failed.
_ENDED_WELL = 0.1
# Groups that GitHub writes around a step's script and around facts about the runner.
_GROUPS = tuple(
    f"##[group]{name}"
    for name in (
        "Run ",
        "Runner Image",
        "Operating System",
        "VM Image",
        "GITHUB_TOKEN Permissions",
        "Getting Git version info",
    )
)


def weighed(page: Page, chances: Sequence[float]) -> list[float]:
    """Correct what a scorer says of a page by what is known of logs; shares of 1.

    Lines of the CI system itself and scripts it repeats tell no cause, steps that ended
    well hardly one, and the rules have a vote.
    """
    marks = [None if x.startswith("$ ") else log_marks.mark(x) for x in page.lines]
    works = _works(page, marks)
    hopes = _hopes(page, works, marks)
    corrected = _shares([c * hope for c, hope in zip(chances, hopes, strict=True)])
    vote = _shares(_vote(page, works))
    if not any(vote):
        return corrected
    return [
        (1 - _VOTE) * chance + _VOTE * own
        for chance, own in zip(corrected, vote, strict=True)
    ]


def _hopes(
    page: Page, works: Sequence[bool], marks: Sequence[Mark | None]
) -> list[float]:
    states = log_features.ends(page)
    lines = zip(works, page.lines, marks, states, strict=True)
    # A step that failed without a word may have been failed by one before.
    is_told = any(
        is_work and line and mark is None and state.startswith("fail")
        for is_work, line, mark, state in lines
    )
    by_state = {"pass": _ENDED_WELL if is_told else 1.0}
    hopes: list[float] = []
    for is_work, line, state in zip(works, page.lines, states, strict=True):
        if line == _CLEANUP and state == "after":
            by_state["after"] = 0.0
        hopes.append(is_work * by_state.get(state, 1.0))
    return hopes


def _works(page: Page, marks: Sequence[Mark | None]) -> list[bool]:
    """Which lines the work of this run alone wrote, not the CI system around it.

    The line that says that a command failed counts: it stands where the cause ends.
    """
    repeated = scripts(page.lines)
    own = [
        bool(number) and at not in repeated and (mark is None or bool(mark.exit_code))
        for at, (number, mark) in enumerate(zip(page.numbers, marks, strict=True))
    ]
    pairs = zip(own, page.numbers, strict=True)
    new = [is_own and number not in page.known for is_own, number in pairs]
    lines = zip(new, page.lines, marks, strict=True)
    # A run that wrote nothing new is told by what it wrote.
    return new if any(n and x and m is None for n, x, m in lines) else own


def scripts(lines: Sequence[str]) -> set[int]:
    """The lines of scripts that GitHub repeats before it runs them, or of its facts."""
    found: set[int] = set()
    start: int | None = None
    for at, line in enumerate(lines):
        if line.startswith("##[endgroup]") and start is not None:
            found.update(range(start, at))
        if line.startswith("##["):
            start = at if line.startswith(_GROUPS) else None
    return found


def _vote(page: Page, works: Sequence[bool]) -> list[float]:
    if page.suspect is None:
        return [0.0] * len(page.lines)
    first, last, peak = page.suspect
    return [
        _FADE ** abs(number - peak) if is_work and first <= number <= last else 0.0
        for number, is_work in zip(page.numbers, works, strict=True)
    ]


def _shares(values: Sequence[float]) -> list[float]:
    whole = sum(values) or 1.0
    return [value / whole for value in values]
