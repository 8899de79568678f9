"""`make benchmark-learn`: what corrections teach, and what poisoned ones do.

Reads labelled issues (`id, repo, title, body, task`), the sample by default. A team
whose "triage" takes in the vaguer half of what others call debug corrects what the
classifier says; half of the repositories teach, the other half are the test.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.routing import rows as labelled
from benchmarks.routing import training
from benchmarks.routing.rows import Row
from bot import learn, overrides
from bot.classify import bias as leaning
from bot.classify import features, text
from bot.entries import Entry
from bot.ledger import Record
from bot.record_parts import Chance

SAMPLE = Path(__file__).parent / "sample" / "issues.jsonl"
# Fewer issues than these train nothing.
ENOUGH = 400
PEOPLE = ("maintainer", "contributor", "reviewer", "author")


@dataclass(frozen=True)
class Issue:
    """One text: what its words say, what others mean by it, what the team means."""

    id: str
    repo: str
    words: leaning.Distribution
    task: str
    meant: str


def read(path: Path) -> list[Issue]:
    """Read labelled issues and classify each without any bias.

    Enough of them are classified by weights that have not seen their repository, since
    the shipped weights may have learned from these very issues.
    """
    rows = [row for row in labelled.read(path) if row.task in labelled.TASKS]
    halves: list[list[Row]] = [[], []]
    for row in rows:
        halves[_share(row.repo) < 0.5].append(row)
    known = [text.shipped(), text.shipped()]
    if len(rows) >= ENOUGH:
        known = [training.weights(half) for half in halves]
    found = []
    for half, weights in zip(halves, known[::-1], strict=True):
        for row in half:
            words = text.distribution(features.extract(row.title, row.body), weights)
            id = f"{row.repo} {row.title}"
            found.append(Issue(id, row.repo, words, row.task, _meant(row.task, id)))
    return found


def _share(text: str) -> float:
    return int(sha256(text.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def _meant(task: str, id: str) -> str:
    # This team triages first whatever it has not reproduced: half of all debugging,
    # and what others would look up.
    if task == "debug" and _share(id) < 0.5:
        return "triage"
    return "triage" if task == "search" else task


def ledger(issues: Sequence[Issue], *, people: Sequence[str] = PEOPLE) -> list[Entry]:
    """What the team's threads leave: two of three wrong ones are corrected."""
    found: list[Entry] = []
    for number, issue in enumerate(issues, start=1):
        routed = issue.words[0][0]
        found.append(_entry(number, routed, words=issue.words))
        if routed != issue.meant and _share(f"{issue.id}?") < 0.66:
            who = people[number % len(people)]
            found.append(_entry(number, issue.meant, actor=who))
    return found


def poison(issues: Sequence[Issue], *, kind: str, count: int) -> list[Entry]:
    """What one writer of ill will adds: flips, a flood of one kind, near-duplicates."""
    chance = random.Random(kind)
    tasks = [task for task, _ in issues[0].words]
    found: list[Entry] = []
    first = chance.choice(issues)
    for n in range(count):
        issue = first if kind == "near-duplicates" else chance.choice(issues)
        number, routed = 1_000_000 + n, issue.words[0][0]
        words = tuple(
            (task, max(share + chance.uniform(-0.02, 0.02), 0.0))
            if kind == "near-duplicates"
            else (task, share)
            for task, share in issue.words
        )
        wanted = chance.choice([task for task in tasks if task != routed])
        if kind == "contrary":
            wanted = "debug" if routed == "triage" else "search"
        if kind == "flood":
            wanted = "plan" if routed != "plan" else "code"
        found.append(_entry(number, routed, words=words))
        found.append(_entry(number, wanted, actor="mallory"))
    return found


def _entry(
    number: int, task: str, *, words: leaning.Distribution = (), actor: str = ""
) -> Entry:
    day = 1 + number % 28
    record = Record(
        at=f"2026-10-{day:02}T{'11' if actor else '10'}:00:00Z",
        event="issue_comment.created" if actor else "issues.opened",
        task=task,
        via="command" if actor else "text",
        confidence=1.0,
        cause="command" if actor else "text",
        stakes="standard",
        model_class="balanced",
        outcome="answered",
        actor=actor,
        trust="writer" if actor else "",
        chances=tuple(Chance(task=t, share=min(round(s, 4), 1.0)) for t, s in words),
    )
    return Entry(
        repository="octo/sample", number=number, source="comment", record=record
    )


def right(issues: Iterable[Issue], bias: dict[str, float], *, team: bool) -> float:
    """Share of issues whose first task is the one meant, by the team or by others."""
    known = list(issues)
    hits = sum(
        leaning.applied(each.words, bias)[0][0] == (each.meant if team else each.task)
        for each in known
    )
    return hits / len(known)


def worst(issues: Sequence[Issue], reach: float) -> float:
    """Accuracy after the worst bias of this size: one task against the rest."""
    tasks = [task for task, _ in issues[0].words]
    all_ = [
        {task: sign * reach * (1 if task == one else -1) for task in tasks}
        for one in tasks
        for sign in (1, -1)
    ]
    return min(right(issues, bias, team=False) for bias in all_)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SAMPLE)
    issues = read(parser.parse_args().data)
    seen = [i for i in issues if _share(i.repo) < 0.5]
    unseen = [i for i in issues if _share(i.repo) >= 0.5]
    honest = ledger(seen)
    count = len(overrides.of(honest))
    print(
        f"{len(seen)} issues teach by {count} corrections, {len(unseen)} are the test"
    )
    taught = learn.learn(honest)
    print(f"bias: {dict(taught.bias)}{' - ' + taught.reason if taught.reason else ''}")
    before = right(unseen, {}, team=True)
    after = right(unseen, dict(taught.bias), team=True)
    print(f"unseen, as this team means it: {before:.1%} before, {after:.1%} after")
    print(f"corrections, cross-validated: {taught.before:.1%}, {taught.after:.1%}")
    usual = right(unseen, {}, team=False)
    print("poisoned by one writer (points of accuracy against the same without):")
    for kind in ("flips", "flood", "contrary", "near-duplicates"):
        for many in (50, 1_000):
            bad = poison(seen, kind=kind, count=many)
            alone = right(unseen, dict(learn.learn(bad).bias), team=False) - usual
            both = learn.learn([*honest, *bad])
            moved = right(unseen, dict(both.bias), team=True) - after
            print(f"  {kind:16}{many:6,}  alone {alone:+.1%}  in a team {moved:+.1%}")
    least = worst(unseen, learn.STEP) - usual
    print(f"the worst that one writer's reach allows: {least:+.1%}")


if __name__ == "__main__":
    main()
