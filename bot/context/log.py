"""A raw CI log, reduced to the lines that explain the failure; no model."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.context import log_lines, log_marks
from bot.context.log_grammars import (
    ENDS,
    GENERIC,
    GRAMMARS,
    NOISE,
    Category,
    Grammar,
)

BUDGET = 60
_MAX_CHUNK = 80
_MAX_WINDOWS = 400
_MAX_FAILURES = 100
_MAX_COMMANDS = 20
_MAX_BEFORE = 24
_TAIL_LINES = 14
# A step that ended badly is where its log must be read.
_FAILED_STEP = 4
# Chunks this much weaker than the best one are left out even if there is room.
_WORTH = 0.55

NO_ERROR = "the log ends without an error"
EMPTY = "the log is empty"
NOTES: dict[str, str] = {
    "runner_lost": "the job lost its runner",
    "cancelled": "the job was cancelled",
    "timeout": "the job ran out of time",
    "out_of_memory": "the job ran out of memory",
    "disk": "the disk was full",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines `start`..`end` (1-based, of the original log) that belong together."""

    start: int
    end: int
    kind: Category | str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure as a tool reported it; what it did not say is "" or 0."""

    tool: str
    test: str = ""
    file: str = ""
    line: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Distilled:
    """What explains a failing job, chunks best first.

    `note` is one plain sentence for a log whose end says more than its lines.
    `redactions` counts secrets taken out, by whoever redacts the chunks.
    """

    lines_total: int = 0
    chunks: tuple[Chunk, ...] = ()
    failures: tuple[Failure, ...] = ()
    category: Category = "no_error_found"
    commands: tuple[str, ...] = ()
    exit_code: int | None = None
    redactions: int = 0
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of `routebot distill` (schema 1)."""
        return {
            "schema": 1,
            "lines_total": self.lines_total,
            "chunks": [_fields(chunk) for chunk in self.chunks],
            "failures": [_fields(failure) for failure in self.failures],
            "category": self.category,
            "commands": list(self.commands),
            "exit_code": self.exit_code,
            "redactions": self.redactions,
            "note": self.note,
        }


@dataclass(slots=True)
class _Window:
    """A chunk while it grows: the lines around one or more signals."""

    start: int
    until: int
    kind: str
    score: float
    peak: int
    lines: list[str] = field(default_factory=list)
    peaks: int = 1

    @property
    def end(self) -> int:
        return self.start + len(self.lines) - 1


@dataclass(slots=True)
class _Scan:
    """Everything remembered while the log goes by; bounded, whatever its length."""

    number: int = 0
    recent: deque[str] = field(default_factory=lambda: deque(maxlen=_MAX_BEFORE))
    windows: list[_Window] = field(default_factory=list)
    open: _Window | None = None
    step_start: int = 1
    command: str = ""
    commands: dict[str, None] = field(default_factory=dict)
    failures: dict[Failure, None] = field(default_factory=dict)
    exit_code: int | None = None
    has_text: bool = False


def distill(data: bytes | Iterable[bytes], *, budget: int = BUDGET) -> Distilled:
    """Find the lines that explain why a job failed, at most `budget` of them.

    `data` is the raw log or its pieces in order. One pass, memory bounded. Never
    raises on content; where nothing looks like a cause, `category` is
    "no_error_found" and `note` says so.
    """
    scan = _Scan()
    for line in log_lines.lines(data):
        _read(scan, line)
    if scan.exit_code is None:
        _add_tail(scan, 1.0)
    chosen = _chosen(scan.windows, budget)
    category = _category(chosen, scan)
    return Distilled(
        lines_total=scan.number,
        chunks=tuple(chosen),
        failures=tuple(scan.failures),
        category=category,
        commands=tuple(scan.commands),
        exit_code=scan.exit_code,
        note=_note(category, scan),
    )


def _read(scan: _Scan, line: str) -> None:
    scan.number += 1
    scan.has_text = scan.has_text or bool(line)
    if line:
        mark = log_marks.mark(line)
        if mark is not None:
            _at_mark(scan, mark)
        else:
            signal = _signal(line)
            if signal is not None:
                _at_signal(scan, signal, line)
    window = scan.open
    if window is not None and window.end < scan.number:
        if scan.number <= window.until and len(window.lines) < _MAX_CHUNK:
            window.lines.append(line)
        else:
            scan.open = None
    scan.recent.append(line)


# Signals: lines that a tool, the system or plain words mark as trouble.


def _roots(grammars: Iterable[Grammar]) -> tuple[str, ...]:
    """The shortest needles; a line without any of them cannot match any grammar."""
    needles = sorted({n for grammar in grammars for n in grammar.needles}, key=len)
    roots: list[str] = []
    for needle in needles:
        if not any(root in needle for root in roots):
            roots.append(needle)
    return tuple(roots)


_ALL = (*GRAMMARS, *ENDS, GENERIC)
_ROOTS = _roots(_ALL)


@dataclass(frozen=True, slots=True)
class _Signal:
    grammar: Grammar
    weight: float
    failure: Failure | None = None


def _signal(line: str) -> _Signal | None:
    lowered = line.lower()
    for root in _ROOTS:
        if root in lowered:
            break
    else:
        return None
    return _tool_signal(line, lowered) or _generic_signal(lowered)


def _tool_signal(line: str, lowered: str) -> _Signal | None:
    stripped = line.lstrip()
    best: _Signal | None = None
    for grammar in (*GRAMMARS, *ENDS):
        if best is not None and grammar.weight <= best.weight:
            continue
        if not any(needle in lowered for needle in grammar.needles):
            continue
        failure = None
        if grammar.pattern is not None:
            match = grammar.pattern.match(stripped)
            if match is None:
                continue
            failure = _failure(grammar.tool, match.groupdict())
        best = _Signal(grammar, grammar.weight, failure)
    return best


def _generic_signal(lowered: str) -> _Signal | None:
    if not any(needle in lowered for needle in GENERIC.needles):
        return None
    noisy = any(word in lowered for word in NOISE)
    return _Signal(GENERIC, 1.0 if noisy else float(GENERIC.weight))


def _failure(tool: str, groups: dict[str, str | None]) -> Failure | None:
    number = groups.get("line")
    failure = Failure(
        tool=tool,
        test=(groups.get("test") or "").strip(),
        file=groups.get("file") or "",
        line=int(number) if number else 0,
        message=(groups.get("message") or "").strip(),
    )
    return failure if failure != Failure(tool) else None


def _at_signal(scan: _Scan, signal: _Signal, line: str) -> None:
    grammar = signal.grammar
    if signal.failure is not None and len(scan.failures) < _MAX_FAILURES:
        scan.failures.setdefault(signal.failure)
    window = scan.open
    if window is not None and scan.number <= window.until + 1:
        if len(window.lines) < _MAX_CHUNK:
            _extend(scan, window, signal)
        return
    before = min(grammar.before, scan.number - scan.step_start, len(scan.recent))
    if scan.windows:
        before = min(before, scan.number - 1 - scan.windows[-1].end)
    before = max(before, 0)
    lines = list(scan.recent)[-before:] if before else []
    scan.open = _Window(
        start=scan.number - before,
        until=scan.number + grammar.after,
        kind=grammar.category,
        score=signal.weight,
        peak=scan.number,
        lines=[*lines, line],
    )
    _keep(scan, scan.open)


def _extend(scan: _Scan, window: _Window, signal: _Signal) -> None:
    window.until = max(window.until, scan.number + signal.grammar.after)
    window.peaks += 1
    if signal.weight > window.score:
        window.score = signal.weight
        window.kind = signal.grammar.category
        window.peak = scan.number


def _keep(scan: _Scan, window: _Window) -> None:
    scan.windows.append(window)
    if len(scan.windows) <= _MAX_WINDOWS:
        return
    # The first causes and the newest lines stay; noise between them goes.
    ranked = sorted(scan.windows[:-20], key=_rank)[: _MAX_WINDOWS // 2]
    scan.windows = sorted([*ranked, *scan.windows[-20:]], key=lambda w: w.start)


# Steps: where a command begins, and how it ended.


def _at_mark(scan: _Scan, mark: log_marks.Mark) -> None:
    scan.open = None
    if mark.exit_code is not None:
        _at_exit(scan, mark)
    if mark.command:
        scan.command = mark.command
    if mark.starts_step:
        scan.step_start = scan.number + 1


def _at_exit(scan: _Scan, mark: log_marks.Mark) -> None:
    if not mark.exit_code:
        scan.step_start = scan.number + 1
        return
    scan.exit_code = mark.exit_code
    command = mark.ended or scan.command
    if command and len(scan.commands) < _MAX_COMMANDS:
        scan.commands.setdefault(command)
    for window in scan.windows:
        if window.end >= scan.step_start and window.score < 14:
            window.score += _FAILED_STEP
    _add_tail(scan, 2.0 + _FAILED_STEP)
    scan.step_start = scan.number + 1


def _add_tail(scan: _Scan, score: float) -> None:
    """Keep the last lines before here: a third of all causes use no word of trouble."""
    room = scan.number - scan.step_start + 1
    if scan.windows:
        room = min(room, scan.number - scan.windows[-1].end)
    lines = list(scan.recent)[-min(room, _TAIL_LINES) :] if room > 0 else []
    end = scan.number if scan.exit_code is None else scan.number - 1
    while lines and not lines[-1].strip():
        lines.pop()
        end -= 1
    if not lines:
        return
    start = end - len(lines) + 1
    _keep(scan, _Window(start, end, "tail", score, end, lines))


# Choosing.


def _rank(window: _Window) -> tuple[float, int]:
    return (-window.score, window.start)


def _chosen(windows: list[_Window], budget: int) -> list[Chunk]:
    chosen: list[Chunk] = []
    room = budget
    ranked = sorted(windows, key=_rank)
    for window in ranked:
        if room <= 0 or window.score < _WORTH * ranked[0].score:
            break
        chunk = _trimmed(window, min(room, max(budget // 2, 8)))
        chosen.append(chunk)
        room -= chunk.end - chunk.start + 1
    return chosen


def _trimmed(window: _Window, room: int) -> Chunk:
    lines, start = window.lines, window.start
    while len(lines) > 1 and not lines[-1].strip():
        lines = lines[:-1]
    skip = 0
    while skip < len(lines) - 1 and not lines[skip].strip():
        skip += 1
    if len(lines) - skip > room:
        lead = max(window.peak - start - room // 3, 0)
        skip = max(skip, min(lead, len(lines) - room))
    lines = lines[skip : skip + room]
    start += skip
    return Chunk(
        start, start + len(lines) - 1, window.kind, window.score, "\n".join(lines)
    )


def _category(chosen: list[Chunk], scan: _Scan) -> Category:
    for grammar in (*GRAMMARS, *ENDS, GENERIC):
        if chosen and chosen[0].kind == grammar.category:
            strong = chosen[0].score >= GENERIC.weight
            return grammar.category if strong else "no_error_found"
    return "error" if scan.exit_code else "no_error_found"


def _note(category: Category, scan: _Scan) -> str:
    if not scan.has_text:
        return EMPTY
    if category == "no_error_found":
        return NO_ERROR
    return NOTES.get(category, "")


def _fields(value: Chunk | Failure) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def texts(distilled: Distilled) -> Iterator[str]:
    """Yield the distillate as text, one line at a time, for a terminal or a prompt."""
    if distilled.note:
        yield f"{distilled.note} ({distilled.lines_total:,} lines)"
    for chunk in distilled.chunks:
        yield f"--- lines {chunk.start}-{chunk.end} ({chunk.kind})"
        yield from chunk.text.split("\n")
