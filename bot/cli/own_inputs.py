"""Inputs on a person's own machine: the environment, above the user's file."""

from __future__ import annotations

import os

from bot import action, user_config
from bot.action import Inputs
from bot.user_config import UserConfig


def read(config: UserConfig | None = None) -> Inputs:
    """Read the inputs, filled up from the user's file; takes all keys out of the way.

    Raises `UsageError`.
    """
    config = config or user_config.load(os.environ)
    inputs = action.read_inputs(
        {**os.environ, **user_config.variables(config, os.environ)}
    )
    held = (name for names in action.SECRETS.values() for name in names)
    for name in (*held, *user_config.named_variables(config)):
        os.environ.pop(name, None)
    return inputs
