"""Nits that the repository's own tools report."""

from __future__ import annotations

import pytest

from bot.verify import formatters
from tests.fakes import FakeReader


def _tool(files, path, text):
    return formatters.configured(FakeReader(files=files)).reports(path, text)


@pytest.mark.parametrize(
    ("files", "path", "text", "tool"),
    [
        ({"ruff.toml": ""}, "a.py", "Unused import `os`", "ruff"),
        ({"pyproject.toml": "[tool.ruff.lint]\n"}, "a.py", "Line too long", "ruff"),
        ({"pyproject.toml": "[tool.black]\n"}, "a.py", "trailing whitespace", "black"),
        ({"setup.cfg": "[flake8]\n"}, "a.py", "is unused", "flake8"),
        ({".eslintrc.json": "{}"}, "src/a.ts", "Missing semicolon", "eslint"),
        ({"package.json": '{"prettier": {}}'}, "a.ts", "quote style", "prettier"),
        ({"go.mod": ""}, "main.go", "inconsistent indentation", "gofmt"),
        ({"Cargo.toml": ""}, "src/lib.rs", "Trailing whitespace", "rustfmt"),
        ({".pre-commit-config.yaml": "- id: ruff"}, "a.py", "import order", "ruff"),
    ],
)
def test_a_nit_of_a_configured_tool_is_known_by_its_words(files, path, text, tool):
    assert _tool(files, path, text) == tool


@pytest.mark.parametrize(
    ("files", "path", "text"),
    [
        ({}, "a.py", "Unused import `os`"),
        ({"ruff.toml": ""}, "a.ts", "Unused import `os`"),
        ({"ruff.toml": ""}, "a.py", "The lock is never released"),
        ({"pyproject.toml": "[tool.black]\n"}, "a.py", "Unused import `os`"),
        ({"pyproject.toml": "[project]\n"}, "a.py", "Line too long"),
        ({"sub/ruff.toml": ""}, "a.py", "Line too long"),
        ({"ruff.toml": ""}, "a.py", "The formatted date loses its zone"),
    ],
)
def test_everything_else_is_no_nit(files, path, text):
    assert _tool(files, path, text) == ""


def test_shared_configuration_is_read_once_and_only_where_it_is():
    reader = FakeReader(files={"pyproject.toml": "[tool.ruff]", "a.py": ""})
    formatters.configured(reader)
    assert reader.reads == ["pyproject.toml"]
