"""`routebot suggest-tests`: tests for what is staged, or for a range of commits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot import events, git, secrets
from bot.cli import local, outcome, own_inputs
from bot.cli.options import format_option, offline_option
from bot.context import diff, untested
from bot.context.kinds import kind_of
from bot.git import Checkout, LocalReader, Range
from bot.verify import sandbox, scratch, test_code, tools, written
from bot.verify.examine import Ground
from bot.verify.sandbox import Limits
from bot.verify.test_code import Known
from bot.verify.test_run import TREE, Bench
from bot.verify.trial import Trial

NOTHING_WRITTEN = "nothing was written: no test was suggested that held"
# Characters of the tests that are there, which say what new ones may use.
MAX_TEST_TEXT = 2_000_000
MAX_TESTS_READ = 200
SECONDS = Limits().seconds


@click.command("suggest-tests")
@click.argument("commits", default="", metavar="[RANGE]")
@click.option("--write", is_flag=True, help="Write what held into the work tree.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.5, 600),
    default=SECONDS,
    show_default=True,
    help="Seconds one test run may take.",
)
@offline_option
@format_option("text", "json")
def suggest_tests(
    commits: str, write: bool, timeout: float, offline: bool, output_format: str
) -> int:
    """List what RANGE (default: what is staged) leaves untested, and suggest tests.

    Where a model key is set, a model writes the tests. Each is run in a sandbox, on a
    copy of what is staged or of RANGE's end, and shown only if it passes three times
    and proves something about the change. Nothing is ever committed or staged.
    """
    event = events.from_command_line("suggest-tests", [commits] if commits else [])
    inputs = own_inputs.read()
    opened = git.open_repository(Path.cwd(), environ=os.environ)
    chosen = git.resolve(opened, commits) if commits else git.staged_range(opened)
    reader = LocalReader(opened, chosen)
    vault = secrets.vault(inputs.secrets)
    with _trial(opened, chosen, reader, seconds=timeout) as trial:
        trial.clean = lambda text: secrets.redact(text, vault).text
        published, draft = local.about(
            event, reader, inputs=inputs, offline=offline, trial=trial
        )
    status = outcome.shown(published, draft, output_format=output_format)
    if write:
        for line in _written(opened, trial):
            click.echo(f"routebot: {line}", err=True)
    return status


@contextmanager
def _trial(
    opened: Checkout, chosen: Range, reader: LocalReader, *, seconds: float
) -> Iterator[Trial]:
    with TemporaryDirectory(prefix="routebot-", ignore_cleanup_errors=True) as folder:

        def open_bench() -> Bench:
            return bench(opened, chosen.head, Path(folder).resolve(), seconds=seconds)

        change = diff.read(reader.diff())
        changes = untested.of_diff(change.files, read=reader.file)
        ground = Ground(changes, reader.file, reader.trusted_file, known(reader))
        yield Trial(open_bench, ground, clean=str, say=_say)


def bench(opened: Checkout, tree: str, folder: Path, *, seconds: float) -> Bench:
    """Copy a tree of git's below `folder` and put the best sandbox around it."""
    copy = folder / TREE
    copy.mkdir()
    for note in scratch.write(opened.ask, tree, copy):
        _say(note)
    found = tools.find(opened.root, os.environ)
    if found.node is not None:
        (copy / "node_modules").symlink_to(found.node)
    environ = tools.environment(found, folder, os.environ)
    kept = [opened.root, *(Path(p) for p in (os.environ.get("VIRTUAL_ENV"),) if p)]
    home = os.environ.get("HOME")
    box = sandbox.best(folder, kept=kept, home=Path(home) if home else None)
    return Bench(box, found, environ, Limits(seconds=seconds))


def known(reader: LocalReader) -> Known:
    """Collect what the repository's tests import and say, for what new ones may."""
    paths = reader.tree()
    tests = [path for path in paths if kind_of(path) == "test"][:MAX_TESTS_READ]
    texts = reader.texts(tests)
    python = (text for path, text in texts.items() if path.endswith(".py"))
    modules = {name for text in python for name in test_code.modules_of(text)}
    for path in paths:
        if path.endswith(".py"):
            modules.update(path.removesuffix(".py").split("/")[:3])
    return Known(frozenset(modules), "\n".join(texts.values())[:MAX_TEST_TEXT])


def _written(opened: Checkout, trial: Trial) -> tuple[str, ...]:
    tests = [each.test for each in trial.kept.values()]
    if not tests:
        return (NOTHING_WRITTEN,)
    index = LocalReader(opened, git.staged_range(opened))
    return written.write(
        opened.root, tests, indexed=index.file, package=trial.ground.package
    )


def _say(line: str) -> None:
    click.echo(f"routebot: {line}", err=True)


COMMAND = suggest_tests
