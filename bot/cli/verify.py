"""`routebot verify`: the tests of a draft are run where no key and no token is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from bot import action, generated, git, verdicts
from bot import draft as drafts
from bot.action import Inputs
from bot.cli import publish, workbench
from bot.context import Material
from bot.draft import Candidates, Draft
from bot.errors import GitError, UsageError
from bot.generated import SuggestedTest
from bot.git import Checkout, Range
from bot.tasks.test import TestReply
from bot.verdicts import Verdict, Verdicts
from bot.verify.sandbox import HOLDS, Limits
from bot.verify.trial import Trial

NO_TESTS = "the draft holds no test to run"
NOT_OURS = (
    "tests of strangers run only on runners that are thrown away, as GitHub's are"
)
NOT_SHUT = (
    "this machine gives no user namespaces, so nothing was run; on Ubuntu: "
    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
)
NO_COMMIT = "the commits of the change are not in this repository, so nothing was run"
DONE = "{kept} of {all} tests hold, {bugs} may have found a bug"
SECONDS = Limits().seconds
# All tests together; a job that is killed hands nothing on.
MOST_SECONDS = 600.0


@click.command()
@click.argument("draft", metavar="DRAFT")
@click.option(
    "--out",
    default="verdicts.json",
    metavar="FILE",
    show_default=True,
    help="Where the verdicts go.",
)
@workbench.timeout_option
def verify(draft: str, out: str, timeout: float) -> int:
    """Run the tests of DRAFT in a sandbox, and write which of them hold.

    Runs in a checkout that has the change's commits. Asks no model and no GitHub, and
    runs nothing where the sandbox cannot shut off network and files. `routebot publish`
    then takes tests out of the draft; it adds and alters none.
    """
    return verified(action.read_inputs(), draft, out, seconds=timeout)


def verified(inputs: Inputs, path: str, out: str, *, seconds: float = SECONDS) -> int:
    """Write the verdicts on a draft to `out`; returns the exit status.

    Raises `UsageError` where a model's key is in reach (contract T26).
    """
    publish.refuse_keys(inputs)
    draft = drafts.read_file(path)
    if draft.tests is None or not draft.tests.tests:
        return _said(inputs, NO_TESTS)
    if inputs.is_action and inputs.runner_environment != "github-hosted":
        return _said(inputs, NOT_OURS, "warning")
    opened = git.open_repository(Path.cwd(), environ=os.environ)
    try:
        chosen = _range(opened, draft, draft.tests)
    except GitError:
        return _said(inputs, NO_COMMIT, "warning")
    with workbench.trial(opened, chosen, seconds=seconds) as trial:
        try:
            if trial.bench.sandbox.kind == "limits":
                return _said(inputs, NOT_SHUT, "warning")
        except (GitError, OSError) as exc:
            raise UsageError(f"the change cannot be copied: {exc}") from exc
        said = _verdicts(trial, draft.tests)
    verdicts.write_file(said, out)
    ends = [each.end for each in said.tests]
    many = {"kept": ends.count("kept"), "bugs": ends.count("bug"), "all": len(ends)}
    return _said(inputs, DONE.format(**many))


def _range(opened: Checkout, draft: Draft, tests: Candidates) -> Range:
    if not draft.sha:
        raise GitError(NO_COMMIT)
    base = f"refs/remotes/origin/{tests.base}" if tests.base else "HEAD"
    return git.resolve(opened, f"{base}...{draft.sha}")


def _verdicts(trial: Trial, candidates: Candidates) -> Verdicts:
    until = time.monotonic() + MOST_SECONDS
    said: list[Verdict] = []
    for test in (each.test for each in candidates.tests):
        if time.monotonic() < until:
            trial.check(TestReply(tests=[test], wanted=[]), Material())
            said += _of(trial, test)
    return Verdicts(how=HOLDS[trial.bench.sandbox.kind], tests=tuple(said))


def _of(trial: Trial, test: SuggestedTest) -> list[Verdict]:
    """What the trial said of this very test, not of another one of its name."""
    name, key = f"{test.path}::{test.name}", generated.key(test)
    kept, bug = trial.kept.get(name), trial.bugs.get(name)
    if kept is not None and kept.test == test:
        return [Verdict(key=key, end="kept", reason=kept.evidence)]
    if bug is not None and bug.test == test:
        return [Verdict(key=key, end="bug", reason=bug.said[:1_000], detail=bug.detail)]
    if trial.not_run.get(name) == test:
        return [Verdict(key=key, end="not run")]
    dropped, verdict = trial.pending.get(name, (None, None))
    if verdict is None or dropped != test:
        return []
    return [Verdict(key=key, end="dropped", reason=verdict.reason[:1_000])]


def _said(inputs: Inputs, text: str, level: str = "notice") -> int:
    click.echo(action.notice(text, level) if inputs.is_action else f"routebot: {text}")
    return 0


COMMAND = verify
