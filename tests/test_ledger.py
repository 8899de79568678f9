"""Markers: written, read back, bounded, and worth nothing where they are forged."""

from __future__ import annotations

import base64
import json

import pytest
from pydantic import ValidationError

from bot import ledger
from bot.ledger import History, Place, Record
from tests.fakes import record

EMPTY = History()
PLACE = Place(77, 7)
SEALED = Place(77, 7, "a key for markers")


def _marker(history=EMPTY, place=PLACE, *, task="triage", key="ab12"):
    return ledger.marker(task, key, history=history, place=place)


def _packed(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_what_is_written_is_read_back():
    history = History().with_record(record(usd=None, fallbacks=("a:b: no key",)))
    found = ledger.read(f"An answer.\n\n{_marker(history)}", PLACE)
    assert (found.version, found.task, found.key) == (1, "triage", "ab12")
    assert found.history == history


def test_twenty_five_edits_keep_the_totals_and_the_last_twenty_records():
    history = History()
    for number in range(25):
        history = history.with_record(record(at=f"day {number}", usd=0.5, calls=2))
        history = ledger.read(_marker(history), PLACE).history
    assert (history.runs, history.calls, history.usd) == (25, 50, 12.5)
    assert [each.at for each in history.records] == [f"day {n}" for n in range(5, 25)]
    assert [bool(each.signals) for each in history.records] == [False] * 19 + [True]


def test_a_marker_never_outgrows_what_is_read_back():
    history = History()
    for _ in range(20):
        history = history.with_record(
            record(reason="\u00e4" * 400, fallbacks=("\u00e4" * 200,) * 20)
        )
    marker = _marker(history)
    assert len(marker) <= ledger.MARKER_LIMIT
    kept = ledger.read(marker, PLACE).history
    assert (kept.runs, kept.calls) == (20, 20)
    assert 0 < len(kept.records) < 20
    assert kept.records[-1] == history.records[-1]


def test_an_unknown_price_adds_nothing_to_the_total():
    assert History().with_record(record(usd=None)).usd == 0.0


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no marker at all",
        f"{_marker()}\nsomething after it",
        f"in a line: {_marker()}",
        "<!-- routebot:v1 t=triage k=zz d= h= -->",
        "<!-- routebot:v1 t=TRIAGE k=ab d= h= -->",
        "<!-- routebot:v1 t=triage k=ab d=" + "A" * ledger.MARKER_LIMIT + " h= -->",
    ],
)
def test_only_a_whole_marker_in_the_last_line_counts(body):
    assert ledger.read(body, PLACE) is None


def test_a_marker_with_windows_line_ends_is_found():
    assert ledger.read(f"text\r\n\r\n{_marker()}\r\n", PLACE) is not None


@pytest.mark.parametrize(
    "data",
    [
        "%",
        "A",
        _packed(b"\xff\xfe"),
        _packed([1, 2]),
        _packed({"runs": -1}),
        _packed({"runs": 1, "surprise": 1}),
        _packed(b'{"usd": Infinity}'),
        _packed(b"[" * 9_000),
    ],
)
def test_unreadable_content_is_a_marker_without_history(data):
    body = f"<!-- routebot:v1 t=triage k=ab12 d={data} h= -->"
    found = ledger.read(body, PLACE)
    assert found is None or found.history is None


def test_a_newer_version_is_seen_and_not_understood():
    found = ledger.read(_marker().replace(":v1 ", ":v2 "), PLACE)
    assert (found.version, found.history) == (2, None)


def test_without_a_key_nothing_is_authentic():
    assert not ledger.read(_marker(), PLACE).is_authentic


def test_with_a_key_our_own_marker_is_authentic():
    assert ledger.read(_marker(place=SEALED), SEALED).is_authentic


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(78, 7, SEALED.secret),
        Place(77, 8, SEALED.secret),
        Place(77, 7, "another key"),
    ],
)
def test_a_marker_proves_nothing_in_another_place(elsewhere):
    assert not ledger.read(_marker(place=SEALED), elsewhere).is_authentic


@pytest.mark.parametrize(
    ("old", "new"), [("t=triage", "t=review"), ("k=ab12", "k=ab13"), (" d=", " d=AA")]
)
def test_a_changed_marker_loses_its_seal(old, new):
    marker = _marker(History().with_record(record()), SEALED).replace(old, new)
    assert not ledger.read(marker, SEALED).is_authentic


def test_a_marker_is_one_line_that_closes_no_comment_early():
    marker = _marker(History().with_record(record(reason="--> @all\n<b>")), SEALED)
    assert "\n" not in marker
    assert marker.count("-->") == 1


def test_the_key_depends_on_every_part_and_on_their_borders():
    keys = {
        ledger.key_of(77, 7, "review", "sha"),
        ledger.key_of(77, 7, "review", "sha2"),
        ledger.key_of(7, 77, "review", "sha"),
        ledger.key_of(77, 7, "reviews", "ha"),
        ledger.key_of(77, 7, "review", "\ud800"),
    }
    assert len(keys) == 5
    assert all(len(key) == 32 for key in keys)


def test_what_people_see_is_the_body_without_its_marker():
    assert ledger.without_marker(f"Seen.\n\n{_marker()}\n") == "Seen."
    assert ledger.without_marker("Seen.\n") == "Seen."


@pytest.mark.parametrize(
    "change",
    [
        {"usd": float("inf")},
        {"usd": float("nan")},
        {"confidence": 1.1},
        {"calls": -1},
        {"reason": "x" * 401},
        {"fallbacks": ["x"] * 21},
        {"signals": [{"name": "n", "weight": float("nan")}]},
        {"unknown": 1},
    ],
)
def test_a_record_has_its_borders(change):
    with pytest.raises(ValidationError):
        record(**change)


def test_the_schema_of_a_record_names_its_version():
    assert "schema" in ledger.json_schema()["properties"]
    assert Record.model_validate_json(record().model_dump_json(by_alias=True))


def test_only_the_newest_record_says_who_read_what_and_what_was_dropped():
    share = {"model_class": "fast", "files": 1}
    drops = {"reason": "why", "count": 1}
    full = record(shares=[share], dropped_for=[drops])
    older, newest = History().with_record(full).with_record(full).records
    assert (older.shares, older.dropped_for) == ((), ())
    assert (len(newest.shares), len(newest.dropped_for)) == (1, 1)
