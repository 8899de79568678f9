"""Hostile archives: read in memory, under caps, and never onto a disk."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.context import archive

TEXT = b"<testsuite/>" * 40


def _zip(*entries, method=zipfile.ZIP_DEFLATED):
    """Pack (name or ZipInfo, content) pairs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, content in entries:
            made.writestr(name, content)
    return packed.getvalue()


def _info(name, mode):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def _unpack(packed):
    return archive.unpack(packed, wanted=lambda name: True)


def test_wanted_files_come_in_the_archives_order():
    packed = _zip(("b.xml", b"2"), ("x.txt", b"3"), ("deep/a.xml", b"1"))
    found = archive.unpack(packed, wanted=lambda name: name.endswith(".xml"))
    assert found.files == (("b.xml", b"2"), ("deep/a.xml", b"1"))
    assert found.problem == ""


def test_what_is_stored_plainly_is_read_too():
    assert _unpack(_zip(("a", TEXT), method=zipfile.ZIP_STORED)).files == (("a", TEXT),)


@pytest.mark.parametrize(
    "name",
    ["../../tmp/x", "/etc/cron.d/x", "C:\\x", "a/../../b", "a\\..\\b", "d/", "n" * 401],
)
def test_a_name_that_climbs_or_is_no_files_is_passed_over(name):
    assert _unpack(_zip((name, b"x"), ("a.xml", b"1"))).files == (("a.xml", b"1"),)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_what_is_no_regular_file_is_passed_over(kind):
    packed = _zip((_info("a.xml", kind | 0o777), b"/etc/passwd"))
    assert _unpack(packed) == archive.Unpacked()


def test_a_regular_file_may_say_that_it_is_one():
    packed = _zip((_info("a.xml", stat.S_IFREG | 0o644), b"1"))
    assert _unpack(packed).files == (("a.xml", b"1"),)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_cannot_be_bounded_is_passed_over(method):
    assert _unpack(_zip(("a.xml", TEXT), method=method)) == archive.Unpacked()


def test_what_is_encrypted_is_passed_over():
    packed = bytearray(_zip(("a.xml", TEXT)))
    at = packed.index(b"PK\x01\x02") + 8
    packed[at] |= 1
    assert _unpack(bytes(packed)) == archive.Unpacked()


@pytest.mark.parametrize(("count", "is_read"), [(500, True), (501, False)])
def test_an_archive_of_many_entries_is_not_read(count, is_read):
    packed = _zip(*((f"{n}.xml", b"12345678") for n in range(count)))
    found = _unpack(packed)
    assert bool(found.files) == is_read
    assert found.problem == ("" if is_read else archive.MANY_ENTRIES)


def test_a_bomb_ends_at_its_ratio_and_what_came_before_stays():
    packed = _zip(("a.xml", b"1"), ("bomb.xml", bytes(4 * 1024 * 1024)))
    found = _unpack(packed)
    assert found.files == (("a.xml", b"1"),)
    assert found.problem == archive.TOO_LARGE


def test_one_file_and_all_of_them_have_a_cap(monkeypatch):
    monkeypatch.setattr(archive, "MAX_RATIO", 10_000)
    monkeypatch.setattr(archive, "MAX_FILE", 1_000)
    monkeypatch.setattr(archive, "MAX_TOTAL", 2_500)
    packed = _zip(*((f"{n}.xml", b"x" * 1_000) for n in range(3)))
    found = _unpack(packed)
    assert [name for name, _ in found.files] == ["0.xml", "1.xml"]
    assert found.problem == archive.TOO_LARGE
    assert _unpack(_zip(("a.xml", b"x" * 1_001))).files == ()


def test_a_size_that_the_archive_makes_up_does_not_count():
    packed = bytearray(_zip(("bomb.xml", bytes(4 * 1024 * 1024))))
    at = packed.index(b"PK\x01\x02") + 24
    packed[at : at + 4] = (10).to_bytes(4, "little")
    found = _unpack(bytes(packed))
    assert sum(len(content) for _, content in found.files) <= 10


@pytest.mark.parametrize("packed", [b"", b"PK\x03\x04", b"not a zip at all", TEXT])
def test_what_is_no_archive_is_said_so(packed):
    assert _unpack(packed) == archive.Unpacked(problem=archive.NO_ARCHIVE)


def test_an_empty_archive_has_no_files():
    assert _unpack(_zip()) == archive.Unpacked()


def test_an_archive_in_an_archive_stays_packed():
    inner = _zip(("a.xml", TEXT))
    assert _unpack(_zip(("inner.xml", inner))).files == (("inner.xml", inner),)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=8), st.integers(0, 200))
def test_a_broken_archive_never_raises(at, noise, cut):
    whole = _zip(("a.xml", TEXT), ("ü/b.xml", b"1"))
    _unpack(whole[:at] + noise + whole[at + len(noise) :])
    _unpack(whole[:cut])
    _unpack(whole[cut:])
