"""A claim holds only if the text, tree or diff bears it out byte for byte."""

from __future__ import annotations

import pytest

from bot.verify import claims

TEXT = "def f(x):\n    if x:\n\n        return  1\n    return 2\n"


@pytest.mark.parametrize(
    "quote",
    [
        "def f(x):",
        "return 1",
        "  if x:\n    return 1",
        "if x:\n\n\n\treturn 1\n",
        "x):\nif x:",
    ],
)
def test_a_quote_may_differ_in_blanks_alone(quote: str) -> None:
    assert claims.quote_exists(quote, TEXT)


@pytest.mark.parametrize(
    "quote",
    ["", " \n ", "return 3", "Return 1", "if x:\nreturn 2", "def f(x): if x:"],
)
def test_an_invented_quote_is_none(quote: str) -> None:
    assert not claims.quote_exists(quote, TEXT)


@pytest.mark.parametrize("path", ["a.py", "src/b c.py", "-rf", "$(x).md"])
def test_a_path_of_the_tree_exists(path: str) -> None:
    assert claims.path_exists(path, ("a.py", "src/b c.py", "-rf", "$(x).md"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "A.py",
        "./a.py",
        "a.py ",
        "/a.py",
        "../a.py",
        "src/../a.py",
        "src\\a.py",
        "a.py\0",
        "a.py\n",
        "src//a.py",
        "src/",
    ],
)
def test_a_path_that_plays_tricks_exists_nowhere(path: str) -> None:
    assert not claims.path_exists(path, ("a.py",))
    assert not claims.path_exists(path, ("a.py", path)) or path in ("A.py", "a.py ")
