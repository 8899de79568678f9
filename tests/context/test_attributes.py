"""What a repository says about its own files, at the default branch."""

from __future__ import annotations

import pytest

from bot.context import attributes, diff


def kind(path, text):
    (file,) = diff.parse(f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n")
    (found,) = attributes.applied([file], text)
    return found.kind


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("api/client.py", "api/*.py linguist-generated", "generated"),
        ("api/client.py", "api/** linguist-generated=true", "generated"),
        ("api/v1/client.py", "*.py text linguist-vendored", "vendored"),
        ("tests/data.py", "tests/data.py linguist-generated", "generated"),
        ("top.py", "/top.py linguist-generated", "generated"),
        ("sub/top.py", "/top.py linguist-generated", "source"),
        ("dist/x.js", "dist/** -linguist-generated", "source"),
        ("dist/x.js", "dist/** linguist-generated=false", "source"),
        ("a.py", "*.py linguist-generated\na.py -linguist-generated", "source"),
        ("a.py", "# a.py linguist-generated", "source"),
        ("a.py", "*.py text eol=lf", "source"),
        ("a.py", "", "source"),
        ("a.py", "linguist-generated", "source"),
        ("yarn.lock", "*.py -linguist-generated", "lock"),
        ("dist/x.js", "dist/** -linguist-vendored", "generated"),
    ],
)
def test_attributes_decide_what_is_only_listed(path, text, expected):
    assert kind(path, text) == expected


def test_a_huge_file_of_attributes_is_cut():
    text = "a.py linguist-generated\n" + "b.py linguist-generated\n" * 20_000
    assert kind("a.py", text) == "source"
    assert kind("b.py", text) == "generated"
