"""What GitHub knows about a failed run: its jobs, its branch, its logs and reports."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from bot.errors import HostError
from bot.github import runs
from bot.github.reader import GitHubReader

FAILED = b"step\nFAILED test\n"
PASSED = b"step\nall is well\n"
REPORT = b'<testsuite><testcase name="a"><failure/></testcase></testsuite>'
REPO = "/repos/octo/sample"


@pytest.fixture
def read(client):
    def reader(event, *, is_trusted=True):
        return GitHubReader(
            client,
            event,
            "github-actions[bot]",
            allow_private=True,
            is_trusted=lambda event: is_trusted,
        )

    return reader


@pytest.fixture
def failing(repository, event_of):
    """Make the event of CI that failed on a pull request, or on a branch."""

    def made(jobs=(("test", "failure", FAILED),), **given):
        run = repository.workflow_run(jobs=jobs, **given)
        return event_of("workflow_run", "completed", run)

    return made


def _pull(repository, **given):
    return repository.pull(head_files={"new.py": "one\n"}, **given)


def _asked(server, part):
    return [r.path for r in server.requests if part in r.path]


def _told(jobs):
    return [(job.name, job.conclusion) for job in jobs]


# jobs and attempts


def test_every_job_of_the_run_is_listed_and_the_failed_ones_are_of_them(failing, read):
    jobs = [
        ("test", "failure", FAILED),
        ("lint", "success", PASSED),
        ("slow", None, b""),
    ]
    reader = read(failing(jobs))
    assert _told(reader.runs.jobs()) == [
        ("test", "failure"),
        ("lint", "success"),
        ("slow", ""),
    ]
    assert _told(reader.runs.failed_jobs()) == [("test", "failure")]
    assert reader.client.calls == 1


def test_a_job_says_where_it_ran_and_when_it_ended(repository, failing, read):
    (job,) = read(failing()).runs.jobs()
    assert job.sha == repository.branches["main"]
    assert job.finished_at.endswith("Z")
    assert job.attempt == 1
    assert job.check_run_id == job.id


def test_the_attempt_of_the_event_is_read_also_where_a_later_one_has_begun(
    repository, event_of, read
):
    run = repository.workflow_run(jobs=[("test", "failure", FAILED)])
    event = event_of("workflow_run", "completed", run)
    repository.rerun(run, jobs=[("test", None, b"")], conclusion=None)
    assert _told(read(event).runs.failed_jobs()) == [("test", "failure")]


def test_earlier_attempts_are_the_newest_three_before_this_one(
    repository, event_of, read
):
    run = repository.workflow_run(jobs=[("test", "failure", FAILED)])
    for conclusion in ("timed_out", "cancelled", "failure", "success"):
        jobs = [("test", conclusion, FAILED)]
        repository.rerun(run, jobs=jobs, conclusion=conclusion)
    reader = read(event_of("workflow_run", "completed", run))
    assert [
        (job.attempt, job.conclusion) for job in reader.runs.earlier_attempts()
    ] == [
        (4, "failure"),
        (3, "cancelled"),
        (2, "timed_out"),
    ]
    assert _told(reader.runs.jobs()) == [("test", "success")]
    assert reader.client.calls == 1


def test_what_did_not_run_again_is_still_a_job_of_the_run(repository, event_of, read):
    jobs = [(f"test {n}", "failure" if n == 2 else "success", b"") for n in range(3)]
    run = repository.workflow_run(jobs=jobs)
    repository.rerun(run, jobs=[("test 2", "success", b"")], conclusion="success")
    reader = read(event_of("workflow_run", "completed", run))
    assert _told(reader.runs.jobs()) == [(f"test {n}", "success") for n in range(3)]
    assert [job.attempt for job in reader.runs.jobs()] == [1, 1, 2]
    assert ("test 2", "failure") in _told(reader.runs.earlier_attempts())


def test_a_base_run_that_was_repaired_by_a_retry_is_whole(repository, failing, read):
    jobs = [("test", "success", PASSED), ("lint", "failure", FAILED)]
    run = repository.workflow_run(conclusion="failure", jobs=jobs)
    repository.rerun(run, jobs=[("lint", "success", PASSED)], conclusion="success")
    reader = read(failing(pull=_pull(repository)))
    assert _told(reader.runs.base_jobs("test")) == [("test", "success")]
    assert _told(reader.runs.base_jobs("lint")) == [("lint", "success")]


def test_a_first_attempt_has_none_before_it(failing, read):
    reader = read(failing())
    assert reader.runs.earlier_attempts() == ()
    assert reader.client.calls == 0


def test_an_attempt_that_github_never_numbered_is_the_first(failing, read):
    event = failing()
    odd = replace(event, run=replace(event.run, attempt=0))
    assert _told(read(odd).runs.jobs()) == [("test", "failure")]


def test_a_startup_failure_has_no_jobs(failing, read):
    reader = read(failing(jobs=[], conclusion="startup_failure"))
    assert (
        reader.runs.jobs()
        == reader.runs.failed_jobs()
        == reader.runs.base_jobs("test")
        == ()
    )
    assert reader.missing == []


# the base branch


def _on_main(repository, *conclusions, name="test", **given):
    return [
        repository.workflow_run(
            conclusion=each, jobs=[(name, each, PASSED)], **given
        ).id
        for each in conclusions
    ]


def test_base_jobs_are_those_of_the_last_five_telling_runs_newest_first(
    repository, failing, read
):
    _on_main(repository, "failure", "success", "cancelled", "success")
    _on_main(repository, "timed_out", "success", "failure", None)
    reader = read(failing(pull=_pull(repository)))
    reader.event = replace(reader.event, base_ref="main")
    assert [job.conclusion for job in reader.runs.base_jobs("test")] == [
        "failure",
        "success",
        "timed_out",
        "success",
        "success",
    ]
    assert reader.runs.base_jobs("another") == ()


def test_base_runs_are_listed_once_for_all_names(repository, failing, read, server):
    _on_main(repository, "success", "success")
    reader = read(failing(pull=_pull(repository)))
    for name in ("test", "lint", "docs"):
        reader.runs.base_jobs(name)
    assert len(_asked(server, "/actions/workflows/")) == 1
    assert len(_asked(server, "/jobs")) == 2


def test_runs_of_other_workflows_and_branches_are_not_the_base(
    repository, failing, read
):
    _on_main(repository, "success", path=".github/workflows/docs.yml", name="test")
    repository.commit({"x": "x"}, branch="next")
    _on_main(repository, "success", branch="next")
    reader = read(failing(pull=_pull(repository)))
    assert reader.runs.base_jobs("test") == ()


def test_a_pull_request_is_compared_with_its_own_base(repository, failing, read):
    repository.commit({"x": "x"}, branch="next")
    (expected,) = _on_main(repository, "success", branch="next")
    _on_main(repository, "failure")
    event = replace(failing(pull=_pull(repository, base="next")), base_ref="next")
    (job,) = read(event).runs.base_jobs("test")
    assert (job.conclusion, job.sha) == ("success", repository.branches["next"])
    assert f"/runs/{expected}/" in job.url


def test_a_forks_branch_of_the_same_name_is_not_the_base(repository, failing, read):
    fork = _pull(repository, fork=True, author="stranger", branch="main")
    _on_main(repository, "success", pull=fork)
    _on_main(repository, "success", pull=fork, event="push")
    assert read(failing(pull=_pull(repository))).runs.base_jobs("test") == ()


def test_a_pull_request_from_the_base_branch_ran_on_a_merge(repository, failing, read):
    pull = _pull(repository, branch="main")
    _on_main(repository, "success", pull=pull)
    assert read(failing(pull=_pull(repository))).runs.base_jobs("test") == ()


def test_on_the_default_branch_only_earlier_runs_count(repository, failing, read):
    _on_main(repository, "success")
    event = failing()
    _on_main(repository, "failure")
    assert [job.conclusion for job in read(event).runs.base_jobs("test")] == ["success"]


def test_the_passing_log_is_that_of_a_base_job(repository, failing, read):
    _on_main(repository, "success")
    reader = read(failing(pull=_pull(repository)))
    (job,) = reader.runs.base_jobs("test")
    assert reader.runs.job_log(job.id) == PASSED


def test_base_runs_that_cannot_be_listed_are_named(repository, failing, read, server):
    reader = read(failing(pull=_pull(repository)))
    server.fail("GET", f"{REPO}/actions/workflows", 404)
    assert reader.runs.base_jobs("test") == ()
    assert "runs of the base branch could not be read" in reader.missing[0]


# logs that are not there (contract R20)


def test_a_log_that_expired_says_so_and_is_asked_for_once(failing, read, server):
    reader = read(failing([("test", "failure", None)]))
    (job,) = reader.runs.jobs()
    assert reader.runs.job_log(job.id) == b""
    assert reader.missing == [
        f"log of job {job.id} could not be read (410: it has expired or was deleted)"
    ]
    assert len(_asked(server, "/logs")) == 1


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_address_that_ran_out_twice_is_a_missing_log(failing, read, server, status):
    reader = read(failing())
    (job,) = reader.runs.jobs()
    server.fail("GET", "/_logs", status, times=2)
    assert reader.runs.job_log(job.id) == b""
    assert len(_asked(server, "/_logs")) == 2
    assert "could not be read" in reader.missing[0]


def test_a_store_that_fails_is_not_asked_twice(failing, read, server):
    reader = read(failing())
    (job,) = reader.runs.jobs()
    server.fail("GET", "/_logs", 500)
    assert reader.runs.job_log(job.id) == b""
    assert len(_asked(server, "/_logs")) == 1


def test_an_empty_log_is_named(failing, read):
    reader = read(failing([("test", "failure", b"")]))
    (job,) = reader.runs.jobs()
    assert reader.runs.job_log(job.id) == b""
    assert reader.missing == [f"log of job {job.id} is empty"]


def test_a_log_on_another_host_is_not_fetched(failing, read, server):
    server.keep_logs_elsewhere()
    reader = read(failing())
    (job,) = reader.runs.jobs()
    assert reader.runs.job_log(job.id) == b""
    assert "not GitHub's" in reader.missing[0]
    assert _asked(server, "/_logs") == []


def test_an_answer_without_an_address_is_an_error(client, server):
    server.fail("GET", f"{REPO}/actions/jobs", 200, body={})
    with pytest.raises(HostError, match="no address"):
        runs.download(client, f"{REPO}/actions/jobs/1/logs", limit=9)


# annotations


def test_annotations_are_those_of_the_jobs_check_run(repository, event_of, read):
    run = repository.workflow_run(jobs=[("test", "failure", FAILED)])
    repository.annotate(run.jobs[0], "a.py", line=3, message="boom")
    repository.annotate(run.jobs[0], ".github", line=1, message="old", level="warning")
    reader = read(event_of("workflow_run", "completed", run))
    (job,) = reader.runs.jobs()
    said = reader.runs.annotations(job)
    assert [(each.path, each.line, each.message, each.level) for each in said] == [
        ("a.py", 3, "boom", "failure"),
        (".github", 1, "old", "warning"),
    ]


def test_two_jobs_of_one_name_have_annotations_of_their_own(repository, event_of, read):
    run = repository.workflow_run(
        jobs=[("test", "failure", FAILED), ("test", "failure", FAILED)]
    )
    repository.annotate(run.jobs[0], "a.py", line=4, message="too long")
    reader = read(event_of("workflow_run", "completed", run))
    told = [reader.runs.annotations(job) for job in reader.runs.failed_jobs()]
    assert [len(said) for said in told] == [1, 0]


def test_without_the_permission_annotations_are_missing(failing, read, server):
    reader = read(failing())
    (job,) = reader.runs.jobs()
    server.fail("GET", f"{REPO}/check-runs", 403)
    assert reader.runs.annotations(job) == ()
    assert "annotations of job test" in reader.missing[0]


# test reports (contract T14, T15)


def _zip(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


@pytest.fixture
def reporting(repository, event_of, read):
    """Make a reader of a failed run, and of what it left behind."""

    def made(artifacts, *, is_trusted=True, **given):
        run = repository.workflow_run(jobs=[("test", "failure", FAILED)], **given)
        left = [repository.artifact(run, *each) for each in artifacts]
        event = event_of("workflow_run", "completed", run)
        return read(event, is_trusted=is_trusted), left

    return made


def test_reports_are_the_xml_files_of_artifacts_named_like_tests(reporting, server):
    packed = _zip(a_xml=REPORT, b_html=b"<html>")
    reader, _ = reporting(
        [("coverage", packed), ("Test-results", packed), ("junit 3.11", packed)]
    )
    assert reader.runs.test_reports() == (
        ("junit 3.11/a.xml", REPORT),
        ("Test-results/a.xml", REPORT),
    )
    stored = [r for r in server.requests if r.path.startswith("/_artifacts")]
    assert len(stored) == 2
    assert not any("authorization" in request.headers for request in stored)


def test_of_a_forks_run_nothing_is_downloaded(repository, reporting, server):
    pull = _pull(repository, fork=True, author="stranger")
    reader, _ = reporting([("junit", _zip(a_xml=REPORT))], pull=pull)
    assert reader.runs.test_reports() == ()
    assert _asked(server, "artifacts") == []


def test_of_a_run_of_somebody_untrusted_nothing_is_downloaded(reporting, server):
    reader, _ = reporting([("junit", _zip(a_xml=REPORT))], is_trusted=False)
    assert reader.runs.test_reports() == ()
    assert _asked(server, "artifacts") == []


def test_a_pull_request_of_a_fork_is_not_trusted_for_a_comment_either(
    repository, event_of, read, server
):
    pull = _pull(repository, fork=True, author="stranger")
    run = repository.workflow_run(pull=pull, jobs=[("test", "failure", FAILED)])
    repository.artifact(run, "junit", _zip(a_xml=REPORT))
    reader = read(event_of("pull_request", "opened", pull))
    assert _told(reader.runs.failed_jobs()) == [("test", "failure")]
    assert reader.runs.test_reports() == ()
    assert _asked(server, "artifacts") == []


@pytest.mark.parametrize("mark", [{"is_expired": True}, {"size": 9 << 20}, {"size": 0}])
def test_what_expired_or_is_too_large_or_empty_is_not_downloaded(
    reporting, server, mark
):
    reader, (left,) = reporting([("junit", _zip(a_xml=REPORT))])
    for name, value in mark.items():
        setattr(left, name, value)
    assert reader.runs.test_reports() == ()
    assert _asked(server, "/_artifacts") == []


def test_more_is_not_read_than_the_list_said(reporting, monkeypatch):
    monkeypatch.setattr("bot.github.artifacts.MAX_PACKED", 200)
    reader, (left,) = reporting([("junit", _zip(a_xml=REPORT))])
    left.content = b"x" * 1_000
    left.size = 100
    assert reader.runs.test_reports() == ()
    assert reader.missing == ["the artifact junit: it is no readable zip archive"]


def test_of_many_artifacts_six_are_read(reporting, server):
    reader, _ = reporting([(f"test {n}", _zip(a_xml=REPORT)) for n in range(9)])
    assert len(reader.runs.test_reports()) == 6


def test_what_an_earlier_attempt_left_behind_is_not_read(repository, event_of, read):
    run = repository.workflow_run(jobs=[("test", "failure", FAILED)])
    left = repository.artifact(run, "junit-1", _zip(old_xml=REPORT))
    left.created_at = run.jobs[0].started_at
    repository.rerun(run, jobs=[("test", "failure", FAILED)], conclusion="failure")
    repository.artifact(run, "junit-2", _zip(new_xml=REPORT))
    reader = read(event_of("workflow_run", "completed", run))
    assert reader.runs.test_reports() == (("junit-2/new.xml", REPORT),)


def test_one_artifact_that_is_gone_does_not_hide_the_others(reporting, server):
    reader, _ = reporting([(name, _zip(a_xml=REPORT)) for name in ("junit", "tests")])
    server.fail("GET", f"{REPO}/actions/artifacts", 410)
    assert reader.runs.test_reports() == (("tests/a.xml", REPORT),)
    assert "the artifact junit could not be read" in reader.missing[0]
