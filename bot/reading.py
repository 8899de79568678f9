"""What several calls read of a change, who read it, and what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.answer import Outcome
from bot.context import Material, Section, pack
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD
from bot.context.pack import Part
from bot.route import Lane

# What a call that failed means for its files.
BUDGET = "budget spent"
UNANSWERED = "no model answered"
NOT_HELD = "the answer did not hold"
NO_ROOM = "no room"
REST_OF_IT = "read in part ({why})"


@dataclass(slots=True)
class Reading:
    """What has been read of the material so far.

    `lanes` says by path who read a file, `missed` why it, or a part of it, was not.
    """

    material: Material
    lanes: dict[str, Lane] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    _sections: list[Section] = field(default_factory=list)
    _left_out: dict[str, None] = field(default_factory=dict)

    @property
    def beside(self) -> tuple[Section, ...]:
        """What every call reads."""
        return tuple(s for s in self.material.sections if not s.path)

    def add(self, part: Part, outcome: Outcome, *, lane: Lane) -> None:
        """Note what the call about `part` read, which `lane` answered."""
        assert outcome.seen is not None
        read = outcome.seen.sections
        for section in part.sections:
            if section not in read:
                self.miss((section.path,), NO_ROOM)
            if any(s.kind == "diff" and s.path == section.path for s in read):
                self.lanes[section.path] = lane
        beside = self.beside
        self._sections += [s for s in read if s not in beside]
        names = {section.name for section in part.sections}
        for sentence in outcome.left_out:
            if not any(sentence.startswith(f"{name}:") for name in names):
                self._left_out[sentence] = None

    def miss(self, paths: Sequence[str], why: str) -> None:
        """Note that files, or parts of them, were not read; the first reason stays."""
        for path in paths:
            self.missed.setdefault(path, why)

    def seen(self) -> Material:
        """Give the material as all calls together read it, and say how much it was."""
        read = self.lanes.keys()
        known = self.material.before.known if self.material.before else ()
        text = pack.coverage(
            self.material.change,
            read,
            why=self.missed,
            known=set(known) - set(read),
            in_part=sum(path in read for path in self.missed),
        )
        return replace(
            self.material,
            sections=(*self.beside, *self._sections),
            coverage=(text, *self.material.coverage[1:]),
            is_partial=self.material.is_partial
            or bool(self.missed)
            or any(map(_is_missing, self.material.change)),
        )

    def left_out(self) -> tuple[str, ...]:
        """Name what was not read, or not whole, a sentence each."""
        missed = (
            f"{path}: {REST_OF_IT.format(why=why) if path in self.lanes else why}"
            for path, why in self.missed.items()
        )
        return (*self._left_out, *missed)


def _is_missing(file: FileDiff) -> bool:
    """Whether GitHub shows no diff of a file that should be read."""
    return bool(file.unread) and file.kind not in UNREAD
