"""Logs of CI jobs in GitHub's format, as the tests' runs have written them."""

from __future__ import annotations

PASSED = """\
============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.3, pluggy-1.5.0
rootdir: /home/runner/work/sample/sample
collected 12 items

tests/test_pricing.py ....                                               [ 33%]
tests/test_stock.py ........                                             [100%]

============================== 12 passed in 0.31s ==============================
"""
FAILED = """\
============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.3, pluggy-1.5.0
rootdir: /home/runner/work/sample/sample
collected 12 items

tests/test_pricing.py ..F.                                               [ 33%]
tests/test_stock.py ........                                             [100%]

=================================== FAILURES ===================================
___________________________________ test_six ___________________________________

    def test_six():
>       assert price(6) == 12
               ^^^^^^^^

tests/test_pricing.py:2:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

count = 6

    def price(count):
>       return RATES[count]
E       KeyError: 6

orchard/pricing.py:4: KeyError
=========================== short test summary info ============================
FAILED tests/test_pricing.py::test_six - KeyError: 6
========================= 1 failed, 11 passed in 0.41s =========================
"""
OFFLINE = """\
Collecting pytest
  WARNING: Retrying (Retry(total=0)) after connection broken by \
'NewConnectionError: Temporary failure in name resolution': /simple/pytest/
ERROR: Could not find a version that satisfies the requirement pytest (from versions: \
none)
ERROR: No matching distribution found for pytest
"""


def log(text: str, *, command: str = "python -m pytest", exit_code: int = 0) -> bytes:
    """Write a job's log as GitHub keeps it: a time before each line, its own marks."""
    lines = [f"##[group]Run {command}", f"\x1b[36;1m{command}\x1b[0m", "##[endgroup]"]
    lines += text.splitlines()
    if exit_code:
        lines.append(f"##[error]Process completed with exit code {exit_code}.")
    times = (f"2026-11-02T10:00:{n % 60:02}.1234567Z" for n in range(len(lines)))
    return "".join(
        f"{time} {line}\n" for time, line in zip(times, lines, strict=True)
    ).encode()
