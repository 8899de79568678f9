"""`routebot suggest-patch`: a patch for an issue in a file, and tests run on it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from bot import events, git, secrets
from bot.cli import issue_file, local, outcome, own_inputs, workbench
from bot.cli.options import format_option, offline_option
from bot.errors import UsageError
from bot.local_reader import LocalReader
from bot.verify.patch_trial import PatchTrial

NO_PATCH = "nothing was written: there is no patch that held"
WRITTEN = "wrote {path}; take it over with: git apply {path}"


@click.command("suggest-patch")
@click.argument("issue", metavar="FILE")
@click.option("--out", default="", metavar="PATCH", help="Write the patch to a file.")
@workbench.timeout_option
@offline_option
@format_option("text", "json")
def suggest_patch(
    issue: str, out: str, timeout: float, offline: bool, output_format: str
) -> int:
    """Write a patch for the issue in FILE (title on the first line, then its text).

    Where a model key is set, a model writes it, for the files of HEAD. The tests that
    belong to what it changes are run in a sandbox, on a copy, before and after it; a
    patch that breaks one is sent back with the failure and never shown. The work tree
    stays as it is.
    """
    asked = issue_file.read(issue)
    event = events.from_command_line("suggest-patch", [])
    event = replace(event, title=asked.title, body=asked.body)
    inputs = own_inputs.read()
    opened = git.open_repository(Path.cwd(), environ=os.environ)
    head = git.resolve(opened, "HEAD..HEAD")
    reader = LocalReader(opened, head)
    vault = secrets.vault(inputs.secrets)
    say = workbench.say_aside
    with workbench.benches(opened, head.head, seconds=timeout, say=say) as open_bench:
        trial = PatchTrial(
            open_bench, reader, lambda text: secrets.redact(text, vault).text, say
        )
        published, draft = local.about(
            event, reader, inputs=inputs, offline=offline, trial=trial
        )
    status = outcome.shown(published, draft, output_format=output_format)
    if out:
        say(_kept(trial.patch, out))
    return status


def _kept(patch: str, out: str) -> str:
    if not patch:
        return NO_PATCH
    try:
        Path(out).write_text(patch, encoding="utf-8", newline="")
    except OSError as exc:
        said = f"cannot write {out} ({exc.strerror}); name another file"
        raise UsageError(said) from exc
    return WRITTEN.format(path=out)


COMMAND = suggest_patch
