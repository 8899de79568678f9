"""The user's own file: keys, addresses, and whether hooks may use the network.

It lies in the user's configuration folder and nowhere else. A repository has no say in
any of it: its policy chooses among what this file (or the environment) gives.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot import own_files
from bot.errors import UsageError

FILE = "config.toml"
MAX_BYTES = 64 * 1024
MODE = 0o600
HEAD = "# Written by `routebot config user --set`; only you can read this file.\n"
PROVIDERS = ("anthropic", "openai", "xai", "compatible")
PARTS = ("api_key", "api_key_env", "base_url")
# Keys of the first level, and the variable of routebot's that each stands for.
SWITCHES = {"network": "", "allow_private_hosts": "ROUTEBOT_ALLOW_PRIVATE_HOSTS"}
TEXTS = {"allowed_providers": "ROUTEBOT_ALLOWED_PROVIDERS"}
NUMBERS = {"max_usd": "ROUTEBOT_MAX_USD"}
KEYS = (*SWITCHES, *TEXTS, *NUMBERS, *(f"{p}.{t}" for p in PROVIDERS for t in PARTS))

NO_HOME = "neither HOME nor XDG_CONFIG_HOME is set: where is your home?"
UNKNOWN = "no setting {key}; there are: {keys}"
NOT_TOML = "{path}: not TOML; set it anew with routebot config user --set KEY=VALUE"
WRONG_TYPE = "{path}: {key} must be {kind}"
OPEN = "{path} can be read or written by others: chmod 600 {path}"
NOT_A_NAME = "{key} takes the name of an environment variable, such as WORK_KEY"
NOT_SWITCH = "{key} is true or false"
NOT_NUMBER = "{key} is a number, 0 or more"
NOT_PRINTABLE = "{key} holds characters that are not printable ASCII"

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_OWN_VARIABLES = {
    "anthropic": ("ANTHROPIC_API_KEY", "ROUTEBOT_ANTHROPIC_BASE_URL"),
    "openai": ("OPENAI_API_KEY", "ROUTEBOT_OPENAI_BASE_URL"),
    "xai": ("XAI_API_KEY", "ROUTEBOT_XAI_BASE_URL"),
    "compatible": ("ROUTEBOT_COMPATIBLE_API_KEY", "ROUTEBOT_COMPATIBLE_BASE_URL"),
}

_KINDS = {"true or false": (bool,), "a number": (float, int), "a text": (str,)}

Value = str | bool | float


@dataclass(frozen=True, slots=True)
class UserConfig:
    """What the file says: dotted key → value; keys themselves never in its repr."""

    values: Mapping[str, Value] = field(default_factory=dict, repr=False)

    @property
    def uses_network(self) -> bool:
        """Whether the hooks may ask a model."""
        return self.values.get("network") is True


def folder(environ: Mapping[str, str]) -> Path:
    """Name the user's folder of ours: XDG's, else Windows', else ~/.config.

    A relative path is not taken: it would lie in the repository at hand. Raises
    UsageError where none is known.
    """
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    usual = f"{home}/.config" if home else ""
    for top in (environ.get("XDG_CONFIG_HOME"), environ.get("APPDATA"), usual):
        if top and Path(top).is_absolute():
            return Path(top) / "routebot"
    raise UsageError(NO_HOME)


def path(environ: Mapping[str, str]) -> Path:
    """Name the user's file."""
    return folder(environ) / FILE


def load(environ: Mapping[str, str]) -> UserConfig:
    """Read the user's file; empty where there is none. Raises UsageError."""
    try:
        file = path(environ)
    except UsageError:
        return UserConfig()
    if not file.is_file():
        return UserConfig()
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise UsageError(OPEN.format(path=file))
    try:
        said = tomllib.loads(file.read_bytes()[:MAX_BYTES].decode("utf-8"))
    except (ValueError, RecursionError, OSError):
        # Without the parser's words: they could quote a key.
        raise UsageError(NOT_TOML.format(path=file)) from None
    return UserConfig({k: _sound(k, v, file=file) for k, v in _flat(said)})


def variables(config: UserConfig, environ: Mapping[str, str]) -> dict[str, str]:
    """Say which variables of routebot's the file stands for, keys named by others read.

    What the environment sets already wins and is left out.
    """
    given: dict[str, str] = {}
    for name, variable in {**SWITCHES, **TEXTS, **NUMBERS}.items():
        if variable and name in config.values:
            given[variable] = _text(config.values[name])
    for provider, (key, address) in _OWN_VARIABLES.items():
        named = _text(config.values.get(f"{provider}.api_key_env", ""))
        own = _text(config.values.get(f"{provider}.api_key", ""))
        given[key] = environ.get(named, "") or own
        given[address] = _text(config.values.get(f"{provider}.base_url", ""))
    return {n: value for n, value in given.items() if value and not environ.get(n)}


def named_variables(config: UserConfig) -> tuple[str, ...]:
    """List the variables that hold a key by a name of the user's own."""
    names = (config.values.get(f"{provider}.api_key_env") for provider in PROVIDERS)
    return tuple(name for name in names if isinstance(name, str))


def changed(config: UserConfig, settings: Sequence[tuple[str, str]]) -> UserConfig:
    """Return the config with settings as a person wrote them; "" removes one.

    Raises UsageError with the key, never with its value.
    """
    values = dict(config.values)
    for key, text in settings:
        if key not in KEYS:
            raise UsageError(UNKNOWN.format(key=key, keys=", ".join(KEYS)))
        values.pop(key, None)
        if text:
            values[key] = _value(key, text)
    return UserConfig(values)


def write(config: UserConfig, environ: Mapping[str, str]) -> Path:
    """Write the file for its owner alone; returns its path. Raises UsageError."""
    file = path(environ)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_files.replace(file, text_of(config).encode("utf-8"), mode=MODE)
    except OSError as exc:
        raise UsageError(f"{file}: {exc.strerror}") from exc
    return file


def text_of(config: UserConfig) -> str:
    """Write a config as the TOML that `load` reads."""
    lines = [f"{k} = {_toml(v)}" for k, v in config.values.items() if "." not in k]
    for provider in PROVIDERS:
        own = {p: config.values.get(f"{provider}.{p}") for p in PARTS}
        said = [f"{part} = {_toml(value)}" for part, value in own.items() if value]
        lines += ["", f"[{provider}]", *said] if said else []
    return "\n".join([HEAD, *lines, ""])


def shown(config: UserConfig, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each setting as it may be printed: a key never, only that there is one."""
    for key in KEYS:
        value = config.values.get(key)
        if value is None:
            continue
        said = _toml(value)
        if key.endswith(".api_key"):
            said = "(set)"
        elif key.endswith("_env"):
            said += "" if environ.get(_text(value)) else "  (not set in this terminal)"
        yield key, said


def _flat(said: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in said.items():
        if isinstance(value, dict) and not before:
            yield from _flat(value, f"{key}.")
        else:
            yield before + key, value


def _sound(key: str, value: object, *, file: Path) -> Value:
    if key not in KEYS:
        keys = ", ".join(KEYS)
        raise UsageError(f"{file}: " + UNKNOWN.format(key=key[:100], keys=keys))
    kind = "true or false" if key in SWITCHES else "a text"
    kind = "a number" if key in NUMBERS else kind
    # Exactly these types: to Python true is a number, too.
    is_right = type(value) in _KINDS[kind]
    if is_right and isinstance(value, str | bool | float | int):
        return value
    raise UsageError(WRONG_TYPE.format(path=file, key=key, kind=kind))


def _value(key: str, text: str) -> Value:
    if key in SWITCHES:
        if text not in ("true", "false"):
            raise UsageError(NOT_SWITCH.format(key=key))
        return text == "true"
    if key in NUMBERS:
        return _number(key, text)
    if not (text.isascii() and text.isprintable()):
        raise UsageError(NOT_PRINTABLE.format(key=key))
    if key.endswith("_env") and not _VARIABLE.fullmatch(text):
        raise UsageError(NOT_A_NAME.format(key=key))
    return text


def _number(key: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise UsageError(NOT_NUMBER.format(key=key))
    return number


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _toml(value: Value) -> str:
    # Printable ASCII in JSON's quotes is the same in TOML.
    return json.dumps(value)
