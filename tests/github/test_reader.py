"""What a task reads of GitHub: pinned, once, and named where it is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import unread
from bot.context import diff
from bot.github import threads
from bot.github.reader import GitHubReader

LOG = b"step\nFAILED test\n"


@pytest.fixture
def read(client):
    def reader(event, token_client=None):
        return GitHubReader(
            token_client or client, event, "github-actions[bot]", allow_private=True
        )

    return reader


def _pull(repository, **changes):
    files = {"orchard/pricing.py": "def price(count):\n    return count * 3\n"}
    return repository.pull(head_files=files | changes)


def test_a_change_is_one_unified_diff(repository, event_of, read):
    pull = _pull(
        repository, **{"new.py": "one\ntwo\n", "README.md": None, "x.bin": b"\xff\0"}
    )
    files = diff.parse(read(event_of("pull_request", "opened", pull)).diff())
    assert {file.path: file.status for file in files} == {
        "README.md": "removed",
        "new.py": "added",
        "orchard/pricing.py": "modified",
        "x.bin": "added",
    }
    assert [file.problems for file in files] == [()] * 4


def test_an_issue_has_no_change(repository, event_of, read):
    reader = read(event_of("issues", "opened", repository.issue()))
    assert reader.diff() == ""
    assert reader.client.calls == 0


def test_files_are_read_at_the_pinned_commit(repository, event_of, read):
    pull = _pull(repository)
    reader = read(event_of("pull_request", "opened", pull))
    repository.push(pull, {"orchard/pricing.py": "later\n"})
    assert "count * 3" in reader.file("orchard/pricing.py")


def test_without_a_commit_the_default_branch_is_read(repository, event_of, read):
    reader = read(event_of("issues", "opened", repository.issue()))
    assert "count * 2" in reader.file("orchard/pricing.py")
    assert set(reader.tree()) == {"README.md", "data.bin", "orchard/pricing.py"}


def test_each_thing_is_read_once(repository, event_of, read):
    reader = read(event_of("issues", "opened", repository.issue()))
    for _ in range(3):
        reader.tree()
        reader.file("README.md")
        reader.file("gone.md")
    assert reader.client.calls == 3


def test_a_list_of_files_that_github_cut_is_named(repository, event_of, read):
    repository.tree_truncated = True
    reader = read(event_of("issues", "opened", repository.issue()))
    reader.tree()
    assert reader.missing == ["the file list is longer than GitHub returns"]


def test_the_thread_ends_before_the_comment_that_asked(repository, event_of, read):
    issue = repository.issue()
    repository.comment(issue, "before")
    asking = repository.comment(issue, "/route", author="maintainer")
    repository.comment(issue, "after")
    reader = read(event_of("issue_comment", "created", asking))
    assert [said.body for said in reader.comments()] == ["before"]


def test_a_comment_edited_after_the_command_is_left_out(repository, event_of, read):
    issue = repository.issue()
    early = repository.comment(issue, "before")
    asking = repository.comment(issue, "/route", author="maintainer")
    reader = read(event_of("issue_comment", "created", asking))
    early.updated_at = repository.world.tick()
    assert reader.comments() == ()


def test_our_own_comments_are_known_by_account_and_type(repository, event_of, read):
    issue = repository.issue()
    repository.comment(issue, "ours", author="github-actions[bot]")
    repository.comment(issue, "theirs", author="github-actions")
    repository.comment(issue, "nobody's", author=None)
    said = read(event_of("issues", "opened", issue)).comments()
    assert [(each.author, each.is_ours) for each in said] == [
        ("github-actions[bot]", True),
        ("github-actions", False),
        ("ghost", False),
    ]


def test_failed_jobs_of_the_run_are_read_with_their_steps(repository, event_of, read):
    run = repository.workflow_run(
        jobs=[("test", "failure", LOG), ("lint", "success", b""), ("slow", None, b"")]
    )
    (job,) = read(event_of("workflow_run", "completed", run)).runs.failed_jobs()
    assert (job.name, job.conclusion, job.failed_steps) == (
        "test",
        "failure",
        ("Run test",),
    )


def test_a_pull_request_has_the_jobs_of_its_latest_failed_run(
    repository, event_of, read
):
    pull = _pull(repository)
    repository.workflow_run(pull=pull, jobs=[("old", "failure", LOG)])
    repository.workflow_run(pull=pull, jobs=[("new", "failure", LOG)])
    repository.workflow_run(pull=pull, conclusion="success", jobs=[])
    (job,) = read(event_of("pull_request", "opened", pull)).runs.failed_jobs()
    assert job.name == "new"


def test_an_issue_has_no_jobs(repository, event_of, read):
    assert (
        read(event_of("issues", "opened", repository.issue())).runs.failed_jobs() == ()
    )


def test_a_log_is_fetched_without_the_token(repository, event_of, read, server):
    run = repository.workflow_run(jobs=[("test", "failure", LOG)])
    reader = read(event_of("workflow_run", "completed", run))
    (job,) = reader.runs.failed_jobs()
    assert reader.runs.job_log(job.id) == LOG
    assert "authorization" not in server.requests[-1].headers


def test_an_expired_address_is_asked_for_again_once(repository, event_of, read, server):
    run = repository.workflow_run(jobs=[("test", "failure", LOG)])
    reader = read(event_of("workflow_run", "completed", run))
    (job,) = reader.runs.failed_jobs()
    server.fail("GET", "/_logs", 403)
    before = len(server.requests)
    assert reader.runs.job_log(job.id) == LOG
    assert len(server.requests) - before in (2, 4)


def test_a_log_that_github_lost_is_named(repository, event_of, read):
    run = repository.workflow_run(jobs=[("test", "failure", None)])
    reader = read(event_of("workflow_run", "completed", run))
    (job,) = reader.runs.failed_jobs()
    assert reader.runs.job_log(job.id) == b""
    assert "410" in reader.missing[0]


def test_open_issues_are_without_pull_requests(repository, event_of, read):
    issue = repository.issue("Crash", "always", labels=["bug"])
    repository.issue("Old", state="closed")
    _pull(repository)
    (found,) = read(event_of("issues", "opened", issue)).tracker.open_issues()
    assert (found.number, found.title, found.labels) == (1, "Crash", ("bug",))


@pytest.mark.parametrize(
    ("path", "call", "empty"),
    [
        ("git/trees", lambda reader: reader.tree(), ()),
        ("contents", lambda reader: reader.file("README.md"), None),
        ("issues/1/comments", lambda reader: reader.comments(), ()),
        ("issues", lambda reader: reader.tracker.open_issues(), ()),
    ],
)
def test_what_cannot_be_read_is_empty_and_named(
    repository, event_of, read, server, path, call, empty
):
    reader = read(event_of("issues", "opened", repository.issue()))
    server.fail("GET", f"/repos/octo/sample/{path}", 403, times=9)
    assert call(reader) == empty
    assert len(reader.missing) == 1
    assert "no permission" in reader.missing[0]


def test_a_diff_that_cannot_be_read_is_named(repository, event_of, read, server):
    reader = read(event_of("pull_request", "opened", _pull(repository)))
    server.fail("GET", "/repos/octo/sample/pulls/1", 404)
    assert reader.diff() == ""
    assert "diff could not be read" in reader.missing[0]


def test_a_comment_time_that_is_no_time_hides_the_thread(repository, event_of, read):
    issue = repository.issue()
    repository.comment(issue, "before")
    asking = repository.comment(issue, "/route", author="maintainer")
    event = event_of("issue_comment", "created", asking)
    odd = replace(event, comment=replace(event.comment, created_at="yesterday"))
    assert read(odd).comments() == ()


def test_many_files_are_read_with_one_question(repository, event_of, read):
    pull = _pull(repository, **{"new.py": "one\n", "sub/odd name.py": "two\n"})
    reader = read(event_of("pull_request", "opened", pull))
    wanted = ["orchard/pricing.py", "new.py", "sub/odd name.py", "data.bin", "gone.py"]
    found = reader.texts(wanted)
    assert set(found) == {"orchard/pricing.py", "new.py", "sub/odd name.py"}
    assert found["new.py"] == "one\n"
    assert reader.file("new.py") == "one\n"
    assert reader.client.calls == 1


def test_where_graphql_refuses_files_are_read_one_by_one(
    repository, event_of, read, server
):
    wanted = [f"src/n{n}.py" for n in range(30)]
    pull = _pull(repository, **{path: f"# {path}\n" for path in wanted})
    reader = read(event_of("pull_request", "opened", pull))
    server.fail("POST", "/graphql", 403, times=9)
    found = reader.texts(wanted)
    assert list(found) == wanted[:20]
    assert found["src/n3.py"] == "# src/n3.py\n"
    assert reader.missing == ["files (10 of them) could not be read (no permission)"]
    assert reader.client.calls == 21
    assert reader.texts(wanted[:5]) == {path: found[path] for path in wanted[:5]}
    assert reader.client.calls == 21
    # What one run reads so is bounded, however often it asks.
    assert reader.texts(["orchard/pricing.py"]) == {}
    assert reader.client.calls == 22


def test_what_is_not_there_is_no_fault_where_graphql_refuses(
    repository, event_of, read, server
):
    reader = read(event_of("pull_request", "opened", _pull(repository)))
    server.fail("POST", "/graphql", 404, times=9)
    assert list(reader.texts(["gone.py", "orchard/pricing.py"])) == [
        "orchard/pricing.py"
    ]
    assert reader.missing == []


def test_an_answer_without_the_repository_is_none(repository, event_of, read, server):
    reader = read(event_of("pull_request", "opened", _pull(repository)))
    server.fail("POST", "/graphql", 200, body={"data": {"repository": None}})
    assert reader.texts(["orchard/pricing.py"]) != {}


def test_files_that_nothing_gives_are_asked_for_once_and_told(
    repository, event_of, read, server
):
    reader = read(event_of("pull_request", "opened", _pull(repository)))
    server.fail("POST", "/graphql", 403, times=9)
    server.fail("GET", "*/contents/*", 403, times=9)
    assert reader.texts(["orchard/pricing.py", "README.md", "data.bin"]) == {}
    assert reader.missing == [
        "file orchard/pricing.py could not be read (no permission)",
        "files (2 of them) could not be read (no permission)",
    ]
    assert reader.client.calls == 2


def test_a_pull_request_does_not_change_what_is_trusted(repository, event_of, read):
    pull = _pull(repository, **{".gitattributes": "*.py linguist-generated\n"})
    reader = read(event_of("pull_request", "opened", pull))
    assert reader.file(".gitattributes") is not None
    assert reader.trusted_file(".gitattributes") is None
    assert "Orchard" in reader.trusted_file("README.md")


def test_commit_messages_are_read_oldest_first(repository, event_of, read):
    pull = _pull(repository)
    repository.push(pull, {"b.py": "x\n"}, message="Second")
    reader = read(event_of("pull_request", "opened", pull))
    assert [text.split("\n")[0] for text in reader.commit_messages()] == [
        "Change something",
        "Second",
    ]


def test_an_issue_that_is_not_there_is_none_and_no_gap(repository, event_of, read):
    issue = repository.issue("Crash", "always")
    reader = read(event_of("issues", "opened", issue))
    assert reader.tracker.issue(issue.number).title == "Crash"
    assert reader.tracker.issue(99) is None
    assert reader.missing == []


@pytest.mark.parametrize("path", ["list", "list of the default branch"])
def test_a_file_is_not_mistaken_for_what_else_is_kept(repository, event_of, read, path):
    repository.commit({"list": "head\n"})
    pull = _pull(repository, **{path: "changed\n"})
    reader = read(event_of("pull_request", "opened", pull))
    assert path in reader.tree()
    assert reader.trusted_file("list") == "head\n"
    assert reader.file(path) == "changed\n"


def test_paths_with_blanks_are_not_mistaken_for_others(repository, event_of, read):
    pull = _pull(repository, **{"a": "1\n", "b": "2\n"})
    reader = read(event_of("pull_request", "opened", pull))
    assert reader.texts(["a b"]) == {}
    assert reader.texts(["a", "b"]) == {"a": "1\n", "b": "2\n"}


def test_what_could_not_be_read_names_the_permission(
    repository, event_of, read, server
):
    reader = read(event_of("pull_request", "opened", _pull(repository)))
    server.fail("POST", "/graphql", 403, times=9)
    server.fail("GET", "*/contents/*", 403, times=9)
    reader.trusted_file("labels.yml")
    reader.texts(["README.md", "data.bin"])
    reader.texts(["orchard/pricing.py"])
    told = unread.as_markdown(reader.missing).split("\n")
    assert all(line.endswith("; give the token `contents: read`") for line in told)
    assert told[0].startswith("- file labels.yml of the default branch")


def test_a_review_of_ours_that_came_after_the_trigger_does_not_count(
    repository, client
):
    pull, ours = _pull(repository), "github-actions[bot]"
    for body in ("before", "after"):
        said = repository.review_comment(
            pull, body, path="orchard/pricing.py", line=2, author=ours
        )
        said.review.body = body
    limit = said.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    found = threads.read(
        client,
        pull.number,
        is_own=lambda who: who.get("login") == "github-actions",
        keeps=lambda made: made < limit,
    )
    assert found.own_bodies == ("before",)
    assert [each.comments[0].body for each in found.threads] == ["before"]


def test_comments_of_a_persons_token_are_known_by_its_login(
    repository, event_of, client
):
    issue = repository.issue()
    for author in ("maintainer", "stranger"):
        repository.comment(issue, "said", author=author)
    event = event_of("issues", "opened", issue)
    reader = GitHubReader(client, event, "maintainer", allow_private=True)
    assert [said.is_ours for said in reader.comments()] == [True, False]
