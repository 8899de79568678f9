"""`routebot config`: write a policy, and check one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot import policy, policy_check, policy_template, toml_lines
from bot.cli import policy_file
from bot.errors import PolicyError, UsageError
from bot.policy_model import PresetName

EXISTS = "{path} exists already; --force writes over it"
WRITTEN = "wrote {path}: every setting with its default, commented out"
SOUND = "{file}: sound; policy {fingerprint}, preset {preset}"

COMMAND = click.Group("config", help="Write and check the routing policy.")


@COMMAND.command()
@click.option("--force", is_flag=True, help="Write over a policy that exists.")
@click.option(
    "--preset",
    type=click.Choice(policy.NAMES),
    default="default",
    show_default=True,
    help="The shipped set of defaults to start from.",
)
def init(force: bool, preset: PresetName) -> None:
    """Write a commented .github/routing.toml."""
    path = Path(policy.PATH)
    if path.exists() and not force:
        raise UsageError(EXISTS.format(path=path.as_posix()))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(policy_template.text(preset), encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{path.as_posix()}: {exc.strerror}") from exc
    click.echo(WRITTEN.format(path=path.as_posix()))


@COMMAND.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)
@click.pass_context
def check(context: click.Context, file: Path | None, form: str) -> None:
    """Check that every task can be done by every model the policy may send it to.

    Exits with 2 and one problem a line when it cannot.
    """
    source, name = policy_file.read(file)
    loaded, problems = checked(source, file=name)
    fingerprint = policy.fingerprint(loaded) if loaded else ""
    if form == "json":
        shown = {"file": name, "fingerprint": fingerprint, "problems": problems}
        click.echo(json.dumps({"schema": 1, "sound": not problems, **shown}))
    elif loaded is None or problems:
        click.echo("\n".join(problems), err=True)
    else:
        preset = loaded.preset
        click.echo(SOUND.format(file=name, fingerprint=fingerprint, preset=preset))
    if problems:
        context.exit(2)


def checked(source: bytes, *, file: str) -> tuple[policy.Policy | None, list[str]]:
    """Return the policy, None if it cannot be read, and all its problems."""
    try:
        loaded = policy.load(source, file=file)
    except PolicyError as exc:
        return None, list(exc.problems)
    lines = toml_lines.index(source.decode("utf-8-sig"))
    return loaded, policy_check.check(loaded, file=file, lines=lines)
