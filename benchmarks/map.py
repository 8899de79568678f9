"""What mapping a large repository takes: `python benchmarks/map.py [--files N]`.

A repository is made up and read twice from the start, each time by a process of its
own: from a checkout, and over the API of a loopback GitHub as one archive. Seconds are
of the process and its children (git) from start to end, by the clock and of the
processor; memory is the most that one of them ever held.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from tests.github_server import GitHubServer

ROOT = Path(__file__).parents[1]
FILES = 50_000
SEED = 20
WORDS = (
    "stock",
    "price",
    "shelf",
    "order",
    "cart",
    "tax",
    "till",
    "store",
    "vault",
    "lock",
    "queue",
    "cache",
    "index",
    "table",
    "parser",
    "writer",
    "reader",
    "loader",
    "printer",
    "courier",
    "ledger",
    "invoice",
    "season",
    "harvest",
)
ISSUE = """\
Share the stock between two shops

`load_stock_7` reads the whole file while another shop writes it, so that orders are
lost. We could lock the file, or keep the stock in a table. What are the options?
"""
# Runs in the measured process: everything it imports is part of what it takes.
CHILD = """\
import json, sys
from bot import tasks
from bot.events import Event, Repository
from bot.github import connect
from bot.github.reader import GitHubReader
address, token, issue = sys.argv[1:]
title, _, body = open(issue).read().partition("\\n")
place = Repository(id=1, full_name="octo/sample", default_branch="main")
event = Event("issues", "opened", repository=place, number=1, title=title, body=body)
client = connect("octo/sample", token=token, api_url=address)
reader = GitHubReader(client, event, allow_private=True)
material = tasks.load("plan").gather(event, reader)
names = [section.name for section in material.sections]
assert "outline of the modules nearest to the item" in names, names
print(client.calls)
"""
# Measures a command: it waits for nothing else.
MEASURE = """\
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True)
took = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
print(done.stdout)
"""
HEADS = (
    "read from",
    "files",
    "megabytes of text",
    "API calls",
    "seconds",
    "of the processor",
    "MB held",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the repository, read it both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--into", type=Path, action="append", default=[])
    given = parser.parse_args(arguments)
    files = made_up(given.files)
    size = f"{sum(map(len, files.values())) / 1e6:,.0f}"
    head = (f"{given.files:,}", size)
    with tempfile.TemporaryDirectory() as folder:
        issue = Path(folder) / "issue.md"
        issue.write_text(ISSUE)
        local = from_checkout(files, Path(folder) / "checkout", issue)
        remote = over_the_api(files, issue)
    rows = [("a checkout", *head, *local), ("GitHub's API", *head, *remote)]
    print(tables.columns([HEADS, *rows]))
    page = tables.markdown([HEADS, *rows])
    return max((tables.renew(path, "map", page) for path in given.into), default=0)


def made_up(count: int) -> dict[str, str]:
    """Modules of about forty lines each, in folders of a hundred."""
    draw = random.Random(SEED)
    return dict(_modules(count, draw)) | {"README.md": "# Orchard\n"}


def _modules(count: int, draw: random.Random) -> Iterator[tuple[str, str]]:
    for n in range(count - 1):
        one, two = draw.sample(WORDS, k=2)
        lines = []
        for at in range(10):
            name = f"{draw.choice(WORDS)}_{draw.choice(WORDS)}_{n % 97}"
            lines.append(
                f"def {name}({one}, {two}):\n    total = {one} + {two} * {at}\n"
            )
            lines.append(f"    return {draw.choice(WORDS)}(total)\n\n")
        yield f"src/{one}_{n // 100}/{two}_{n}.py", "".join(lines)


def from_checkout(
    files: Mapping[str, str], folder: Path, issue: Path
) -> tuple[str, ...]:
    """Read it with `routebot context plan`, as a process of its own."""
    for path, text in files.items():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text)
    who = ("-c", "user.name=o", "-c", "user.email=o@example.com")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "All")):
        subprocess.run(["git", *who, *command], cwd=folder, check=True)
    asked = ("-m", "bot", "context", "plan", "--issue", str(issue))
    figures, _ = _measured(asked, folder)
    return "0", *figures


def over_the_api(files: Mapping[str, str], issue: Path) -> tuple[str, ...]:
    """Read it with the reader that the Action uses, as a process of its own."""
    with GitHubServer() as server:
        server.repository("octo/sample", files=dict(files)).issue("Share", ISSUE)
        asked = ("-c", CHILD, server.base_url, server.read_token, str(issue))
        figures, calls = _measured(asked, ROOT)
    return calls.strip(), *figures


def _measured(asked: Sequence[str], folder: Path) -> tuple[tuple[str, ...], str]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, sys.executable, *asked],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    first, _, rest = done.stdout.partition("\n")
    took, worked, held = json.loads(first)
    return (f"{took:.1f}", f"{worked:.1f}", f"{held:.0f}"), rest


if __name__ == "__main__":
    sys.exit(main())
