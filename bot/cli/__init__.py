"""The door of the terminal: one group, its commands imported only when used."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module

import click

from bot import __version__

# Name → module and the line that help shows; adding a command is one entry and one
# file with a `COMMAND`. The line stands here so that `--help` imports nothing.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("bot.cli.run", "Answer a GitHub event: decide, ask, check, post."),
    "analyze": (
        "bot.cli.analyze",
        "The first half of run: write a draft, post nothing.",
    ),
    "verify": ("bot.cli.verify", "Run a draft's tests in a sandbox, keyless."),
    "publish": ("bot.cli.publish", "The second half of run: post a draft."),
    "explain": ("bot.cli.explain", "Show the decision for an event; costs nothing."),
    "classify": ("bot.cli.classify", "Say what kind of task texts are."),
    "review": ("bot.cli.review", "Review a local range of commits."),
    "untested": ("bot.cli.untested", "List changed code that no test reaches."),
    "suggest-tests": ("bot.cli.suggest_tests", "Suggest tests for the staged change."),
    "suggest-patch": (
        "bot.cli.suggest_patch",
        "Write a patch and run the tests on it.",
    ),
    "distill": ("bot.cli.distill", "Cut a CI log down to the lines that explain it."),
    "context": ("bot.cli.context", "Show what a task would read, with its tokens."),
    "models": ("bot.cli.models", "List the models of every class, with prices."),
    "config": ("bot.cli.config", "Write or check the routing policy."),
    "schema": ("bot.cli.schema", "Print the JSON Schema of what routebot writes."),
    "init": ("bot.cli.init", "Set routebot up in this repository."),
    "doctor": ("bot.cli.doctor", "Check keys, token, workflows and policy."),
    "hooks": ("bot.cli.hooks", "Install or remove the local git hooks."),
    "ledger": ("bot.cli.ledger", "List every recorded decision, with its cost."),
    "report": ("bot.cli.report", "Show what was spent, saved and corrected."),
    "learn": ("bot.cli.learn", "Propose a change of the policy out of corrections."),
    "hook": ("bot.cli.hook", "What the installed git hooks call."),
}


class _Lazy(click.Group):
    """A group that knows its commands by name; click asks for a subclass here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).COMMAND
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="routebot")
def group() -> None:
    """Decide which class of model does which piece of repository work.

    Event → task → model class → model → checked answer → comment, with a record of
    why. Start with `routebot init`, or `routebot explain --help`.
    """


def main() -> None:
    """Run the command line: the one place where every error ends."""
    # pydantic would look for plugins among all that is installed: slow, and not ours.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.exit(reported_errors(sys.argv[1:]))


def reported_errors(arguments: list[str]) -> int:
    """Run one command and turn what it raises into a line and an exit status.

    0 done, 1 fault or refusal, 2 usage or policy, 3 a bug (with its traceback), 130
    interrupted.
    """
    from bot.errors import BotError

    try:
        status = group.main(arguments, prog_name="routebot", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.exceptions.NoArgsIsHelpError as exc:
        exc.show()
        return 2
    except click.ClickException as exc:
        click.echo(f"routebot: {_in_one_line(exc)}", err=True)
        return 2
    except BotError as exc:
        # Imported here, and below: pydantic is what a git hook must not wait for.
        from bot.cli import outcome

        return outcome.failed(exc)
    except Exception:  # noqa: BLE001 - the one place: a bug is reported as one
        from bot.cli import outcome

        traceback.print_exc()
        return outcome.bug()
    return status if isinstance(status, int) else 0


def _in_one_line(error: click.ClickException) -> str:
    said = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{said}; see {context.command_path} --help" if context else said
