"""Test runners: the first that takes a file and is installed runs it."""

from __future__ import annotations

from bot.verify.runners.golang import GO_TEST
from bot.verify.runners.python import PYTEST, UNITTEST
from bot.verify.runners.script import JEST, VITEST
from bot.verify.test_run import Bench, Runner

RUNNERS: tuple[Runner, ...] = (PYTEST, UNITTEST, VITEST, JEST, GO_TEST)


def chosen(bench: Bench, path: str) -> Runner | None:
    """Choose the first runner that takes a file and is installed."""
    fitting = (each for each in RUNNERS if path.endswith(each.suffixes))
    return next((each for each in fitting if each.is_there(bench)), None)
