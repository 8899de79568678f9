"""Files out of an archive that a stranger may have packed: in memory, under caps."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

# Contract T15, in bytes. What an archive says of its own sizes counts for nothing.
MAX_ENTRIES = 500
MAX_RATIO = 100
MAX_TOTAL = 32 * 1024 * 1024
MAX_FILE = 8 * 1024 * 1024
MAX_NAME = 400
_PIECE = 64 * 1024
# The others have no bounded way to unpack a piece.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)

NO_ARCHIVE = "it is no readable zip archive"
MANY_ENTRIES = f"it holds more than {MAX_ENTRIES} entries"
TOO_LARGE = "it unpacks to more than is read"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files by name, and why there are not more of them ("" for no reason)."""

    files: tuple[tuple[str, bytes], ...] = ()
    problem: str = ""


class _TooLarge(Exception):
    pass


def unpack(packed: bytes, *, wanted: Callable[[str], bool]) -> Unpacked:
    """Read the regular files whose name is `wanted`, in the archive's order.

    Nothing is written anywhere: a name is a label. Names that climb, links, folders and
    what is encrypted are passed over. Past a cap, or where the archive breaks off, what
    was read before stays. Never raises for what `packed` holds.
    """
    files: list[tuple[str, bytes]] = []
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                return Unpacked(problem=MANY_ENTRIES)
            left = min(MAX_TOTAL, MAX_RATIO * len(packed))
            for entry in entries:
                if is_plain(entry) and wanted(entry.filename):
                    content = _content(archive, entry, limit=min(left, MAX_FILE))
                    left -= len(content)
                    files.append((entry.filename, content))
    except _TooLarge:
        return Unpacked(tuple(files), TOO_LARGE)
    except _BROKEN:
        return Unpacked(tuple(files), NO_ARCHIVE)
    return Unpacked(tuple(files))


def is_plain(entry: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a regular file that can be read in pieces."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    is_readable = entry.compress_type in _METHODS and not entry.flag_bits & _ENCRYPTED
    return kind in (0, stat.S_IFREG) and is_readable and is_below(entry.filename)


def is_below(name: str) -> bool:
    """Whether it names a file below where it is: a folder's name ends in a slash."""
    parts = name.replace("\\", "/").split("/")
    climbs = ":" in parts[0] or bool({"", ".."} & set(parts))
    return len(name) <= MAX_NAME and not climbs


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, limit: int) -> bytes:
    content = bytearray()
    with archive.open(entry) as file:
        for piece in _pieces(file):
            content += piece
            if len(content) > limit:
                raise _TooLarge
    return bytes(content)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
