import time

import pytest

from bot import globs


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.md", "README.md", True),
        ("*.md", "docs/deep/a.md", True),
        ("docs/**", "docs/a/b.txt", True),
        ("docs/**", "src/docs/a.txt", False),
        ("**/docs/**", "docs/a.txt", True),
        ("**/docs/**", "src/docs/a.txt", True),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/a/b.py", False),
        ("src/**/x.py", "src/x.py", True),
        ("src/**/x.py", "src/a/b/x.py", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("app/[id]/page.tsx", "app/[id]/page.tsx", True),
        ("app/[id]/page.tsx", "app/i/page.tsx", False),
        ("A.md", "a.md", False),
        ("a*b*c", "axxbxxc", True),
        ("a*b*c", "axxbxx", False),
        ("**", "anything/at/all", True),
    ],
)
def test_what_a_glob_matches(pattern, path, expected):
    assert globs.matches(path, pattern) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "x" * 201,
        "^src",
        "src$",
        "(a+)+b",
        "a\\b",
        "/etc",
        "~/x",
        "!a",
        "a/../b",
        "a\nb",
    ],
)
def test_what_is_not_a_glob_is_named(pattern):
    assert globs.problem(pattern)


@pytest.mark.parametrize("pattern", ["*.md", "app/(auth)/**", "src/+page.ts", "foo.*"])
def test_odd_file_names_are_globs(pattern):
    assert globs.problem(pattern) == ""


def test_hostile_globs_take_no_time():
    start = time.perf_counter()
    assert not globs.matches("a" * 1_000, "*a" * 100 + "b")
    assert not globs.matches("a/" * 500 + "b", "**/a/" * 40 + "c")
    assert time.perf_counter() - start < 2
