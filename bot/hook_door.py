"""The door that git's hooks come in by: no command line is built for them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot import hook_call, hooks

if TYPE_CHECKING:
    from bot.events import Event
    from bot.reader import Reader
    from bot.user_config import UserConfig

# The only hook that may wait for a network, and only for who allowed it.
ASKING = "pre-push"
OFFLINE = "routebot: offline, {error}"


def main(name: str, arguments: Sequence[str]) -> int:
    """Run one git hook with what git gave it; returns the exit status.

    Whatever goes wrong is one line and stops nothing; only a policy with blocking =
    true lets what was found stop git.
    """
    # pydantic would look for plugins among all that is installed: slow, and not ours.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if name != ASKING:
        # Over before collecting would pay.
        gc.disable()
    config = _own_config() if name == ASKING else None
    call = hook_call.Call(
        name=name,
        arguments=arguments,
        stdin=sys.stdin,
        pipeline=partial(_findings, config=config),
        environ=os.environ,
        root=Path.cwd(),
        say=_say,
        asks_models=config is not None and config.uses_network,
        has_colour=has_colour(sys.stderr, os.environ),
    )
    return hooks.run(call)


def has_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether colours are wanted and shown: a terminal, and no NO_COLOR."""
    is_plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
    return stream.isatty() and not is_plain


def _own_config() -> UserConfig | None:
    # Imported here: pre-commit reads nothing of the user's.
    from bot import user_config
    from bot.errors import UsageError

    try:
        return user_config.load(os.environ)
    except UsageError as exc:
        _say(OFFLINE.format(error=exc))
        return None


def _findings(event: Event, reader: Reader, *, config: UserConfig | None) -> str:
    """Answer, without a model unless the user allowed it; "" for nothing to say."""
    # Imported here: pydantic and the tasks are what pre-commit must not load.
    from bot import action
    from bot.cli import local, own_inputs

    inputs = own_inputs.read(config) if config else action.read_inputs()
    offline = config is None or not config.uses_network
    _, draft = local.about(event, reader, inputs=inputs, offline=offline)
    return draft.body if draft.speaks else ""


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
