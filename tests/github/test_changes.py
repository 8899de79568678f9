"""A pull request's change, by the cheapest way that GitHub allows."""

from __future__ import annotations

import pytest

from bot.context import diff
from bot.github import changes
from bot.github.reader import GitHubReader

PRICING = "def price(count):\n    return count * 3\n"


@pytest.fixture
def read(client, event_of):
    def reader(pull):
        return GitHubReader(client, event_of("pull_request", "opened", pull))

    return reader


def _pull(repository, **files):
    return repository.pull(head_files={"orchard/pricing.py": PRICING} | files)


def _lines(files):
    return {f.path: list(diff.added_lines(f).values()) for f in files}


def test_a_small_change_costs_one_call(repository, read):
    reader = read(_pull(repository, **{"new.py": "x\n", "README.md": None}))
    assert _lines(diff.parse(reader.diff())) == {
        "README.md": [],
        "new.py": ["x"],
        "orchard/pricing.py": ["    return count * 3"],
    }
    assert reader.client.calls == 1


@pytest.mark.parametrize("status", [406, 500, 502, 503])
def test_a_diff_that_github_refuses_is_read_file_by_file(
    repository, read, server, status
):
    files = {"new.py": "x\n", "README.md": None, "x.bin": b"\xff\0", "empty": b""}
    pull = _pull(repository, **files)
    expected = {f.path: f.status for f in diff.parse(read(pull).diff())}
    server.fail("GET", "/repos/octo/sample/pulls/1", status)
    reader = read(pull)
    found = diff.parse(reader.diff())
    assert {file.path: file.status for file in found} == expected
    assert {file.path for file in found if file.is_binary} == {"x.bin"}
    assert all(not file.problems and not file.unread for file in found)
    assert reader.missing == []


def test_a_page_that_is_no_diff_is_not_read_as_one(repository, read, server):
    server.fail("GET", "/repos/octo/sample/pulls/1", 200, body=b"<html>")
    reader = read(_pull(repository))
    assert reader.diff() == ""
    assert "no diff" in reader.missing[0]


def test_more_than_300_files_are_read_by_pages(repository, read):
    pull = _pull(repository, **{f"pkg/f{n}.py": f"x = {n}\n" for n in range(301)})
    reader = read(pull)
    assert len(diff.parse(reader.diff())) == 302
    assert reader.client.calls == 1 + 4


def test_a_file_without_a_patch_is_compared_here(repository, read):
    lines = [f"line {n}" for n in range(200)]
    repository.commit({"big.py": "\n".join(lines) + "\n"})
    lines[100] = "another"
    del lines[20]
    pull = repository.pull(head_files={"big.py": "\n".join(lines) + "\n"})
    (whole,) = diff.parse(read(pull).diff())
    pull.diff_too_large = True
    pull.without_patch.add("big.py")
    reader = read(pull)
    (file,) = diff.parse(reader.diff())
    assert file.is_rebuilt
    assert [hunk.lines for hunk in file.hunks] == [hunk.lines for hunk in whole.hunks]
    assert diff.right_ranges(whole) != ()
    assert diff.right_ranges(file) == ()
    assert reader.client.calls == 1 + 2 + 1 + 2


def test_new_and_removed_files_without_a_patch_have_one_side(repository, read):
    pull = _pull(repository, **{"new.py": "a\nb\n", "README.md": None})
    pull.diff_too_large = True
    pull.without_patch |= {"new.py", "README.md"}
    found = {file.path: file for file in diff.parse(read(pull).diff())}
    assert diff.added_lines(found["new.py"]) == {1: "a", 2: "b"}
    assert (found["README.md"].status, found["README.md"].removed) == ("removed", 1)


def test_only_some_files_are_compared_here_and_the_others_named(repository, read):
    many = {f"f{n:02}.py": "x\n" for n in range(changes.MAX_REBUILT + 3)}
    pull = repository.pull(head_files=many)
    pull.diff_too_large = True
    pull.without_patch |= set(many)
    found = diff.parse(read(pull).diff())
    assert len(found) == len(many)
    assert [f.path for f in found if f.unread] == ["f20.py", "f21.py", "f22.py"]
    assert {f.unread for f in found if f.unread} == {changes.TOO_MANY}
    assert not any(f.is_binary for f in found)


def test_a_file_whose_versions_cannot_be_read_is_named(repository, read, server):
    pull = _pull(repository)
    pull.diff_too_large = True
    pull.without_patch.add("orchard/pricing.py")
    server.fail("GET", "/repos/octo/sample/contents/orchard/pricing.py", 403)
    (file,) = diff.parse(read(pull).diff())
    assert (file.unread, file.hunks) == (changes.TOO_MANY, ())


@pytest.mark.parametrize("name", ['q"uote.py', "a\nb.py", "sp ace.py", "ünï.py"])
def test_a_name_cannot_pass_for_a_line_of_the_diff(repository, read, name):
    pull = repository.pull(head_files={name: "x\n", "a.py": "y\n"})
    pull.diff_too_large = True
    assert {file.path for file in diff.parse(read(pull).diff())} == {name, "a.py"}


def test_a_list_that_github_cut_is_named(repository, read, monkeypatch):
    monkeypatch.setattr(changes, "_MOST_LISTED", 2)
    pull = _pull(repository, **{"new.py": "x\n"})
    pull.diff_too_large = True
    reader = read(pull)
    reader.diff()
    assert reader.missing == [changes.LISTED.format(count=2)]
