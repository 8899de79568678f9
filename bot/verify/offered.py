"""A patch as suggestions on the lines of a pull request, where its diff has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.context import diff
from bot.context.diff import FileDiff, Hunk, Line
from bot.verify import suggestion
from bot.verify.positions import commentable


@dataclass(frozen=True, slots=True)
class Offer:
    """Lines `start` to `end` of a file at the head, and what takes their place."""

    path: str
    start: int
    end: int
    text: str


def offers(patch: str, change: Sequence[FileDiff]) -> tuple[tuple[Offer, ...], int]:
    """Write the changes of a patch as suggestions; also say how many have no place.

    `patch` applies to the head of `change`. A suggestion replaces lines, so what only
    adds or only removes takes a line beside along (contract T25).
    """
    by_path = {file.path: file for file in change}
    found: list[Offer] = []
    left = 0
    for file in diff.parse(patch):
        for offer in _of_file(file):
            if offer is not None and _stands(offer, by_path.get(file.path)):
                found.append(offer)
            else:
                left += 1
    return tuple(found), left


def _of_file(file: FileDiff) -> Iterator[Offer | None]:
    for hunk in file.hunks:
        for before, run, after in _runs(hunk):
            yield (
                None
                if file.status == "added"
                else _offer(file.path, before, run, after)
            )


def _runs(hunk: Hunk) -> Iterator[tuple[Line | None, list[Line], Line | None]]:
    """Each run of changed lines, with the unchanged ones before and after it."""
    before: Line | None = None
    run: list[Line] = []
    for line in hunk.lines:
        if line.mark != " ":
            run.append(line)
            continue
        if run:
            yield before, run, line
            run = []
        before = line
    if run:
        yield before, run, None


def _offer(
    path: str, before: Line | None, run: Sequence[Line], after: Line | None
) -> Offer | None:
    gone = [line.old for line in run if line.mark == "-"]
    new = [line.text for line in run if line.mark == "+"]
    if not gone or not new:
        # A line that is there on both sides carries what has none of its own.
        if before is not None:
            gone, new = [before.old, *gone], [before.text, *new]
        elif after is not None:
            gone, new = [*gone, after.old], [*new, after.text]
        else:
            return None
    return Offer(path, gone[0], gone[-1], "\n".join(new))


def _stands(offer: Offer, file: FileDiff | None) -> bool:
    if file is None or not offer.text.strip():
        return False
    is_there = any(
        offer.start in each and offer.end in each for each in commentable(file, "RIGHT")
    )
    return is_there and not suggestion.refused(offer.path, offer.text, "")
