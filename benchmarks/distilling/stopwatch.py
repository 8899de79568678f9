"""Times one command: `python -I stopwatch.py COMMAND…` prints seconds and peak bytes.

Runs by itself because a process inherits the peak memory of the one that starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence


def main(command: Sequence[str]) -> int:
    """Run a command to its end; its exit code is ours."""
    # grep stops at the first match where it sees that nobody reads on.
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts KiB, macOS bytes.
    unit = 1024 if sys.platform != "darwin" else 1
    print(json.dumps([seconds, used.ru_maxrss * unit]))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
