"""The shims in a hooks folder: install, uninstall, status; another's hook is kept."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot import own_files, plumbing, user_config
from bot.errors import GitError, UsageError

Status = Literal[
    "installed", "updated", "unchanged", "removed", "restored", "not ours", "absent"
]
PREVIOUS = ".routebot-previous"
_MARK = b"Undo: routebot hooks uninstall"
_RECORDED = "python=''\n"
_MARK_READ = 2_000

OWN_PATH = "this repository sets core.hooksPath = {path} itself; nothing was written"
GLOBAL_PATH = (
    "core.hooksPath = {path} stands in your own git configuration, so git does not "
    "look into this repository's hooks: use --user"
)
OUTSIDE = "the hooks folder {path} lies outside the git directory; nothing was written"
BOTH = "{path} and its kept predecessor both exist; remove one of them, then try again"
LINE = '{python} -I -m bot hook {name} "$@" || [ $? -ne 2 ]'

# A user-wide core.hooksPath hides every repository's own hooks, ours or not. This one
# runs them as before.
PASS_ON = """\
#!/bin/sh
# routebot: a user-wide core.hooksPath hides this repository's own hook of this name;
# this runs it. Undo: routebot hooks uninstall --user
name=${0##*/}
own=$(git rev-parse --git-common-dir)/hooks/${name%%.*}
[ ! -x "$own" ] || exec "$own" "$@"
"""
PASSED_ON = (
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "post-rewrite",
    "pre-auto-gc",
    "pre-receive",
    "update",
    "post-receive",
    "post-update",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A hooks folder; `refusal` says why we must not write there, "" if we may.

    `is_new_setting` marks the user-wide folder of our own, which core.hooksPath has
    to name.
    """

    folder: Path
    refusal: str = ""
    is_new_setting: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What happened to one hook; `keeps` is the predecessor that still runs."""

    name: str
    path: Path
    status: Status
    keeps: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """How one hook stands: `interpreter` as recorded, `keeps` the predecessor."""

    name: str
    path: Path
    is_installed: bool
    interpreter: str = ""
    keeps: str = ""

    @property
    def works(self) -> bool:
        """Whether the recorded interpreter is still there."""
        return self.is_installed and os.access(self.interpreter, os.X_OK)


def templates() -> Path:
    """Name the folder of shims: in the wheel, else (editable) beside the package."""
    shipped = Path(__file__).parent / "_hooks"
    return shipped if shipped.is_dir() else Path(__file__).parent.parent / "hooks"


def names() -> tuple[str, ...]:
    """List the git hooks there is a shim for, sorted."""
    return tuple(sorted(file.name for file in templates().iterdir() if file.is_file()))


def repository_place(root: Path, environ: Mapping[str, str]) -> Place:
    """Find where git looks for this repository's hooks. Raises GitError."""
    scope, path = _hooks_path(root, environ)
    if scope in ("global", "system"):
        return Place(Path(path), GLOBAL_PATH.format(path=path))
    if scope:
        return Place(Path(path), OWN_PATH.format(path=path))
    folder = root / _ask(["rev-parse", "--git-path", "hooks"], root, environ)
    common = root / _ask(["rev-parse", "--git-common-dir"], root, environ)
    if not folder.resolve().is_relative_to(common.resolve()):
        return Place(folder, OUTSIDE.format(path=folder))
    return Place(folder.resolve())


def user_place(root: Path, environ: Mapping[str, str]) -> Place:
    """Find the folder for all of the user's repositories: theirs, else one of ours."""
    arguments = ["config", "--global", "--type=path", "--get", "core.hooksPath"]
    path = _ask(arguments, root, environ)
    ours = user_config.folder(environ) / "hooks"
    if path and Path(path) != ours:
        return Place(Path(path))
    return Place(ours, is_new_setting=True)


def install(
    hooks: Sequence[str],
    place: Place,
    *,
    interpreter: str,
    root: Path,
    environ: Mapping[str, str],
) -> tuple[Done, ...]:
    """Write the shims; again changes nothing. A hook already there is kept and run.

    `interpreter` is the absolute path that will run us. Raises UsageError.
    """
    if place.refusal:
        raise UsageError(place.refusal)
    unknown = sorted(set(hooks) - set(names()))
    if unknown:
        raise UsageError(f"no git hook {unknown[0]}; there are: {', '.join(names())}")
    place.folder.mkdir(parents=True, exist_ok=True)
    done = tuple(_install(name, place.folder, interpreter) for name in hooks)
    if place.is_new_setting:
        _pass_on(place.folder, hooks)
        _set_user_wide(place.folder, root, environ)
    return done


def uninstall(
    hooks: Sequence[str], place: Place, *, root: Path, environ: Mapping[str, str]
) -> tuple[Done, ...]:
    """Remove our shims and put the kept hooks back; leaves all others alone."""
    done = tuple(_uninstall(name, place.folder) for name in hooks)
    if not place.is_new_setting:
        return done
    left = [state.name for state in status(place) if state.is_installed]
    if left:
        _pass_on(place.folder, left)
        return done
    _remove_passed_on(place.folder)
    if _ask(["config", "--global", "--get", "core.hooksPath"], root, environ):
        _ask(["config", "--global", "--unset", "core.hooksPath"], root, environ)
    return done


def status(place: Place) -> tuple[State, ...]:
    """Say how each hook stands in a folder."""
    return tuple(_state(name, place.folder) for name in names())


def line_to_add(name: str, interpreter: str) -> str:
    """Write the line that calls us from a hook which another tool owns."""
    return LINE.format(python=shlex.quote(interpreter), name=name)


def _install(name: str, folder: Path, interpreter: str) -> Done:
    path, previous = folder / name, folder / (name + PREVIOUS)
    template = (templates() / name).read_text(encoding="utf-8")
    recorded = f"python={shlex.quote(interpreter)}\n"
    text = template.replace(_RECORDED, recorded, 1).encode("utf-8")
    status: Status = "installed"
    if _is_ours(path):
        status = "unchanged" if path.read_bytes() == text else "updated"
    elif os.path.lexists(path):
        if os.path.lexists(previous):
            raise UsageError(BOTH.format(path=path))
        path.rename(previous)
    if status != "unchanged":
        _write(path, text)
    return Done(name, path, status, previous.name if previous.exists() else "")


def _uninstall(name: str, folder: Path) -> Done:
    path, previous = folder / name, folder / (name + PREVIOUS)
    if not _is_ours(path):
        return Done(name, path, "not ours" if os.path.lexists(path) else "absent")
    if os.path.lexists(previous) and not _is_ours(previous):
        previous.replace(path)
        return Done(name, path, "restored")
    previous.unlink(missing_ok=True)
    path.unlink()
    return Done(name, path, "removed")


def _state(name: str, folder: Path) -> State:
    path, previous = folder / name, folder / (name + PREVIOUS)
    lines = path.read_text(encoding="utf-8").splitlines() if _is_ours(path) else []
    found = [line for line in lines if line.startswith("python=")]
    if not found:
        return State(name, path, False)
    words = shlex.split(found[0].removeprefix("python="))
    keeps = previous.name if previous.exists() else ""
    return State(name, path, True, words[0] if words else "", keeps)


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return _MARK in file.read(_MARK_READ)


def _write(path: Path, text: bytes) -> None:
    # Replaced in one step: git may be about to run it.
    own_files.replace(path, text, mode=0o755)


def _pass_on(folder: Path, hooks: Sequence[str]) -> None:
    files = [*PASSED_ON, *(name + PREVIOUS for name in hooks)]
    files += [name for name in names() if name not in hooks]
    for name in files:
        if not os.path.lexists(folder / name):
            _write(folder / name, PASS_ON.encode("utf-8"))


def _remove_passed_on(folder: Path) -> None:
    for name in (*PASSED_ON, *names()):
        if _is_ours(folder / name):
            (folder / name).unlink()


def _set_user_wide(folder: Path, root: Path, environ: Mapping[str, str]) -> None:
    _ask(["config", "--global", "core.hooksPath", folder.as_posix()], root, environ)


def _hooks_path(root: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    arguments = ["config", "--show-scope", "--type=path", "--get", "core.hooksPath"]
    scope, _, path = _ask(arguments, root, environ).partition("\t")
    return scope, path


def _ask(arguments: Sequence[str], root: Path, environ: Mapping[str, str]) -> str:
    """Ask git, without our own `-c core.hooksPath`: it would hide the true one."""
    answer = plumbing.git(
        arguments, root=root, environ=plumbing.clean(environ), flags=(), accept=(0, 1)
    )
    text = answer.decode("utf-8", "surrogateescape").rstrip("\n")
    if arguments[0] == "rev-parse" and not text:
        raise GitError("git does not say where its hooks are")
    return text
