"""The strict subset, as OpenAI and Anthropic take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from bot.wire.schema import strict


class Leaf(BaseModel):
    path: str = Field(description="Where.", pattern=r"^\S+$", max_length=200)
    side: Literal["LEFT", "RIGHT"] = "RIGHT"


class Tree(BaseModel):
    leaf: Leaf = Field(description="The first one.")
    other: Leaf | None = None
    more: list[Leaf] = Field(default_factory=list, max_length=3)
    children: list[Tree] = Field(default_factory=list)
    ratio: float = Field(0.5, ge=0, le=1)


def test_closes_every_object_and_requires_every_key() -> None:
    schema = strict(Tree.model_json_schema())
    tree, leaf = schema["$defs"]["Tree"], schema["$defs"]["Leaf"]
    assert tree["required"] == ["leaf", "other", "more", "children", "ratio"]
    assert leaf["required"] == ["path", "side"]
    assert tree["additionalProperties"] is leaf["additionalProperties"] is False


def test_a_model_that_holds_itself_is_an_object_at_the_top() -> None:
    schema = strict(Tree.model_json_schema())
    assert schema["type"] == "object"
    assert schema["properties"]["children"]["items"] == {"$ref": "#/$defs/Tree"}


def test_what_is_not_enforced_is_said_in_words() -> None:
    path = strict(Tree.model_json_schema())["$defs"]["Leaf"]["properties"]["path"]
    assert set(path) == {"type", "description"}
    assert path["description"].startswith("Where.")
    assert "maxLength: 200" in path["description"]


def test_bounds_that_are_enforced_stay() -> None:
    schema = strict(Tree.model_json_schema(), keep={"maxItems"})
    more = schema["$defs"]["Tree"]["properties"]["more"]
    assert more["maxItems"] == 3


def test_a_described_reference_keeps_its_words_beside_it() -> None:
    leaf = strict(Tree.model_json_schema())["$defs"]["Tree"]["properties"]["leaf"]
    reference = {"$ref": "#/$defs/Leaf"}
    assert leaf == {"anyOf": [reference], "description": "The first one."}


def test_no_titles_or_defaults_are_left() -> None:
    def keys(part: Any) -> set[str]:
        if isinstance(part, Mapping):
            return set(part).union(*map(keys, part.values()))
        return set().union(*map(keys, part)) if isinstance(part, list) else set()

    assert not {"title", "default"} & keys(strict(Tree.model_json_schema()))


def test_a_key_named_like_a_keyword_is_a_key() -> None:
    class Odd(BaseModel):
        title: str
        default: int
        items: list[str]

    assert strict(Odd.model_json_schema())["required"] == ["title", "default", "items"]


def test_the_schema_given_is_not_changed() -> None:
    before = Tree.model_json_schema()
    strict(before)
    assert before == Tree.model_json_schema()


def test_an_empty_object_is_closed() -> None:
    class Empty(BaseModel, extra="forbid"):
        pass

    closed = {"properties": {}, "required": [], "additionalProperties": False}
    assert strict(Empty.model_json_schema()) == {"type": "object", **closed}


def test_an_object_of_free_keys_is_a_mistake() -> None:
    class Free(BaseModel):
        counts: dict[str, int]

    with pytest.raises(ValueError, match="free keys"):
        strict(Free.model_json_schema())
