"""One call of a git hook: what git and the door handed over, what is said to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from bot import plumbing

if TYPE_CHECKING:
    # bot.tasks is built on pydantic, which the pre-commit path must not pay for.
    from bot.events import Event
    from bot.reader import Reader


class Pipeline(Protocol):
    """What answers an event from a local range: offline unless the user opted in."""

    def __call__(self, event: Event, reader: Reader) -> str:
        """Return the text for the terminal, "" for nothing to say."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a hook: what git and the door handed over.

    `root` is the folder git started us in; `say` prints one line to the person;
    `leave` ends the process where the budget is spent. `asks_models` where the user
    allowed it; `has_colour` where a terminal shows it.
    """

    name: str
    arguments: Sequence[str]
    stdin: TextIO
    pipeline: Pipeline
    environ: Mapping[str, str]
    root: Path
    say: Callable[[str], object]
    leave: Callable[[int], object] = os._exit
    asks_models: bool = False
    has_colour: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a hook has to say, and whether the policy lets that stop git."""

    lines: list[str] = field(default_factory=list)
    stops: bool = False


def git_dirs(call: Call) -> tuple[Path, Path]:
    """Name git's directory for this work tree, and the one all its work trees share.

    Raises GitError.
    """
    plain = call.root / ".git"
    if "GIT_DIR" not in call.environ and (plain / "HEAD").is_file():
        # Neither a worktree nor a submodule: there is nobody to ask.
        return plain, plain
    asked = ["rev-parse", "--absolute-git-dir", "--git-common-dir"]
    environ = plumbing.inherited(call.environ)
    answer = os.fsdecode(plumbing.git(asked, root=call.root, environ=environ))
    own, _, common = answer.rstrip("\n").partition("\n")
    return Path(own), call.root / common
