"""The benchmark of posted reviews, in small: real command line, GitHub on loopback."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from benchmarks import review
from benchmarks.reviewing import changes, critic, posting
from benchmarks.reviewing.changes import Change
from tests.fakes import PARSE_ERROR

OLD = "def mean(values):\n    return sum(values)\n\n\ndef low(values):\n    return 0\n"
NEW = OLD.replace("sum(values)", "sum(values) / len(values)").replace("0\n", "1\n")
SAME = {"b.py": "x = 1\n"}
CHANGE = Change("mean", {"mean.py": OLD, **SAME}, {"mean.py": NEW, **SAME})


def _sdist(folder: Path, version: str, text: str) -> None:
    with tarfile.open(folder / f"fruit-{version}.tar.gz", "w:gz") as packed:
        for name, content in (("fruit.py", text.encode()), ("a.bin", b"\0\1")):
            entry = tarfile.TarInfo(f"fruit-{version}/{name}")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))


def test_comments_stand_on_their_lines_and_clicks_are_sound():
    found = posting.posted(changes.made(3), critic.findings)
    assert found.inline > 0
    assert found.refused == 0
    assert found.suggestions == found.sound
    assert (found.files, found.lines) == (3, 12)
    assert found.sent > 0
    assert found.usd < found.largest_usd


def test_inventions_are_not_posted():
    found = posting.posted(CHANGE, critic.inventions)
    assert (found.told, found.inline, found.refused) == (500, 0, 0)


def test_the_critic_comments_on_both_sides_and_on_first_and_last_lines():
    said = critic.findings(CHANGE, PARSE_ERROR)
    places = {(each["side"], each["start_line"]) for each in said}
    assert ("RIGHT", 1) in places
    assert ("LEFT", 3) in places
    assert all(each["evidence"] for each in said)


@pytest.mark.parametrize(
    ("text", "is_sound"),
    [
        ("    return sum(values) / len(values) if values else 0", True),
        ("    return sum(values) / len(values)", False),
        ("    return (sum(values)", False),
    ],
)
def test_a_sound_suggestion_differs_and_parses(text, is_sound):
    class Comment:
        path, side, start_line, line = "mean.py", "RIGHT", None, 2

    assert posting._is_sound(text, Comment(), CHANGE) is is_sound


def test_a_suggestion_past_the_end_is_not_sound():
    class Comment:
        path, side, start_line, line = "mean.py", "RIGHT", None, 90

    assert not posting._is_sound("x = 1", Comment(), CHANGE)


def test_versions_of_a_package_are_paired_in_their_order(tmp_path):
    for version, text in (("1.10", "x = 3\n"), ("1.2", "x = 1\n"), ("1.9", "x = 2\n")):
        _sdist(tmp_path, version, text)
    (tmp_path / "notes.txt").write_text("nothing")
    found = list(changes.pairs(tmp_path))
    assert [each.name for each in found] == ["fruit 1.9", "fruit 1.10"]
    assert found[1].base == {"fruit.py": "x = 2\n"}
    assert found[1].head == {"fruit.py": "x = 3\n"}


def test_a_wheel_is_read_without_what_it_says_of_itself(tmp_path):
    file = tmp_path / "fruit-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("fruit/__init__.py", "x = 1\n")
        packed.writestr("fruit-1.0.dist-info/RECORD", "a,b\n")
    assert changes.texts(file) == {"fruit/__init__.py": "x = 1\n"}


def test_a_broken_archive_is_named(tmp_path, capsys):
    (tmp_path / "fruit-1.0.zip").write_bytes(b"no zip")
    (tmp_path / "fruit-1.1.zip").write_bytes(b"no zip")
    assert review.main(["--pairs", str(tmp_path), "--sizes", "--step", "500"]) == 2
    assert "fruit-1.0.zip: no archive" in capsys.readouterr().err


def _row(**changes_to_it) -> posting.Posted:
    values = dict.fromkeys(posting.Posted.__slots__, 1) | {"name": "a", "seconds": 0.5}
    return posting.Posted(**values | changes_to_it)


def test_it_is_right_only_where_nothing_is_refused_unsound_or_invented():
    good = _row(refused=0)
    assert review.is_right({review.MADE: [good]})
    assert not review.is_right({review.MADE: [_row(refused=1)]})
    assert not review.is_right({review.MADE: [_row(refused=0, suggestions=2)]})
    assert not review.is_right({review.LIES: [_row(refused=0, inline=1)]})
    assert review.is_right({review.LIES: [_row(refused=0, inline=0)]})


def test_the_benchmark_in_small_is_printed_and_written(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("<!-- benchmark: review -->\nold\n<!-- end of benchmark -->\n")
    _sdist(tmp_path, "1.0", OLD)
    _sdist(tmp_path, "1.1", NEW)
    arguments = ["--pairs", str(tmp_path), "--step", "96", "--sizes", "2"]
    assert review.main([*arguments, "--into", str(page)]) == 0
    assert "lies: 500 inventions each" in capsys.readouterr().out
    text = page.read_text()
    assert "| versions of packages | 1 |" in text
    assert "| files | tokens read |" in text


def test_the_json_form_has_every_pull_request(capsys):
    assert review.main(["--step", "96", "--sizes", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["is_right"]
    assert list(said["sets"]) == [review.MADE, review.LIES]
    assert said["sets"][review.MADE][0]["name"] == "go-config-a"
