"""What a real provider refuses before its model reads a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.model_formats import Format

Problem = tuple[int, str, str]
_SAMPLING = ("temperature", "top_p", "top_k")
_NEEDED = {
    "messages": ("model", "max_tokens", "messages"),
    "responses": ("model", "input"),
    "chat": ("model", "messages"),
}


def problem(
    body: Mapping[str, Any], headers: Mapping[str, str], wire: Format, key: str
) -> Problem | None:
    """Say what is wrong with a request as (status, error type, message)."""
    if key and not _has_key(headers, wire, key):
        return 401, "authentication_error", f"incorrect api key: {headers}"
    missing = [name for name in _NEEDED[wire.name] if name not in body]
    if missing:
        return 400, "invalid_request_error", f"missing: {missing}"
    if wire.name != "chat" and any(name in body for name in _SAMPLING):
        return 400, "invalid_request_error", "sampling parameters are not supported"
    if wire.name == "messages" and "anthropic-version" not in headers:
        return 400, "invalid_request_error", "anthropic-version is required"
    return _schema_problem(wire.schema(body), wire)


def _has_key(headers: Mapping[str, str], wire: Format, key: str) -> bool:
    bearer = headers.get("authorization", "")
    if bearer == f"Bearer {key}":
        return True
    if wire.name == "messages":
        return headers.get("x-api-key") == key
    # A server on one's own machine takes requests without a key.
    return wire.name == "chat" and not bearer


def _schema_problem(schema: Mapping[str, Any] | None, wire: Format) -> Problem | None:
    for part in _parts(schema or {}):
        if (
            part.get("type") == "object"
            and part.get("additionalProperties") is not False
        ):
            return 400, "invalid_json_schema", "additionalProperties must be false"
        keys = set(part.get("properties", {}))
        if wire.name == "responses" and keys - set(part.get("required", ())):
            return 400, "invalid_json_schema", "every key must be required"
        if wire.name == "responses" and "$ref" in part and len(part) > 1:
            return 400, "invalid_json_schema", "$ref stands alone"
    return None


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for key in ("properties", "$defs"):
        for part in schema.get(key, {}).values():
            yield from _parts(part)
    for key in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(key, ()):
            yield from _parts(part)
    if "items" in schema:
        yield from _parts(schema["items"])
