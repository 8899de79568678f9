"""The worst cases, each with a sentence on what went wrong, made by machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.distilling import logs, scores
from benchmarks.distilling.scores import Score
from benchmarks.distilling.tools import TROUBLE

GOOD = 0.5  # a log whose recall is at least this is no bad case
LONG_ENOUGH = 12  # characters of a line that stands for itself
SHOWN = 3  # runs of lines that a sentence names

NOTHING = "chose nothing"
CHOSE = "chose {chosen}"
MARKED = "marked {marked} of {total:,}"
WORDLESS = "marked lines have no word of trouble"
AGAIN = "a marked line stands again among the chosen"
LARGE = "{count:,} lines are marked, the budget is {budget}"
NEAR = "lines to the nearest marked one: {count}"
PART = "{share:.0%} of the marked lines"


def of(found: Iterable[Score], *, most: int, budget: int) -> Iterator[tuple[str, str]]:
    """Yield name and explanation of the `most` worst, the worst first."""
    bad = [score for score in found if score.recall < GOOD]
    bad.sort(key=lambda score: (score.hit, score.recall, score.case.name))
    for score in bad[:most]:
        yield score.case.name, explained(score, budget=budget)


def explained(score: Score, *, budget: int) -> str:
    """Say in one line what was chosen, what was marked, and what stands out."""
    text = logs.lines(score.case.file)
    marked = sorted(score.case.marked)
    chosen = _listed(score.chosen)
    said = [
        CHOSE.format(chosen=chosen) if chosen else NOTHING,
        MARKED.format(marked=_listed(marked), total=len(text)),
    ]
    said.extend(_reasons(score, text, budget=budget))
    return "; ".join(said)


def _reasons(score: Score, text: Sequence[str], *, budget: int) -> Iterator[str]:
    own = [text[n - 1] for n in sorted(score.case.marked) if n <= len(text)]
    if not any(TROUBLE.search(line) for line in own):
        yield WORDLESS
    if len(score.case.marked) > budget:
        yield LARGE.format(count=len(score.case.marked), budget=budget)
    if score.hit:
        yield PART.format(share=score.recall)
        return
    shown = {text[n - 1].strip() for n in score.chosen if n <= len(text)}
    if any(line.strip() in shown for line in own if len(line.strip()) >= LONG_ENOUGH):
        yield AGAIN
    if score.chosen:
        far = min(abs(n - m) for n in score.chosen for m in score.case.marked)
        yield NEAR.format(count=far)


def _listed(numbers: Sequence[int]) -> str:
    runs = [f"{a}" if a == b else f"{a}-{b}" for a, b in logs.spans(numbers)]
    more = f" and {len(runs) - SHOWN} more" if len(runs) > SHOWN else ""
    return ", ".join(runs[:SHOWN]) + more


def by_language(found: Iterable[Score]) -> dict[str, list[Score]]:
    """Sort scores by the language of their log; those without one are left out."""
    groups: dict[str, list[Score]] = {}
    for score in found:
        if score.case.language:
            groups.setdefault(score.case.language, []).append(score)
    return dict(sorted(groups.items()))


def summary(found: Sequence[Score]) -> tuple[float, float, float]:
    """Return the share hit, mean recall and mean precision."""
    count = len(found)
    return (
        sum(score.rank != scores.MISSED for score in found) / count,
        sum(score.recall for score in found) / count,
        sum(score.precision for score in found) / count,
    )
