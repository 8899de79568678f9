"""Debug: whole files of the trace, hypotheses with a quote that stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.reader import IssueSummary, Job, Touched
from bot.tasks.debug import TASK, DebugReply
from tests import ci_logs
from tests.fakes import PARSE_ERROR, FakeReader, failing_run, issue, pull

TRACE = """\
Traceback (most recent call last):
  File "till.py", line 12, in main
    stock = load(path)
  File "orchard/stock.py", line 2, in load
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
        "evidence": [{"path": "orchard/stock.py", "line": 2, "quote": quote}],
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
    assert (found.path, found.line) == ("orchard/stock.py", 2)
    assert "load" in found.message


def test_a_line_that_the_file_has_not_got_is_not_named():
    trace = TRACE.replace("line 2, in load", "line 29, in load")
    (found,) = [f for f in _material(trace).findings if f.kind == "stack-frame"]
    assert (found.path, found.line) == ("orchard/stock.py", 0)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("pytest -k average", "`pytest -k average`"),
        ("$ git log -1", "`$ git log -1`"),
        ("PYTHONPATH=. python3.12 -m till", "`PYTHONPATH=. python3.12 -m till`"),
        ("average([]) [x]", "average([]) [x]"),
        ("make sure that it fails", "make sure that it fails"),
        ("go to line 2", "go to line 2"),
        ("git log shows when it came.", "git log shows when it came."),
        ("run `pytest`", "run `pytest`"),
        ("git log\nmake test", "\n\n```console\ngit log\nmake test\n```"),
    ],
)
def test_a_command_that_confirms_is_code_and_words_stay_words(said, written):
    reply = _reply("return x")
    reply.hypotheses[0].confirm = said
    body = TASK.render(reply, _material()).body
    assert f"Confirm or refute: {written}".replace(": \n", ":\n") in body


def test_a_change_is_about_what_the_issue_that_it_mends_reports():
    reported = IssueSummary(4, "Till crashes", f"```\n{TRACE}```")
    event = replace(pull(), body="Fixes #4.")
    reader = FakeReader(files=FILES, issues=(reported,))
    kinds = {f.kind for f in TASK.gather(event, reader).findings}
    assert "stack-frame" in kinds
    assert not kinds & {"no-stack-trace", "missing-steps"}
    alone = {f.kind for f in TASK.gather(event, FakeReader(files=FILES)).findings}
    assert "no-stack-trace" in alone


def test_a_report_without_a_trace_says_so():
    kinds = [f.kind for f in _material("It crashes at night.").findings]
    assert "no-stack-trace" in kinds


def test_whole_logs_are_read():
    material = _material(ran=(Job(1, "test", "failure"),), logs={1: b"line one\nend\n"})
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
    assert "**1. The file is half written**" in answer.body
    assert "`orchard/stock.py:2`\n\n```\nreturn x\n```" in answer.body
    assert "Confirm or refute: `stat stock.json`" in answer.body
    assert "Lock it." in answer.body
    assert answer.weight == "major"


def test_without_a_model_the_frames_are_listed():
    assert "`orchard/stock.py:2`" in TASK.render(None, _material()).body


# A failed run, which a triage hands over.

CI_FILES = {
    **FILES,
    "tests/test_pricing.py": "from orchard.pricing import price\n",
    "orchard/pricing.py": "RATES = {}\ndef price(count):\n    return RATES[count]\n\n",
}


def _of_run(**given):
    log = ci_logs.log(ci_logs.FAILED, exit_code=1)
    reader = FakeReader(
        files=CI_FILES, ran=(Job(1, "test", "failure"),), logs={1: log}, **given
    )
    return TASK.gather(failing_run(), reader)


def test_of_a_run_the_whole_log_and_whole_files_are_read():
    material = _of_run()
    (log,) = [s for s in material.sections if s.kind == "log"]
    assert log.name == "whole log of job test (32 lines)"
    assert "pluggy-1.5.0" in log.text
    files = [s for s in material.sections if s.name.startswith("file ")]
    assert sorted((s.name, s.must) for s in files) == [
        ("file orchard/pricing.py", True),
        ("file tests/test_pricing.py", True),
    ]
    assert len(material.fingerprints) == 1


def test_of_a_run_the_verdict_comes_first_and_the_coverage_last():
    material = _of_run(base=(Job(9, "test", "success"),), change=PARSE_ERROR)
    body = TASK.render(_reply("return RATES[count]"), material).body
    assert body.startswith("**Caused by this change**")
    assert "_Read: all 32 log lines, 2 files whole, about " in body
    assert body.endswith(" tokens in all._")


def test_what_did_not_fit_is_not_said_to_be_read():
    material = _of_run()
    cut = [
        replace(s, text="\n".join(s.text.split("\n")[-11:])) if s.kind == "log" else s
        for s in material.sections
    ]
    answer = TASK.render(_reply("x"), replace(material, sections=tuple(cut)))
    assert "the last 10 of 32 log lines" in answer.body


def test_of_a_run_without_a_model_all_that_is_known_is_said():
    body = TASK.render(None, _of_run()).body
    assert body.startswith("**Unclear whose fault it is**")
    assert "**What failed:** job test" in body
    assert "**Next:**" in body


def test_a_trace_in_the_thread_of_a_failing_change_is_followed_too():
    event = pull(body=TRACE)
    log = ci_logs.log(ci_logs.FAILED, exit_code=1)
    jobs = (Job(1, "test", "failure"),)
    reader = FakeReader(files=CI_FILES, ran=jobs, logs={1: log})
    kinds = [finding.kind for finding in TASK.gather(event, reader).findings]
    assert "ci-failure" in kinds
    assert "stack-frame" in kinds


# The whole stack of a report.

STACK = {
    "src/orchard/stock.py": (
        "import json\n\nfrom orchard.store import raw\n\n\n"
        "def load(path):\n    text = raw(path, 'stock.toml')\n"
        '    return json.loads(text)["shelves"]\n'
    ),
    "src/orchard/store.py": "def raw(path, name):\n    return path.read_text()\n",
    "src/till.py": "from orchard.stock import load\n\n\ndef main():\n    load('x')\n",
    "src/unrelated.py": "def paint():\n    pass\n",
    "stock.toml": "[shelves]\n",
}
INSTALLED = """\
With 0.4.0 on Python 3.11:

Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/orchard/stock.py", line 8, in load
    return json.loads(text)["shelves"]
  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s)
KeyError: 'shelves'
"""


def _stacked(**given):
    return TASK.gather(
        issue("Till crashes", INSTALLED), FakeReader(files=STACK, **given)
    )


def _named(material, start):
    return [s for s in material.sections if s.name.startswith(start)]


def test_a_frame_of_the_installed_package_is_the_file_of_the_repository():
    frames = [f for f in _stacked().findings if f.kind == "stack-frame"]
    assert [(f.path, f.line) for f in frames] == [("src/orchard/stock.py", 8)]


def test_callees_callers_and_configuration_lie_beside_the_trace():
    material = _stacked()
    (calls,) = _named(material, "what load in src/orchard/stock.py calls")
    assert "src/orchard/store.py:1\ndef raw(path, name)" in calls.text
    (callers,) = _named(material, "who calls load in src/orchard/stock.py")
    assert "src/till.py:4\ndef main()" in callers.text
    assert _named(material, "file stock.toml")


def test_the_release_the_report_names_is_read_and_what_changed_since_is_said():
    old = STACK | {"src/orchard/stock.py": STACK["src/orchard/stock.py"] + "# old\n"}
    material = _stacked(tags={"0.4.0": FakeReader(files=old)})
    (file,) = _named(material, "file src/orchard/stock.py")
    assert file.text.endswith("# old\n")
    said = [(f.kind, f.message) for f in material.findings]
    assert (
        "release",
        "the report names v0.4.0: the files are read as they are there",
    ) in said
    assert ("changed-since", "has changed since v0.4.0, which the report names") in said


def test_who_last_changed_the_lines_is_read():
    touched = Touched(
        "src/orchard/stock.py", 6, 8, "b" * 40, "2026-10-01T00:00:00Z", "Read shelves"
    )
    (recent,) = _named(_stacked(blamed=(touched,)), "recent changes")
    assert recent.text == (
        "src/orchard/stock.py:6-8 2026-10-01 bbbbbbbbbb Read shelves"
    )


def test_a_closed_issue_that_speaks_of_the_same_is_read_and_named():
    alike = IssueSummary(
        3, "Till crashes on load", "KeyError: 'shelves' in json.loads", "closed"
    )
    other = IssueSummary(4, "Paint it green", "The logo is red.", "closed")
    material = _stacked(closed=(alike, other))
    (found,) = [f for f in material.findings if f.kind == "related-issue"]
    assert found.message.startswith("#3 (closed: Till crashes on load) speaks of ")
    assert len(_named(material, "issue #3 (closed)")) == 1


def test_an_item_that_the_report_links_is_read():
    body = f"{INSTALLED}\nSince #5, see octo/other#6."
    reader = FakeReader(files=STACK, issues=(IssueSummary(5, "Shelves", "Adds them."),))
    material = TASK.gather(issue("Till crashes", body), reader)
    (linked,) = _named(material, "#5 (open): Shelves")
    assert linked.text == "Adds them."


def test_evidence_is_put_where_it_stands_and_what_stands_nowhere_goes():
    said = _reply('return json.loads(text)["shelves"]')
    said.hypotheses[0].evidence[0].path = "src/orchard/stock.py"
    checked = TASK.check(said, _stacked())
    (shown,) = checked.reply.hypotheses[0].evidence
    assert (shown.path, shown.line) == ("src/orchard/stock.py", 8)
    elsewhere = _reply("def raw(path, name):")
    checked = TASK.check(elsewhere, _stacked())
    (shown,) = checked.reply.hypotheses[0].evidence
    assert (shown.path, shown.line) == ("src/orchard/store.py", 1)


def test_nothing_that_stands_is_asked_for_once_more():
    checked = TASK.check(_reply("return nothing_like_it()"), _stacked())
    assert "exactly as they are" in checked.repair


def test_a_path_in_the_words_that_is_nowhere_is_marked():
    reply = _reply("return json.loads(text)[KEY]").model_copy(
        update={"fix_sketch": "Lock `orchard/stock.py` in `orchard/lock.py`."}
    )
    checked = TASK.verify(reply, _material(), FakeReader(files=FILES))
    assert checked.reply.fix_sketch == (
        "Lock `orchard/stock.py` in `orchard/lock.py` (no such file here)."
    )
    assert checked.dropped == ("path that does not exist",)
    assert checked.reply.hypotheses == reply.hypotheses
