"""One command of a stranger's, run where it can do no harm (contract T26).

User namespaces where the machine gives them: no network, nothing writable but the
scratch folder, no other process in sight. Else limits alone, and it says so.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

MODULE = "bot.verify.inside"
End = Literal["ended", "time", "processes", "missing"]
Kind = Literal["user namespaces", "bubblewrap", "limits"]
# What each way holds back, as the report says it.
HOLDS: dict[Kind, str] = {
    "user namespaces": "user namespaces: no network, only the scratch copy is writable",
    "bubblewrap": "bubblewrap: no network, only the scratch copy is writable",
    "limits": (
        "limits on time, memory and processes alone: this machine gives no user "
        "namespaces, so files and network were not shut off"
    ),
}
# In the home folder: what no test has to read. Covered where namespaces are there.
SECRET_PLACES = (
    *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".config", ".netrc"),
    *(
        ".npmrc",
        ".pypirc",
        ".git-credentials",
        ".gem",
        ".terraform.d",
        ".password-store",
    ),
    # A runner of GitHub's keeps its own registration here.
    *("actions-runner", "runners"),
)
# Seconds that the machinery itself may take beyond the command.
GRACE = 5.0
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of one command: seconds, bytes of memory and of one file, processes.

    `output` is the characters of its output that are kept, half of them from its end.
    """

    seconds: float = 30.0
    memory: int = 2 * _GIB
    file: int = 64 * 1024 * 1024
    processes: int = 64
    output: int = 64 * 1024


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended; `status` is None where it was killed or never started."""

    status: int | None
    output: str
    end: End = "ended"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A way to run commands with one writable folder, `scratch`.

    `kept` are further folders that must stay readable, `home` the user's own.
    """

    kind: Kind
    scratch: Path
    kept: tuple[Path, ...] = ()
    home: Path | None = None

    def run(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        limits: Limits = LIMITS,
        cwd: Path | None = None,
    ) -> Ran:
        """Run a command with exactly `environ`; its whole process tree ends with it."""
        reading, writing = os.pipe()
        asked = self._asked(command, environ, limits=limits, report=writing)
        asked["cwd"] = str(cwd or self.scratch)
        started = [*_WAYS[self.kind](self), *_python(asked)]
        with tempfile.TemporaryFile() as output:
            child = subprocess.Popen(
                started,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(writing,),
                env={"PATH": environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            )
            os.close(writing)
            try:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(limits.seconds + GRACE)
            finally:
                # Also when somebody interrupts us: what runs has its own session.
                _end(child)
            with os.fdopen(reading, "rb") as report:
                # Killed machinery reports nothing, and may have left a writer behind.
                os.set_blocking(report.fileno(), False)
                said = report.read() or b""
            return _ran(said, _read(output, limits.output))

    def _asked(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        limits: Limits,
        report: int,
    ) -> dict[str, object]:
        places = [str(self.home / name) for name in SECRET_PLACES] if self.home else []
        return {
            "command": list(command),
            "environ": dict(environ),
            "closes": self.kind == "user namespaces",
            "scratch": str(self.scratch),
            "kept": [str(path) for path in self.kept],
            "hidden": places,
            "seconds": limits.seconds,
            "processes": limits.processes,
            "report": report,
            "limits": {
                # Data, not address space: node and go reserve much and use little.
                "RLIMIT_DATA": limits.memory,
                "RLIMIT_CPU": int(limits.seconds) + 1,
                "RLIMIT_FSIZE": limits.file,
                "RLIMIT_CORE": 0,
            },
        }


def best(
    scratch: Path, *, kept: Sequence[Path] = (), home: Path | None = None
) -> Sandbox:
    """Choose the way that holds back most of those that work on this machine."""
    ways: tuple[Kind, ...] = ("user namespaces", "bubblewrap")
    environ = {"PATH": os.defpath}
    for kind in ways:
        made = Sandbox(kind, scratch, tuple(kept), home)
        if shutil.which(_PROGRAMS[kind]) is None:
            continue
        tried = made.run([sys.executable, "-I", "-c", ""], environ)
        if (tried.status, tried.end) == (0, "ended"):
            return made
    return Sandbox("limits", scratch, tuple(kept), home)


_PROGRAMS: dict[Kind, str] = {"user namespaces": "unshare", "bubblewrap": "bwrap"}


def _unshare(sandbox: Sandbox) -> list[str]:
    spaces = ("--user", "--map-root-user", "--mount", "--net", "--ipc", "--uts")
    return ["unshare", *spaces, "--pid", "--fork", "--kill-child", "--mount-proc"]


def _bubblewrap(sandbox: Sandbox) -> list[str]:
    home = sandbox.home
    hidden = [home / name for name in SECRET_PLACES] if home else []
    parts: list[str | Path] = ["bwrap", "--unshare-all", "--die-with-parent"]
    parts += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    parts += ["--tmpfs", "/tmp", "--tmpfs", "/run"]
    for path in sandbox.kept:
        parts += ["--ro-bind", path, path]
    for path in (each for each in hidden if each.exists()):
        parts += ["--tmpfs", path] if path.is_dir() else ["--ro-bind", os.devnull, path]
    parts += ["--bind", sandbox.scratch, sandbox.scratch, "--"]
    return [str(part) for part in parts]


def _plain(sandbox: Sandbox) -> list[str]:
    return []


_WAYS: dict[Kind, Callable[[Sandbox], list[str]]] = {
    "user namespaces": _unshare,
    "bubblewrap": _bubblewrap,
    "limits": _plain,
}


def _python(asked: Mapping[str, object]) -> list[str]:
    return [sys.executable, "-I", "-m", MODULE, json.dumps(asked)]


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let the machinery clear up after itself, then kill it."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                child.wait(1.0)


def _ran(said: bytes, output: str) -> Ran:
    try:
        report = json.loads(said)
    except ValueError:
        return Ran(None, output, "time" if not output else "missing")
    return Ran(report["status"], output or report["error"], report["end"])


def _read(file: IO[bytes], most: int) -> str:
    """The beginning and the end of what was written, without the middle."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= most:
        return file.read().decode("utf-8", "replace")
    head = file.read(most // 2)
    file.seek(size - most // 2)
    cut = f"\n... {size - most:,} bytes left out ...\n".encode()
    return (head + cut + file.read()).decode("utf-8", "replace")
