"""The archive of a commit: one call and one download in the place of many calls."""

from __future__ import annotations

import pytest

from bot import http
from bot.context import tarball
from bot.errors import HostError
from bot.github import snapshot
from bot.github.reader import GitHubReader
from bot.github.snapshot import Snapshot

MANY = {f"shop_{n % 7}/part_{n}.py": f"NUMBER_{n} = {n}\n" for n in range(300)}


@pytest.fixture
def reader(server, repository, client, event_of):
    repository.commit(MANY | {"uv.lock": "x\n", "dist/app.min.js": "x\n"})
    event = event_of("issues", "opened", repository.issue())
    server.requests.clear()
    return GitHubReader(client, event, allow_private=True)


def _asked(server):
    return [request.path for request in server.requests]


def test_many_files_are_one_call_and_one_download(reader, server):
    found = reader.texts(list(MANY))
    assert found == MANY
    api, store = _asked(server)
    assert api.startswith("/repos/octo/sample/tarball/")
    assert store.startswith("/_tarballs/octo/sample/")
    assert "authorization" not in server.requests[1].headers
    assert reader.texts(list(MANY)[:150]) == dict(list(MANY.items())[:150])
    assert len(server.requests) == 2


def test_few_files_are_asked_for_one_question(reader, server):
    assert len(reader.texts(list(MANY)[:40])) == 40
    assert _asked(server) == ["/graphql"]
    assert reader.naming(["NUMBER_7"]) == ()


def test_names_are_looked_for_once_the_archive_was_read(reader):
    reader.texts(list(MANY))
    assert reader.naming(["NUMBER_7", "NUMBER_30"]) == (
        "shop_0/part_7.py",
        "shop_2/part_30.py",
    )
    assert reader.naming(["NUMBER"]) == ()


def test_what_the_archive_leaves_out_is_asked_for(reader, server):
    found = reader.texts([*MANY, "uv.lock"])
    assert found["uv.lock"] == "x\n"
    assert _asked(server)[2:] == ["/graphql"]


def test_without_an_archive_two_hundred_files_are_asked_for(reader, server):
    server.fail("GET", "/repos/octo/sample/tarball/HEAD", 404)
    assert len(reader.texts(list(MANY))) == 200
    assert _asked(server).count("/graphql") == 4
    assert any("archive of the repository" in each for each in reader.missing)


def test_an_archive_past_a_cap_is_read_in_part_and_says_so(reader, monkeypatch):
    monkeypatch.setattr(tarball, "MAX_ENTRIES", 50)
    assert len(reader.texts(list(MANY))) > 200
    assert reader.missing == [snapshot.CUT.format(problem=tarball.TOO_LARGE)]


def test_a_large_archive_is_searched_for_the_longest_words(monkeypatch):
    monkeypatch.setattr(snapshot, "_MOST_SEARCHED", 1)
    files = {f"{n}.py": b"word_%d" % n for n in range(10, 20)}
    asked = ["word_10", "word_11", *(f"much_longer_word_{n}" for n in range(4))]
    assert Snapshot(files).naming(asked, files) == ()
    assert Snapshot(files).naming(asked[:2], files) == ("10.py", "11.py")


def test_only_text_and_only_paths_of_the_tree_are_given():
    found = Snapshot({"a.py": b"\xff", "b.py": b"b", "c.py": b"b"})
    assert found.texts(["a.py", "b.py", "d.py"]) == {"b.py": "b"}
    assert found.naming(["b"], ["b.py"]) == ("b.py",)


@pytest.mark.parametrize(
    "host",
    [
        "codeload.github.com.evil.example",
        "evil.example",
        "xcodeload.github.com",
        "codeload.github.com@evil.example",
    ],
)
def test_an_archive_on_another_host_is_not_fetched(host):
    with pytest.raises(HostError, match="not GitHub's"):
        http.streamed(f"https://{host}/x", list, host="api.github.com")
