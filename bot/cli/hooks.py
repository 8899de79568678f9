"""`routebot hooks`: install, remove and look at the local git hooks."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bot import configured_hooks, events, shims
from bot.cli.options import format_option
from bot.shims import Done, Place, State

CONFIGURED = "git config --{scope} {section}.command is {path}"
NAMED = "{name}: installed in git's configuration"
UNDO = "undo: routebot hooks uninstall{user}"
ADD = "to run routebot there, add this line to the {name} hook of that tool:\n  {line}"


def _hook_option(command: Callable[..., object]) -> Callable[..., object]:
    return click.option(
        "--hook", "chosen", multiple=True, metavar="NAME", help="Only this git hook."
    )(command)


def _user_option(command: Callable[..., object]) -> Callable[..., object]:
    return click.option(
        "--user/--repo",
        "is_user",
        default=False,
        help="For all your repositories, or only for this one (the default).",
    )(command)


@click.group()
def hooks() -> None:
    """Install, remove and look at the local git hooks.

    They advise. Only a repository's policy with blocking = true lets one stop git.
    """


@hooks.command(short_help="Write the hooks; what is there is kept.")
@_hook_option
@_user_option
@click.option(
    "--configured",
    is_flag=True,
    help="Name them in git's configuration (git 2.54 and later), in no hooks folder.",
)
def install(chosen: tuple[str, ...], is_user: bool, configured: bool) -> int:
    """Write the hooks; one that is already there is kept and still runs first."""
    names = chosen or shims.names()
    if configured:
        _install_configured(names, is_user=is_user)
    else:
        _install_in_folder(names, is_user=is_user)
    return 0


def _install_in_folder(names: Sequence[str], *, is_user: bool) -> None:
    place = _place(is_user)
    interpreter = _interpreter()
    if place.refusal:
        _explain_refusal(place, names, interpreter)
        return
    done = shims.install(
        names, place, interpreter=interpreter, root=Path.cwd(), environ=os.environ
    )
    # One hook in both places would speak twice.
    _report(_remove_configured(names, is_user=is_user))
    _report(done)
    if place.is_new_setting:
        click.echo(f"git config --global core.hooksPath is {place.folder}")
    click.echo(UNDO.format(user=" --user" if is_user else ""))


def _install_configured(names: Sequence[str], *, is_user: bool) -> None:
    root = Path.cwd()
    configured_hooks.check_git(root, os.environ)
    place = configured_hooks.place(root, os.environ, is_user=is_user)
    done = shims.install(
        names, place, interpreter=_interpreter(), root=root, environ=os.environ
    )
    configured_hooks.register(done, is_user=is_user, root=root, environ=os.environ)
    _report(_removed_from_folder(names, is_user=is_user))
    _report(done)
    for each in done:
        section = configured_hooks.SECTION.format(name=each.name)
        scope = "global" if is_user else "local"
        click.echo(CONFIGURED.format(scope=scope, section=section, path=each.path))
    click.echo(UNDO.format(user=" --user" if is_user else ""))


@hooks.command(short_help="Remove the hooks; what was there comes back.")
@_hook_option
@_user_option
def uninstall(chosen: tuple[str, ...], is_user: bool) -> int:
    """Remove the hooks and put back those that were there before."""
    names = chosen or shims.names()
    configured = _remove_configured(names, is_user=is_user)
    place = _place(is_user)
    done = shims.uninstall(names, place, root=Path.cwd(), environ=os.environ)
    gone = {each.name for each in configured}
    _report(configured)
    _report([e for e in done if e.status != "absent" or e.name not in gone])
    return 0


@hooks.command("list")
@format_option("text", "json")
def list_(output_format: str) -> int:
    """List the git hooks routebot can answer."""
    entries = [(n, n in events.ANSWERED["git"]) for n in shims.names()]
    if output_format == "json":
        shown = [{"name": name, "answered": answered} for name, answered in entries]
        click.echo(json.dumps({"schema": 1, "hooks": shown}, indent=2))
        return 0
    for name, answered in entries:
        click.echo(name if answered else f"{name}  (no task answers it yet)")
    return 0


@hooks.command(short_help="Show which hooks are installed, and where.")
@_user_option
@format_option("text", "json")
def status(is_user: bool, output_format: str) -> int:
    """Show which hooks are installed, where, and by which interpreter they run."""
    place = _place(is_user)
    states = shims.status(place)
    configured = configured_hooks.registered(
        is_user=is_user, root=Path.cwd(), environ=os.environ
    )
    if output_format == "json":
        click.echo(json.dumps(_as_json(place, states, configured), indent=2))
        return 0
    click.echo(f"hooks folder: {place.folder}")
    if place.refusal:
        click.echo(place.refusal)
    for state in states:
        if state.is_installed or state.name not in configured:
            click.echo(_line(state))
    for name in configured:
        click.echo(NAMED.format(name=name))
    return 0


def _interpreter() -> str:
    # With forward slashes, since the shim is run by Git Bash on Windows.
    return Path(sys.executable).as_posix()


def _remove_configured(names: Sequence[str], *, is_user: bool) -> tuple[Done, ...]:
    return configured_hooks.remove(
        names, is_user=is_user, root=Path.cwd(), environ=os.environ
    )


def _removed_from_folder(names: Sequence[str], *, is_user: bool) -> list[Done]:
    place = _place(is_user)
    if place.refusal:
        return []
    done = shims.uninstall(names, place, root=Path.cwd(), environ=os.environ)
    return [each for each in done if each.status in ("removed", "restored")]


def _place(is_user: bool) -> Place:
    find = shims.user_place if is_user else shims.repository_place
    return find(Path.cwd(), os.environ)


def _explain_refusal(place: Place, names: Sequence[str], interpreter: str) -> None:
    click.echo(place.refusal)
    for name in names:
        click.echo(ADD.format(name=name, line=shims.line_to_add(name, interpreter)))


def _report(done: Sequence[Done]) -> None:
    for each in done:
        kept = f" (the hook before it is kept as {each.keeps})" if each.keeps else ""
        click.echo(f"{each.name}: {each.status}, {each.path}{kept}")


def _line(state: State) -> str:
    if not state.is_installed:
        return f"{state.name}: not installed"
    kept = f"; first {state.keeps}" if state.keeps else ""
    broken = "" if state.works else "  (gone: run routebot hooks install again)"
    return f"{state.name}: installed, run by {state.interpreter}{broken}{kept}"


def _as_json(
    place: Place, states: Sequence[State], configured: Sequence[str]
) -> dict[str, object]:
    return {
        "schema": 1,
        "folder": str(place.folder),
        "refusal": place.refusal,
        "configured": list(configured),
        "hooks": [
            {
                "name": state.name,
                "installed": state.is_installed,
                "works": state.works,
                "interpreter": state.interpreter,
                "keeps": state.keeps,
            }
            for state in states
        ],
    }


COMMAND = hooks
