"""`routebot run`: both halves, in the mode that the Action's input names."""

from __future__ import annotations

import click

from bot.cli import analyze, decide, door, outcome, publish
from bot.cli.door import Door
from bot.cli.options import dry_run_option, event_options, format_option


@click.command()
@event_options
@dry_run_option
@format_option("text", "json")
def run(
    event_name: str, event_path: str, policy: str, dry_run: bool, output_format: str
) -> int:
    """Answer a GitHub event: decide, ask a model, check, post.

    Reads GITHUB_EVENT_NAME and GITHUB_EVENT_PATH, the token from GITHUB_TOKEN and
    model keys from ANTHROPIC_API_KEY, OPENAI_API_KEY, XAI_API_KEY. Without a key the
    findings are posted that need no model; without a token they are only shown.
    """
    entered = door.enter(
        event_name=event_name, event_path=event_path, policy=policy, dry_run=dry_run
    )
    return _IN_MODE[entered.inputs.mode](entered, output_format)


def _run(entered: Door, output_format: str) -> int:
    draft = door.analyze(entered)
    published = door.post(entered, draft)
    return outcome.done(entered.inputs, published, draft, output_format=output_format)


def _analyze(entered: Door, output_format: str) -> int:
    return analyze.analyzed(entered, entered.inputs.draft)


def _verify(entered: Door, output_format: str) -> int:
    # Imported here: it brings GitPython, which starts a git as soon as it is imported.
    from bot.cli import verify

    inputs = entered.inputs
    return verify.verified(inputs, inputs.draft, inputs.verdicts)


def _publish(entered: Door, output_format: str) -> int:
    path = entered.inputs.draft
    return publish.published(entered, path, output_format=output_format)


def _decide(entered: Door, output_format: str) -> int:
    return decide.decide(entered)


_IN_MODE = {
    "run": _run,
    "analyze": _analyze,
    "verify": _verify,
    "publish": _publish,
    "decide": _decide,
}

COMMAND = run
