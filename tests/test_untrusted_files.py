"""Files that a stranger's code can replace: nothing outside is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot import untrusted_files


@pytest.fixture
def top(tmp_path):
    folder = tmp_path / "scratch" / "tree"
    folder.mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept.txt").write_text("kept")
    return folder


@pytest.fixture
def kept(tmp_path, top):
    """A file outside; at the end of the test it must be as it was, and alone."""
    file = tmp_path / "outside" / "kept.txt"
    yield file
    assert file.read_text() == "kept"
    assert list(file.parent.iterdir()) == [file]


def test_a_regular_file_is_read_up_to_a_limit(top):
    (top / "a").write_bytes(b"12345")
    assert untrusted_files.read(top / "a", most=5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        untrusted_files.read(top / "a", most=4)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "nothing"])
def test_nothing_else_is_read_and_no_pipe_waited_for(top, kept, kind):
    make = {
        "pipe": lambda: os.mkfifo(top / "a"),
        "link": lambda: (top / "a").symlink_to(kept),
        "folder": lambda: (top / "a").mkdir(),
        "nothing": lambda: None,
    }
    make[kind]()
    with pytest.raises(OSError):  # noqa: PT011 - the system's own words differ
        untrusted_files.read(top / "a", most=100)


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(top, kept):
    (top / "a").symlink_to(kept)
    untrusted_files.put(top / "a", b"new", top=top)
    assert not (top / "a").is_symlink()
    assert (top / "a").read_bytes() == b"new"


@pytest.mark.parametrize("content", [b"new", None])
def test_a_hard_link_a_pipe_and_a_folder_are_replaced(top, kept, content):
    os.link(kept, top / "a")
    os.mkfifo(top / "b")
    (top / "c" / "deep").mkdir(parents=True)
    (top / "c" / "out").symlink_to(kept.parent)
    for name in "abc":
        untrusted_files.put(top / name, content, top=top)
        there = (top / name).read_bytes() if (top / name).exists() else None
        assert there == content


@pytest.mark.parametrize("content", [b"new", None, Path("x")])
def test_a_folder_that_leads_outside_is_refused(top, kept, content):
    (top / "sub").symlink_to(kept.parent)
    for path in ("sub/kept.txt", "sub/new/kept.txt", "../outside.txt"):
        with pytest.raises(OSError, match="behind a link"):
            untrusted_files.put(top / path, content, top=top)
        with pytest.raises(OSError, match="behind a link"):
            untrusted_files.held(top / path, top=top)


def test_the_top_itself_may_have_become_a_link(top, kept):
    top.rmdir()
    top.symlink_to(kept.parent)
    with pytest.raises(OSError, match="behind a link"):
        untrusted_files.put(top / "kept.txt", b"new", top=top)


def test_a_folder_that_is_a_link_within_is_written_through(top):
    (top / "real").mkdir()
    (top / "alias").symlink_to("real")
    untrusted_files.put(top / "alias" / "a", b"new", top=top)
    assert (top / "real" / "a").read_bytes() == b"new"


def test_what_is_held_is_put_back_byte_by_byte_with_its_permissions(top, kept):
    (top / "a").write_bytes(b"\xff\r\n")
    (top / "a").chmod(0o755)
    (top / "link").symlink_to("a")
    before = {n: untrusted_files.held(top / n, top=top) for n in ("a", "link", "x/y")}
    assert before == {"a": b"\xff\r\n", "link": Path("a"), "x/y": None}
    for name, content in before.items():
        untrusted_files.put(top / name, b"other", top=top)
        untrusted_files.put(top / name, content, top=top)
    assert (top / "a").read_bytes() == b"\xff\r\n"
    assert (top / "a").stat().st_mode & 0o777 == 0o755
    assert (top / "link").readlink() == Path("a")
    assert not (top / "x" / "y").exists()


def test_nothing_is_removed_where_there_is_no_folder(top):
    untrusted_files.put(top / "x" / "y", None, top=top)
    assert list(top.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "file", "folder"])
def test_a_folder_is_made_anew_whatever_lies_there(top, kept, kind):
    own = top / "own"
    if kind == "link":
        own.symlink_to(kept.parent)
    elif kind == "file":
        own.write_text("x")
    else:
        own.mkdir()
        (own / "out.json").symlink_to(kept)
    untrusted_files.renew(own, top=top)
    assert not own.is_symlink()
    assert list(own.iterdir()) == []


def test_folders_too_deep_to_remove_are_an_ordinary_failure(top, monkeypatch):
    def endless(*given, **named):
        raise RecursionError

    (top / "a").mkdir()
    monkeypatch.setattr(untrusted_files.shutil, "rmtree", endless)
    with pytest.raises(OSError, match="too deep"):
        untrusted_files.put(top / "a", b"", top=top)
