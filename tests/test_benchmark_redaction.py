"""The figures of the secret filter: how many it finds, and what it leaves alone."""

from __future__ import annotations

import hashlib
import json
import random

import pytest

from benchmarks import redaction
from benchmarks.redacting.vendors import NAMED, TOKENS
from bot import secrets

NONE = secrets.vault([])


@pytest.fixture(scope="module")
def found():
    return redaction.recall(each=4)


@pytest.mark.parametrize("place", redaction.PLACES)
def test_recall_is_high_everywhere_a_secret_can_stand(found, place, record_property):
    counts = [each for (_, where), each in found.items() if where == place]
    record_property("generated secrets", sum(of for _, of in counts))
    assert len(counts) == len(TOKENS) + len(NAMED) > 40
    assert redaction.share(counts) >= 0.98


def test_every_vendors_own_form_is_known_wherever_it_stands(found):
    missed = {vendor for (vendor, _), (hits, of) in found.items() if hits < of}
    assert missed <= NAMED.keys()


def _shas():
    dice = random.Random(7)
    for _ in range(300):
        yield hashlib.sha1(dice.randbytes(8)).hexdigest()


def test_commit_names_are_no_secrets():
    for sha in _shas():
        for text in (
            f"commit {sha}",
            f"token: {sha}",
            f'"access_key": "{sha}"',
            f"sourcegraph {sha} and {sha[:12]}",
            f"uses: actions/checkout@{sha} # v7.0.1",
            f"https://github.com/o/r/commit/{sha}",
        ):
            assert secrets.redact(text, NONE).counts == {}, text


def test_false_positives_are_counted_by_kind_and_megabyte(capsys):
    texts = ["password = hunter2hunter2\n" * 2, "nothing\n" * 10_000]
    redaction.print_false_positives("sample", iter(texts), show=1)
    out = capsys.readouterr().out
    assert "sample: 25.0 a MB in 0.1 MB (assigned-secret 2)" in out
    assert "assigned-secret: password = hunter2hunter2" in out


def test_a_miss_is_printed(capsys):
    redaction.print_recall({("v", "log"): (3, 4), ("v", "diff"): (4, 4)})
    out = capsys.readouterr().out
    assert "v in a log: 3 of 4" in out
    assert "all    0.8750" in out


def test_sources_are_texts_that_can_be_read(tmp_path):
    (tmp_path / "a.log").write_bytes(b"one")
    (tmp_path / "b.log").write_bytes(b"\x00binary")
    named = redaction.sources(tmp_path)
    assert list(named["real logs"]) == ["one"]
    assert json.dumps(sorted(named)) == json.dumps(
        ["installed packages", "real logs", "this repository"]
    )
