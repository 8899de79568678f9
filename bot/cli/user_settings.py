"""`routebot config user`: the user's own keys, addresses and permissions."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from bot import user_config
from bot.user_config import UserConfig

NOTHING = "{path}: nothing set yet; routebot config user --set KEY=VALUE"
WRITTEN = "wrote {path}, readable by you alone"
KEY_PROMPT = "{key} (not shown)"


@click.command("user", short_help="Set your own keys, addresses and permissions.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set one; KEY= removes it, KEY alone asks without showing what you type.",
)
@click.option("--show", is_flag=True, help="Show what is set (the default).")
def user(settings: tuple[str, ...], show: bool) -> None:
    """Set what no repository may: keys, addresses, and whether hooks may ask a model.

    KEY is network, allow_private_hosts, allowed_providers, max_usd, or a provider's
    api_key, api_key_env (the name of a variable) or base_url, as in
    anthropic.api_key_env. A variable of routebot's own wins over this file.
    """
    config = user_config.load(os.environ)
    if settings:
        config = user_config.changed(config, [_pair(each) for each in settings])
        click.echo(WRITTEN.format(path=user_config.write(config, os.environ)))
    if show or not settings:
        click.echo("\n".join(_lines(config)))


def _pair(setting: str) -> tuple[str, str]:
    key, equals, value = setting.partition("=")
    key = key.strip()
    if not equals and key in user_config.KEYS:
        value = click.prompt(KEY_PROMPT.format(key=key), hide_input=True, err=True)
    return key, value.strip()


def _lines(config: UserConfig) -> Iterable[str]:
    path = user_config.path(os.environ)
    if not config.values:
        return [NOTHING.format(path=path)]
    said = user_config.shown(config, os.environ)
    return [f"{path}:", *(f"  {key} = {value}" for key, value in said)]
