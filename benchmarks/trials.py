"""How many tests that people wrote for a change the trial of `suggest-tests` keeps.

The test functions that a commit added to a Python file are taken out of it, and each is
put on trial as if a model had sent it: what is dropped was dropped wrongly, or proves
nothing that the older tests of its file did not. A commit stands for one request: its
yield is whether at least one test would have been posted. What is posted has run and
passed three times and names its evidence, each of which is counted again here. No model
is asked, so this bounds what the trial loses and says nothing of any model.

    python benchmarks/trials.py REPOSITORY [--commits N] [--most N]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import git
from bot.cli import workbench
from bot.context import diff, untested
from bot.context.kinds import kind_of
from bot.context.symbols import symbols
from bot.git import Range
from bot.local_reader import LocalReader
from bot.verdicts import EVIDENCE
from bot.verify import examine
from bot.verify.examine import Verdict
from bot.verify.ground import Ground

SECONDS = 60.0


@dataclass(frozen=True)
class Sample:
    """One added test: its file without all that were added, and itself."""

    path: str
    rest: str
    code: str


def samples(reader: LocalReader, *, most: int) -> Iterator[Sample]:
    """Take each test function apart that the change of `reader` added."""
    left = most
    for file in diff.parse(reader.diff()):
        text = reader.file(file.path) if kind_of(file.path) == "test" else None
        if text is None or not file.path.endswith(".py"):
            continue
        old = reader.trusted_file(file.path) or ""
        before = {each.qualified for each in symbols(file.path, old.encode())}
        lines = text.splitlines()
        added = [
            each
            for each in symbols(file.path, text.encode())
            if each.name.startswith("test_")
            and each.qualified == each.name
            and each.name not in before
        ]
        gone = {n for each in added for n in range(each.start, each.end + 1)}
        kept = [line for number, line in enumerate(lines, 1) if number not in gone]
        for each in added[:left]:
            left -= 1
            code = "\n".join(lines[each.start - 1 : each.end])
            yield Sample(file.path, "\n".join(kept) + "\n", code)


def verdicts(opened: git.Checkout, sha: str, *, most: int) -> Iterator[Verdict]:
    """Put the tests that one commit added on trial."""
    reader = LocalReader(opened, Range(f"{sha}~1", sha))
    changes = untested.of_diff(diff.parse(reader.diff()), read=reader.file)
    if not any(kind_of(each.path) == "source" for each in changes):
        return
    found = list(samples(reader, most=most))
    if not found:
        return
    known = workbench.known(reader)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = workbench.bench(opened, sha, Path(folder), seconds=SECONDS)
        for each in found:
            read = {each.path: each.rest}.get
            ground = Ground(changes, read, reader.trusted_file, known)
            (bench.tree / each.path).write_text(each.rest)
            yield examine.examine(bench, ground, path=each.path, code=each.code)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--commits", type=int, default=20)
    parser.add_argument("--most", type=int, default=3, help="tests of one commit")
    asked = parser.parse_args()
    os.environ.setdefault("VIRTUAL_ENV", sys.prefix)
    opened = git.open_repository(asked.repository, environ=os.environ)
    listed = opened.ask("log", "--no-merges", "--format=%H", f"-{asked.commits}")
    started = time.monotonic()
    requests: list[list[Verdict]] = []
    for sha in listed.decode().split():
        requests.append([])
        for verdict in verdicts(opened, sha, most=asked.most):
            requests[-1].append(verdict)
            print(f"{sha[:9]} {_said(verdict)}", file=sys.stderr, flush=True)
    print("\n".join(table([each for each in requests if each])))
    print(f"in {time.monotonic() - started:.0f} s")


def table(requests: Sequence[Sequence[Verdict]]) -> list[str]:
    """Write both figures, then what became of every test."""
    every = [verdict for each in requests for verdict in each]
    posted = [verdict for verdict in every if verdict.kind == "kept"]
    sound = sum(EVIDENCE.fullmatch(verdict.reason) is not None for verdict in posted)
    with_one = sum(any(v.kind == "kept" for v in each) for each in requests)
    lines = [
        f"{_share(sound, len(posted))} of posted tests run, pass 3 of 3, have evidence",
        f"{_share(with_one, len(requests))} of requests end with a posted test",
    ]
    counts = Counter(_said(verdict) for verdict in every)
    lines += [f"{_share(n, len(every))} {said}" for said, n in counts.most_common()]
    return lines


def _said(verdict: Verdict) -> str:
    return verdict.reason if verdict.kind == "dropped" else verdict.kind


def _share(part: int, whole: int) -> str:
    return f"{part:4} of {whole:<4} {part / whole if whole else 0:4.0%}"


if __name__ == "__main__":
    main()
