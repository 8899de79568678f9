"""Debug: whole files of the trace, hypotheses with a quote that stands there."""

from __future__ import annotations

from bot.tasks import Job
from bot.tasks.debug import TASK, DebugReply
from tests.fakes import FakeReader, issue

TRACE = """\
Traceback (most recent call last):
  File "till.py", line 12, in main
    stock = load(path)
  File "orchard/stock.py", line 9, in load
    return json.loads(text)["shelves"]
KeyError: 'shelves'
"""
FILES = {"orchard/stock.py": "def load(path):\n    return json.loads(text)[KEY]\n"}


def _material(body=TRACE, **given):
    reader = FakeReader(files=FILES, **given)
    return TASK.gather(issue("Till crashes", body), reader)


def _reply(quote):
    hypothesis = {
        "title": "The file is half written",
        "explanation": "It is read while it is written.",
        "path": "orchard/stock.py",
        "line": 2,
        "quote": quote,
        "confirm": "stat stock.json",
    }
    return DebugReply(
        hypotheses=[hypothesis], reproduction="", fix_sketch="Lock it.", wanted=[]
    )


def test_the_files_of_the_trace_are_read_whole_and_must_be():
    (section,) = [s for s in _material().sections if s.name.startswith("file ")]
    assert (section.name, section.must) == ("file orchard/stock.py", True)


def test_a_frame_in_this_repository_is_a_finding():
    (found,) = [f for f in _material().findings if f.kind == "stack-frame"]
    assert (found.path, found.line) == ("orchard/stock.py", 9)
    assert "load" in found.message


def test_a_report_without_a_trace_says_so():
    kinds = [f.kind for f in _material("It crashes at night.").findings]
    assert "no-stack-trace" in kinds


def test_whole_logs_are_read():
    material = _material(
        ran=(Job(1, "test", "failure"),), logs={1: b"line one\nend\n"}
    )
    (log,) = [s for s in material.sections if s.kind == "log"]
    assert log.text == "line one\nend\n"


def test_a_hypothesis_with_its_quote_is_kept():
    checked = TASK.check(_reply("return json.loads(text)[KEY]"), _material())
    assert (len(checked.reply.hypotheses), checked.failed) == (1, False)


def test_a_hypothesis_with_an_invented_quote_fails_the_answer():
    checked = TASK.check(_reply("return nothing_like_it()"), _material())
    assert (checked.reply.hypotheses, checked.failed) == ([], True)
    assert len(checked.dropped) == 1


def test_an_answer_without_any_hypothesis_fails():
    empty = DebugReply(hypotheses=[], reproduction="", fix_sketch="", wanted=[])
    assert TASK.check(empty, _material()).failed


def test_a_hypothesis_is_written_with_its_evidence():
    answer = TASK.render(_reply("return x"), _material())
    assert "**1. The file is half written** `orchard/stock.py:2`" in answer.body
    assert "```\nreturn x\n```" in answer.body
    assert "Confirm or refute: stat stock.json" in answer.body
    assert "Lock it." in answer.body
    assert answer.weight == "major"


def test_without_a_model_the_frames_are_listed():
    assert "`orchard/stock.py:9`" in TASK.render(None, _material()).body
