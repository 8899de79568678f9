"""JSON Schema as pydantic writes it → the strict subset structured output takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

# Understood by every provider. What else bounds a value is said in words instead,
# and checked when the reply is validated.
_KEPT = ("type", "enum", "const")
_DROPPED = ("title", "default", "examples", "discriminator")


def strict(
    schema: Mapping[str, Any], *, keep: Collection[str] = frozenset()
) -> dict[str, Any]:
    """Close every object and require every key; unsupported keywords become words.

    `keep` names bounds ("maxItems") that the provider enforces. Raises `ValueError`
    for an object of free keys, which no strict schema can express.
    """
    # A model that holds itself is a reference at the top, where none may stand.
    if "$ref" in schema and "$defs" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = {**schema["$defs"][name], "$defs": schema["$defs"]}
    return _part(schema, keep)


def _part(schema: Mapping[str, Any], keep: Collection[str]) -> dict[str, Any]:
    if "$ref" in schema:
        return _reference(schema)
    result: dict[str, Any] = {}
    words: list[str] = []
    for key, value in schema.items():
        if key in _STRUCTURE:
            result.update(_STRUCTURE[key](value, keep))
        elif key in _KEPT or key in keep:
            result[key] = value
        elif key not in _DROPPED:
            words.append(value if key == "description" else f"({key}: {value})")
    if schema.get("type") == "object":
        result = _closed(schema, result)
    return {**result, "description": " ".join(words)} if words else result


def _reference(schema: Mapping[str, Any]) -> dict[str, Any]:
    # A reference may have no neighbours, but its description says what the field is.
    reference: dict[str, Any] = {"$ref": schema["$ref"]}
    if "description" in schema:
        return {"anyOf": [reference], "description": schema["description"]}
    return reference


def _closed(schema: Mapping[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    names = list(schema.get("properties") or {})
    if not names and schema.get("additionalProperties", True):
        raise ValueError("a reply model cannot hold an object of free keys")
    return {
        "properties": {},
        **result,
        "required": names,
        "additionalProperties": False,
    }


def _nested(key: str) -> Any:
    def named(value: Mapping[str, Any], keep: Collection[str]) -> dict[str, Any]:
        return {key: {name: _part(part, keep) for name, part in value.items()}}

    return named


def _any_of(value: list[Mapping[str, Any]], keep: Collection[str]) -> dict[str, Any]:
    return {"anyOf": [_part(part, keep) for part in value]}


def _all_of(value: list[Mapping[str, Any]], keep: Collection[str]) -> dict[str, Any]:
    if len(value) != 1:
        raise ValueError("a reply model cannot join schemas with allOf")
    return _part(value[0], keep)


def _items(value: Mapping[str, Any], keep: Collection[str]) -> dict[str, Any]:
    return {"items": _part(value, keep)}


def _nothing(_value: object, _keep: Collection[str]) -> dict[str, Any]:
    return {}


_STRUCTURE = {
    "properties": _nested("properties"),
    "$defs": _nested("$defs"),
    "anyOf": _any_of,
    "oneOf": _any_of,
    "allOf": _all_of,
    "items": _items,
    "required": _nothing,
    "additionalProperties": _nothing,
}
