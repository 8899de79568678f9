"""Checked against a real YAML library, which the tests have and the program has not."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot import yaml_subset
from bot.yaml_subset import Unreadable

ROOT = Path(__file__).parents[1]
FILES = sorted(
    (
        *ROOT.glob(".github/**/*.yml"),
        *ROOT.glob("bot/workflows/*.yml"),
        ROOT / "action.yml",
    )
)
SNIPPETS = (
    "on: push",
    "on: [push, pull_request]",
    "on: {push: {branches: [main, 'rel/*']}, pull_request: }",
    "on: {push, pull_request}",
    "'on':\n  push:\n  pull_request:\n    branches:\n    - main\n    - \"a # b\"",
    "name: 'It''s CI' # the one",
    'name: "C\\"I # x" # y\non:\n- push\n- workflow_run',
    "on:\n  [push,\n   pull_request]\nname: a b\n  c",
    "name: 'a\n  b'",
    "a:\n  - b: 1\n    c: 2\n  - - x\n    - y\n  -\n    z: 1\n",
    'a: "x\\\\ny\\tz"',
    "a: &x\n  b: c\nd: http://x.y/z#q",
    "a: it's # not",
    "a: 'x' # it's",
    "- a: 'b'\n  c: d",
    "a: [\"x, y\", 'z]', []]",
    "\ufeffname: x",
    "---\nname: x\n",
    "a: b:c\ne: {a: b, c}",
    "a:\n- b\n-  c: d\n   e: f\n",
    "run: |\n  if: x\n\n  # no comment\nname: y",
    "run: >-\n    a\n    b\nname: y",
    "",
    "# only a comment\n",
    "a:\nb: ''\nc: []\nd: {}",
)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    # How block scalars fold their lines matters to nobody here.
    return " ".join(str(value or "").split())


@pytest.mark.parametrize("text", [p.read_text() for p in FILES] + list(SNIPPETS))
def test_reads_what_a_yaml_library_reads(text):
    expected = yaml.load(text, yaml.BaseLoader)
    assert _plain(yaml_subset.read(text)) == _plain(expected)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [b, c", 1),
        ("a: 'b", 1),
        ("a:\n\tb: c", 2),
        ("a: b\nc", 2),
        ("a: {b: [c}", 1),
        ("a: [b] c", 1),
        ("a: 'b' c", 1),
        (f"a: b\nc: {'d' * 5_000}", 2),
        ("\n".join(f"{' ' * n}a:" for n in range(100)), 32),
    ],
)
def test_names_the_line_that_cannot_be_read(text, line):
    with pytest.raises(Unreadable, match=f"line {line}:"):
        yaml_subset.read(text)


def test_a_file_beyond_all_measure_is_refused():
    with pytest.raises(Unreadable, match="characters"):
        yaml_subset.read("#" * (yaml_subset.MAX_CHARACTERS + 1))


@given(st.text(alphabet="ab:- #'\"[]{},|>&\\\n\t", max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(Unreadable):
        assert isinstance(yaml_subset.read(text), dict | list | str)


@pytest.mark.parametrize("piece", ["'", '"', "[", "{", "a: ", "- ", "\\", " #"])
def test_a_hostile_file_takes_no_time(piece):
    line = piece * (yaml_subset.MAX_LINE // len(piece) - 1)
    text = "\n".join([f"a: {line}"[: yaml_subset.MAX_LINE]] * 60)
    start = time.process_time()
    with suppress(Unreadable):
        yaml_subset.read(text)
    assert time.process_time() - start < 1
