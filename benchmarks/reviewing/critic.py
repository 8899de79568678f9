"""A model that comments wherever a comment may stand, and suggests good and bad."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from benchmarks.reviewing.answers import Found, lies, unchanged
from benchmarks.reviewing.changes import Change
from bot.context import diff
from bot.context.diff import FileDiff, Hunk, Line

# So many findings at most for one file, and for one change.
MOST_A_FILE = 12
MOST = 30
LONGEST = 5  # lines of one finding


def findings(change: Change, unified: str) -> list[Found]:
    """Comment on first and last lines of hunks, on ranges, on both sides."""
    chance = random.Random(change.name)
    found: list[Found] = []
    for file in diff.parse(unified):
        places = [*_places(file, chance)]
        chance.shuffle(places)
        found += places[:MOST_A_FILE]
    chance.shuffle(found)
    return found[:MOST]


def inventions(change: Change, unified: str) -> list[Found]:
    """Say of the same change what it does not show, as often as a reply takes it."""
    truths = [
        (file.path, number, text)
        for file in diff.parse(unified)
        for number, text in diff.added_lines(file).items()
        if text.strip()
    ]
    return lies(truths, unchanged(change.base, change.head))


def _places(file: FileDiff, chance: random.Random) -> Iterator[Found]:
    for hunk in file.hunks:
        for side, marks in (("RIGHT", "+ "), ("LEFT", "- ")):
            lines = [x for x in hunk.lines if x.mark in marks and x.text.strip()]
            if not lines or not _has(hunk, marks[0]):
                continue
            for start in sorted({0, len(lines) - 1, chance.randrange(len(lines))}):
                length = chance.randint(1, LONGEST)
                yield _finding(file, lines[start : start + length], side, chance)


def _has(hunk: Hunk, mark: str) -> bool:
    return any(line.mark == mark for line in hunk.lines)


def _finding(
    file: FileDiff, lines: Sequence[Line], side: str, chance: random.Random
) -> Found:
    numbers = [line.new if side == "RIGHT" else line.old for line in lines]
    texts = [line.text for line in lines]
    return {
        "path": file.path,
        "start_line": numbers[0],
        "line": numbers[-1],
        "side": side,
        "severity": chance.choice(["major", "minor"]),
        "title": f"Look at {file.path.rpartition('/')[2]} {side} {numbers[-1]}",
        "why": "The value may be of another kind here.",
        "evidence": "\n".join(texts),
        "suggestion": _suggestion(texts, chance) if side == "RIGHT" else "",
    }


def _suggestion(texts: Sequence[str], chance: random.Random) -> str:
    """Suggest what is good, does nothing, or breaks the file."""
    whole = "\n".join(texts)
    first = texts[0]
    indent = first[: len(first) - len(first.lstrip())]
    return chance.choice(
        [
            "",
            whole,
            whole.replace(first.strip(), f"{first.strip()}  # checked"),
            whole.replace("(", "((", 1),
            "\n".join(text.strip() for text in texts),
            f"{whole}\n{indent}unbalanced = (",
            f"{indent}pass",
            first,
        ]
    )
