"""Errors that nobody caught are told by their names and words."""

from __future__ import annotations

import pytest

from bot.context import log, log_runtimes
from bot.context.log_shapes import Chunk


def _uncaught(*lines: str) -> list[str]:
    chunk = Chunk(1, len(lines), "error", 1.0, "\n".join(lines))
    return [failure.message for failure in log_runtimes.uncaught([chunk])]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("KeyError: 'currency'", "KeyError: 'currency'"),
        ("  TypeError: x is no function", "TypeError: x is no function"),
        ("Uncaught RangeError: too far", "RangeError: too far"),
        ("shop.cart.CartError: it is full", "shop.cart.CartError: it is full"),
        (
            'Exception in thread "main" java.lang.IllegalStateException: cannot start',
            "java.lang.IllegalStateException: cannot start",
        ),
        ("Caused by: java.io.IOException: gone", "java.io.IOException: gone"),
        ("web_1  | ValueError: no price", "ValueError: no price"),
    ],
)
def test_an_error_is_known_by_its_name(line: str, message: str) -> None:
    assert _uncaught(line) == [message]


@pytest.mark.parametrize(
    "line",
    [
        "Error: it broke",
        "ValueError",
        "no ValueError: here",
        "valueError: x",
        "TypeError:",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert _uncaught(line) == []


def test_a_long_name_is_read_in_linear_time() -> None:
    assert _uncaught("a." * 900 + "B", "A" * 1_900 + ":", "aA" * 900) == []


def test_an_error_that_no_tool_reports_is_the_failure() -> None:
    text = b"reading\nTypeError: no title\n    at render (a.js:1:1)\n"
    end = b"##[error]Process completed with exit code 1.\n"
    found = log.distill(text + end)
    assert found.category == "crash"
    (failure,) = found.failures
    assert (failure.tool, failure.message) == ("exception", "TypeError: no title")


def test_what_a_tool_reports_comes_before_the_errors_it_shows() -> None:
    text = b"ValueError: x\nFAILED tests/test_cart.py::test_total - ValueError: x\n"
    found = log.distill(text)
    assert (found.category, found.failures[0].tool) == ("test", "pytest")
