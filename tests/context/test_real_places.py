"""Lines that rules found named are lines of files, or none."""

from __future__ import annotations

import pytest

from bot.context import Finding, real_places
from tests.fakes import FakeReader

FILES = FakeReader(files={"a.py": "one\ntwo\n", "b.py": "one\ntwo"})


def _at(path, line):
    return Finding("stack-frame", "here", "minor", path, line)


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [("a.py", 2, 2), ("a.py", 3, 0), ("b.py", 2, 2), ("b.py", 3, 0), ("a.py", 0, 0)],
)
def test_a_line_is_named_where_the_file_has_it(path, line, shown):
    (found,) = real_places.checked([_at(path, line)], FILES)
    assert (found.path, found.line) == (path, shown)


def test_of_a_file_that_cannot_be_read_the_line_stays():
    (found,) = real_places.checked([_at("unread.py", 9)], FILES)
    assert found.line == 9


def test_what_is_the_same_without_its_line_is_said_once():
    assert len(real_places.checked([_at("a.py", 8), _at("a.py", 9)], FILES)) == 1
