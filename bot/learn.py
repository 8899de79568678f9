"""Corrections into a bias: a fit that few people cannot bend, and its proof."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from operator import mul
from statistics import median

from bot import examples
from bot.classify import bias as leaning
from bot.entries import Entry
from bot.examples import Example

# Fewer corrections than these teach nothing.
FEWEST = 10
FOLDS = 5
# What each person who asks for a direction adds to how far a task's bias may go, in
# logits, however many their corrections are.
STEP = 0.1
# One person's corrections weigh at most this much more than those of the others do.
ACTOR_FACTOR, ACTOR_LEAST = 1.5, 5.0
_ROUNDS, _RATE, _PULL = 40, 1.0, 0.02
RECENT = 200
# Threads that nobody corrected are many and alike.
MOST_SILENT = 500

FEW = "{count} corrections of {least} that are needed; nothing is proposed"
NO_BETTER = (
    "a bias would not route unseen corrections better ({after:.1%} instead of "
    "{before:.1%} right); nothing is proposed"
)


@dataclass(frozen=True, slots=True)
class Learned:
    """A bias, or why there is none. Shares are of held-out weight routed right.

    `changes` counts (before, after) among the last `RECENT` texts, `recent` of them.
    """

    bias: Mapping[str, float]
    corrections: int
    before: float = 0.0
    after: float = 0.0
    reason: str = ""
    changes: tuple[tuple[str, str, int], ...] = ()
    recent: int = 0


def learn(
    entries: Sequence[Entry], current: Mapping[str, float] | None = None
) -> Learned:
    """Fit a bias and prove it on corrections it has not seen; refuses what is no gain.

    `current` is the bias that the policy has: what is proposed takes its place.
    """
    held = current or {}
    known = examples.of(entries)
    corrections = sum(each.is_correction for each in known)
    if corrections < FEWEST:
        reason = FEW.format(count=corrections, least=FEWEST)
        return Learned(held, corrections, reason=reason)
    known = capped(known)
    before = _right(known, held)
    whole = sum(each.weight for each in known)
    gained, lost = _on_unseen(known, held)
    after = before + (gained - lost) / whole
    # More than chance alone moves, by about one standard deviation.
    if gained - lost <= math.sqrt(gained + lost):
        reason = NO_BETTER.format(before=before, after=after)
        return Learned(held, corrections, before, after, reason)
    bias = fit(known)
    changes, recent = _changes(entries, held, bias)
    return Learned(bias, corrections, before, after, "", changes, recent)


def _on_unseen(
    known: Sequence[Example], held: Mapping[str, float]
) -> tuple[float, float]:
    """The weight that a bias fitted without it puts right, and that it gets wrong.

    Of four people or more the one it helps most and the one it helps least have no
    say, so that nobody alone can forbid a change, or bring one about; the others stand
    for them.
    """
    gained: defaultdict[str, float] = defaultdict(float)
    lost: defaultdict[str, float] = defaultdict(float)
    for number in range(FOLDS):
        bias = fit([each for each in known if _fold(each) != number])
        for each in known:
            if _fold(each) != number:
                continue
            was = _first(each.words, held) == each.task
            now = _first(each.words, bias) == each.task
            gained[each.actor] += each.weight * (now and not was)
            lost[each.actor] += each.weight * (was and not now)
    people = sorted(
        {each.actor for each in known if each.actor},
        key=lambda who: (gained[who] - lost[who], who),
    )
    heard = people[1:-1] if len(people) >= 4 else people
    part = len(people) / len(heard)
    return (
        gained[""] + part * sum(gained[who] for who in heard),
        lost[""] + part * sum(lost[who] for who in heard),
    )


def capped(known: Sequence[Example]) -> list[Example]:
    """Weigh everybody's corrections so that nobody's outweigh the others'."""
    totals: Counter[str] = Counter()
    for each in known:
        if each.actor:
            totals[each.actor] += 1
    scale: dict[str, float] = {}
    for actor, total in totals.items():
        others = [n for name, n in totals.items() if name != actor]
        most = max(ACTOR_LEAST, ACTOR_FACTOR * median(others)) if others else total
        scale[actor] = min(1.0, most / total)
    return [replace(e, weight=e.weight * scale.get(e.actor, 1.0)) for e in known]


def fit(known: Sequence[Example]) -> dict[str, float]:
    """Find the bias that most of those who correct agree on.

    Everybody's corrections are fitted apart, each beside their part of what nobody
    corrected; of their biases the middle one counts, and no more of it than `STEP` for
    each person who asks for that direction. So one person bends it little, however
    much they write.
    """
    people = sorted({each.actor for each in known if each.is_correction})
    silent = [each for each in known if not each.actor][:MOST_SILENT]
    apart = [
        _fit([each for each in known if each.actor == who], silent, len(people))
        for who in people
    ]
    tasks = sorted({task for each in known for task, _ in each.words})
    agreed = {task: _agreed([each.get(task, 0.0) for each in apart]) for task in tasks}
    return {task: value for task, value in agreed.items() if value}


def _fit(
    own: Sequence[Example], silent: Sequence[Example], people: int
) -> dict[str, float]:
    """Fit one person's corrections: a logistic fit of offsets by gradient steps."""
    tasks = sorted({task for each in own for task, _ in each.words})
    rows = [
        (
            [dict(each.words).get(task, 0.0) for task in tasks],
            [float(task == each.task) for task in tasks],
            each.weight / (1 if each.actor else people),
        )
        for each in (*own, *silent)
    ]
    whole = sum(weight for _, _, weight in rows) or 1.0
    found = [0.0] * len(tasks)
    for _ in range(_ROUNDS):
        slope = [0.0] * len(tasks)
        lean = [math.exp(value) for value in found]
        for shares, wanted, weight in rows:
            moved = list(map(mul, shares, lean))
            part = weight / (sum(moved) or 1.0)
            for n, share in enumerate(moved):
                slope[n] += weight * wanted[n] - part * share
        for n, value in enumerate(found):
            step = _RATE * len(tasks) * (slope[n] / whole - _PULL * value)
            found[n] = min(max(value + step, -leaning.MOST), leaning.MOST)
    return dict(zip(tasks, found, strict=True))


def _agreed(values: Sequence[float]) -> float:
    """The middle of what people ask for, within the reach of those on its side."""
    middle = median(values) if values else 0.0
    if len(values) == 2 and values[0] * values[1] <= 0:
        return 0.0
    side = sum(value * middle > 0 for value in values)
    reach = min(STEP * side, leaning.MOST)
    return round(min(max(middle, -reach), reach), 2)


def _right(known: Sequence[Example], bias: Mapping[str, float]) -> float:
    whole = sum(each.weight for each in known)
    right = sum(e.weight for e in known if _first(e.words, bias) == e.task)
    return right / whole if whole else 0.0


def _first(words: leaning.Distribution, bias: Mapping[str, float]) -> str:
    return max(leaning.applied(words, bias), key=lambda pair: pair[1])[0]


def _fold(example: Example) -> int:
    digest = sha256(repr((example.words, example.task)).encode()).digest()
    return digest[0] % FOLDS


def _changes(
    entries: Sequence[Entry], held: Mapping[str, float], bias: Mapping[str, float]
) -> tuple[tuple[tuple[str, str, int], ...], int]:
    texts = [e.record for e in entries if e.record.via == "text" and e.record.chances]
    recent = texts[-RECENT:]
    words = [tuple((c.task, c.share) for c in record.chances) for record in recent]
    pairs = Counter((_first(each, held), _first(each, bias)) for each in words)
    moved = ((a, b, n) for (a, b), n in sorted(pairs.items()) if a != b)
    return tuple(moved), len(recent)
