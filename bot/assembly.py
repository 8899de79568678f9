"""Putting a world together: the one place where policy, GitHub and models meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from bot import policy as policies
from bot import providers, secrets
from bot.access import Permission, trust_of
from bot.action import Inputs
from bot.errors import Forbidden, PolicyError
from bot.events import Event, actors_to_check
from bot.nothing_reader import NothingReader
from bot.policy import Policy
from bot.reader import Reader
from bot.route import Means
from bot.world import World

if TYPE_CHECKING:
    from bot.answer import Ask
    from bot.ask import Asked
    from bot.budgets import Books
    from bot.catalog import Route
    from bot.github import Client
    from bot.outgoing import Rules
    from bot.providers import Request

DEADLINE_SECONDS = 600.0
LINK_HOSTS = ("github.com",)

UNREADABLE_POLICY = "the policy cannot be read; give the token `contents: read`"
ASSUMED_KEYS = "model keys (none is set here; decided as if all were)"


def offline(
    inputs: Inputs,
    policy: Policy,
    *,
    reader: Reader | None = None,
    trusted_file: Callable[[str], str | None] = lambda path: None,
    assume_keys: bool = False,
) -> World:
    """A world without GitHub: what is not in the event or the checkout is unknown.

    Who asks is taken for a writer, since this is their own machine. `trusted_file`
    reads the checkout's default branch, where there is one.
    """
    means = means_of(inputs, policy, assume_keys=assume_keys)
    known = reader if reader is not None else NothingReader()
    if assume_keys and not inputs.keys:
        known.missing.append(ASSUMED_KEYS)
    return World(
        policy=policy,
        pin=lambda event: event,
        open=lambda event: known,
        permission=lambda login: Permission("write"),
        ask=asker(inputs),
        means=means,
        vault=secrets.vault(inputs.secrets),
        trusted_file=trusted_file,
        now=utc_now,
        bot_login=inputs.bot_login,
        marker_key=inputs.marker_key,
    )


def online(
    inputs: Inputs,
    policy: Policy,
    *,
    client: Client,
    sha: str = "",
    assume_keys: bool = False,
) -> World:
    """A world with GitHub in it; nothing is read before the pipeline asks."""
    from bot.github import people
    from bot.github.target import pin

    @lru_cache(maxsize=64)
    def permission(login: str) -> Permission | None:
        return people.permission(client, login)

    def trusted_file(path: str) -> str | None:
        found = client.file(path, "")
        return found[0] if found is not None else None

    return World(
        policy=policy,
        pin=lambda event: pin(client, event),
        open=_reading(inputs, policy, client=client, permission=permission),
        permission=permission,
        ask=asker(inputs),
        means=means_of(inputs, policy, assume_keys=assume_keys),
        vault=secrets.vault(inputs.secrets),
        trusted_file=trusted_file,
        now=utc_now,
        policy_sha=sha,
        bot_login=inputs.bot_login,
        own_workflow=inputs.own_workflow,
        marker_key=inputs.marker_key,
        server_url=inputs.server_url,
        run=inputs.run,
        books=_bookkeeping(inputs, policy, client=client),
    )


def _bookkeeping(
    inputs: Inputs, policy: Policy, *, client: Client
) -> Callable[[Event, Reader], Books]:
    """Open the books of a repository; nothing is read before a budget asks."""
    most = means_of(inputs, policy).usd

    def books(event: Event, reader: Reader) -> Books:
        from bot.github.books import GitHubBooks

        return GitHubBooks(
            client,
            event,
            now=utc_now,
            thread_of=reader.comments,
            bot_login=inputs.bot_login,
            workflow=inputs.own_workflow,
            run=inputs.run,
            marker_key=inputs.marker_key,
            ceiling=most or 0.0,
        )

    return books


def _reading(
    inputs: Inputs,
    policy: Policy,
    *,
    client: Client,
    permission: Callable[[str], Permission | None],
) -> Callable[[Event], Reader]:
    from bot.github.reader import GitHubReader

    def is_trusted(event: Event) -> bool:
        terms = {"roles": policy.roles, "bots": policy.bots}
        return trust_of(actors_to_check(event), permission, **terms) == "writer"

    def reader(event: Event) -> Reader:
        return GitHubReader(
            client,
            event,
            inputs.bot_login,
            allow_private=inputs.allow_private,
            is_trusted=is_trusted,
            follows=policies.task(policy, "triage").tracking_issue,
            marker_key=inputs.marker_key,
        )

    return reader


def rules_of(inputs: Inputs) -> Rules:
    """What the publishing half holds itself."""
    # Here and in `asker`: a decision alone neither asks nor publishes.
    from bot.outgoing import Rules

    host = inputs.server_url.partition("://")[2].partition("/")[0]
    return Rules(
        vault=secrets.vault(inputs.secrets),
        hosts=frozenset((*LINK_HOSTS, host)) - {""},
        marker_key=inputs.marker_key,
        link=inputs.run_url,
        now=utc_now(),
    )


def policy_at_default_branch(client: Client, path: str) -> tuple[Policy, str]:
    """Read the policy at the default branch's head, with its blob SHA.

    No file means the default policy. Raises `PolicyError`, `HostError`.
    """
    # As bytes: a policy that is not UTF-8 is an error and not an absent one.
    try:
        found = client.blob(path or policies.PATH, "")
    except Forbidden as exc:
        raise Forbidden(UNREADABLE_POLICY, status=exc.status) from exc
    if found is None:
        if path:
            raise PolicyError(f"{path}: no such file on the default branch")
        return policies.default(), ""
    content, sha = found
    return policies.load(content, file=path or policies.PATH), sha


def means_of(inputs: Inputs, policy: Policy, *, assume_keys: bool = False) -> Means:
    """Say which providers cannot be asked and why, and what may be spent.

    `assume_keys` decides as if every key were set, for those who only want to know.
    """
    reasons = {
        name: _not_allowed(name, inputs, policy)
        or ("" if assume_keys else _not_set_up(name, inputs))
        for name in providers.names()
    }
    limits = [policy.max_usd_per_event]
    limits += [inputs.max_usd] if inputs.max_usd is not None else []
    barred = {name: reason for name, reason in reasons.items() if reason}
    return Means(barred, min(limits))


def asker(inputs: Inputs) -> Ask:
    """Bind keys, addresses and one deadline for the whole run to `bot.ask.ask`."""
    deadline = time.monotonic() + DEADLINE_SECONDS

    def ask(
        routes: Sequence[Route],
        request: Request,
        *,
        before_call: Callable[[Route], None],
    ) -> Asked:
        from bot import ask as asking

        access = asking.Access(inputs.keys, inputs.base_urls, inputs.allow_private)
        return asking.ask(
            routes, request, access=access, deadline=deadline, before_call=before_call
        )

    return ask


def utc_now() -> str:
    """The time as records carry it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _not_allowed(name: str, inputs: Inputs, policy: Policy) -> str:
    if inputs.providers and name not in inputs.providers:
        return "not in the input allowed-providers"
    if name not in policy.allowed_providers:
        return "not in the policy's allowed_providers"
    return ""


def _not_set_up(name: str, inputs: Inputs) -> str:
    provider = providers.load(name)
    if provider.needs_key and name not in inputs.keys:
        return f"no key, set {provider.key_variable}"
    if not provider.base_url and name not in inputs.base_urls:
        return f"no address, set ROUTEBOT_{name.upper()}_BASE_URL"
    return ""
