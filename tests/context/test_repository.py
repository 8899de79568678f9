"""Paths, and the files that a text speaks of."""

from __future__ import annotations

import pytest

from bot.context import repository
from tests.fakes import FakeReader

TREE = ("orchard/pricing.py", "orchard/stock.py", "shop/stock.py", "README.md")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in orchard/pricing.py it breaks", ("orchard/pricing.py",)),
        ("`pricing.py`, line 3", ("orchard/pricing.py",)),
        ("File /home/runner/orchard/stock.py", ()),
        ("see stock.py", ()),
        ("see shop/stock.py.", ("shop/stock.py",)),
        ("see ./shop/stock.py", ("shop/stock.py",)),
        ("nothing here", ()),
        ("", ()),
    ],
)
def test_a_file_is_named_by_its_path_or_its_only_name(text, found):
    assert repository.mentioned(text, TREE) == found


def test_files_stand_in_the_order_of_the_text_once_each():
    text = "shop/stock.py pricing.py shop/stock.py"
    assert repository.mentioned(text, TREE) == ("shop/stock.py", "orchard/pricing.py")


def test_at_most_eight_files_are_named():
    tree = [f"src/file{n}.py" for n in range(20)]
    assert len(repository.mentioned(" ".join(tree), tree)) == 8


def test_a_text_full_of_words_takes_no_time():
    assert repository.mentioned("a/b.c " * 200_000, TREE) == ()


def test_a_file_is_read_whole_and_shows_what_is_invisible():
    (section,) = repository.whole(["a.py"], FakeReader(files={"a.py": "x\u202e = 1"}))
    assert section.name == "file a.py"
    assert "⟨U+202E⟩" in section.text


def test_a_huge_file_is_cut_and_says_so():
    files = {"a.py": "x" * (repository.FILE_LIMIT + 1)}
    (section,) = repository.whole(["a.py"], FakeReader(files=files))
    assert len(section.text) == repository.FILE_LIMIT
    assert section.name == "file a.py (its first 200,000 of 200,001 characters)"
    assert repository.listed_paths([section]) == {"a.py"}


def test_missing_and_empty_files_are_no_sections():
    assert repository.whole(["gone.py", "e.py"], FakeReader(files={"e.py": ""})) == ()


def test_the_outline_lists_paths_shallow_first_and_reads_the_readme():
    files = dict.fromkeys(TREE, "text")
    paths, readme = repository.outline(FakeReader(files=files))
    assert paths.text.splitlines()[0] == "README.md"
    assert readme.name == "file README.md"
    assert repository.listed_paths([paths]) == set(TREE)


def test_a_long_list_of_paths_is_cut_and_counted():
    files = {f"src/f{n:04}.py": "" for n in range(450)}
    (paths,) = repository.outline(FakeReader(files=files))
    assert "(50 more paths are not listed)" in paths.text


def test_without_a_tree_there_is_no_outline():
    assert repository.outline(FakeReader()) == ()


def test_manifests_are_read_the_shallowest_first():
    files = {
        "sub/package.json": "{}",
        "pyproject.toml": "[project]",
        "go.mod": "",
        "tests/data/package.json": "{}",
        "vendor/x/Cargo.toml": "[package]",
    }
    found = repository.manifests(FakeReader(files=files))
    assert list(found) == ["pyproject.toml", "sub/package.json"]
