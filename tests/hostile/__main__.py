"""`make hostile`: run payloads of others; say how many events still got an answer."""

from __future__ import annotations

import sys

import pytest

from tests.contract import LEAST_USEFUL
from tests.tally import Tally

OTHERS = "tests/test_hostile.py::test_others_payloads_get_nothing_done"


def main() -> int:
    """Run; returns 1 where a payload got something done or too few were answered."""
    tally = Tally()
    code = pytest.main(["-q", "-n", "auto", OTHERS, *sys.argv[1:]], plugins=[tally])
    print("\n".join(tally.lines()))
    return int(code) or int(tally.useful < LEAST_USEFUL)


if __name__ == "__main__":
    sys.exit(main())
