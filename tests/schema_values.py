"""The smallest plausible value that fits a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SCALARS: Mapping[str, Any] = {
    "string": "Nothing stands out.",
    "integer": 1,
    "number": 0.5,
    "boolean": True,
    "null": None,
}


def fill(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """Return a value for `schema`; lists are as short as they may be."""
    root = schema if root is None else root
    if "$ref" in schema:
        return fill(_resolve(schema["$ref"], root), root)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return fill(schema[key][0], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _typed(schema, root)


def _typed(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        parts = schema.get("properties", {})
        return {name: fill(part, root) for name, part in parts.items()}
    if kind == "array":
        return [fill(schema["items"], root)] * schema.get("minItems", 0)
    if kind in ("integer", "number"):
        low = schema.get("minimum", _SCALARS[kind])
        value = max(_SCALARS[kind], low)
        return min(value, schema.get("maximum", value))
    return _SCALARS[kind]


def _resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    target: Any = root
    for name in reference.removeprefix("#/").split("/"):
        target = target[name]
    assert isinstance(target, Mapping)
    return target
