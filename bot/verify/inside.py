"""The child that stands around one command: closes the world, limits, counts, kills.

Started as `python -I -m bot.verify.inside` by `bot.verify.sandbox`, in namespaces of
its own where the machine gives them. Standard library alone.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_POLL = 0.01  # seconds
_MOUNT_SETATTR = 442  # the same on every architecture
_AT_FDCWD, _AT_RECURSIVE, _READ_ONLY = -100, 0x8000, 1
_BIND = 0x1000
_SUBREAPER, _NO_NEW_PRIVILEGES, _DROP_BOUND = 36, 38, 24
_CAPABILITIES = 64
_SET_FLAGS, _UP = 0x8914, 0x1
# What holds sockets and other people's files; replaced by empty folders in memory.
_COVERED = ("/tmp", "/run", "/var/tmp", "/dev/shm")
_ROOM = b"size=256m,mode=1777"


def main() -> None:
    """Run one command as the JSON of the first argument says; report on its `report`.

    Ends with status 0: how the command ended stands in the report, as JSON.
    """
    asked = json.loads(sys.argv[1])
    # Whoever gives up on us first asks: then nothing is left behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    if asked["closes"]:
        _close(asked["scratch"], asked["kept"], asked["hidden"])
    else:
        _control(_libc(), _SUBREAPER, 1)
    ended = _run(asked)
    with os.fdopen(asked["report"], "w") as report:
        json.dump(ended, report)


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _control(libc: Any, option: int, value: int) -> None:
    # Linux alone has it; elsewhere there is nothing to drop.
    with suppress(AttributeError):
        libc.prctl(option, value, 0, 0, 0)


# What can be seen and written.


def _close(scratch: str, kept: Sequence[str], hidden: Sequence[str]) -> None:
    """Leave everything readable and nothing writable but scratch and empty folders."""
    libc = _libc()
    own = [p for p in (*kept, scratch) if any(_is_below(p, c) for c in _COVERED)]
    held = {path: os.open(path, os.O_PATH) for path in dict.fromkeys([*own, scratch])}
    _set(libc, "/", set_=_READ_ONLY, flags=_AT_RECURSIVE)
    for folder in _COVERED:
        # A link, as /var/run may be one, leads to what is covered anyway.
        if Path(folder).is_dir() and not Path(folder).is_symlink():
            _must(libc.mount(b"none", folder.encode(), b"tmpfs", 0, _ROOM))
    for path, handle in held.items():
        if any(_is_below(path, covered) for covered in _COVERED):
            Path(path).mkdir(parents=True, exist_ok=True)
        source = f"/proc/self/fd/{handle}".encode()
        _must(libc.mount(source, path.encode(), None, _BIND, None))
        os.close(handle)
    _set(libc, scratch, clear=_READ_ONLY)
    for path in hidden:
        _hide(libc, path)
    _loopback_up()
    os.chdir(scratch)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder + "/")


def _hide(libc: Any, path: str) -> None:
    if Path(path).is_dir():
        _must(libc.mount(b"none", path.encode(), b"tmpfs", 0, b"size=4k,mode=0755"))
    elif Path(path).is_file():
        _must(libc.mount(b"/dev/null", path.encode(), None, _BIND, None))


def _set(
    libc: Any, path: str, *, set_: int = 0, clear: int = 0, flags: int = 0
) -> None:
    wanted = struct.pack("QQQQ", set_, clear, 0, 0)
    done = libc.syscall(
        _MOUNT_SETATTR, _AT_FDCWD, path.encode(), flags, wanted, len(wanted)
    )
    _must(done)


def _must(status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _loopback_up() -> None:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        fcntl.ioctl(own, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


# What may be used.


def _limited(asked: dict[str, Any]) -> Callable[[], None]:
    limits = asked["limits"]
    libc = _libc()

    def limit() -> None:
        for name, most in limits.items():
            # Not every system has every limit, and none may be raised.
            with suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (most, most))
        for capability in range(_CAPABILITIES):
            _control(libc, _DROP_BOUND, capability)
        _control(libc, _NO_NEW_PRIVILEGES, 1)

    return limit


def _run(asked: dict[str, Any]) -> dict[str, Any]:
    started = time.monotonic()
    try:
        child = subprocess.Popen(
            asked["command"],
            cwd=asked["cwd"],
            env=asked["environ"],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_limited(asked),
        )
    except OSError as exc:
        return {"status": None, "end": "missing", "error": str(exc)}
    try:
        status, end = _watched(child.pid, asked, until=started + asked["seconds"])
    finally:
        _kill(child.pid)
        child.returncode = 0
    return {"status": status, "end": end, "error": ""}


def _watched(
    pid: int, asked: dict[str, Any], *, until: float
) -> tuple[int | None, str]:
    while True:
        status = _reaped(pid)
        if status is not None:
            return status, "ended"
        if time.monotonic() > until:
            return None, "time"
        if sum(1 for _ in _below()) > asked["processes"]:
            return None, "processes"
        time.sleep(_POLL)


def _reaped(wanted: int) -> int | None:
    """Collect whoever ended, orphans too; the status of `wanted` if it was there."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == wanted:
                return os.waitstatus_to_exitcode(status)
            if not pid:
                return None
    return None


def _kill(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for _ in range(200):
        left = list(_below())
        if not left:
            return
        # Stopped first: what is stopped starts nothing while the others are killed.
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for pid in left:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, sign)
        _reaped(0)


def _below() -> Iterator[int]:
    """Every process that descends from this one, by /proc; none without it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            stat = (folder / "stat").read_text("utf-8", "replace")
            state, parent = stat.rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
    ours = {os.getpid()}
    grew = True
    while grew:
        more = {pid for pid, up in parents.items() if up in ours} - ours
        ours |= more
        grew = bool(more)
    ours.discard(os.getpid())
    yield from ours


if __name__ == "__main__":
    main()
