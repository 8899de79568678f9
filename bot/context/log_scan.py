"""One pass over a log's lines: windows around everything that looks like trouble."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace

from bot.context import log_marks, log_signals
from bot.context.log_shapes import Failure
from bot.context.log_signals import Signal

# The end of the log is kept whole, up to here; before it the windows alone.
_MAX_LINES = 12_000
_MAX_CHARACTERS = 6_000_000
_MAX_EXITS = 5_000
_MAX_CHUNK = 80
_MAX_WINDOWS = 150
_MAX_FAILURES = 100
_MAX_COMMANDS = 20
_TAIL_LINES = 14
# A step that ended badly is where its log must be read.
_FAILED_STEP = 4
# One character in so many may be no text in a log that is one.
_UNDECODED = 3
_HEADING = re.compile(r"(?:FILE: )?(?P<file>[^\s:()\[\]]{1,300}\.\w{1,10})$")


@dataclass(slots=True)
class Window:
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
class Scan:
    """Everything remembered while the log goes by; bounded, whatever its length."""

    number: int = 0
    recent: deque[tuple[str, bool]] = field(default_factory=deque)
    characters: int = 0
    windows: list[Window] = field(default_factory=list)
    open: Window | None = None
    step_start: int = 1
    command: str = ""
    commands: dict[str, None] = field(default_factory=dict)
    failures: dict[Failure, None] = field(default_factory=dict)
    exits: deque[tuple[int, int]] = field(
        default_factory=lambda: deque(maxlen=_MAX_EXITS)
    )
    exit_code: int | None = None
    has_text: bool = False
    # Whether a step runs whose end is told by the next one's beginning.
    is_running: bool = False
    # The last line that was nothing but a path.
    heading: str = ""


def read(scan: Scan, line: str, *, is_known: bool = False) -> None:
    """Take in the next line of the log, already cleaned.

    `is_known`: a green run of the job wrote it too, so it is no sign of trouble.
    """
    scan.number += 1
    if line:
        scan.has_text = True
        _look(scan, line, is_known=is_known)
    window = scan.open
    if window is not None and window.end < scan.number:
        if scan.number <= window.until and len(window.lines) < _MAX_CHUNK:
            window.lines.append(line)
        else:
            scan.open = None
    _remember(scan, line, is_known=is_known)


def is_text(scan: Scan) -> bool:
    """Whether most of the log's end could be decoded."""
    undecoded = sum(line.count("\ufffd") for line, _ in scan.recent)
    return _UNDECODED * undecoded <= scan.characters


def _look(scan: Scan, line: str, *, is_known: bool) -> None:
    if line.startswith("##[error]"):
        scan.is_running = False
    mark = log_marks.mark(line)
    if mark is not None:
        _at_mark(scan, mark)
        return
    if "." in line and (" " not in line or line.startswith("FILE: ")):
        found = _HEADING.match(line)
        scan.heading = found["file"] if found is not None else scan.heading
    signal = None if is_known else log_signals.signal(line)
    if signal is not None:
        _at_signal(scan, signal, line)


def _remember(scan: Scan, line: str, *, is_known: bool) -> None:
    recent = scan.recent
    recent.append((line, is_known))
    scan.characters += len(line)
    while scan.characters > _MAX_CHARACTERS or len(recent) > _MAX_LINES:
        scan.characters -= len(recent.popleft()[0])


def _last(scan: Scan, count: int) -> list[str]:
    return [scan.recent[at][0] for at in range(-min(count, len(scan.recent)), 0)]


def _at_signal(scan: Scan, signal: Signal, line: str) -> None:
    grammar = signal.grammar
    if signal.failure is not None and len(scan.failures) < _MAX_FAILURES:
        _add_failure(scan, signal.failure)
    window = scan.open
    if window is not None and scan.number <= window.until + 1:
        if len(window.lines) < _MAX_CHUNK:
            _extend(scan, window, signal)
        return
    before = min(grammar.before, scan.number - scan.step_start, len(scan.recent))
    if scan.windows:
        before = min(before, scan.number - 1 - scan.windows[-1].end)
    before = max(before, 0)
    lines = _last(scan, before)
    scan.open = Window(
        start=scan.number - before,
        until=scan.number + grammar.after,
        kind=grammar.category,
        score=signal.weight,
        peak=scan.number,
        lines=[*lines, line],
    )
    _keep(scan, scan.open)


def _add_failure(scan: Scan, failure: Failure) -> None:
    # Linters write a file's name once, above what they say of its lines.
    if failure.line and not failure.file and not failure.test:
        failure = replace(failure, file=scan.heading)
    scan.failures.setdefault(failure)


def _extend(scan: Scan, window: Window, signal: Signal) -> None:
    window.until = max(window.until, scan.number + signal.grammar.after)
    window.peaks += 1
    if signal.weight > window.score:
        window.score = signal.weight
        window.kind = signal.grammar.category
        window.peak = scan.number


def _keep(scan: Scan, window: Window) -> None:
    scan.windows.append(window)
    if len(scan.windows) <= _MAX_WINDOWS:
        return
    # The first causes and the newest lines stay; noise between them goes.
    ranked = sorted(scan.windows[:-20], key=rank)[: _MAX_WINDOWS // 2]
    scan.windows = sorted([*ranked, *scan.windows[-20:]], key=lambda w: w.start)


# Steps: where a command begins, and how it ended.


def _at_mark(scan: Scan, mark: log_marks.Mark) -> None:
    scan.open, scan.heading = None, ""
    if mark.follows_success and scan.is_running:
        scan.exits.append((scan.number, 0))
    if mark.follows_success or mark.exit_code is not None:
        scan.is_running = mark.follows_success
    if mark.exit_code is not None:
        _at_exit(scan, mark)
    if mark.command:
        scan.command = mark.command
    if mark.starts_step:
        scan.step_start = scan.number + 1


def _at_exit(scan: Scan, mark: log_marks.Mark) -> None:
    scan.exits.append((scan.number, mark.exit_code or 0))
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
    add_tail(scan, 2.0 + _FAILED_STEP)
    scan.step_start = scan.number + 1


def add_tail(scan: Scan, score: float) -> None:
    """Keep the last lines before here: a third of all causes use no word of trouble."""
    # The line that tells the exit code is not among the recent ones yet.
    end = scan.number if scan.exit_code is None else scan.number - 1
    room = end - scan.step_start + 1
    if scan.windows:
        room = min(room, end - scan.windows[-1].end)
    lines = _last(scan, min(room, _TAIL_LINES)) if room > 0 else []
    while lines and not lines[-1].strip():
        lines.pop()
        end -= 1
    if not lines:
        return
    start = end - len(lines) + 1
    _keep(scan, Window(start, end, "tail", score, end, lines))


def rank(window: Window) -> tuple[float, int]:
    """Sort key: the surest first, of equals the first in the log."""
    return (-window.score, window.start)
