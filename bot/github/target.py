"""Which item and which commit an event is about: derived from the event alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.errors import HostError
from bot.events import Actor, Event, PullHead
from bot.github import Client


def pin(client: Client, event: Event) -> Event:
    """Fill in the item and the head SHA that the payload does not carry.

    A `workflow_run` names no pull request that can be trusted, so it is looked up by
    owner and branch and kept only where head SHA and repository id agree (contract
    T14). A number of None afterwards means that there is no item to write to.
    Raises `HostError`.
    """
    if event.run is not None:
        return _of_run(client, event)
    if event.name == "workflow_dispatch":
        return _of_dispatch(client, event)
    if event.is_pull_request and event.head is None and event.number is not None:
        pull = client.get(f"{client.path}/pulls/{event.number}")
        return _with_push_time(client, _with_pull(event, pull))
    return event


def _of_run(client: Client, event: Event) -> Event:
    run = event.run
    assert run is not None
    if not run.head.owner or not run.head.ref:
        return event
    pulls = client.pages(
        f"{client.path}/pulls", head=f"{run.head.owner}:{run.head.ref}", state="open"
    )
    same = [pull for pull in pulls if _head_of(pull) == (run.head.sha, _id(run.head))]
    if len(same) != 1:
        return event
    pinned = _with_pull(event, same[0])
    return replace(pinned, title=_text(same[0], "title"), body=_text(same[0], "body"))


def _of_dispatch(client: Client, event: Event) -> Event:
    if event.number is None:
        return event
    issue = _found(client, f"issues/{event.number}")
    filled = replace(
        event,
        title=_text(issue, "title"),
        body=_text(issue, "body"),
        author=_actor(issue.get("user")),
        url=_text(issue, "html_url"),
        labels=_labels(issue),
        is_pull_request="pull_request" in issue,
        is_open=issue.get("state") == "open",
        is_locked=bool(issue.get("locked")),
    )
    if not filled.is_pull_request:
        return filled
    return _with_pull(filled, client.get(f"{client.path}/pulls/{event.number}"))


def _with_push_time(client: Client, event: Event) -> Event:
    """Where a fork does not say when it was pushed to, ask when its head was made."""
    head = event.head
    if head is None or head.pushed_at or not event.is_fork:
        return event
    try:
        commit = client.get(f"{client.path}/commits/{head.sha}").get("commit") or {}
    except HostError:
        return event
    made = _text(commit.get("committer") or {}, "date")
    return replace(event, head=replace(head, pushed_at=made))


def _found(client: Client, what: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = client.get(f"{client.path}/{what}")
    except HostError as exc:
        if exc.status not in (404, 410):
            raise
        number = what.rpartition("/")[2]
        raise HostError(f"there is no #{number} here", status=exc.status) from exc
    return found


def _with_pull(event: Event, pull: dict[str, Any]) -> Event:
    head = pull.get("head") or {}
    repository = head.get("repo") or {}
    return replace(
        event,
        number=pull.get("number"),
        author=_actor(pull.get("user")) or event.author,
        url=_text(pull, "html_url"),
        is_pull_request=True,
        is_open=pull.get("state") == "open",
        is_locked=bool(pull.get("locked")),
        is_draft=bool(pull.get("draft")),
        labels=_labels(pull),
        base_ref=_text(pull.get("base") or {}, "ref"),
        head=PullHead(
            sha=_text(head, "sha"),
            ref=_text(head, "ref"),
            repository_id=int(repository.get("id") or 0),
            owner=_text(head.get("user") or {}, "login"),
            pushed_at=_text(repository, "pushed_at"),
        ),
    )


def _head_of(pull: dict[str, Any]) -> tuple[str, int]:
    head = pull.get("head") or {}
    repository = head.get("repo") or {}
    return _text(head, "sha"), int(repository.get("id") or 0)


def _id(head: PullHead) -> int:
    # -1 equals nothing GitHub sends: a run without a head repository has no pull.
    return head.repository_id or -1


def _actor(user: dict[str, Any] | None) -> Actor | None:
    if not user or not user.get("login"):
        return None
    return Actor(user["login"], int(user.get("id") or 0), user.get("type") or "User")


def _labels(item: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_text(label, "name") for label in item.get("labels") or ())


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""
