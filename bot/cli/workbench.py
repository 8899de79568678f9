"""What tests are tried on: a copy of a tree of git's in the best sandbox there is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.context import diff, untested
from bot.context.kinds import kind_of
from bot.git import Checkout, Range
from bot.local_reader import LocalReader
from bot.verify import assertions, sandbox, scratch, test_code, tools
from bot.verify.ground import Ground
from bot.verify.sandbox import Limits
from bot.verify.test_code import Known
from bot.verify.test_run import TREE, Bench
from bot.verify.trial import Trial

# Characters of the tests that are there, which say what new ones may use.
MAX_TEST_TEXT = 2_000_000
MAX_TESTS_READ = 200
Say = Callable[[str], object]

timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0.5, 600),
    default=Limits().seconds,
    show_default=True,
    help="Seconds one test run may take.",
)


def unsaid(line: str) -> None:
    """Say nothing: names of tests are a stranger's."""


def say_aside(line: str) -> None:
    """Say it beside the answer, on standard error."""
    click.echo(f"routebot: {line}", err=True)


@contextmanager
def benches(
    opened: Checkout, tree: str, *, seconds: float, say: Say
) -> Iterator[Callable[[], Bench]]:
    """Have a folder for a bench, which is made when it is first asked for."""
    with TemporaryDirectory(prefix="routebot-", ignore_cleanup_errors=True) as folder:

        def open_bench() -> Bench:
            top = Path(folder).resolve()
            return bench(opened, tree, top, seconds=seconds, say=say)

        yield open_bench


@contextmanager
def trial(
    opened: Checkout, chosen: Range, *, seconds: float, say: Say = unsaid
) -> Iterator[Trial]:
    """Open a trial of tests for a range; its copy is made when the first has come."""
    reader = LocalReader(opened, chosen)
    with benches(opened, chosen.head, seconds=seconds, say=say) as open_bench:
        change = diff.read(reader.diff())
        changes = untested.of_diff(change.files, read=reader.file)
        ground = Ground(changes, reader.file, reader.trusted_file, known(reader))
        yield Trial(open_bench, ground, clean=str, say=say)


def bench(
    opened: Checkout, tree: str, folder: Path, *, seconds: float, say: Say = unsaid
) -> Bench:
    """Copy a tree of git's below `folder` and put the best sandbox around it."""
    copy = folder / TREE
    copy.mkdir()
    for note in scratch.write(opened.ask, tree, copy):
        say(note)
    found = tools.find(opened.root, os.environ)
    if found.node is not None:
        tools.link_packages(found.node, copy)
    environ = tools.environment(found, folder, os.environ)
    kept = [opened.root, *(Path(p) for p in (os.environ.get("VIRTUAL_ENV"),) if p)]
    # It may be a link, as in a second work tree.
    kept += [found.node.resolve()] if found.node is not None else []
    home = os.environ.get("HOME")
    box = sandbox.best(folder, kept=kept, home=Path(home) if home else None)
    return Bench(box, found, environ, Limits(seconds=seconds))


def known(reader: LocalReader) -> Known:
    """Collect what the repository's tests import and say, for what new ones may."""
    paths = reader.tree()
    tests = [path for path in paths if kind_of(path) == "test"][:MAX_TESTS_READ]
    texts = reader.texts(tests)
    python = [text for path, text in texts.items() if path.endswith(".py")]
    modules = {name for text in python for name in test_code.modules_of(text)}
    for path in paths:
        if path.endswith(".py"):
            modules.update(path.removesuffix(".py").split("/")[:3])
    asserting = {name for text in python for name in assertions.asserting_in(text)}
    said = "\n".join(texts.values())[:MAX_TEST_TEXT]
    return Known(frozenset(modules), said, frozenset(asserting))
