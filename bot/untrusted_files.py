"""Files that sandboxed code can replace: no link is followed, no pipe waited for."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Bytes of one file of the copy.
MAX_FILE = 64 * 1024 * 1024
NO_FILE = "it is no regular file"
TOO_LARGE = "it is larger than {most:,} bytes"
TOO_DEEP = "its folders are too deep"
ELSEWHERE = "{path} lies behind a link"

# Windows has neither links that are followed here nor pipes among files.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_READ |= getattr(os, "O_BINARY", 0)
_PLAIN = 0o644


def read(file: Path, *, most: int) -> bytes:
    """Read a regular file. Raises OSError for anything else, or beyond `most` bytes."""
    handle = os.open(file, _READ)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, NO_FILE)
        with os.fdopen(handle, "rb", closefd=False) as opened:
            data = opened.read(most + 1)
    finally:
        os.close(handle)
    if len(data) > most:
        raise OSError(errno.EFBIG, TOO_LARGE.format(most=most))
    return data


def held(file: Path, *, top: Path) -> bytes | Path | None:
    """Say what lies at `file`, for `put`: bytes, where a link leads, None for nothing.

    Raises OSError where its folder is outside of `top`, or it is neither.
    """
    place = _folder(file, top) / file.name
    if place.is_symlink():
        return place.readlink()
    try:
        return read(place, most=MAX_FILE)
    except (FileNotFoundError, NotADirectoryError):
        return None


def put(file: Path, content: bytes | Path | None, *, top: Path) -> None:
    """Put what `held` says in the place of whatever lies there, without following it.

    Raises OSError where its folder is outside of `top`; then nothing is written.
    """
    if content is None and not _folder(file, top).is_dir():
        return
    with _opened(file, top) as folder:
        mode = _cleared(file.name, folder)
        if isinstance(content, Path):
            os.symlink(content, file.name, dir_fd=folder)
        elif content is not None:
            # What was there is gone, so a hard link to elsewhere is not written to.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            handle = os.open(file.name, flags, mode, dir_fd=folder)
            with os.fdopen(handle, "wb") as opened:
                os.fchmod(handle, mode)
                opened.write(content)


def renew(folder: Path, *, top: Path) -> None:
    """Have an empty folder in the place of whatever lies there. Raises OSError."""
    with _opened(folder, top) as above:
        _cleared(folder.name, above)
        os.mkdir(folder.name, dir_fd=above)


def _folder(file: Path, top: Path) -> Path:
    """Resolve the folder of a file. Raises OSError where it is not below `top`."""
    # The last part of `top` is not resolved: it may have become a link itself.
    home = Path(os.path.realpath(top.parent)) / top.name
    folder = Path(os.path.realpath(file.parent))
    if not folder.is_relative_to(home):
        raise OSError(errno.ELOOP, ELSEWHERE.format(path=file.name))
    return folder


@contextmanager
def _opened(file: Path, top: Path) -> Iterator[int]:
    folder = _folder(file, top)
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


def _cleared(name: str, folder: int) -> int:
    """Remove what lies there; returns the permissions of the file that it was."""
    with suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISDIR(mode):
            os.unlink(name, dir_fd=folder)
            return stat.S_IMODE(mode) & 0o777 if stat.S_ISREG(mode) else _PLAIN
        try:
            shutil.rmtree(name, dir_fd=folder)
        except RecursionError as exc:
            raise OSError(errno.ENAMETOOLONG, TOO_DEEP) from exc
    return _PLAIN
