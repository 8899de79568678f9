"""The risk map of a change: what a diff shows without any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from bot.context import (
    Finding,
    Severity,
    dependencies,
    diff,
    public_api,
    risk_lines,
    risk_paths,
    split,
    untested,
)
from bot.context.diff import FileDiff
from bot.context.untested import Untested

MAX_PER_KIND = 10
UNTESTED = "no test in this change names {names}"
SHOWN_NAMES = 6
_COMMENTS = ("#", "//", "*", "/*", '"""', "'''", "--")


def findings(
    files: Sequence[FileDiff],
    *,
    texts: Mapping[str, str] | None = None,
    uses: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Finding, ...]:
    """Say what is risky about a change, heaviest first; at most ten of a kind.

    `texts` are the changed files after the change: what they tell (public names,
    imports, untested functions) is left out of a file without one. `uses` are places
    that still use a public name which is removed or takes other arguments.
    """
    known = texts or {}
    found = [*risk_paths.findings(files)]
    for file in files:
        found.extend(risk_lines.findings(file))
    found.extend(dependencies.findings(files, known))
    found.extend(public_api.findings(public_api.changes(files, known), uses or {}))
    found.extend(_without_tests(files, known))
    found.extend(split.findings(files, split.graph_of(files, known)))
    return _limited(found)


def _limited(found: list[Finding]) -> tuple[Finding, ...]:
    order = get_args(Severity)
    counts: dict[str, int] = {}
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: order.index(one.severity)):
        counts[each.kind] = counts.get(each.kind, 0) + 1
        if counts[each.kind] <= MAX_PER_KIND:
            kept.append(each)
    return tuple(kept)


def _without_tests(
    files: Sequence[FileDiff], texts: Mapping[str, str]
) -> list[Finding]:
    """One finding for all functions that no test of the change names."""
    code = [f for f in files if f.kind in ("source", "test") and f.status != "removed"]
    changed = [
        untested.of_file(_without_comments(file), texts[file.path])
        for file in code
        if file.path in texts
    ]
    tests = {f.path: _shown(f, texts) for f in code if f.kind == "test"}
    found = [
        each
        for each in untested.untested(changed, tests)
        # Where tests changed, a function without a branch is likely to be reached.
        if each.kind == "symbol"
        and not public_api.is_internal(each.path)
        and (_branches(each) or not tests)
    ]
    if not found:
        return []
    found.sort(key=_branches, reverse=True)
    symbols = list(dict.fromkeys(each.symbol for each in found))
    names = ", ".join(symbols[:SHOWN_NAMES])
    rest = len(symbols) - SHOWN_NAMES
    names += f" and {rest} more" if rest > 0 else ""
    message = UNTESTED.format(names=names)
    severity: Severity = "info" if tests else "minor"
    first = found[0]
    return [Finding("untested-change", message, severity, first.path, first.line)]


def _branches(found: Untested) -> bool:
    return "branch" in found.why


def _shown(file: FileDiff, texts: Mapping[str, str]) -> str:
    """The text of a file, or as much of it as its hunks show."""
    lines = (line.text for hunk in file.hunks for line in hunk.lines)
    return texts.get(file.path) or "\n".join(lines)


def _without_comments(file: FileDiff) -> FileDiff:
    """The same file with comments taken for unchanged: nobody tests those."""
    hunks = tuple(
        replace(hunk, lines=tuple(x for x in hunk.lines if not _is_comment(x)))
        for hunk in file.hunks
    )
    return replace(file, hunks=hunks)


def _is_comment(line: diff.Line) -> bool:
    text = line.text.strip()
    return line.mark != " " and (not text or text.startswith(_COMMENTS))
