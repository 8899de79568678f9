"""What the event commands share: the event, its world, and who publishes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import action, assembly, events
from bot import policy as policies
from bot.action import Inputs
from bot.cli import policy_file
from bot.draft import Draft, nothing
from bot.errors import UsageError
from bot.events import Event
from bot.ledger import Record
from bot.policy import Policy
from bot.standing import early_end
from bot.world import World

if TYPE_CHECKING:
    from bot.answer import Trial
    from bot.github import Client
    from bot.publish import Published

NO_EVENT = (
    "no event: set GITHUB_EVENT_NAME and GITHUB_EVENT_PATH, or pass --event-name and "
    "--event-path"
)
NO_TOKEN = "no GitHub token: pass github-token, or set GITHUB_TOKEN"


@dataclass(frozen=True, slots=True)
class Door:
    """One event, with what the environment and the options say of it."""

    inputs: Inputs
    event: Event
    policy_path: str = ""
    is_dry: bool = False

    @property
    def reaches_github(self) -> bool:
        """Whether there is a token and a repository to read from."""
        return bool(self.inputs.github_token and self.event.repository)

    def client(self) -> Client:
        """Open GitHub. Raises `UsageError` where there is no token."""
        # Imported here: PyGithub costs half a second, and `explain` needs none of it.
        from bot import github

        if not self.reaches_github or self.event.repository is None:
            raise UsageError(NO_TOKEN)
        return github.connect(
            self.event.repository.full_name,
            token=self.inputs.github_token,
            api_url=self.inputs.api_url,
            graphql_url=self.inputs.graphql_url,
        )

    def policy_of(self, client: Client) -> tuple[Policy, str]:
        """Read the policy that holds, with its blob SHA ("" for a local file)."""
        if self.policy_path and not self.inputs.is_action:
            return self._local_policy(), ""
        path = self.policy_path or self.inputs.policy
        return assembly.policy_at_default_branch(client, path)

    def world(self, client: Client | None, *, assume_keys: bool = False) -> World:
        """Put the world together; without a client from this machine alone."""
        if client is None:
            policy = self._local_policy()
            return assembly.offline(self.inputs, policy, assume_keys=assume_keys)
        policy, sha = self.policy_of(client)
        return assembly.online(
            self.inputs, policy, client=client, sha=sha, assume_keys=assume_keys
        )

    def _local_policy(self) -> Policy:
        named = Path(self.policy_path) if self.policy_path else None
        source, name = policy_file.read(named)
        return policies.load(source, file=name)


def enter(*, event_name: str, event_path: str, policy: str, dry_run: bool) -> Door:
    """Read inputs and event. Raises `UsageError`, `UnreadablePayload`."""
    inputs = action.read_inputs()
    if inputs.is_action:
        for mask in action.masks(inputs):
            click.echo(mask)
    name, path = event_name or inputs.event_name, event_path or inputs.event_path
    if not name or not path:
        raise UsageError(NO_EVENT)
    event = events.read_file(path, name=name)
    is_public = event.repository is not None and not event.repository.is_private
    warning = action.runner_warning(inputs, is_public=is_public)
    if inputs.is_action and warning:
        click.echo(warning)
    return Door(inputs, event, policy, dry_run or inputs.dry_run)


def analyze(door: Door, *, trial: Trial | None = None) -> Draft:
    """Do the first half; an event that needs nothing ends before any request.

    Every run leaves its record here, before anything can go wrong with posting: a run
    without one counts as the most that it can have spent.
    """
    reason = early_end(
        door.event,
        bot_login=door.inputs.bot_login,
        own_workflow=door.inputs.own_workflow,
    )
    if reason:
        keep_record(door, None)
        return nothing(reason)
    # Imported here and in `post`: `explain` neither answers nor publishes.
    from bot import pipeline

    client = door.client() if door.reaches_github else None
    draft = pipeline.analyze(door.event, door.world(client), trial=trial)
    keep_record(door, draft.record)
    return draft


def keep_record(door: Door, record: Record | None) -> None:
    """Leave a record for the workflow to keep; null says that nothing was decided."""
    stored = "null" if record is None else record.model_dump_json(by_alias=True)
    action.write_record(door.inputs.temporary, stored)


def post(door: Door, draft: Draft) -> Published:
    """Do the second half: to the thread, or only shown where nothing may be written."""
    from bot import publish, tracking

    rules = assembly.rules_of(door.inputs)
    if draft.kind == "nothing" or door.is_dry or not door.reaches_github:
        return publish.to_terminal(draft, rules)
    from bot.github.publisher import GitHubPublisher
    from bot.github.target import pin

    client = door.client()
    event = pin(client, door.event)
    if tracking.is_due(draft, event):
        rules = replace(rules, tracking_issue=_tracks(door, client))
    if draft.labels and draft.task == "triage":
        rules = replace(rules, applies_labels=_applies_labels(door, client))
    publisher = GitHubPublisher(client, door.inputs.bot_login)
    return publish.to_thread(draft, event, publisher=publisher, rules=rules)


def _applies_labels(door: Door, client: Client) -> bool:
    """Whether the policy wants labels applied; it is read here for the same reason."""
    policy, _ = door.policy_of(client)
    return policies.task(policy, "triage").labels == "apply"


def _tracks(door: Door, client: Client) -> bool:
    """Whether the policy wants an issue: this half decides by nothing a draft says."""
    policy, _ = door.policy_of(client)
    return policies.task(policy, "triage").tracking_issue
