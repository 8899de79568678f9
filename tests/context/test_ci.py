"""A failed run is read within bounds, and each failure with what else is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.context import ci, ci_evidence, ci_findings, ci_sections
from bot.context.ci_sections import DIFF_OF
from bot.reader import Job
from tests import ci_logs
from tests.fakes import PARSE_ERROR, SHA, FakeReader, failing_run

FAILED = ci_logs.log(ci_logs.FAILED, exit_code=1)
OTHER = FAILED.replace(b"test_six", b"test_two").replace(b"KeyError", b"NameError")
PASSED = ci_logs.log(ci_logs.PASSED)
OFFLINE = ci_logs.log(ci_logs.OFFLINE, command="pip install pytest", exit_code=1)
TEST = Job(1, "test", "failure", sha=SHA)


def _read(*jobs, logs=None, **given):
    reader = FakeReader(ran=jobs or (TEST,), logs=logs or {1: FAILED}, **given)
    return ci.read(failing_run(), reader), reader


def _logs_read(reader):
    return [read for read in reader.reads if read.startswith("log ")]


def test_of_a_green_base_one_log_is_read_and_of_a_red_one_two():
    green = (Job(8, "test", "success"), Job(9, "test", "success"))
    _, reader = _read(base=green)
    assert _logs_read(reader) == ["log 1", "log 8"]
    red = (Job(7, "test", "failure", sha="b" * 40), *green)
    run, reader = _read(base=red, logs={1: FAILED, 7: FAILED})
    assert _logs_read(reader) == ["log 1", "log 8", "log 7"]
    assert run.verdict.name == "failing_on_base"


def test_the_jobs_of_one_matrix_share_a_green_log():
    jobs = [Job(n, f"test (3.{n})", "failure") for n in (1, 2, 3)]
    base = tuple(Job(10 + n, f"test (3.{n})", "success") for n in (1, 2, 3))
    run, reader = _read(*jobs, base=base, logs=dict.fromkeys((1, 2, 3), FAILED))
    assert _logs_read(reader) == ["log 1", "log 11", "log 2", "log 3"]
    assert len(run.failed) == 1


def test_another_failure_on_base_is_not_taken_for_this_one():
    red = (Job(7, "test", "failure", sha="b" * 40),)
    run, _ = _read(base=red, logs={1: FAILED, 7: OTHER})
    assert run.verdict.name == "unclear"


def test_logs_are_read_up_to_a_number_of_bytes():
    jobs = [Job(n, f"job {n}", "failure") for n in (1, 2, 3)]
    reader = FakeReader(ran=tuple(jobs), logs=dict.fromkeys((1, 2, 3), FAILED))
    witness = ci_evidence.Witness(failing_run(), reader, bytes_left=len(FAILED))
    assert witness.distilled(jobs[0]).lines_total
    assert not witness.distilled(jobs[1]).lines_total
    assert _logs_read(reader) == ["log 1"]


def test_the_worst_verdict_speaks_for_the_run():
    jobs = [TEST, Job(2, "docs", "failure")]
    run, _ = _read(*jobs, logs={1: FAILED, 2: OFFLINE})
    assert [each.verdict.name for each in run.failed] == ["unclear", "infrastructure"]
    assert run.verdict.name == "unclear"


def test_what_the_verdict_is_about_comes_first():
    jobs = [Job(2, "docs", "failure"), TEST]
    run, _ = _read(*jobs, logs={1: FAILED, 2: OFFLINE})
    assert [each.jobs[0].name for each in run.failed] == ["test", "docs"]


UNLISTED = "jobs of run {id} could not be read ({why})"


@pytest.mark.parametrize(
    ("why", "kind"),
    [("no permission", ci_findings.NO_ACCESS), ("500", ci_findings.NO_ANSWER)],
)
def test_jobs_that_nobody_could_list_are_not_jobs_that_never_started(why, kind):
    event = failing_run()
    missing = [UNLISTED.format(id=event.run.id, why=why)]
    run = ci.read(event, FakeReader(ran=(), missing=missing))
    assert run.is_unread
    assert not run.workflow
    assert run.verdict.name == "unclear"
    assert why in run.verdict.evidence[0]
    assert kind in [finding.kind for finding in ci_findings.of(run, missing)]


def test_jobs_of_another_run_do_not_count():
    event = failing_run()
    missing = [UNLISTED.format(id=event.run.id + 1, why="no permission")]
    assert not ci.read(event, FakeReader(ran=(), missing=missing)).is_unread


def test_a_log_that_is_no_text_is_not_quoted():
    run, _ = _read(logs={1: bytes(range(128, 256)) * 40})
    (told,) = [f for f in ci_findings.of(run) if f.kind == ci_findings.NO_LOG]
    assert not told.quote


def test_tools_that_lack_what_they_could_not_fetch_met_the_network():
    run, _ = _read(logs={1: OFFLINE})
    assert run.failed[0].evidence.category == "network"


def test_a_module_that_is_missing_is_no_network():
    text = "ERROR: No matching distribution found for foo==9.9\nModuleNotFoundError: x"
    run, _ = _read(logs={1: ci_logs.log(text, exit_code=1)})
    assert run.failed[0].evidence.category != "network"


def test_a_failing_test_that_says_it_could_not_connect_met_its_own_fault():
    text = ci_logs.FAILED.replace("KeyError: 6", "ConnectionError: connection refused")
    run, _ = _read(logs={1: ci_logs.log(text, exit_code=1)})
    assert run.failed[0].evidence.category == "test"


@pytest.mark.parametrize("finished", ["", "yesterday", "2026-11-02T10:00:00"])
def test_without_a_time_of_github_nothing_is_remembered(finished):
    _, reader = _read(Job(1, "test", "failure", finished_at=finished))
    assert not [read for read in reader.reads if read.startswith("comments")]


def test_thirty_days_are_counted_from_the_end_of_the_run():
    _, reader = _read(Job(1, "test", "failure", finished_at="2026-11-02T10:00:00Z"))
    assert "comments since 2026-10-03T10:00:00Z" in reader.reads


def test_a_run_of_the_default_branch_is_one_of_the_base():
    event = failing_run(number=None, is_pull_request=False)
    main = replace(event.run, event="push", head=replace(event.run.head, ref="main"))
    reader = FakeReader(ran=(TEST,), logs={1: FAILED})
    assert ci.read(replace(event, run=main), reader).is_of_base
    merge = replace(main, event="pull_request")
    assert not ci.read(replace(event, run=merge), reader).is_of_base
    assert not ci.read(event, reader).is_of_base


def test_no_line_is_quoted_without_end():
    long = ci_logs.FAILED.replace("KeyError: 6", "KeyError: " + "x" * 1_500)
    run, _ = _read(logs={1: ci_logs.log(long, exit_code=1)})
    quotes = [finding.quote for finding in ci_findings.of(run)]
    assert max(len(line) for q in quotes for line in q.split("\n")) <= 300


SILENT = ci_logs.log("", command="./scripts/verify.sh", exit_code=3)


def test_of_a_step_that_printed_nothing_no_cause_is_claimed():
    run, reader = _read(logs={1: SILENT}, change=PARSE_ERROR)
    (told,) = [f for f in ci_findings.of(run) if f.kind == ci_findings.NO_OUTPUT]
    assert "printed nothing before it ended with exit code 3" in told.message
    assert "it ran: ./scripts/verify.sh" in told.message
    assert told.quote == ""
    assert run.verdict.name == "unclear"
    assert ci_sections.of(run, reader.file) == ()


def test_of_a_silent_script_the_lines_are_shown():
    script = b"##[group]Run ./build.sh\n./build.sh\ntest -s out.txt\n##[endgroup]\n"
    end = b"##[error]Process completed with exit code 1.\n"
    run, _ = _read(logs={1: script + end})
    (told,) = [f for f in ci_findings.of(run) if f.kind == ci_findings.NO_OUTPUT]
    assert told.quote == "./build.sh\ntest -s out.txt"


def test_a_silent_step_has_no_name_by_which_it_is_seen_again():
    run, _ = _read(logs={1: SILENT})
    assert run.fingerprints == ()


def test_jobs_that_ran_the_same_silent_command_are_told_once():
    jobs = [Job(n, f"test (3.{n})", "failure") for n in (1, 2)]
    other = Job(3, "docs", "failure")
    logs = dict.fromkeys((1, 2), SILENT) | {3: SILENT.replace(b"verify", b"spell")}
    run, _ = _read(*jobs, other, logs=logs)
    assert [len(each.jobs) for each in run.failed] == [2, 1]


def test_what_a_test_report_says_speaks_for_a_silent_step():
    report = b"""<testsuite><testcase name="test_six" file="tests/test_pricing.py">
    <failure message="KeyError: 6"/></testcase></testsuite>"""
    run, _ = _read(logs={1: SILENT}, reports=(("report.xml", report),))
    (told,) = [f for f in ci_findings.of(run) if f.kind == ci_findings.FAILURE]
    assert "test_six: KeyError: 6" in told.message


# Runs of more failed jobs than are read.


def _many(count):
    matrix = [Job(n, f"test ({n})", "failure") for n in range(1, count)]
    jobs = [*matrix, Job(count, "docs", "failure"), Job(99, "lint", "success")]
    logs = dict.fromkeys(range(1, count), FAILED) | {count: OFFLINE}
    return _read(*jobs, logs=logs)


def test_of_every_matrix_one_log_is_read_before_of_any_a_second():
    run, reader = _many(40)
    assert _logs_read(reader)[:3] == ["log 1", "log 40", "log 2"]
    assert len(_logs_read(reader)) == ci.LOGS
    assert len(run.unread) == 32


def test_what_was_read_is_said_and_nothing_of_what_was_not():
    run, _ = _many(40)
    said = "read the logs of 8 of 40 failed jobs; not read: 32 of test"
    assert run.coverage == said
    told = next(f for f in ci_findings.of(run) if f.kind == ci_findings.FAILURE)
    assert told.message.startswith("7 of the 8 failed jobs that were read, same fail")


def test_of_few_failed_jobs_all_are_read():
    run, _ = _many(8)
    assert (run.coverage, run.unread) == ("", ())
    told = next(f for f in ci_findings.of(run) if f.kind == ci_findings.FAILURE)
    assert told.message.startswith("7 of 9 jobs, same failure (test (1), ")


def test_of_many_matrices_that_were_not_read_the_largest_are_named():
    run, _ = _many(1)
    left = [Job(n, f"{name} ({n})", "failure") for n, name in enumerate("aabbccdde")]
    coverage = replace(run, unread=tuple(left)).coverage
    assert coverage.endswith("; not read: 2 of a, 2 of b, 2 of c, 3 more")


# What a model reads.


def test_the_source_is_read_around_the_lines_that_failed():
    long = "".join(f"line {n}\n" for n in range(1, 401))
    run, reader = _read(
        files={"orchard/pricing.py": long.replace("line 4\n", "x\n")},
        change=PARSE_ERROR,
    )
    sections = ci_sections.of(run, reader.file)
    (source,) = [s for s in sections if s.name.startswith("file ")]
    assert source.name == "file orchard/pricing.py (lines 1-44 of 400)"
    assert source.text.startswith("line 1\n")
    assert source.text.endswith("line 44")
    assert ci_sections.known_lines(sections)["orchard/pricing.py"] == (range(1, 401),)


def test_the_diff_alone_tells_which_lines_of_its_hunks_are_there():
    run, reader = _read(change=PARSE_ERROR)
    sections = ci_sections.of(run, reader.file)
    assert f"{DIFF_OF}orchard/pricing.py" in [section.name for section in sections]
    known = ci_sections.known_lines(sections)
    assert known == {"orchard/pricing.py": (range(1, 5),)}


def test_without_a_line_of_any_log_there_is_nothing_to_read():
    run, reader = _read(logs={1: b""}, change=PARSE_ERROR)
    assert ci_sections.of(run, reader.file) == ()
