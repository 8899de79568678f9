"""What stands in front of a tool's own words: names of jobs, clocks, columns."""

from __future__ import annotations

import re

_MAX_PREFIXES = 3
# Every quantifier is bounded and what follows it cannot be part of it.
_PREFIXES = (
    # docker compose, foreman: `web_1  | `
    r"[A-Za-z][\w.-]{0,60} {0,20}\| ?",
    # BuildKit: `#12 3.456 `, and where it repeats the last lines `3.456 `
    r"(?:#\d{1,4} )?\d{1,6}\.\d{1,6} ",
    # turbo, nx: `pkg:test: `; lerna: `@scope/pkg: `
    r"@?[A-Za-z][\w./-]{0,80}:[A-Za-z][\w-]{0,40}: ",
    r"@[\w.-]{1,60}/[\w.-]{1,60}: ",
    # concurrently, make -O, npm workspaces: `[pkg:test] `, `[1] `; no log levels
    r"\[(?!(?i:error|err|warn|warning|info|fatal|debug)\])[@\w./: -]{1,80}\] ",
    # pnpm -r: `packages/a test: `
    r"[\w.-]{1,60}(?:/[\w.-]{1,60}){0,4} [a-z][\w:-]{0,30}: ",
    # a job's or a step's name in a column of its own
    r"[\w .()/,-]{1,60}\t",
    # clocks: `[2026-11-02T10:00:00.123Z] `, `10:00:00 `, GitLab's stream `01O `
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]? ",
    r"\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]? ",
    r"\d\d[OE]\+? ?",
)
_PREFIX = re.compile("|".join(_PREFIXES))


def bare(line: str) -> str:
    """Return a cleaned line without what interleaving put in front of it."""
    for _ in range(_MAX_PREFIXES):
        match = _PREFIX.match(line)
        if match is None:
            break
        line = line[match.end() :]
    return line
