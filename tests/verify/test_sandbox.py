"""Commands of a stranger's in the sandbox: what they cannot do, whatever they try."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from bot.verify import sandbox
from bot.verify.sandbox import Limits, Sandbox

ENVIRON = {"PATH": os.environ.get("PATH", os.defpath)}
QUICK = Limits(seconds=8)
BOMB = "import os\nwhile True:\n    os.fork()\n"


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture(params=["user namespaces", "bubblewrap"])
def closed(request, scratch, tmp_path):
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text("private")
    (home / ".netrc").write_text("password")
    (home / "kept.txt").write_text("kept")
    if request.param == "bubblewrap":
        if shutil.which("bwrap") is None:
            pytest.skip("bubblewrap is not installed")
        return Sandbox("bubblewrap", scratch, (tmp_path, Path(sys.prefix)), home)
    made = sandbox.best(scratch, kept=[tmp_path, Path(sys.prefix)], home=home)
    if made.kind == "limits":
        pytest.skip("no user namespaces here")
    return made


@pytest.fixture(params=["best", "limits"])
def either(request, scratch, tmp_path):
    if request.param == "limits":
        return Sandbox("limits", scratch)
    return sandbox.best(scratch, kept=[tmp_path, Path(sys.prefix)])


def python(box, code, limits=QUICK):
    return box.run([sys.executable, "-I", "-c", code], ENVIRON, limits=limits)


def test_status_and_output_come_back(either):
    ran = python(either, "import sys; print('out'); print('err', file=sys.stderr)")
    assert (ran.status, ran.end) == (0, "ended")
    assert sorted(ran.output.split()) == ["err", "out"]
    assert python(either, "raise SystemExit(3)").status == 3


def test_the_environment_is_what_was_given_and_nothing_is_read_from_us(either):
    ran = python(either, "import os, sys; print(sorted(os.environ), sys.stdin.read())")
    names = ran.output.partition("]")[0]
    assert "PATH" in names
    # Python adds LC_CTYPE where no locale is set.
    assert names.count("'") <= 4
    assert ran.output.endswith("] \n")


def test_what_hangs_is_killed_with_all_it_started(either, tmp_path):
    mark = tmp_path / "scratch" / "pid"
    code = (
        "import subprocess, sys, time\n"
        'code = \'import os, time; open("pid", "w").write("x"); time.sleep(60)\'\n'
        "subprocess.Popen([sys.executable, '-I', '-c', code], start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    ran = python(either, code, Limits(seconds=1.0))
    assert (ran.status, ran.end) == (None, "time")
    assert not _left(str(mark.parent))


def _left(folder: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd").startswith(folder):
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_a_fork_bomb_ends(either):
    ran = python(either, BOMB, Limits(seconds=8, processes=20))
    assert ran.end == "processes"
    assert not _left(str(either.scratch))


def test_what_is_left_behind_is_killed_too(either):
    code = (
        "import subprocess, sys\n"
        "sleep = [sys.executable, '-I', '-c', 'import time; time.sleep(60)']\n"
        "subprocess.Popen(sleep, start_new_session=True)\n"
    )
    assert python(either, code).status == 0
    assert not _left(str(either.scratch))


def test_an_interrupt_ends_what_runs(scratch, tmp_path):
    box = sandbox.best(scratch, kept=[tmp_path, Path(sys.prefix)])

    def interrupt(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.6)
    try:
        with pytest.raises(KeyboardInterrupt):
            python(box, "import time; time.sleep(60)", Limits(seconds=30))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not _left(str(scratch))


def test_memory_and_output_have_an_end(either):
    ran = python(either, "bytearray(3 * 1024**3)")
    assert "MemoryError" in ran.output
    limits = Limits(seconds=8, output=1_000)
    ran = python(either, "print('a' * 50_000, 'end')", limits)
    assert len(ran.output) < 1_100
    assert "bytes left out" in ran.output
    assert ran.output.endswith("end\n")
    limits = Limits(seconds=8, file=10_000)
    ran = python(either, "open('big', 'wb').write(b'x' * 100_000)", limits)
    assert ran.status != 0
    assert (either.scratch / "big").stat().st_size <= 10_000


def test_a_program_that_is_not_there(either):
    ran = either.run(["/nowhere/python"], ENVIRON, limits=QUICK)
    assert (ran.status, ran.end) == (None, "missing")
    assert "/nowhere/python" in ran.output


def test_only_the_scratch_folder_can_be_written(closed, tmp_path):
    code = (
        "import sys\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n        open(path, 'w'); print('wrote', path)\n"
        "    except OSError as exc:\n        print('refused', path)\n"
    )
    outside = [tmp_path / "x", Path(sys.prefix) / "x", Path(__file__).parent / "x"]
    paths = [str(closed.scratch / "x"), *map(str, outside)]
    command = [sys.executable, "-I", "-c", code, *paths]
    said = closed.run(command, ENVIRON, limits=QUICK).output.splitlines()
    assert said[0] == f"wrote {closed.scratch / 'x'}"
    assert [line.split()[0] for line in said[1:]] == ["refused"] * 3
    assert not any(path.exists() for path in outside)


def test_nothing_can_be_mounted_to_get_out(closed):
    code = (
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "print(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))\n"
        "print(libc.mount(None, b'/', None, 32 | 4096, None))\n"
    )
    assert python(closed, code).output.split() == ["-1", "-1"]


def test_there_is_no_network_but_the_loopback(closed):
    code = (
        "import socket\n"
        "own = socket.socket(); own.bind(('127.0.0.1', 0)); own.listen()\n"
        "socket.create_connection(own.getsockname()); print('loopback')\n"
        "try:\n    socket.create_connection(('192.0.2.1', 80), 2); print('out')\n"
        "except OSError as exc:\n    print('refused')\n"
    )
    assert python(closed, code).output.split() == ["loopback", "refused"]


def test_keys_in_the_home_folder_are_covered_and_the_rest_is_there(closed):
    home = closed.home
    code = (
        "import os, sys\n"
        "home = sys.argv[1]\n"
        "try:\n    key = open(home + '/.netrc').read()\n"
        # Bubblewrap gives the null device, which cannot be opened there.
        "except PermissionError:\n    key = ''\n"
        "print(os.listdir(home + '/.ssh'), repr(key))\n"
        "print(open(home + '/kept.txt').read())\n"
    )
    command = [sys.executable, "-I", "-c", code, str(home)]
    assert closed.run(command, ENVIRON, limits=QUICK).output == "[] ''\nkept\n"


def test_other_processes_are_out_of_sight(closed):
    code = "import os; print(sum(p.isdigit() for p in os.listdir('/proc')))"
    assert int(python(closed, code).output) <= 4
