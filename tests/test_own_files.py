from __future__ import annotations

from pathlib import Path

import pytest

from bot import own_files


def test_replaces_a_file_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old\n")

    own_files.replace(file, b"new\n", mode=0o600)

    assert file.read_text() == "new\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_link_in_its_place_goes_and_its_target_stays(tmp_path: Path) -> None:
    target, file = tmp_path / "target", tmp_path / "file"
    target.write_text("theirs\n")
    file.symlink_to(target)

    own_files.replace(file, b"ours\n")

    assert (target.read_text(), file.read_text()) == ("theirs\n", "ours\n")
    assert not file.is_symlink()


def test_link_that_waits_under_the_passing_name_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    target.write_text("theirs\n")
    monkeypatch.setattr(own_files.os, "getpid", lambda: 7)
    (tmp_path / ".file.7.new").symlink_to(target)

    with pytest.raises(FileExistsError):
        own_files.replace(tmp_path / "file", b"ours\n")
    assert target.read_text() == "theirs\n"


def test_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.mkdir()

    with pytest.raises(OSError, match="directory"):
        own_files.replace(folder, b"ours\n")
    assert list(tmp_path.iterdir()) == [folder]


def test_reads_regular_files_of_a_size_only(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"1234")
    link.symlink_to(file)

    assert own_files.read(file, limit=4) == b"1234"
    assert own_files.read(file, limit=3) == b""
    assert own_files.read(link, limit=4) == b""
    assert own_files.read(tmp_path, limit=4) == b""
    assert own_files.read(tmp_path / "none", limit=4) == b""
