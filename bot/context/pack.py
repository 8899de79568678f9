"""A change that is too large for one call, packed into several: kin stays together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.context import Section, hunks
from bot.context.diff import FileDiff
from bot.context.fit import Family, section_tokens
from bot.context.kinds import UNREAD

Weight = Literal["critical", "standard", "routine"]
_ORDER: tuple[Weight, ...] = ("critical", "standard", "routine")
# Parts that are still looked at for room: more would cost time and win little.
_OPEN_PARTS = 8
# Kin is kept together up to this share of a call, so that others still fit beside it.
_KIN_SHARE = 0.5
# How a kind is called in a sentence.
_WORDS = {"lock": "lock file"}

READ = "read {read:,} of {total:,} file{s}"
KNOWN = " ({count} of them in an earlier review)"
IN_PART = " ({count} of them in part)"
SKIPPED = ", {count} skipped: {kinds}"
NOT_READ = "; {count} not read: {why}"


@dataclass(frozen=True, slots=True)
class ToRead:
    """One file of the change as a section, with what packs it beside others.

    `kin` are paths that should be read in the same call: what it imports, its test.
    """

    path: str
    section: Section
    weight: Weight = "standard"
    kin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What one call reads; `weight` is that of its heaviest file.

    A file whose diff is larger than a call stands in several parts.
    """

    sections: tuple[Section, ...]
    paths: tuple[str, ...]
    weight: Weight
    tokens: int


def parts(
    files: Sequence[ToRead], *, room: int, family: Family = "anthropic"
) -> tuple[Part, ...]:
    """Pack files into calls of at most `room` tokens each, the heaviest first.

    Nothing is left out: a file larger than `room` is split by its hunks, a hunk by its
    lines. Whoever reads the critical files with another model packs them apart. Takes
    time in proportion to the number of files and their kin.
    """
    pieces = [each for file in files for each in _pieces(file, room, family)]
    order = {id(piece): at for at, piece in enumerate(pieces)}
    packed = _packed(_groups(pieces, room), room)
    for group in packed:
        group.pieces.sort(key=lambda piece: order[id(piece)])
    packed.sort(key=lambda g: (_ORDER.index(g.weight), order[id(g.pieces[0])]))
    return tuple(_part(group) for group in packed)


def coverage(
    files: Sequence[FileDiff],
    read: Collection[str],
    *,
    why: Mapping[str, str] | None = None,
    known: Collection[str] = (),
    in_part: int = 0,
) -> str:
    """Say how much of a change was read, and why the rest was not.

    `read` and `known` (by an earlier review) are paths; `why` gives the reason for a
    file that is neither read nor of a kind that is only listed (else "budget");
    `in_part` is how many of those read were not read whole.
    """
    seen = {*read, *known} - {file.path for file in files if file.unread}
    listed = [f for f in files if f.path not in seen and f.kind in UNREAD]
    rest = [f.path for f in files if f.path not in seen and f.kind not in UNREAD]
    count = len(files) - len(listed) - len(rest)
    text = READ.format(read=count, total=len(files), s="s" * (len(files) != 1))
    text += KNOWN.format(count=len(known)) if known else ""
    text += IN_PART.format(count=in_part) if in_part else ""
    if listed:
        kinds = sorted({_WORDS.get(f.kind, f.kind) for f in listed})
        text += SKIPPED.format(count=len(listed), kinds=", ".join(kinds))
    known = {file.path: file.unread for file in files if file.unread}
    known |= why or {}
    reasons = Counter(known.get(path, "budget") for path in rest)
    for reason, count in sorted(reasons.items()):
        text += NOT_READ.format(count=count, why=reason)
    return text


@dataclass(frozen=True, slots=True)
class _Piece:
    """A file, or some hunks of it, that fits one call."""

    file: ToRead
    section: Section
    tokens: int


@dataclass(slots=True)
class _Group:
    """Pieces that one call reads together."""

    pieces: list[_Piece] = field(default_factory=list)
    tokens: int = 0
    weight: Weight = "routine"

    @property
    def folder(self) -> str:
        return self.pieces[0].file.path.rpartition("/")[0]

    def take(self, others: Iterable[_Piece]) -> None:
        for piece in others:
            self.pieces.append(piece)
            self.tokens += piece.tokens
            self.weight = min(self.weight, piece.file.weight, key=_ORDER.index)


def _pieces(file: ToRead, room: int, family: Family) -> Iterator[_Piece]:
    cost = section_tokens(file.section, family=family)
    if cost <= room:
        yield _Piece(file, file.section, cost)
        return
    fence = section_tokens(replace(file.section, text=""), family=family)
    for text in hunks.split(file.section.text, room=room - fence, family=family):
        section = replace(file.section, text=text)
        yield _Piece(file, section, section_tokens(section, family=family))


def _groups(pieces: Sequence[_Piece], room: int) -> list[_Group]:
    """Put kin together, up to half a call."""
    groups: dict[str, _Group] = {}
    split: list[_Group] = []
    for piece in pieces:
        group = _Group()
        group.take([piece])
        if piece.file.path in groups:
            # Another part of a split file: it fills a call by itself.
            split.append(group)
        else:
            groups[piece.file.path] = group
    for piece in pieces:
        for other in sorted(piece.file.kin):
            if other in groups:
                _join(groups, piece.file.path, other, room=_KIN_SHARE * room)
    unique = {id(group): group for group in groups.values()}
    return [*unique.values(), *split]


def _join(groups: dict[str, _Group], path: str, other: str, *, room: float) -> None:
    one, two = groups[path], groups[other]
    if one is two or one.tokens + two.tokens > room:
        return
    large, small = (one, two) if len(one.pieces) >= len(two.pieces) else (two, one)
    large.take(small.pieces)
    for piece in small.pieces:
        groups[piece.file.path] = large


def _packed(groups: Sequence[_Group], room: int) -> list[_Group]:
    """Fill calls folder by folder: the first open one with room, else a new one."""
    done: list[_Group] = []
    for group in sorted(groups, key=lambda g: (_ORDER.index(g.weight), g.folder)):
        near = done[-_OPEN_PARTS:]
        fits = next((part for part in near if part.tokens + group.tokens <= room), None)
        if fits is None:
            fits = _Group()
            done.append(fits)
        fits.take(group.pieces)
    return done


def _part(group: _Group) -> Part:
    return Part(
        tuple(piece.section for piece in group.pieces),
        tuple(dict.fromkeys(piece.file.path for piece in group.pieces)),
        group.weight,
        group.tokens,
    )
