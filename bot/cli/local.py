"""What the local commands share: a range of commits, answered on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot import assembly, git, local_ledger, local_reader, pipeline, publish
from bot import policy as policies
from bot.action import Inputs
from bot.answer import Trial
from bot.cli import checkout, own_inputs
from bot.cli.records import git_folder
from bot.draft import Draft
from bot.events import Event
from bot.publish import Published
from bot.reader import Reader

STAGED = "--staged"
NOTHING_NEW = (
    "HEAD has no commit that its upstream (else the default branch) has not; for other "
    "commits name a range, such as HEAD~1..HEAD for the last one"
)
OFFLINE = "Offline: what follows was established without a model."

_OF_A_MODEL = ("_api_key", "_base_url")


def answered(event: Event, commits: str, *, offline: bool) -> tuple[Published, Draft]:
    """Answer a local event about a range: `git.resolve`'s words, or "--staged".

    With `offline` no model is asked, whatever keys are set. Raises `GitError`,
    `PolicyError`.
    """
    inputs = own_inputs.read()
    opened = git.open_repository(Path.cwd(), environ=os.environ)
    is_staged = commits == STAGED
    chosen = git.staged_range(opened) if is_staged else git.resolve(opened, commits)
    if not commits and chosen.base == chosen.head:
        click.echo(NOTHING_NEW, err=True)
    reader = local_reader.LocalReader(opened, chosen)
    return about(event, reader, inputs=inputs, offline=offline)


def about(
    event: Event,
    reader: Reader,
    *,
    inputs: Inputs,
    offline: bool,
    trial: Trial | None = None,
) -> tuple[Published, Draft]:
    """Answer a local event from what `reader` reads; writes nothing anywhere.

    With `trial` the reply is run before it counts.
    """
    if offline:
        inputs = without_models(inputs)
    policy = policies.load(_trusted(policies.PATH) or "", file=policies.PATH)
    world = assembly.offline(inputs, policy, reader=reader, trusted_file=_trusted)
    draft = pipeline.analyze(event, world, trial=trial)
    _keep(draft, event)
    if offline and draft.degraded:
        draft = draft.model_copy(update={"degraded": False, "notice": OFFLINE})
    return publish.to_terminal(draft, assembly.rules_of(inputs)), draft


def _keep(draft: Draft, event: Event) -> None:
    """Remember what was paid for, and what a hook told; a full disk stops nothing."""
    is_told = event.name == "git" and draft.speaks
    if draft.record is None or not (draft.record.calls or is_told):
        return
    top = checkout.root()
    folder = git_folder(top) if top is not None else None
    if folder is not None:
        local_ledger.append(folder, draft.record)


def without_models(inputs: Inputs) -> Inputs:
    """The same inputs without any model's key or address."""
    gone = {name: "" for name in Inputs.model_fields if name.endswith(_OF_A_MODEL)}
    return inputs.model_copy(update=gone)


def _trusted(path: str) -> str | None:
    return local_reader.trusted_file(path, root=Path.cwd(), environ=os.environ)
