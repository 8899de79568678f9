"""Releases, blame and many files at once, from a real git repository."""

from __future__ import annotations

import os

import pytest

from bot import git, local_reader
from bot.context import versions
from tests import repositories


@pytest.fixture
def reader(tmp_path):
    repo = repositories.make(
        tmp_path / "work", {"a.py": "x = 1\ny = 2\n", "b.bin": b"\0x"}
    )
    repo.git("tag", "v1.0.0")
    repo.commit({"a.py": "x = 1\ny = 3\n"}, "Raise y")
    repo.git("tag", "-a", "shop-1.1.0", "-m", "release")
    repo.commit({"a.py": "x = 1\ny = 4\n", "c.py": "z = 1\n"}, "Raise y again")
    checkout = git.open_repository(repo.root, environ=os.environ | repo.environ)
    return local_reader.LocalReader(checkout, git.resolve(checkout, "HEAD~1..HEAD"))


@pytest.mark.parametrize(
    ("version", "tag", "text"),
    [("1.0.0", "v1.0.0", "y = 2"), ("1.1.0", "shop-1.1.0", "y = 3")],
)
def test_a_version_is_read_at_its_tag(reader, version, tag, text):
    name, at = reader.at([version])
    assert name == tag
    assert text in at.file("a.py")
    assert "c.py" not in at.tree()


def test_a_version_without_a_tag_is_none(reader):
    assert reader.at(["9.9.9", "1.0"]) is None
    assert reader.at([]) is None


def test_the_commits_of_lines_are_told(reader):
    found = reader.touched([("a.py", 1, 2), ("gone.py", 1, 1)])
    assert [(each.start, each.end, each.message) for each in found] == [
        (1, 1, "First"),
        (2, 2, "Raise y again"),
    ]
    assert found[0].at.startswith("2026-11-02")


def test_lines_beyond_a_files_end_tell_nothing(reader):
    assert reader.touched([("a.py", 90, 99)]) == ()


def test_many_files_are_read_at_once_and_what_is_no_text_is_not(reader):
    found = reader.texts(["a.py", "c.py", "b.bin", "gone.py"])
    assert found == {"a.py": "x = 1\ny = 4\n", "c.py": "z = 1\n"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Since v1.2.3 it fails", ("1.2.3",)),
        ("Python 3.11, orchard 0.4.0", ("0.4.0", "3.11")),
        ("version: 2.0.0rc1", ("2.0.0rc1",)),
        ("at 127.0.0.1:80 and a/1.2.3/b", ()),
        ("no number", ()),
    ],
)
def test_the_versions_a_report_names(text, found):
    assert versions.named_versions(text) == found
