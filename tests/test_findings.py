"""Findings for people and models."""

from __future__ import annotations

import json

import pytest

from bot import findings
from bot.context import Finding, Material, Section


def _finding(severity="minor", message="it is wrong", **more):
    return Finding("kind", message, severity, **more)


def test_the_heaviest_stand_first():
    text = findings.as_markdown(
        [_finding("info", "d"), _finding("blocker", "a"), _finding("minor", "c")]
    )
    assert [line[-1] for line in text.splitlines()] == ["a", "c", "d"]


def test_nothing_is_written_for_none():
    assert findings.as_markdown([]) == ""


def test_more_than_twelve_are_counted():
    text = findings.as_markdown([_finding()] * 13)
    assert text.count("it is wrong") == 12
    assert text.endswith("_and 1 more of the same kinds._")
    assert "more of" not in findings.as_markdown([_finding()] * 12)


def test_a_message_is_plain_text():
    text = findings.as_markdown([_finding(message="@octocat <img src=x> **b** #1")])
    assert "`@octocat`" in text
    assert "<img" not in text
    assert "`#1`" in text


def test_a_place_is_code():
    assert findings.place("a.py", 3) == "`a.py:3`"
    assert findings.place("a.py") == "`a.py`"
    assert findings.place("") == ""
    assert findings.place("a`b.py", 1) == "``a`b.py:1``"


def test_a_quote_is_fenced_whatever_it_holds_and_cut_after_thirty_lines():
    quote = "\n".join(["```", *(f"line {n}" for n in range(40))])
    text = findings.as_markdown([_finding(quote=quote)])
    assert text.count("````") == 2
    assert "line 28" in text
    assert "line 29" not in text


@pytest.mark.parametrize(
    ("weight", "threshold", "reached"),
    [
        ("blocker", "major", True),
        ("major", "major", True),
        ("minor", "major", False),
        ("info", "info", True),
        (None, "info", False),
    ],
)
def test_a_weight_reaches_a_threshold_or_not(weight, threshold, reached):
    assert findings.reaches(weight, threshold) is reached


def test_the_heaviest_weight_is_found():
    assert findings.heaviest([_finding("info"), _finding("major")]) == "major"
    assert findings.heaviest([]) is None


def test_a_model_gets_the_findings_as_json_without_empty_fields():
    section = findings.as_section([_finding(path="a.py", line=2)])
    assert section.priority == 0
    assert json.loads(section.text) == [
        {
            "kind": "kind",
            "message": "it is wrong",
            "severity": "minor",
            "path": "a.py",
            "line": 2,
        }
    ]


def test_a_model_reads_the_findings_first_and_nothing_more_where_there_are_none():
    told = Section("the item", "It is wrong.")
    material = Material((told,), (_finding(),))
    first, second = findings.before_sections(material)
    assert (first.name, second) == (findings.SECTION, told)
    assert findings.before_sections(Material((told,))) == (told,)
