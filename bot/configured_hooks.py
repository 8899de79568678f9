"""The hooks that stand in git's own configuration, as git 2.54 and later read them.

Such a hook is a section with a command and an event; it runs beside whatever lies in
a hooks folder, so nothing there has to be kept aside.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot import plumbing, shims, user_config
from bot.errors import UsageError
from bot.shims import Done, Place

SINCE = (2, 54)
TOO_OLD = (
    "git {found} reads no hooks from its configuration (2.54 and later do): leave out "
    "--configured"
)
SECTION = "hook.routebot-{name}"
FOLDER = "routebot-hooks"
_VERSION = re.compile(r"git version (\d{1,4})\.(\d{1,4})")


def check_git(root: Path, environ: Mapping[str, str]) -> None:
    """Raise UsageError where git is older than configured hooks."""
    said = _ask(["version"], root, environ)
    match = _VERSION.match(said)
    if not match or (int(match[1]), int(match[2])) < SINCE:
        found = said.removeprefix("git version ")
        raise UsageError(TOO_OLD.format(found=found))


def place(root: Path, environ: Mapping[str, str], *, is_user: bool) -> Place:
    """Name the folder of ours that the configuration's commands lie in."""
    if is_user:
        return Place(user_config.folder(environ) / "configured-hooks")
    common = _ask(["rev-parse", "--git-common-dir"], root, environ)
    return Place((root / common).resolve() / FOLDER)


def register(
    done: Sequence[Done], *, is_user: bool, root: Path, environ: Mapping[str, str]
) -> None:
    """Name the written shims in git's configuration, each for its event."""
    for each in done:
        section = SECTION.format(name=each.name)
        # Git hands the command to a shell.
        command = shlex.quote(each.path.as_posix())
        for key, value in (("command", command), ("event", each.name)):
            _set(f"{section}.{key}", value, is_user=is_user, root=root, environ=environ)


def registered(
    *, is_user: bool, root: Path, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """List the hooks that the user's, or the repository's, configuration names."""
    scope = _scope(is_user)
    return tuple(
        name
        for name in shims.names()
        if _ask(
            ["config", scope, "--get", f"{SECTION.format(name=name)}.command"],
            root,
            environ,
        )
    )


def remove(
    hooks: Sequence[str], *, is_user: bool, root: Path, environ: Mapping[str, str]
) -> tuple[Done, ...]:
    """Take hooks out of the configuration, and the shims they named away."""
    there = registered(is_user=is_user, root=root, environ=environ)
    named = [name for name in there if name in hooks]
    if not named:
        return ()
    for name in named:
        section = SECTION.format(name=name)
        _ask(["config", _scope(is_user), "--remove-section", section], root, environ)
    own = place(root, environ, is_user=is_user)
    done = shims.uninstall(named, own, root=root, environ=environ)
    with suppress(OSError):
        own.folder.rmdir()
    return done


def _set(
    key: str, value: str, *, is_user: bool, root: Path, environ: Mapping[str, str]
) -> None:
    asked = ["config", _scope(is_user), "--replace-all", key, value]
    _ask(asked, root, environ)


def _scope(is_user: bool) -> str:
    return "--global" if is_user else "--local"


def _ask(arguments: Sequence[str], root: Path, environ: Mapping[str, str]) -> str:
    answer = plumbing.git(
        arguments, root=root, environ=plumbing.clean(environ), flags=(), accept=(0, 1)
    )
    return answer.decode("utf-8", "surrogateescape").strip()
