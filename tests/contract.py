"""`make contract`: run the tests of the contract's rows and print the table."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

import pytest

from tests.contract_rows import ROWS, TABLES, Row

# What the passed cases of a file are, in the totals.
COUNTED = {
    "tests/test_hostile.py": "payloads run",
    "tests/test_faults.py": "faults survived",
    "tests/test_kills.py": "faults survived",
    "tests/github/test_pace.py": "faults survived",
    "tests/wire/test_faults.py": "faults survived",
    "tests/test_http.py": "faults survived",
    "tests/test_ask.py": "faults survived",
}


class Results:
    """A plugin that remembers how the cases of each test went and what they counted."""

    def __init__(self) -> None:
        self.of: dict[str, Counter[str]] = defaultdict(Counter)
        self.totals: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of one phase of one case."""
        if report.when != "call" and report.outcome == "passed":
            return
        self.of[report.nodeid.partition("[")[0]][report.outcome] += 1
        if report.outcome != "passed":
            return
        name = COUNTED.get(report.nodeid.partition("::")[0])
        if name:
            self.totals[name] += 1
        for counted, number in report.user_properties:
            self.totals[counted] += int(str(number))


def main() -> int:
    """Run, print, and return 1 where a row does not hold."""
    results = Results()
    wanted = sorted({test for row in ROWS for test in row.tests})
    options = ["-q", "--no-header", "--no-summary", "-n", "auto"]
    pytest.main([*options, *wanted, *sys.argv[1:]], plugins=[results])
    for title, rows in TABLES.items():
        print(f"\n{title}")
        for row in rows:
            _print(row, results)
    _print_totals(results)
    return 0 if all(outcome(row, results) == "holds" for row in ROWS) else 1


def outcome(row: Row, results: Results) -> str:
    """Say whether every case of every test of a row passed."""
    counts = [results.of[test] for test in row.tests]
    if any(count["failed"] for count in counts):
        return "BROKEN"
    return "holds" if all(count["passed"] for count in counts) else "NOT RUN"


def _print(row: Row, results: Results) -> None:
    cases = sum(results.of[test]["passed"] for test in row.tests)
    print(f"  {row.id} {outcome(row, results):<7} {cases:>5} cases  {row.says}")
    for test in row.tests:
        shown = ", ".join(f"{n} {kind}" for kind, n in results.of[test].items())
        print(f"      {test.removeprefix('tests/')}: {shown or 'not run'}")
    if row.gap:
        print(f"      not held: {row.gap}")


def _print_totals(results: Results) -> None:
    states = Counter(outcome(row, results) for row in ROWS)
    tests = {test for row in ROWS for test in row.tests}
    cases = sum(results.of[test]["passed"] for test in tests)
    print("\ntotals")
    print(f"  rows: {len(ROWS)}, of which {dict(states)}")
    print(f"  rows that say what of them is not held: {sum(bool(r.gap) for r in ROWS)}")
    print(f"  tests: {len(tests)}, cases passed: {cases}")
    for name, number in sorted(results.totals.items()):
        print(f"  {name}: {number:,}")


if __name__ == "__main__":
    sys.exit(main())
