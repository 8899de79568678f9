"""Reading provider JSON that may lack anything or hold the wrong type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.providers import Citation

_MAX_CITATIONS = 50


def mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """The JSON objects in `value`, nothing if it is no list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: object) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def count(value: object) -> int:
    """`value` if it is a whole number of something, else 0."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return max(value, 0)


def citations(found: Iterable[Mapping[str, Any]]) -> tuple[Citation, ...]:
    """One citation an address, in order, web addresses only, at most 50."""
    unique: dict[str, Citation] = {}
    for source in found:
        url = text(source.get("url"))
        if url.startswith(("https://", "http://")) and url not in unique:
            unique[url] = Citation(url, text(source.get("title")))
        if len(unique) == _MAX_CITATIONS:
            break
    return tuple(unique.values())
