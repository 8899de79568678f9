"""`routebot config`: write a policy, check one, and set what is the user's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from bot import policy
from bot.cli import policy_file
from bot.cli.options import format_option
from bot.cli.user_settings import user
from bot.errors import PolicyError, UsageError
from bot.policy import check as policy_check
from bot.policy import probes, toml_lines
from bot.policy import template as policy_template
from bot.policy.model import PresetName

EXISTS = "{path} exists already; --force writes over it"
WRITTEN = "wrote {path}: every setting with its default, commented out"
SOUND = "{file}: sound; policy {fingerprint}, preset {preset}{probes}"

COMMAND = click.Group("config", help="Write and check the policy; set what is yours.")
COMMAND.add_command(user)


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


@COMMAND.command(short_help="Check that every task can be done as routed.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@format_option("text", "json")
@click.pass_context
def check(context: click.Context, file: Path | None, output_format: str) -> None:
    """Check that every task can be done by every model the policy may send it to.

    Then decides the policy's [[probes]], offline, and compares. Exits with 2 and one
    problem a line when something does not hold.
    """
    source, name = policy_file.read(file)
    loaded, problems = checked(source, file=name)
    ran, unsound = _probed(loaded, source, file=name)
    problems += unsound
    fingerprint = policy.fingerprint(loaded) if loaded else ""
    if output_format == "json":
        shown = {
            "schema": 1,
            "sound": not problems,
            "file": name,
            "fingerprint": fingerprint,
            "problems": problems,
            "probes": [_as_json(each) for each in ran],
        }
        click.echo(json.dumps(shown))
    elif loaded is None or problems:
        click.echo("\n".join(problems), err=True)
    else:
        said = {"file": name, "fingerprint": fingerprint, "preset": loaded.preset}
        held = f"; {len(ran)} probes hold" if ran else ""
        click.echo(SOUND.format(probes=held, **said))
    if problems:
        context.exit(2)


def _probed(
    loaded: policy.Policy | None, source: bytes, *, file: str
) -> tuple[tuple[probes.Result, ...], list[str]]:
    if loaded is None:
        return (), []
    text = source.decode("utf-8-sig")
    try:
        ran = probes.check(loaded, text, file=file, root=Path())
    except PolicyError as exc:
        return (), list(exc.problems)
    return ran, [each.problem for each in ran if not each.holds]


def _as_json(result: probes.Result) -> dict[str, Any]:
    return {
        "title": result.title,
        "file": result.file,
        "line": result.line,
        "holds": result.holds,
        "expected": result.expected,
        "got": result.got,
    }


def checked(source: bytes, *, file: str) -> tuple[policy.Policy | None, list[str]]:
    """Return the policy, None if it cannot be read, and all its problems."""
    try:
        loaded = policy.load(source, file=file)
    except PolicyError as exc:
        return None, list(exc.problems)
    lines = toml_lines.index(source.decode("utf-8-sig"))
    return loaded, policy_check.check(loaded, file=file, lines=lines)
