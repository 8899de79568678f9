"""`make contract`: run the tests of the contract's rows and print the table."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from benchmarks import redaction
from tests.contract_rows import ROWS, TABLES, Row
from tests.tally import Tally

LEAST_USEFUL = 0.95


def main() -> int:
    """Run, print, and return 1 where a row does not hold."""
    results = Tally()
    wanted = sorted({test for row in ROWS for test in row.tests})
    options = ["-q", "--no-header", "--no-summary", "-n", "auto"]
    pytest.main([*options, *wanted, *sys.argv[1:]], plugins=[results])
    for title, rows in TABLES.items():
        print(f"\n{title}")
        for row in rows:
            _print(row, results)
    _print_totals(results)
    holds = all(outcome(row, results) == "holds" for row in ROWS)
    return 0 if holds and results.useful >= LEAST_USEFUL else 1


def outcome(row: Row, results: Tally) -> str:
    """Say whether every case of every test of a row passed."""
    counts = [results.of[test] for test in row.tests]
    if any(count["failed"] for count in counts):
        return "BROKEN"
    return "holds" if all(count["passed"] for count in counts) else "NOT RUN"


def _print(row: Row, results: Tally) -> None:
    cases = sum(results.of[test]["passed"] for test in row.tests)
    print(f"  {row.id} {outcome(row, results):<7} {cases:>5} cases  {row.says}")
    for test in row.tests:
        shown = ", ".join(f"{n} {kind}" for kind, n in results.of[test].items())
        print(f"      {test.removeprefix('tests/')}: {shown or 'not run'}")
    if row.gap:
        print(f"      not held: {row.gap}")


def _print_totals(results: Tally) -> None:
    states = Counter(outcome(row, results) for row in ROWS)
    tests = {test for row in ROWS for test in row.tests}
    cases = sum(results.of[test]["passed"] for test in tests)
    print("\ntotals")
    print(f"  rows: {len(ROWS)}, of which {dict(states)}")
    print(f"  rows that say what of them is not held: {sum(bool(r.gap) for r in ROWS)}")
    print(f"  tests: {len(tests)}, cases passed: {cases}")
    for line in results.lines():
        print(f"  {line}")
    print()
    redaction.print_recall(redaction.recall())
    redaction.print_disguised(redaction.disguised())
    for name, texts in redaction.sources(None).items():
        redaction.print_false_positives(name, texts, show=0)


if __name__ == "__main__":
    sys.exit(main())
