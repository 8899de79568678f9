"""Options that several commands share, declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def event_options(command: Command) -> Command:
    """Which event: `--event-name`, `--event-path`, `--policy`."""
    for option in (
        click.option(
            "--policy",
            default="",
            metavar="FILE",
            help="A policy instead of the repository's own.",
        ),
        click.option(
            "--event-path",
            default="",
            metavar="FILE",
            help="The event's JSON; default: $GITHUB_EVENT_PATH.",
        ),
        click.option(
            "--event-name",
            default="",
            metavar="NAME",
            help="issues, issue_comment, pull_request, …; default: $GITHUB_EVENT_NAME.",
        ),
    ):
        command = option(command)
    return command


def format_option(*formats: str) -> Callable[[Command], Command]:
    """How to print: `--format`, the first being the default."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print.",
    )


def dry_run_option(command: Command) -> Command:
    """Whether to write: `--dry-run`."""
    return click.option(
        "--dry-run", is_flag=True, help="Show what would be posted; write nothing."
    )(command)


def offline_option(command: Command) -> Command:
    """Whether models may be asked: `--offline`."""
    return click.option(
        "--offline", is_flag=True, help="Ask no model, whatever keys are set."
    )(command)
