"""The table of the contract names every row, and tests that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.contract_rows import ROWS

ROOT = Path(__file__).parents[1]


def test_every_row_is_there_once():
    # T and R as the contract numbers them.
    wanted = [f"T{n:02}" for n in range(1, 42)] + [f"R{n:02}" for n in range(1, 31)]
    assert sorted(row.id for row in ROWS) == sorted(wanted)


def test_every_row_has_words_and_tests():
    for row in ROWS:
        assert row.says, row.id
        assert row.tests, row.id
        assert len(row.tests) == len({*row.tests}), row.id


def test_every_test_that_a_row_names_is_collected():
    files = sorted({test.partition("::")[0] for row in ROWS for test in row.tests})
    call = [sys.executable, "-m", "pytest", "-o", "addopts=", "--collect-only", "-q"]
    done = subprocess.run(
        [*call, *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    there = set(re.findall(r"^(tests/\S+?::\w+)", done.stdout, re.MULTILINE))
    named = {test for row in ROWS for test in row.tests}
    assert sorted(named - there) == []
