"""A log line without what changes from run to run: times, numbers, hashes, places."""

from __future__ import annotations

import re

# A letter run of hexadecimal digits with a number in it: a hash, an address, an id.
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?=[a-fA-F]{0,40}\d)[0-9a-fA-F]{7,128}(?![0-9A-Za-z])"
)
_NUMBERS = re.compile(r"\d{1,4000}")


def masked(line: str) -> str:
    """Return a cleaned line as a key that two runs of the same step share."""
    if any(map(str.isdigit, line)):
        line = _NUMBERS.sub("0", _HEX.sub("0", line))
    return line.strip()
