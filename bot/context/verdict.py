"""Whose fault a failure in CI is: evidence in, one of five verdicts out; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from bot.context.kinds import kind_of
from bot.context.verdict_shapes import PASSED, Evidence, Name, Outcome, Verdict

# Categories of a log that no change to the code explains, and those that one can.
_MACHINE = frozenset({"runner_lost", "network", "disk"})
_STRAINED = frozenset({"out_of_memory", "permission", "cancelled"})
_NAMED = 3  # how many of a kind a sentence names

Rule = Callable[[Evidence], tuple[str, ...]]


def of(evidence: Evidence) -> Verdict:
    """Judge one failure by the first rule that applies.

    What later rules for the same verdict add is evidence, too.
    """
    for place, (name, rule) in enumerate(RULES):
        said = rule(evidence)
        if said:
            more = (r(evidence) for n, r in RULES[place + 1 :] if n == name)
            every = (*said, *(sentence for found in more for sentence in found))
            return Verdict(name, tuple(dict.fromkeys(every)))
    return Verdict("unclear", _nothing_says(evidence))


def overall(verdicts: Sequence[Verdict]) -> Verdict:
    """Pick the verdict of a run with several failures: what asks for most comes first.

    A run without any is unclear.
    """
    return min(verdicts, key=rank, default=Verdict("unclear"))


def rank(verdict: Verdict) -> int:
    """Sort key: the verdict that asks for most first."""
    return get_args(Name).index(verdict.name)


# Rules: each answers in sentences, empty where it does not apply.


def _passed_on_retry(given: Evidence) -> tuple[str, ...]:
    failed = [each for each in given.attempts if not each.passed]
    same = [each for each in failed if each.sha == given.sha]
    if given.conclusion not in PASSED or not same:
        return ()
    return (
        f"failed at attempt {same[-1].attempt}, passed at attempt {given.attempt} "
        "on the same SHA",
    )


def _passed_before(given: Evidence) -> tuple[str, ...]:
    passed = [e for e in given.attempts if e.passed and e.sha == given.sha]
    if not passed or given.conclusion in PASSED:
        return ()
    return (
        f"passed at attempt {passed[-1].attempt}, failed at attempt {given.attempt} "
        "on the same SHA",
    )


def _machine_fault(given: Evidence) -> tuple[str, ...]:
    if given.category not in _MACHINE or given.overlap.lines:
        return ()
    return (f"the log ends in {_FAULTS[given.category]}, no test or build failure",)


def _same_on_base(given: Evidence) -> tuple[str, ...]:
    failed = _last_failed(given)
    if failed is None or failed is not given.base[0] or not _is_same(given, failed):
        return ()
    streak = next(
        (n for n, each in enumerate(given.base) if each.passed), len(given.base)
    )
    since = given.base[streak - 1].sha[:12]
    row = f", which failed {streak} runs in a row since {since}" if streak > 1 else ""
    return (f"the same failure is on the base branch at {failed.sha[:12]}{row}",)


def _on_changed_lines(given: Evidence) -> tuple[str, ...]:
    lines = given.overlap.lines
    return (f"the failure points into changed code: {_list(lines)}",) if lines else ()


def _comes_and_goes(given: Evidence) -> tuple[str, ...]:
    failed = _last_failed(given)
    if failed is None or failed is given.base[0] or not _is_same(given, failed):
        return ()
    after = given.base.index(failed) + 1
    was_passing = after < len(given.base) and given.base[after].passed
    if not was_passing:
        return ()
    return (
        f"the base branch failed the same way at {failed.sha[:12]} "
        "and passes before and after",
    )


def _seen_elsewhere(given: Evidence) -> tuple[str, ...]:
    others = [each for each in given.seen if each.number != given.number]
    is_broken = bool(given.base) and not given.base[0].passed
    if not others or is_broken:
        return ()
    threads = list(dict.fromkeys(f"#{each.number}" for each in others))
    return (
        f"the same failure was seen in {_list(threads)}, which change other things",
    )


def _in_changed_files(given: Evidence) -> tuple[str, ...]:
    found = []
    if given.overlap.files and not given.overlap.lines:
        found.append(f"the failure names changed files: {_list(given.overlap.files)}")
    if given.overlap.symbols:
        symbols = _list(given.overlap.symbols)
        found.append(f"the failure names changed symbols: {symbols}")
    return tuple(found)


def _fixed_on_base(given: Evidence) -> tuple[str, ...]:
    failed = _last_failed(given)
    if failed is None or failed is given.base[0] or not _is_same(given, failed):
        return ()
    return (
        f"the base branch failed the same way until {failed.sha[:12]} and passes "
        "since: bring this branch up to date",
    )


def _upstream(given: Evidence) -> tuple[str, ...]:
    touches = any(kind_of(path) in ("lock", "config") for path in given.changed)
    if given.category != "dependency" or touches or not given.changed:
        return ()
    return ("packages did not install, and the change touches none of their lists",)


def _strained(given: Evidence) -> tuple[str, ...]:
    if given.category not in _STRAINED:
        return ()
    return (f"the log ends in {_FAULTS[given.category]}",)


def _in_reach(given: Evidence) -> tuple[str, ...]:
    reached = given.overlap.reached
    return (f"what failed uses changed files: {_list(reached)}",) if reached else ()


def _in_what_is_shared(given: Evidence) -> tuple[str, ...]:
    shared, is_green = given.overlap.shared, given.base and given.base[0].passed
    if not shared or not is_green or given.category == "no_error_found":
        return ()
    return (f"the change touches what everything is built with: {_list(shared)}",)


def _red_on_base(given: Evidence) -> tuple[str, ...]:
    if not given.base or given.base[0].passed or given.base[0].fingerprint:
        return ()
    sha = given.base[0].sha[:12]
    return (f"the same job fails on the base branch at {sha}; no log tells why",)


def _green_on_base(given: Evidence) -> tuple[str, ...]:
    if not given.base or not given.base[0].passed:
        return ()
    # A job that ran out of time or says nothing shows no fault of anybody's.
    if given.category in ("no_error_found", "timeout") or not _changes_code(given):
        return ()
    if given.overlap.is_apart:
        return ()
    green, runs = sum(each.passed for each in given.base), len(given.base)
    share = "all" if green == runs else f"{green}"
    times = f"{share} of its last {runs} runs" if runs > 1 else "its last run"
    return (f"the same job passed in {times} on the base branch",)


RULES: tuple[tuple[Name, Rule], ...] = (
    ("flaky", _passed_on_retry),
    ("flaky", _passed_before),
    ("infrastructure", _machine_fault),
    ("failing_on_base", _same_on_base),
    ("flaky", _comes_and_goes),
    ("caused_by_this_change", _on_changed_lines),
    ("flaky", _seen_elsewhere),
    ("caused_by_this_change", _in_changed_files),
    ("failing_on_base", _fixed_on_base),
    ("infrastructure", _upstream),
    ("caused_by_this_change", _in_reach),
    ("caused_by_this_change", _in_what_is_shared),
    ("infrastructure", _strained),
    ("failing_on_base", _red_on_base),
    ("caused_by_this_change", _green_on_base),
)

_FAULTS: dict[str, str] = {
    "runner_lost": "a lost runner",
    "network": "a network fault",
    "disk": "a full disk",
    "out_of_memory": "a lack of memory",
    "permission": "a missing permission",
    "cancelled": "a cancellation",
}


def _nothing_says(given: Evidence) -> tuple[str, ...]:
    if not given.base:
        return ("no finished run of this job on the base branch to compare with",)
    if given.base[0].passed and not given.changed:
        return ("it passes on the base branch, and what was changed is not known",)
    if given.overlap.is_apart:
        return ("it passes on the base branch, and nothing that it uses was changed",)
    if given.base[0].passed:
        return ("it passes on the base branch, and nothing ties it to this change",)
    return ("the base branch fails, too, but in another way",)


def _last_failed(given: Evidence) -> Outcome | None:
    return next((each for each in given.base if not each.passed), None)


def _is_same(given: Evidence, other: Outcome) -> bool:
    """Whether everything that fails here fails there, too."""
    if given.fingerprint and given.fingerprint == other.fingerprint:
        return True
    return bool(given.failing) and set(given.failing) <= set(other.failing)


def _changes_code(given: Evidence) -> bool:
    """Whether a known change can make code fail."""
    kinds = {kind_of(path) for path in given.changed}
    return bool(kinds - {"docs"}) or (given.is_of_base and not kinds)


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{shown} and {rest} more" if rest > 0 else shown
