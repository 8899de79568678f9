"""What a run of tests needs and says: the bench it runs on, outcomes, one runner."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot import untrusted_files
from bot.verify.sandbox import Limits, Ran, Sandbox
from bot.verify.tools import Tools

Status = Literal["passed", "failed", "error", "skipped"]
TREE = "tree"
OWN = ".routebot"
MAX_SAID = 4_000
MAX_RESULT = 16 * 1024 * 1024  # bytes of what a runner reports
TIMED_OUT = "did not end within {seconds:g} s and was killed"
BOMB = "started more processes than the {most} it may"
NO_RESULT = "the runner said nothing of it"
TAMPERED = "the run put something else in the place of what was tried"
NOT_TEXT = "its text holds half a character"
# What reading a result raises that a hostile test wrote, or did not.
UNREADABLE: tuple[type[Exception], ...] = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError),
    *(OverflowError, RecursionError),
)


class Tampered(OSError):
    """The copy cannot be put back as it was: a run changed its folders."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test; `said` is its error in one line, `text` with its trace.

    `path` and `line` are where it was raised, "" and 0 where that is not known.
    """

    status: Status
    said: str = ""
    text: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One run: outcomes by the runner's own names, lines that ran by path.

    `fault` says why there is no outcome where there is none.
    """

    tests: Mapping[str, Outcome] = field(default_factory=dict)
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    fault: str = ""

    def of(self, name: str) -> Outcome:
        """The outcome of a test (`f` or `Class.f`), the worst of its parameters."""
        found = [each for key, each in self.tests.items() if is_named(key, name)]
        worst: tuple[Status, ...] = ("error", "failed", "skipped", "passed")
        found.sort(key=lambda each: worst.index(each.status))
        return found[0] if found else Outcome("error", self.fault or NO_RESULT)


@dataclass(frozen=True, slots=True)
class Bench:
    """A scratch copy of the repository with the sandbox around it."""

    sandbox: Sandbox
    tools: Tools
    environ: Mapping[str, str]
    limits: Limits

    @property
    def tree(self) -> Path:
        """The copy."""
        return self.sandbox.scratch / TREE

    @property
    def own(self) -> Path:
        """What is ours beside it."""
        return self.sandbox.scratch / OWN

    def run(self, command: Sequence[str]) -> Ran:
        """Run a command in the copy."""
        return self.sandbox.run(
            command, self.environ, limits=self.limits, cwd=self.tree
        )

    def renew(self) -> None:
        """Have `own` empty, whatever the last run made of it. Raises OSError."""
        untrusted_files.renew(self.own, top=self.sandbox.scratch)

    def result(self, name: str) -> bytes:
        """Read what a run left in `own`. Raises OSError for what is no file there."""
        if self.own.is_symlink():
            raise OSError(errno.ELOOP, untrusted_files.ELSEWHERE.format(path=name))
        return untrusted_files.read(self.own / name, most=MAX_RESULT)

    def fault(self, ran: Ran) -> str:
        """Say why a command did not end by itself, "" where it did."""
        if ran.end == "time":
            return TIMED_OUT.format(seconds=self.limits.seconds)
        if ran.end == "processes":
            return BOMB.format(most=self.limits.processes)
        return ran.output[-MAX_SAID:] if ran.end == "missing" else ""


@dataclass(frozen=True, slots=True)
class Runner:
    """One test runner: the files it takes and how it runs tests of one.

    `run(bench, path, names, watched)` runs the named tests (none: all of the file), in
    that order, and says which lines of the `watched` files ran.
    """

    name: str
    suffixes: tuple[str, ...]
    is_there: Callable[[Bench], bool]
    run: Callable[[Bench, str, Sequence[str], Sequence[str]], Report]


def is_named(key: str, name: str) -> bool:
    """Whether a runner's own name for a test means `f` or `Class.f`."""
    plain = key.partition("[")[0].replace("::", ".")
    return key == name or f".{plain}".endswith(f".{name}")


@contextmanager
def written(bench: Bench, texts: Mapping[str, str]) -> Iterator[None]:
    """Have other texts in the copy for a while, and every byte as it was at the end.

    Raises OSError before anything is written where a link leads out of the copy, and
    Tampered where a run left no way back.
    """
    top = bench.tree
    try:
        after = {
            p: text.encode("utf-8", "surrogateescape") for p, text in texts.items()
        }
    except UnicodeEncodeError as exc:
        raise OSError(errno.EILSEQ, NOT_TEXT) from exc
    before = {path: untrusted_files.held(top / path, top=top) for path in after}
    try:
        for path, data in after.items():
            untrusted_files.put(top / path, data, top=top)
        yield
    finally:
        _put_back(top, before)


def _put_back(top: Path, before: Mapping[str, bytes | Path | None]) -> None:
    lost: list[OSError] = []
    for path, content in before.items():
        try:
            untrusted_files.put(top / path, content, top=top)
        except OSError as exc:
            lost.append(exc)
    if lost:
        raise Tampered(lost[0].errno, TAMPERED) from lost[0]
