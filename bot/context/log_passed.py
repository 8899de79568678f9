"""The log of the last green run as a witness: what stands there too is no cause."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.context import log_lines, log_marks, log_signals
from bot.context.log_mask import masked
from bot.context.log_shapes import Chunk

# Different masked lines that are remembered, by hash (some 50 MB at the most).
_MAX_KNOWN = 1 << 19
# Known and blank lines between two new ones that belong to them.
_GAP = 3
_MAX_RUN = 120
_MAX_RUNS = 200
_MAX_SCRIPT = 200
# New lines before the first that looks like trouble, and after the last.
_LEAD = 5
_AFTER = 40
# Weight from which a line looks like trouble.
_TROUBLE = 2.0
# Runs this much weaker than the best one are left out even if there is room.
_WORTH = 0.45
# A run that ends near the place where the job failed is likelier to tell why, one
# after that place is cleaning up.
_NEAR = 200
_CLEANUP = 0.3
# A green log that has less of the failing one is of another job, or damaged.
_LEAST_SHARED = 0.05


@dataclass(slots=True)
class Run:
    """Neighbouring lines that the green log does not have, and their weights."""

    start: int
    lines: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    kind: str = "new"
    score: float = 0.0

    @property
    def end(self) -> int:
        return self.start + len(self.lines) - 1

    def add(self, line: str, kind: str = "", weight: float = 0.0) -> None:
        """Take in the next line of the run."""
        if weight > max(self.weights, default=0.0):
            self.kind = kind
        self.lines.append(line)
        self.weights.append(weight)

    def weigh(self) -> float:
        """Return how much the run looks like the cause, wherever it stands."""
        loud = sum(weight > _TROUBLE for weight in self.weights)
        return max(self.weights, default=0.0) + math.log1p(loud) / 2


@dataclass(slots=True)
class Witness:
    """Reads a failing log and keeps what is new in it; bounded, whatever its length."""

    known: frozenset[int]
    runs: list[Run] = field(default_factory=list)
    between: list[str] = field(default_factory=list)
    shared: int = 0
    told: int = 0
    failed_at: int = 0
    script_until: int = 0

    @property
    def is_of_same_job(self) -> bool:
        """Whether enough lines are shared for the others to tell something."""
        return self.shared > _LEAST_SHARED * self.told

    @property
    def has_news(self) -> bool:
        """Whether more is new than the line that says that the job failed."""
        return any(run.start != self.failed_at or run.lines[1:] for run in self.runs)

    @property
    def is_telling(self) -> bool:
        """Whether some new line looks like trouble, so that the best can be chosen."""
        return any(max(run.weights) >= _TROUBLE for run in self.runs)

    def read(self, number: int, line: str) -> bool:
        """Take in the next cleaned line; return whether the green log has it too."""
        self.told += bool(line)
        is_known = bool(line) and hash(masked(line)) in self.known
        self.shared += is_known
        mark = log_marks.mark(line) if line and not is_known else None
        if mark is not None and mark.exit_code and not self.failed_at:
            self.failed_at = number
        if self._is_of_script(number, line) or is_known or not line:
            if len(self.between) <= _GAP:
                self.between.append(line)
        else:
            self._add(number, line, is_mark=mark is not None)
        return is_known

    def _is_of_script(self, number: int, line: str) -> bool:
        # GitHub repeats the script of a step, between two marks, before running it.
        was_script = number <= self.script_until
        if line.startswith("##["):
            is_start = line.startswith("##[group]Run ")
            self.script_until = number + _MAX_SCRIPT if is_start else 0
        return was_script or number <= self.script_until

    def _add(self, number: int, line: str, *, is_mark: bool) -> None:
        run = self.runs[-1] if self.runs else None
        if run is None or number - run.end - 1 > _GAP or not _has_room(run):
            run = Run(number)
            self.runs.append(run)
            self._forget()
        elif number > run.end + 1:
            for skipped in self.between[: number - run.end - 1]:
                run.add(skipped)
        self.between.clear()
        # That the job failed is no news: the line that says so shows no cause.
        run.add(line, *(("", 0.0) if is_mark else log_signals.weight(line)))

    def _forget(self) -> None:
        if len(self.runs) <= _MAX_RUNS:
            return
        older, newer = self.runs[: -_MAX_RUNS // 4], self.runs[-_MAX_RUNS // 4 :]
        older.sort(key=lambda run: (-run.weigh(), run.start))
        self.runs = [*older[: _MAX_RUNS // 2], *newer]


def known(passed: bytes | Iterable[bytes]) -> frozenset[int]:
    """Read the log of a green run; return the hashes of its masked lines."""
    hashes: set[int] = set()
    for line in log_lines.lines(passed):
        if line and len(hashes) < _MAX_KNOWN:
            hashes.add(hash(masked(line)))
    return frozenset(hashes)


def chunks(witness: Witness, budget: int) -> Iterator[Chunk]:
    """Yield what is new and looks most like the cause, best first, within `budget`."""
    end = witness.failed_at or max((run.end for run in witness.runs), default=0)
    for run in witness.runs:
        run.score = _score(run, end)
    loud = [run for run in witness.runs if max(run.weights) >= _TROUBLE]
    ranked = sorted(loud, key=lambda run: (-run.score, run.start))
    for run in ranked:
        if budget <= 0 or run.score < max(_WORTH * ranked[0].score, _TROUBLE):
            return
        chunk = _chunk(run, budget)
        yield chunk
        budget -= chunk.end - chunk.start + 1


def _has_room(run: Run) -> bool:
    if len(run.lines) < _MAX_RUN:
        return True
    if max(run.weights) >= _TROUBLE:
        return False
    # Nothing yet in it looks like trouble: it goes on with its end alone.
    run.start += len(run.lines) - _LEAD
    del run.lines[:-_LEAD], run.weights[:-_LEAD]
    return True


def _score(run: Run, end: int) -> float:
    if run.start > end:
        return run.weigh() * _CLEANUP
    return run.weigh() + max(0.0, 1 - (end - run.end) / _NEAR)


def _chunk(run: Run, room: int) -> Chunk:
    loud = [at for at, weight in enumerate(run.weights) if weight >= _TROUBLE]
    first = max(loud[0] - min(_LEAD, room // 4), 0)
    last = min(loud[-1] + 1 + _AFTER, first + room)
    lines = run.lines[first:last]
    while not lines[-1]:
        lines.pop()
    start = run.start + first
    text = "\n".join(lines)
    return Chunk(start, start + len(lines) - 1, run.kind, run.score, text)
