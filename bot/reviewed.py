"""What a thread's marker remembers of a review: patches read and findings said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.context import patch_identity
from bot.context.diff import FileDiff, Hunk

MOST_SAID = 40
FINGERPRINT = r"^[0-9a-f]{24}$"
# Characters for all findings in the marker.
_ROOM = 8_000
_DIGEST = r"^[0-9a-f]{16}$"


class Said(BaseModel):
    """One finding as it was said.

    `fingerprint` is path and code (16 digits), then the title's words (8 digits);
    `code` is the digest of the `lines` lines of that side that the finding is about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    fingerprint: Annotated[str, Field(pattern=FINGERPRINT)]
    path: Annotated[str, Field(max_length=500)]
    line: Annotated[int, Field(ge=1)]
    severity: Literal["blocker", "major", "minor"]
    title: Annotated[str, Field(max_length=160)]
    code: Annotated[str, Field(pattern=_DIGEST)]
    lines: Annotated[int, Field(ge=1, le=1_000)] = 1
    side: Literal["LEFT", "RIGHT"] = "RIGHT"


class Reviewed(BaseModel):
    """The state a review has seen: the patches it read and the findings that stand.

    `patches` are digests of 11 characters each (`bot.context.patch_identity`); "" means
    that the next review reads everything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    patches: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=12_000)] = ""
    said: Annotated[tuple[Said, ...], Field(max_length=MOST_SAID)] = ()


def state(
    files: Iterable[FileDiff],
    *,
    known: Counter[str],
    shown: Iterable[FileDiff],
    said: Sequence[Said],
) -> Reviewed:
    """What the next review is to know: the patches read so far, what was said.

    `known` are the patches of earlier reviews, `shown` is what a model was shown of
    `files` this time. Of findings that take more room than a marker has for them the
    last ones go.
    """
    ranges = _ranges(shown)
    names = [
        name
        for file in files
        for patches, lines in _pieces(file)
        if all(known[name] for name in patches)
        or any(_covers(each, lines) for each in ranges.get(file.path, ()))
        for name in patches
    ]
    kept: list[Said] = []
    room = _ROOM
    for each in said[:MOST_SAID]:
        room -= len(json.dumps(each.model_dump()))
        if room < 0:
            break
        kept.append(each)
    return Reviewed(patches=patch_identity.pack(names), said=tuple(kept))


def _pieces(file: FileDiff) -> list[tuple[tuple[str, ...], range]]:
    """The patches of each hunk, with its lines of the new file (else of the old)."""
    if not file.hunks:
        return [(patch_identity.of_file(file), range(0))]
    return [
        (tuple(patch_identity.of_hunk(file.path, hunk)), _lines(hunk))
        for hunk in file.hunks
    ]


def _lines(hunk: Hunk) -> range:
    # A hunk that only removes has no line of the new file; one number stands for it.
    return range(hunk.new_start, hunk.new_start + max(hunk.new_count, 1))


def _ranges(shown: Iterable[FileDiff]) -> dict[str, list[range]]:
    """The lines shown of each path; pieces of one hunk that meet are one range."""
    found: dict[str, list[range]] = {}
    for file in shown:
        found.setdefault(file.path, []).extend(map(_lines, file.hunks))
    for ranges in found.values():
        ranges.sort(key=lambda each: each.start)
        merged = ranges[:1]
        for each in ranges[1:]:
            last = merged[-1]
            if each.start <= last.stop:
                merged[-1] = range(last.start, max(last.stop, each.stop))
            else:
                merged.append(each)
        ranges[:] = merged or [range(0)]
    return found


def _covers(outer: range, inner: range) -> bool:
    if not inner:
        return True
    return outer.start <= inner.start and inner.stop <= outer.stop
