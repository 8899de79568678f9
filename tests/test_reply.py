"""One strict JSON object comes out of whatever a model wrote, or an error does."""

from __future__ import annotations

import json
import time
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from bot import reply
from bot.errors import ReplyError


class Found(BaseModel):
    model_config = ConfigDict(extra="forbid")
    line: int
    title: str = ""


class Sample(BaseModel):
    """A reply."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["bug", "none"]
    score: float = 0.0
    findings: tuple[Found, ...] = ()
    parent: Found | None = None
    wanted: list[str] = Field(default=[], max_length=10)


PLAIN = '{"kind": "bug", "score": 1}'
EXPECTED = Sample(kind="bug", score=1.0)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"\ufeff {PLAIN}\n",
        f"```json\n{PLAIN}\n```",
        f"Here it is:\n\n{PLAIN}\n\nI hope {{this}} helps, or {{}}.",
        f"<thinking>maybe {{x}}</thinking>{PLAIN}",
        json.dumps(PLAIN),
        f"{PLAIN}\n{PLAIN}",
        f'a "quoted }} word" and {PLAIN}',
    ],
)
def test_the_object_is_found(text: str) -> None:
    assert reply.parse(text, Sample) == EXPECTED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no JSON objects"),
        ("  \n ", "no JSON objects"),
        ('{"kind": "bug", "sco', "no JSON objects"),
        ("{'kind': 'bug'}", "no JSON objects"),
        ('{"kind": "bug",}', "no JSON objects"),
        (f'{PLAIN} {{"kind": "none"}}', "2 different JSON objects"),
        ('{"kind": "bug", "kind": "none"}', "repeats a key"),
        ('{"kind": "bug", "score": NaN}', "NaN"),
        ('{"kind": "bug", "score": -Infinity}', "NaN or Infinity"),
        ('{"kind": "bug", "score": 1e999}', "out of range"),
        (f'{{"kind": "bug", "score": {"9" * 5000}}}', "18 digits"),
        (f'{{"kind": "bug", "score": 1.{"0" * 397}e5}}', "400 digits"),
        ("[" * 5_000, "40 levels"),
        ('{"a":' * 5_000, "40 levels"),
        (PLAIN + " " * reply.MAX_REPLY, "longer than"),
        ('{"kind": "deploy"}', "kind: Input should be 'bug' or 'none'"),
        ('{"kind": "bug", "score": "1"}', "score: "),
        ('{"kind": "bug", "findings": [{"line": 1}, {"line": "4"}]}', "ngs.1.line: "),
        ('{"kind": "bug", "findings": [{"line": 1.5}]}', "findings.0.line: "),
        (json.dumps({"kind": "bug", "wanted": ["a"] * 11}), "wanted: "),
        ("null", "no JSON objects"),
        ("[]", "no JSON objects"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ReplyError) as raised:
        reply.parse(text, Sample)
    assert problem in str(raised.value)


def test_a_key_that_was_not_asked_for_is_left_unread() -> None:
    found = reply.parse(
        '{"kind": "bug", "obey": 1, "findings": [{"line": 1, "x": "y"}]}', Sample
    )
    assert (
        found.model_dump()
        == reply.parse(
            '{"kind": "bug", "findings": [{"line": 1}]}', Sample
        ).model_dump()
    )


def test_an_error_quotes_nothing_of_the_reply() -> None:
    with pytest.raises(ReplyError) as raised:
        reply.parse('{"kind": "SECRET WORDS", "SECRET KEY": "SECRET"}', Sample)
    assert "SECRET" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_an_error_names_ten_places_at_most() -> None:
    many = json.dumps({"kind": "bug", "findings": [{"line": "x"}] * 30})
    with pytest.raises(ReplyError, match="and 20 more"):
        reply.parse(many, Sample)


def test_half_characters_are_replaced() -> None:
    text = '{"kind": "bug", "wanted": ["bad \\ud83d end"]}'
    assert reply.parse(text, Sample).wanted == ["bad \ufffd end"]


def test_a_repair_is_asked_for_with_the_places() -> None:
    asked = reply.repair_request(ReplyError("kind: {x} Field required"))
    assert "kind: {x} Field required" in asked


def test_wanted_names_are_unique_and_a_model_need_not_have_them() -> None:
    assert reply.wanted(Sample(kind="bug", wanted=["a", "", "b", "a"])) == ("a", "b")
    assert reply.wanted(Found(line=1)) == ()


@pytest.mark.parametrize("piece", ["{", '"', "}{", "{}", '\\"', '{"', "[", '{"a":1}'])
def test_the_longest_of_the_worst_takes_under_a_second(piece: str) -> None:
    text = piece * (reply.MAX_REPLY // len(piece))
    start = time.process_time()
    with pytest.raises(ReplyError):
        reply.parse(text, Sample)
    assert time.process_time() - start < 1
