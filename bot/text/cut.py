"""Cutting Markdown to what GitHub takes, without leaving anything open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.text import inline

LIMIT = 65_000
NOTE = "_Cut here: the rest is longer than GitHub takes._"
NOTE_WITH_LINK = "_Cut here: [the whole answer]({link})._"

Unit = Literal["characters", "bytes"]

_FENCE = re.compile(
    r"(?P<lead>[ \t>]{0,80}(?:(?:[*+-]|[0-9]{1,9}[.)])[ \t]{1,4}){0,60})"
    r"(?P<ticks>`{3,}+(?=[^`]{0,2000}$)|~{3,}+)"
)
_DETAILS = re.compile(r"<(/?)details\b", re.IGNORECASE)
_CODE = re.compile(r"(`{1,20})(?!`)[^`]{0,2000}\1")
# A longer line that does not fit is cut inside; a shorter one goes whole.
_LONG_LINE = 2_000
# How far to look on for the fence that closes.
_SLACK = 200
_CUT = "…"


def cap(
    body: str,
    *,
    limit: int = LIMIT,
    tail: str = "",
    link: str = "",
    unit: Unit = "characters",
) -> str:
    """Cut `body` so that it and `tail` (marker, footer) fit in `limit` (R18, R26).

    GitHub's limit is safe in UTF-16 units; a job summary's is in bytes. Cuts between
    lines, closes fences and `<details>`, says so (with `link` to the whole), and
    keeps `tail` always.
    """
    if _size(body, unit) + _size(tail, unit) <= limit:
        return body + tail
    note = NOTE_WITH_LINK.replace("{link}", link) if link else NOTE
    end = (
        f"\n\n{note}{tail if tail.startswith(chr(10)) or not tail else chr(10) + tail}"
    )
    room = limit - _size(end, unit)
    kept = _fitting(body, room, unit)
    return kept + end if kept else end.lstrip("\n")


def closing_lead(lead: str) -> str:
    """What stands in front of the line that closes a fence behind `lead`.

    A quote's mark takes one blank for itself, also where its own line had none.
    """
    return re.sub(r"[^>\t]", " ", re.sub(r">(?=[^ \t>])", "> ", lead))


@dataclass(slots=True)
class _Open:
    """What stands open after the lines read so far."""

    lead: str = ""
    ticks: str = ""
    details: list[str] = field(default_factory=list)

    def read(self, line: str) -> None:
        if self.ticks:
            bare = line.strip("> \t")
            if set(bare) == {self.ticks[0]} and len(bare) >= len(self.ticks):
                self.ticks = ""
            return
        if match := _FENCE.match(line):
            self.lead = closing_lead(match["lead"])
            self.ticks = match["ticks"]
            return
        for tag in _DETAILS.finditer(_CODE.sub("", line[:20_000])):
            if not tag[1]:
                self.details.append("</details>")
            elif self.details:
                self.details.pop()

    def closing(self) -> str:
        fence = f"\n{self.lead}{self.ticks}" if self.ticks else ""
        details = "\n\n" + "\n".join(self.details) if self.details else ""
        return fence + details


def _fitting(body: str, room: int, unit: Unit) -> str:
    """The longest start of `body`, in whole lines, that fits with what it closes."""
    state = _Open()
    kept: list[str] = []
    used, whole, end = 0, 0, ""
    for line in body.split("\n"):
        in_code, closing = bool(state.ticks), state.closing()
        size = _size(line, unit) + 1
        if len(line) > _LONG_LINE and used + size > room:
            left = room - used - _size(closing, unit)
            if left <= 0:
                break
            return (
                "\n".join([*kept, _part(line, left, unit, in_code=in_code)]) + closing
            )
        state.read(line)
        kept.append(line)
        used += size
        if used > room + _SLACK:
            break
        closing = state.closing()
        if used - 1 + _size(closing, unit) <= room:
            whole, end = len(kept), closing
    return "\n".join(kept[:whole]) + end if whole else ""


def _part(line: str, room: int, unit: Unit, *, in_code: bool) -> str:
    """What fits of a line too long to go whole, with no code span cut open."""
    part = _start(line, room - _size(_CUT, unit), unit)
    while part and not in_code:
        closed = inline.neutral_line(part, inline.Rules())
        if _size(closed + _CUT, unit) <= room:
            return closed + _CUT
        part = part[: len(part) * 3 // 4]
    return part + _CUT if part else ""


def _start(text: str, room: int, unit: Unit) -> str:
    """The longest start of `text` of at most `room` units, whole characters only."""
    if room <= 0:
        return ""
    if unit == "bytes":
        return text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return text.encode("utf-16-le", "replace")[: 2 * room].decode("utf-16-le", "ignore")


def _size(text: str, unit: Unit) -> int:
    if unit == "bytes":
        return len(text.encode("utf-8", "replace"))
    return len(text.encode("utf-16-le", "replace")) // 2
