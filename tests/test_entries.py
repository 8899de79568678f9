"""Entries: merged without doubles, times read, files of others refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import entries
from bot.entries import Collected, Entry
from bot.errors import UsageError
from tests import fakes

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _entry(source="comment", **changes):
    return Entry(source=source, number=7, record=fakes.record(**changes))


def test_a_record_that_is_told_twice_counts_once():
    kept = _entry("artifact", run="5.1")
    posted = _entry("comment", run="5.1")
    other = _entry("artifact", run="6.1")
    assert entries.merged([kept, other, posted]) == [posted, other]


def test_records_of_two_tasks_of_one_run_both_count():
    both = [_entry(run="5.1"), _entry(run="5.1", task="debug")]
    assert len(entries.merged(both)) == 2


def test_oldest_first_and_nothing_older_than_asked_for():
    late, early = _entry(at="2026-11-20T00:00:00Z"), _entry(at="2026-10-01T00:00:00Z")
    found = Collected([late, early, late], ["one", "one"])
    assert found.ledger("").entries == (early, late)
    assert found.ledger("2026-11-01T00:00:00Z").entries == (late,)
    assert found.ledger("").notes == ("one",)


@pytest.mark.parametrize(
    ("span", "then"),
    [
        ("12h", "2026-11-24T00:00:00Z"),
        ("30d", "2026-10-25T12:00:00Z"),
        ("2w", "2026-11-10T12:00:00Z"),
        ("2026-11-01", "2026-11-01T00:00:00Z"),
        ("2026-11-01T02:00:00+02:00", "2026-11-01T00:00:00Z"),
    ],
)
def test_how_far_back(span, then):
    assert entries.moment(span, NOW) == then


@pytest.mark.parametrize("span", ["", "30", "d", "yesterday", "-3d", "99999d"])
def test_what_is_no_time_is_refused(span):
    with pytest.raises(UsageError, match="--since takes"):
        entries.moment(span, NOW)


def test_a_ledger_is_read_back(tmp_path):
    path = tmp_path / "ledger.json"
    written = Collected([_entry(usd=None)]).ledger("")
    path.write_text(written.model_dump_json(by_alias=True))
    assert entries.read_file(str(path)) == written


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": 2}', '{"entries": [{}]}'])
def test_what_is_no_ledger_is_refused_without_quoting_it(tmp_path, text):
    path = tmp_path / "ledger.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="is no ledger"):
        entries.read_file(str(path))
    with pytest.raises(UsageError, match="cannot read the ledger"):
        entries.read_file(str(tmp_path / "none.json"))


def test_two_of_this_machine_in_one_second_both_stand():
    both = [_entry(source="local"), _entry(source="local")]
    assert len(entries.merged(both)) == 2
