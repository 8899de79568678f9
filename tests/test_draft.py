"""The draft between the halves: read back whole, and refused where it is hostile."""

from __future__ import annotations

import json

import pytest

from bot import draft as drafts
from bot.draft import Draft, Fold, Inline, nothing
from bot.errors import UsageError
from tests.fakes import SHA, record

DRAFT = Draft(
    kind="answer",
    task="review",
    title="Review",
    body="Two things.",
    folds=(Fold(title="more", body="text"),),
    inline=(Inline(path="a.py", line=3, body="wrong"),),
    speaks=True,
    sha=SHA,
    record=record(),
)


def _with(**changes):
    return json.dumps(json.loads(drafts.dumps(DRAFT)) | changes)


def test_a_draft_is_read_back_as_it_was():
    assert drafts.loads(drafts.dumps(DRAFT)) == DRAFT


def test_a_draft_names_no_target():
    names = set(drafts.json_schema()["properties"])
    assert not names & {"number", "repository", "url", "event", "path", "comment"}


def test_nothing_is_a_draft_with_its_reason():
    assert nothing("closed") == Draft(kind="nothing", reason="closed")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "delete"}, "kind"),
        ({"repository": "octo/other"}, "repository"),
        ({"task": "Review"}, "task"),
        ({"task": "../../x"}, "task"),
        ({"sha": "HEAD"}, "sha"),
        ({"sha": SHA + "\n"}, "sha"),
        ({"body": "x" * 200_001}, "body"),
        ({"title": "x" * 1_001}, "title"),
        ({"folds": [{"title": "t", "body": "b"}] * 21}, "folds"),
        ({"inline": [{"path": "a", "line": 0, "body": "b"}]}, "inline.0.line"),
        ({"inline": [{"path": "a", "line": 1, "side": "UP", "body": ""}]}, "side"),
        ({"schema": 2}, "schema"),
        ({"record": {}}, "record.task"),
        ({"speaks": "perhaps"}, "speaks"),
        ({"task": ""}, "draft"),
    ],
)
def test_what_does_not_fit_is_named(change, place):
    with pytest.raises(UsageError, match=place):
        drafts.loads(_with(**change))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'"answer"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"kind": ' + b"1" * 10_000 + b"}",
    ],
)
def test_what_is_no_draft_ends_in_one_short_line(text):
    with pytest.raises(UsageError) as caught:
        drafts.loads(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_an_error_quotes_neither_values_nor_keys_of_the_draft():
    secret = "hunter2 \x1b[31m ::error::"
    with pytest.raises(UsageError) as caught:
        drafts.loads(_with(**{secret: 1, "kind": secret}))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_thousand_wrong_keys_make_no_long_line():
    with pytest.raises(UsageError) as caught:
        drafts.loads(_with(**{f"key{n}": n for n in range(1_000)}))
    assert len(str(caught.value)) < 300


def test_a_file_is_read(tmp_path):
    path = tmp_path / "draft.json"
    path.write_text(drafts.dumps(DRAFT))
    assert drafts.read_file(str(path)) == DRAFT


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.json"):
        drafts.read_file(str(tmp_path / "gone.json"))


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "draft.json"
    path.write_bytes(b" " * (drafts.MAX_BYTES + 1))
    with pytest.raises(UsageError, match="8 MiB"):
        drafts.read_file(str(path))


def test_a_draft_is_written_where_it_is_read(tmp_path):
    path = str(tmp_path / "draft.json")
    drafts.write_file(nothing("no work"), path)
    assert drafts.read_file(path) == nothing("no work")


@pytest.mark.parametrize("where", ["", "no/folder/draft.json"])
def test_a_draft_that_cannot_be_written_names_the_file(tmp_path, where):
    path = str(tmp_path / where)
    with pytest.raises(UsageError, match="cannot write the draft") as caught:
        drafts.write_file(nothing("no work"), path)
    assert path in str(caught.value)
