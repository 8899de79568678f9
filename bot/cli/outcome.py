"""How a run ends: what is printed, which outputs are set, which exit status."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

import click

from bot import action
from bot.action import Inputs
from bot.catalog import Route
from bot.draft import Draft
from bot.errors import (
    BotError,
    GitError,
    PolicyError,
    SecretInOutput,
    UsageError,
)
from bot.events import UnreadablePayload
from bot.ledger import Record
from bot.publish import Published
from bot.text import markdown

# In a terminal a person waits and wants to know; in CI nothing of ours turns red.
FAULT_IN_TERMINAL = 1
USAGE = 2
NOTHING_SPENT = "0.000000"
BUG = 3
ENDED = "### routebot: {status}\n\nNothing was posted:"


def done(
    inputs: Inputs, published: Published, draft: Draft, *, output_format: str = "text"
) -> int:
    """Report a finished run; returns the exit status.

    In Actions the answer goes to the job summary and never to the log, which treats
    lines as commands (contract T09).
    """
    record = draft.record
    values = outputs(published.status, record, url=published.url)
    if inputs.is_action:
        action.write_summary(inputs.summary_path, published.text)
        action.write_outputs(inputs.output_path, values)
        click.echo(action.notice(line(published)))
    elif output_format == "json":
        click.echo(json.dumps(_as_json(published, draft), indent=2))
    else:
        if published.text:
            click.echo(published.text)
        click.echo(f"routebot: {line(published)}", err=True)
    is_fault = published.status in ("degraded", "failed")
    return FAULT_IN_TERMINAL if is_fault and not inputs.is_action else 0


def shown(published: Published, draft: Draft, *, output_format: str = "text") -> int:
    """Print the answer to a local command; returns the exit status.

    As text it is rendered on a terminal; elsewhere, and as `markdown`, it is printed as
    it is.
    """
    if output_format == "json":
        click.echo(json.dumps(_as_json(published, draft), indent=2))
    elif output_format == "text" and published.text and sys.stdout.isatty():
        # Imported here: only people need it.
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(published.text))
    else:
        click.echo(published.text or published.reason)
    return FAULT_IN_TERMINAL if published.status == "degraded" else 0


def analyzed(inputs: Inputs, draft: Draft) -> int:
    """Report a written draft; returns the exit status."""
    status = "degraded" if draft.degraded else "printed"
    status = "skipped" if draft.kind == "nothing" else status
    said = " · ".join(p for p in ("draft written", draft.reason, draft.notice) if p)
    if inputs.is_action:
        if status == "skipped":
            action.write_summary(inputs.summary_path, draft.body)
        action.write_outputs(inputs.output_path, outputs(status, draft.record))
        click.echo(action.notice(said))
        return 0
    click.echo(f"routebot: {said}", err=True)
    return FAULT_IN_TERMINAL if draft.degraded else 0


def failed(error: BotError) -> int:
    """Report an error that ended the run; returns the exit status."""
    status, in_action, in_terminal = _severity(error)
    # Read again, since the error may have come before any input could be read.
    is_action = os.environ.get("GITHUB_ACTIONS") == "true"
    problems = error.problems if isinstance(error, PolicyError) else (str(error),)
    if is_action:
        listed = "\n".join(f"- {markdown.plain(each)}" for each in problems)
        ended = f"{ENDED.format(status=status)}\n\n{listed}"
        action.write_summary(os.environ.get("GITHUB_STEP_SUMMARY", ""), ended)
        action.write_outputs(os.environ.get("GITHUB_OUTPUT", ""), {"status": status})
        level = "error" if in_action else "notice"
        click.echo(action.notice(str(error), level))
        return in_action
    for problem in problems:
        click.echo(f"routebot: {problem}", err=True)
    return in_terminal


def bug() -> int:
    """Report a bug of ours; its traceback is already on stderr."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        action.write_outputs(os.environ.get("GITHUB_OUTPUT", ""), {"status": "failed"})
    return BUG


def outputs(status: str, record: Record | None, *, url: str = "") -> Mapping[str, str]:
    """The Action's outputs of a run."""
    if record is None:
        return {"status": status, "comment-url": url, "cost-usd": NOTHING_SPENT}
    return {
        "task": record.task,
        "class": record.model_class,
        **route_outputs(Route.parse(record.route) if record.route else None),
        "stakes": record.stakes,
        "confidence": f"{record.confidence:.4f}",
        "cause": record.cause,
        "status": status,
        "comment-url": url,
        "cost-usd": "" if record.usd is None else f"{record.usd:.6f}",
    }


def route_outputs(route: Route | None) -> Mapping[str, str]:
    """The outputs that name a model, empty where there is none."""
    return {
        "provider": route.provider if route else "",
        "model": route.model if route else "",
        "effort": route.effort if route else "",
    }


def line(published: Published) -> str:
    """One line on how it ended."""
    parts = [published.status, published.reason, published.url]
    return " · ".join(part for part in parts if part)


def _severity(error: BotError) -> tuple[str, int, int]:
    """The status, and the exit status in Actions and in a terminal."""
    if isinstance(error, UnreadablePayload):
        return "skipped", 0, 0
    if isinstance(error, PolicyError | UsageError):
        return "failed", USAGE, USAGE
    if isinstance(error, GitError):
        return "degraded", 0, USAGE
    if isinstance(error, SecretInOutput):
        return "failed", 1, 1
    return "degraded", 0, FAULT_IN_TERMINAL


def _as_json(published: Published, draft: Draft) -> dict[str, object]:
    record = draft.record
    stored = record.model_dump(mode="json", by_alias=True) if record else None
    return {
        "schema": 1,
        "status": published.status,
        "reason": published.reason,
        "url": published.url,
        "text": published.text,
        "comments": [each.model_dump(mode="json") for each in draft.inline],
        "record": stored,
    }
