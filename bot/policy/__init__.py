"""The routing policy: read from TOML, laid over the preset it names."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from bot import tasks
from bot.errors import PolicyError
from bot.policy import errors as policy_errors
from bot.policy import model as policy_model
from bot.policy import toml_lines
from bot.policy.model import (
    CLASSES,
    ClassName,
    ModelClass,
    Policy,
    PresetName,
    TaskPolicy,
    When,
)

__all__ = ["CLASSES", "PATH", "ClassName", "ModelClass", "Policy", "TaskPolicy", "When"]

PATH = ".github/routing.toml"
PRESETS = Path(__file__).with_name("presets")
NAMES: tuple[PresetName, ...] = get_args(PresetName)
MAX_BYTES = 64 * 1024
TOO_DEEP = "nested too deep, or a number too long"


def load(text: str | bytes, *, file: str = PATH) -> Policy:
    """Read a policy and lay it over the preset it names.

    Tables are merged key by key, lists are replaced. `file` is only for messages.
    Raises `PolicyError` with one problem a line: `file:line: key: what; nearest key`.
    """
    source = _decoded(text, file=file)
    said = _parsed(source, file=file)
    name = said.get("preset", "default")
    base = preset(name if name in NAMES else "default")
    try:
        policy = Policy.model_validate(_tuples(_merged(base, said)))
    except RecursionError:
        # A dotted key nests without brackets, and tomllib reads any number of dots.
        raise PolicyError(f"{file}:1: {TOO_DEEP}") from None
    except ValidationError as exc:
        lines = toml_lines.index(source)
        raise PolicyError(
            *policy_errors.explained(exc, Policy, file=file, lines=lines)
        ) from None
    problems = tuple(_ceilings(policy))
    if problems:
        lines = toml_lines.index(source)
        raise PolicyError(
            *(
                policy_errors.at(path, what, file=file, lines=lines)
                for path, what in problems
            )
        )
    return policy


def default() -> Policy:
    """Return the policy that holds where a repository has no file."""
    return load("")


@lru_cache(maxsize=2)
def preset(name: str) -> Mapping[str, Any]:
    """Return a shipped preset as plain data; each is laid over "default"."""
    base = tomllib.loads((PRESETS / "default.toml").read_text(encoding="utf-8"))
    if name == "default":
        return base
    own = tomllib.loads((PRESETS / f"{name}.toml").read_text(encoding="utf-8"))
    return _merged(base, own)


def fingerprint(policy: Policy) -> str:
    """Return twelve hex digits that change whenever a setting does."""
    plain = json.dumps(policy.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file, in which every key may be left out."""
    # Here and not at the top: only who describes or checks a policy needs probes.
    from bot.policy.probe_model import Probe

    schema = Policy.model_json_schema(by_alias=True)
    schema["$defs"]["Probe"] = Probe.model_json_schema(by_alias=True)
    schema["properties"]["probes"]["items"] = {"$ref": "#/$defs/Probe"}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "routebot policy"
    for part in (schema, *schema["$defs"].values()):
        part.pop("required", None)
    schema["$defs"]["When"]["required"] = ["class"]
    schema["properties"]["tasks"]["propertyNames"] = {"enum": list(tasks.names())}
    return schema


def model_class(policy: Policy, name: ClassName) -> ModelClass:
    """Return one class; every policy has all five."""
    return policy.classes[name]


def task(policy: Policy, name: str) -> TaskPolicy:
    """Return what holds for one task, from its own file where the policy is silent."""
    if name in policy.tasks:
        return policy.tasks[name]
    own = tasks.load(name)
    return TaskPolicy.model_validate(
        {
            "class": own.model_class,
            "comment_from": own.comment_from,
            "max_calls": own.max_calls,
        }
    )


def ladder(
    policy: Policy, name: ClassName, *, ceiling: ClassName
) -> tuple[ClassName, ...]:
    """Return the class and those above it, up to the ceiling; () if never reached."""
    steps: list[ClassName] = []
    current: ClassName | Literal[""] = name
    while current and current not in steps:
        steps.append(current)
        if current == ceiling:
            return tuple(steps)
        current = policy.classes[current].above
    return ()


def _decoded(text: str | bytes, *, file: str) -> str:
    if len(text) > MAX_BYTES:
        raise PolicyError(f"{file}:1: a policy has at most {MAX_BYTES // 1024} KiB")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = text[: exc.start].count(b"\n") + 1
        raise PolicyError(f"{file}:{line}: not UTF-8; save the file as UTF-8") from None


def _parsed(source: str, *, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as exc:
        raise PolicyError(policy_errors.syntax(str(exc), source, file=file)) from None
    except (RecursionError, ValueError):
        # An integer of more than 4,300 digits is a plain ValueError.
        raise PolicyError(f"{file}:1: {TOO_DEEP}") from None


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        is_table = isinstance(value, dict) and isinstance(below, Mapping)
        merged[key] = _merged(below, value) if is_table and below is not None else value
    return merged


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _ceilings(policy: Policy) -> list[tuple[toml_lines.Path, str]]:
    problems: list[tuple[toml_lines.Path, str]] = []
    for name, said in policy.tasks.items():
        most = policy_model.call_ceiling(name)
        if said.max_calls > most:
            problems.append((("tasks", name, "max_calls"), f"at most {most}"))
        if said.tracking_issue and name != "triage":
            path = ("tasks", name, "tracking_issue")
            problems.append((path, "only triage follows failures"))
        if said.labels == "apply" and name != "triage":
            problems.append((("tasks", name, "labels"), "only triage applies labels"))
    for name in CLASSES:
        if _is_circular(policy, name):
            problems.append((("classes", name, "above"), "leads back to itself"))
    return problems


def _is_circular(policy: Policy, name: ClassName) -> bool:
    seen: set[str] = set()
    current: ClassName | Literal[""] = name
    while current and current not in seen:
        seen.add(current)
        current = policy.classes[current].above
    return current == name
