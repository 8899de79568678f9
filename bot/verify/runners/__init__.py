"""Test runners: the first that takes a file and is installed runs it."""

from __future__ import annotations

from collections.abc import MutableMapping

from bot.verify.runners.golang import GO_TEST
from bot.verify.runners.python import PYTEST, UNITTEST
from bot.verify.runners.script import JEST, VITEST
from bot.verify.test_run import Bench, Runner

RUNNERS: tuple[Runner, ...] = (PYTEST, UNITTEST, VITEST, JEST, GO_TEST)


def chosen(bench: Bench, path: str) -> Runner | None:
    """Choose the first runner that takes a file and is installed."""
    fitting = (each for each in RUNNERS if path.endswith(each.suffixes))
    return next((each for each in fitting if each.is_there(bench)), None)


def once(
    bench: Bench, path: str, known: MutableMapping[str, Runner | None]
) -> Runner | None:
    """Choose as `chosen` does, once a suffix: `known` remembers what was found."""
    suffix = path.rpartition(".")[2]
    if suffix not in known:
        known[suffix] = chosen(bench, path)
    return known[suffix]
