"""The payloads under tests/payloads, and which of them routebot acts on."""

from __future__ import annotations

import json
from pathlib import Path

from bot import events
from bot.events import Event

PAYLOADS = Path(__file__).parent / "payloads"
FILES = sorted(PAYLOADS.glob("*.json"))

# What routebot acts on.
ACTED_ON = {
    "issues.opened",
    "issues.opened.null_body_and_user",
    "issues.opened.design",
    "issues.labeled",
    "issues.reopened",
    "issue_comment.created",
    "issue_comment.created.on_pull_request",
    "issue_comment.created.by_stranger",
    "pull_request.opened",
    "pull_request.opened.fork",
    "pull_request.opened.by_bot",
    "pull_request.synchronize",
    "pull_request.synchronize.deleted_fork",
    "pull_request.reopened",
    "pull_request.ready_for_review",
    "pull_request_review_comment.created",
    "pull_request_review_comment.created.fork",
    "workflow_run.completed",
    "workflow_run.completed.fork",
    "workflow_run.completed.deleted_fork",
    "workflow_run.completed.startup_failure",
    "workflow_dispatch",
    "workflow_dispatch.no_inputs",
}


def payload(stem: str) -> dict[str, object]:
    content = json.loads((PAYLOADS / f"{stem}.json").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def event(stem: str) -> Event:
    return events.read_file(PAYLOADS / f"{stem}.json", name=stem.partition(".")[0])


def with_field(stem: str, path: str, value: object) -> dict[str, object]:
    content = payload(stem)
    *parents, last = path.split(".")
    target = content
    for key in parents:
        inner = target[key]
        assert isinstance(inner, dict)
        target = inner
    target[last] = value
    return content
