"""What a run of tests counted: outcomes by test, totals, the slowest of a kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

# What the passed cases of a file are, in the totals.
COUNTED = {
    "tests/test_hostile.py": "payloads run",
    "tests/test_attacks.py": "payloads run",
    "tests/test_faults.py": "faults survived",
    "tests/test_kills.py": "faults survived",
    "tests/github/test_pace.py": "faults survived",
    "tests/wire/test_faults.py": "faults survived",
    "tests/test_http.py": "faults survived",
    "tests/test_ask.py": "faults survived",
}
SLOWEST = "slowest: "
ATTACKED, USEFUL = "attacked events", "of them answered usefully"


class Tally:
    """A plugin that remembers how the cases of each test went and what they counted."""

    def __init__(self) -> None:
        self.of: dict[str, Counter[str]] = defaultdict(Counter)
        self.totals: Counter[str] = Counter()
        self.slowest: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of one phase of one case."""
        if report.when != "call" and report.outcome == "passed":
            return
        self.of[report.nodeid.partition("[")[0]][report.outcome] += 1
        name = COUNTED.get(report.nodeid.partition("::")[0])
        if name and report.outcome == "passed":
            self.totals[name] += 1
        for counted, number in report.user_properties:
            if counted.startswith(SLOWEST):
                kind = counted.removeprefix(SLOWEST)
                self.slowest[kind] = max(self.slowest[kind], float(str(number)))
            else:
                self.totals[counted] += int(str(number))

    @property
    def useful(self) -> float:
        """The share of attacked events that still got a useful answer; 1 of none."""
        attacked = self.totals[ATTACKED]
        return self.totals[USEFUL] / attacked if attacked else 1.0

    def lines(self) -> Iterator[str]:
        """Say the totals, one a line."""
        for name, number in sorted(self.totals.items()):
            yield f"{name}: {number:,}"
        if self.totals[ATTACKED]:
            yield f"useful under attack: {self.useful:.1%}"
        for kind, seconds in sorted(self.slowest.items()):
            yield f"{kind} on its worst megabyte: {seconds:.2f} s of CPU"
