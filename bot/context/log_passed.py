"""The log of the last green run as a witness: what stands there too is no cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.context import log_lines, log_scan
from bot.context.log_mask import masked
from bot.context.log_scan import Window

# Different masked lines that are remembered, by hash; the rest of a larger log is not.
_MAX_KNOWN = 1 << 19
# A known or blank line between two new ones belongs to both, up to this many.
_GAP = 1
_MAX_RUN = 400


def known(passed: bytes | Iterable[bytes]) -> frozenset[int]:
    """Read the log of a green run; return the hashes of its masked lines.

    Linear in the log, and at most some 50 MB however long it is.
    """
    hashes: set[int] = set()
    for line in log_lines.lines(passed):
        if line and len(hashes) < _MAX_KNOWN:
            hashes.add(hash(masked(line)))
    return frozenset(hashes)


@dataclass(slots=True)
class Novel:
    """The runs of lines of a failing log that the green one does not have."""

    known: frozenset[int]
    runs: list[Window] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    shared: int = 0

    def read(self, number: int, line: str) -> bool:
        """Take in the next line; return whether the green log has it too."""
        if not line or hash(masked(line)) in self.known:
            self.shared += bool(line)
            self.pending.append(line)
            return bool(line)
        run = self.runs[-1] if self.runs else None
        if run is not None and len(self.pending) <= _GAP and len(run.lines) < _MAX_RUN:
            run.lines += [*self.pending, line]
        else:
            run = Window(number, number, "new", 0.0, number, [line])
            self.runs.append(run)
        self.pending = []
        self._weigh(run, number, line)
        return False

    def _weigh(self, run: Window, number: int, line: str) -> None:
        kind, weight = log_scan.weight(line)
        if weight > run.score:
            run.kind, run.score, run.peak = kind or run.kind, weight, number
