"""A repository's archive: what is read of it, and what a hostile one cannot do."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile

import pytest

from bot.context import tarball

ROOT = "octo-sample-1234567"


def _packed(*entries, form=tarfile.PAX_FORMAT):
    """A tar.gz of (name, content or TarInfo) pairs below the folder at the top."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in entries:
            info = content
            if isinstance(content, bytes):
                info = tarfile.TarInfo(f"{ROOT}/{name}")
                info.size = len(content)
            else:
                content = b""
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0)


def _unpack(packed, piece=1_000, **given):
    chunks = (packed[at : at + piece] for at in range(0, len(packed), piece))
    wanted = given.pop("wanted", lambda path: True)
    return tarball.unpack(chunks, wanted=wanted, **given)


def _special(name, kind, target=""):
    info = tarfile.TarInfo(f"{ROOT}/{name}")
    info.type, info.linkname = kind, target
    return name, info


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize("piece", [1, 511, 100_000])
def test_files_are_read_by_their_paths_however_they_come_in(form, piece):
    long = f"{'folder/' * 40}module.py"
    packed = _packed(
        ("a.py", b"x = 1\n"),
        (long, b"y"),
        ("empty.py", b""),
        ("ä.py", b"z"),
        form=form,
    )
    found = _unpack(packed, piece)
    assert found.files == {
        "a.py": b"x = 1\n",
        long: b"y",
        "empty.py": b"",
        "ä.py": b"z",
    }
    assert found.problem == ""


def test_what_git_archives_is_read(tmp_path):
    path = f"{'deep/' * 30}a.py"
    for name in (path, "b.py"):
        at = tmp_path / name
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(name)
    (tmp_path / "link.py").symlink_to("b.py")
    names = ("-c", "user.name=x", "-c", "user.email=x@y.example")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "x")):
        subprocess.run(["git", *names, *command], cwd=tmp_path, check=True)
    packed = subprocess.run(
        ["git", "archive", "--format=tar.gz", f"--prefix={ROOT}/", "HEAD"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    ).stdout
    assert sorted(_unpack(packed).files) == sorted(["b.py", path])


def test_only_wanted_text_files_of_a_size_to_read_are_kept():
    packed = _packed(
        ("a.py", b"a"),
        ("b.bin", b"\0\1"),
        ("c.py", b"c" * (tarball.MAX_FILE + 1)),
        ("d.png", b"d"),
        ("e.py", b"e"),
    )
    found = _unpack(packed, wanted=lambda path: not path.endswith(".png"))
    assert sorted(found.files) == ["a.py", "e.py"]


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_links_devices_and_holes_are_passed_over(kind):
    entry = _special("a.py", kind, "/etc/passwd")
    found = _unpack(_packed(entry, ("b.py", b"b")))
    assert sorted(found.files) == ["b.py"]


@pytest.mark.parametrize(
    "name",
    ["../a.py", "a/../../b.py", "/etc/passwd", "a//b.py", "..\\a.py", "c:/a.py", ""],
)
def test_names_that_climb_are_passed_over(name):
    assert sorted(_unpack(_packed((name, b"x"), ("b.py", b"b"))).files) == ["b.py"]


def test_of_two_files_of_one_name_the_first_counts():
    found = _unpack(_packed(("a.py", b"first"), ("a.py", b"second")))
    assert found.files == {"a.py": b"first"}


@pytest.mark.parametrize(
    ("cap", "value"),
    [("MAX_UNPACKED", 20_000), ("MAX_PACKED", 200), ("MAX_KEPT", 15_000)],
)
def test_past_a_cap_what_was_read_before_stays(monkeypatch, cap, value):
    monkeypatch.setattr(tarball, cap, value)
    monkeypatch.setattr(tarball, "_PIECE", 1_000)
    packed = _packed(*((f"{n}.py", b"%d" % n * 4_000) for n in range(40)))
    found = _unpack(packed, piece=50)
    assert found.problem == tarball.TOO_LARGE
    assert 0 < len(found.files) < 40


def test_a_bomb_stops_at_what_comes_out_not_at_what_it_says(monkeypatch):
    monkeypatch.setattr(tarball, "MAX_UNPACKED", 5_000_000)
    packed = gzip.compress(b"\0" * 512 + b"\1" * 80_000_000, mtime=0)
    assert _unpack(packed, piece=100_000).problem in ("", tarball.NO_ARCHIVE)
    packed = _packed(("a.bin", b"\0" * 80_000_000), ("b.py", b"b"))
    found = _unpack(packed, piece=100_000)
    assert (found.files, found.problem) == ({}, tarball.TOO_LARGE)


def test_too_many_entries_are_not_read(monkeypatch):
    monkeypatch.setattr(tarball, "MAX_ENTRIES", 3)
    found = _unpack(_packed(*((f"{n}.py", b"x") for n in range(5))))
    assert (len(found.files), found.problem) == (3, tarball.TOO_LARGE)


def test_an_archive_that_drips_is_not_waited_for():
    time = iter(range(0, 10_000, 20))
    packed = _packed(*((f"{n}.py", bytes([n]) * 3_000) for n in range(1, 50)))
    assert _unpack(packed, piece=20, now=lambda: next(time)).problem == tarball.TOO_SLOW


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no gzip at all",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"x" * 512, mtime=0),
        gzip.compress(b"x" * 100, mtime=0),
        _packed(("a.py", b"x" * 5_000))[:60],
    ],
    ids=["nothing", "text", "empty", "garbage", "short", "cut"],
)
def test_what_is_no_archive_is_told(packed):
    found = _unpack(packed)
    assert (found.files, found.problem) == ({}, tarball.NO_ARCHIVE)


def _header(name, size, kind):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize("kind", [b"x", b"L"])
def test_headers_that_lead_to_headers_end(monkeypatch, kind):
    monkeypatch.setattr(tarball, "MAX_ENTRIES", 2_000)
    packed = gzip.compress(_header("a", 0, kind) * 5_000, mtime=0)
    assert _unpack(packed).problem == tarball.TOO_LARGE


@pytest.mark.parametrize(
    "records", [b"9 path", b"0 path=a\n", b"x path=a\n", b"9999999 path=a\n", b"1 "]
)
def test_extended_headers_that_lie_are_refused(records):
    block = _header("a", len(records), b"x") + records.ljust(512, b"\0")
    assert _unpack(gzip.compress(block, mtime=0)).files == {}


def test_an_extended_header_of_megabytes_is_refused():
    block = _header("a", 100_000, b"x") + b"1" * 100_352
    assert _unpack(gzip.compress(block, mtime=0)).problem == tarball.NO_ARCHIVE


def test_a_changed_header_is_refused():
    raw = bytearray(gzip.decompress(_packed(("a.py", b"x"))))
    raw[0:1] = b"?"
    assert _unpack(gzip.compress(bytes(raw), mtime=0)).problem == tarball.NO_ARCHIVE


def test_what_the_chunks_raise_themselves_is_not_caught():
    whole = _packed(("a.py", b"a = 1\n"))

    def broken():
        yield whole[:40]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        tarball.unpack(broken(), wanted=lambda path: True)
