"""Review: only what the diff shows survives, on the lines it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.context import Finding, Material
from bot.review import words
from bot.tasks.review import TASK, ReviewReply
from tests.fakes import PARSE_ERROR, FakeReader, pull

LOCK = """\
diff --git a/package-lock.json b/package-lock.json
--- a/package-lock.json
+++ b/package-lock.json
@@ -1 +1 @@
-{}
+{"a": 1}
"""


def _material(change=PARSE_ERROR):
    return TASK.gather(pull(), FakeReader(change=change))


def _reply(**finding):
    said = {
        "path": "orchard/pricing.py",
        "start_line": 3,
        "line": 3,
        "severity": "major",
        "title": "Division by zero",
        "why": "Always.",
        "evidence": "return total / 0",
        "suggestion": "return total",
    }
    return ReviewReply(
        findings=[said | finding] if finding is not None else [], wanted=[]
    )


def test_the_diff_of_each_file_is_a_section_of_its_own():
    names = [section.name for section in _material().sections]
    assert "the diff of orchard/pricing.py" in names
    assert _material().coverage == ("read 1 of 1 file",)


def test_files_no_reviewer_reads_are_counted_and_not_read():
    material = _material(PARSE_ERROR + LOCK)
    assert not any("package-lock" in section.name for section in material.sections)
    assert material.coverage[0].startswith("read 1 of 2 files, 1 skipped: lock")


def test_a_finding_that_the_diff_shows_is_kept():
    checked = TASK.check(_reply(), _material())
    assert len(checked.reply.findings) == 1
    assert (checked.dropped, checked.failed) == ((), False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "orchard/other.py"},
        {"path": "../orchard/pricing.py"},
        {"path": "Orchard/pricing.py"},
        {"line": 40, "start_line": 40},
        {"line": 5, "start_line": 2},
        {"evidence": "this code is nowhere"},
        {"evidence": ""},
    ],
)
def test_a_finding_that_the_diff_does_not_show_is_dropped(wrong):
    checked = TASK.check(_reply(**wrong), _material())
    assert checked.reply.findings == []
    assert checked.failed
    assert len(checked.dropped) == 1


def test_no_findings_at_all_is_no_failure():
    empty = ReviewReply(findings=[], wanted=[])
    assert not TASK.check(empty, _material()).failed


def test_the_heaviest_finding_stands_first_and_weighs():
    many = ReviewReply(
        findings=[
            *_reply(severity="minor").findings,
            *_reply(severity="blocker").findings,
        ],
        wanted=[],
    )
    material = _material()
    answer = TASK.render(TASK.check(many, material).reply, material)
    assert answer.weight == "blocker"
    assert answer.body.index("blocker") < answer.body.index("minor")


def test_a_finding_becomes_a_row_and_a_comment_on_its_line():
    answer = TASK.render(_reply(title="a | b\nc"), _material())
    assert "| major | `orchard/pricing.py:3` | a \\| b c |" in answer.body
    (comment,) = answer.inline
    assert (comment.path, comment.line, comment.side) == (
        "orchard/pricing.py",
        3,
        "RIGHT",
    )
    assert (comment.suggestion, comment.weight) == ("return total", "major")
    assert "return total" not in comment.body


def test_a_clean_change_has_nothing_to_act_on():
    answer = TASK.render(ReviewReply(findings=[], wanted=[]), _material())
    assert answer.weight is None
    assert answer.body == "No findings: read 1 of 1 file."


@pytest.mark.parametrize("severity", ["blocker", "major"])
def test_a_model_that_says_nothing_silences_no_heavy_fact(severity):
    fact = Finding("conflict-marker", "a conflict marker is left in", severity, "a.py")
    material = replace(_material(), findings=(fact,))
    answer = TASK.render(ReviewReply(findings=[], wanted=[]), material)
    assert answer.weight == severity
    assert "a conflict marker is left in" in answer.body


def test_a_light_fact_alone_is_no_comment_when_the_model_found_nothing():
    fact = Finding("no-test", "no test changed with the code", "minor", "a.py")
    material = replace(_material(), findings=(fact,))
    assert TASK.render(ReviewReply(findings=[], wanted=[]), material).weight is None


@pytest.mark.parametrize(
    ("said", "fact", "weight"),
    [("minor", "blocker", "blocker"), ("major", "minor", "major")],
)
def test_the_heavier_of_model_and_fact_weighs(said, fact, weight):
    material = replace(_material(), findings=(Finding("x", "x", fact, "a.py"),))
    assert TASK.render(_reply(severity=said), material).weight == weight


def test_without_a_model_the_risks_are_mapped():
    change = PARSE_ERROR.replace("orchard/pricing.py", "auth/session.py")
    material = replace(_material(change), stakes="critical")
    answer = TASK.render(None, material)
    assert answer.inline == ()
    assert "`auth/session.py`" in answer.body
    assert answer.weight == "minor"


def test_of_a_change_of_no_file_nobody_is_told():
    answer = TASK.render(None, Material())
    assert (answer.body, answer.weight) == (words.NO_CHANGE, None)


def test_where_no_file_is_to_be_read_no_model_is_asked():
    material = TASK.gather(pull(), FakeReader(LOCK, messages=("Lock again",)))
    assert material.sections == ()
    assert material.coverage[0] == "read 0 of 1 file, 1 skipped: lock file"
