"""A log line without what changes from run to run: times, numbers, hashes, places."""

from __future__ import annotations

import re

# Places that differ from machine to machine, in front of what the project calls a file.
_HOMES = frozenset(("home", "users", "root", "builds"))
_PARTS = 2

# Every quantifier is bounded and no two neighbours can share a character, so that no
# line makes these go back far.
_PASSING = re.compile(
    # a temporary file
    r"(?:[A-Za-z]:)?(?:[\\/][\w.@+~-]{1,80}){0,12}?[\\/](?:tmp|temp|_temp|var/folders"
    r"|shm)[\\/][^\s'\"`:;,()<>\[\]]{1,400}"
    # a UUID, an address, a hash or an id
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b0x[0-9a-f]{1,16}\b"
    r"|(?<![0-9a-z])(?=[a-f]{0,40}\d)[0-9a-f]{7,128}(?![0-9a-z])"
    # a date, a time of day, a duration
    r"|\b\d{4}[-/]\d\d[-/]\d\d(?:[T ,]{1,2}\d\d:\d\d(?::\d\d)?)?"
    r"(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )?"
    r"(?:\d\d? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r" \d{1,4}\b"
    r"(?:,? \d\d:\d\d:\d\d)?(?: [A-Z]{2,4}T?)?(?: \d{4})?"
    r"|\b\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?\b"
    r"|\b(?:\d{1,20}(?:[.,]\d{1,20})? ?"
    r"(?:ms|[µun]s|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?![a-z])){1,4}",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[\\/][\w.@+~-]{1,200}){2,60}")
# A word from its first digit on, over dots and colons between digits, and a unit.
_FROM_DIGIT = re.compile(
    r"\d(?:[0-9A-Za-z_]|[.:,-](?=\d))*"
    r"(?: (?:[nuµm]?s|secs?|seconds?|mins?|minutes?|h|hours?|[kKMG]?i?B)(?!\w))?"
)
_TEMPORARY = re.compile(
    r"[\\/](?:tmp|temp|_temp|folders|shm)[\\/][^\s'\"`:;,()<>\[\]]{1,400}",
    re.IGNORECASE,
)
_NONE = re.compile(r"(?<=[ =])0(?![\w:%/]|\.\d)")
_HEX_LETTERS = "abcdefABCDEF"
# Numbers that are not part of a name.
_LONE = re.compile(r"(?<![A-Za-z_\d])\d{1,4000}(?![A-Za-z_\d])")


def masked(line: str) -> str:
    """Return a cleaned line as a key that two runs of the same step share.

    Numbers are equal, except that none ("Failures: 0") differs from some. Quick
    rather than careful: logs have a million lines.
    """
    if "tmp" in line or "emp" in line or "/folders/" in line:
        line = _TEMPORARY.sub("/#", line)
    if " 0" in line or "=0" in line:
        line = _NONE.sub("~", line)
    *parts, last = _FROM_DIGIT.split(line)
    if parts:
        # A hash may begin with letters.
        line = "#".join([*(part.rstrip(_HEX_LETTERS) for part in parts), last])
    return " ".join(line.split())


def stable(text: str) -> str:
    """Return a message as another run, machine or user would have written it.

    Unlike `masked`, the digits of names and codes stay (`E0308`, `test_2`), and of
    an absolute path only its last two parts.
    """
    return _LONE.sub("0", stable_name(text))


def stable_name(text: str) -> str:
    """Return the name of a test or a file so; its numbers tell it from others."""
    return " ".join(_PATH.sub(_end_of, _PASSING.sub("0", text)).split())


def _end_of(path: re.Match[str]) -> str:
    parts = re.split(r"[\\/]", path[0])[1:]
    if parts[0].lower() in _HOMES:
        parts = parts[2:] or parts[1:]
    return "/".join(parts[-_PARTS:])
