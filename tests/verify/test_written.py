"""Tests written into the work tree: at the end, never over anything, never outside."""

from __future__ import annotations

import pytest

from bot.generated import SuggestedTest
from bot.verify import written
from bot.verify.test_file import TAKEN

OLD = "def test_a():\n    assert a()\n"


def one(name: str, path: str = "tests/test_a.py") -> SuggestedTest:
    code = f"from a import a\n\ndef {name}():\n    assert a()\n"
    return SuggestedTest(path=path, name=name, code=code, covers="a")


def write(root, *tests, index=None):
    return written.write(
        root, tests, indexed=(index or {}).get, package=lambda path: "shop"
    )


def test_two_tests_go_into_one_new_file(tmp_path):
    said = write(tmp_path, one("test_b"), one("test_c"))
    assert said == ("wrote tests/test_a.py (2 tests); undo: rm tests/test_a.py",)
    text = (tmp_path / "tests/test_a.py").read_text()
    assert text.count("from a import a") == 1
    assert text.index("test_b") < text.index("test_c")


@pytest.mark.parametrize(
    ("index", "ending"),
    [
        ({"tests/test_a.py": OLD}, "undo: git restore tests/test_a.py"),
        ({}, "which holds changes of yours: take test_b out by hand"),
    ],
)
def test_what_was_there_stays_and_undoing_takes_nothing_of_yours(
    tmp_path, index, ending
):
    (tmp_path / "tests").mkdir()
    file = tmp_path / "tests/test_a.py"
    file.write_text(OLD)
    file.chmod(0o755)
    (line,) = write(tmp_path, one("test_b"), index=index)
    assert line.startswith("added 1 test to tests/test_a.py")
    assert line.endswith(ending)
    assert OLD in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o755


def test_a_name_that_came_since_is_refused_and_the_rest_is_written(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text(OLD)
    said = write(tmp_path, one("test_a"), one("test_b"))
    assert TAKEN in said[0]
    assert "added 1 test" in said[1]


@pytest.mark.parametrize("path", ["../test_out.py", "link/test_a.py", "test_link.py"])
def test_nothing_leaves_the_work_tree(tmp_path, path):
    root, out = tmp_path / "work", tmp_path / "out"
    root.mkdir()
    out.mkdir()
    (root / "link").symlink_to(out)
    (root / "test_link.py").symlink_to(out / "test_new.py")
    (line,) = write(root, one("test_b", path))
    assert written.OUTSIDE in line
    assert list(out.iterdir()) == []
    assert not (tmp_path / "test_out.py").exists()


def test_what_cannot_be_read_is_one_line(tmp_path):
    (tmp_path / "test_a.py").write_bytes(b"\xff\xfe")
    (line,) = write(tmp_path, one("test_b", "test_a.py"))
    assert "cannot be read or written" in line
