"""A suggestion that a click commits: it applies, differs, parses, and is harmless."""

from __future__ import annotations

import pytest

from bot.verify import suggestion
from bot.verify.suggestion import Verdict

SOURCE = """\
import json


def load(path):
    text = path.read_text()
    return json.loads(text)
"""
LINE = "    return json.loads(text)"


def _judged(text, *, path="shop/stock.py", lines=(6, 6), source=SOURCE, current=LINE):
    return suggestion.judged(path, lines, text, source=source, current=current)


def test_a_replacement_that_parses_is_committed_as_it_is():
    assert _judged("    return json.loads(text or '{}')") == Verdict(
        "    return json.loads(text or '{}')"
    )


def test_a_replacement_at_the_margin_gets_the_indentation_of_its_lines():
    said = "if not text:\n    return {}\nreturn json.loads(text)\n"
    assert _judged(said).text == (
        "    if not text:\n        return {}\n    return json.loads(text)"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LINE, suggestion.UNCHANGED),
        ("return json.loads(text)", suggestion.UNCHANGED),
        ("    return json.loads(text", suggestion.BROKEN),
        ("      return json.loads(text or '{}')\n  x = 1", suggestion.BROKEN),
        ("    return 'a\u202eb'", suggestion.INVISIBLE),
        ("    return '[REDACTED:github-token]'", suggestion.PLACEHOLDER),
    ],
)
def test_a_replacement_that_nobody_should_commit_is_not_shown(text, why):
    assert _judged(text) == Verdict(why=why)


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        "action.yml",
        "docs/CODEOWNERS",
        "uv.lock",
        "app/Dockerfile",
        "site.pth",
        "tests/conftest.py",
        "setup.py",
        "pyproject.toml",
    ],
)
def test_files_that_decide_what_runs_are_not_changed_by_a_click(path):
    assert _judged("x", path=path).why == suggestion.FORBIDDEN


@pytest.mark.parametrize(
    "text",
    [
        "    return eval(text)",
        "    import os\n    return {}",
        "    subprocess.run(text)",
    ],
)
def test_what_brings_in_something_risky_is_shown_and_left_to_be_typed(text):
    verdict = _judged(text)
    assert (verdict.text, verdict.may_be_shown) == ("", True)
    assert "brings in" in verdict.why


def test_what_was_there_before_is_not_brought_in():
    source = SOURCE.replace("json.loads(text)", "eval(text)")
    found = _judged(
        "    return eval(text or '{}')", source=source, current="    return eval(text)"
    )
    assert found.text


@pytest.mark.parametrize(
    "given",
    [
        {"source": None},
        {"current": "    return something_else"},
        {"lines": (60, 60)},
        {"lines": (0, 0)},
        {"lines": (6, 5)},
    ],
)
def test_what_does_not_apply_is_text(given):
    verdict = _judged("    return {}", **given)
    assert (verdict.text, verdict.may_be_shown) == ("", True)


def test_a_file_that_never_parsed_may_stay_as_broken_as_it_was():
    source = "def load(path:\n    return 1\n"
    found = _judged("    return 2", source=source, lines=(2, 2), current="    return 1")
    assert found.text == "    return 2"


def test_a_file_without_a_grammar_is_judged_by_the_rest():
    found = _judged("two", path="notes.rb", lines=(1, 1), source="one\n", current="one")
    assert found.text == "two"


def test_windows_line_ends_apply():
    source = SOURCE.replace("\n", "\r\n")
    assert _judged("    return json.loads(text or '{}')", source=source).text


def test_code_nested_beyond_reason_is_no_crash():
    deep = "    return " + "(" * 5_000 + ")" * 5_000
    assert _judged(deep).text == ""
