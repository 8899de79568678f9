"""The loopback GitHub serves what GitHub describes, and fails on demand."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import github
import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from openapi_schema_validator import OAS30Validator

from tests import trim_openapi
from tests.github_server import GitHubServer, Repository, routes
from tests.github_server.exchange import Request
from tests.github_server.state import Issue, Pull, ReviewComment, Run

FILES = {
    "README.md": "# sample\n",
    "src/app.py": "".join(f"line {n}\n" for n in range(1, 41)),
    "src/logo.png": b"\x89PNG\0\xff",
}
# Media types GitHub's prose describes and its OpenAPI does not.
UNDESCRIBED = ("application/vnd.github.diff", "application/vnd.github.raw+json")
# PyGithub sends a bare list, which GitHub takes and does not describe any more.
SENT_OTHERWISE = ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels")


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        yield running


@pytest.fixture
def repo(server: GitHubServer) -> Repository:
    return server.repository("octo/sample", files=FILES)


def client(server: GitHubServer, token: str = "") -> github.Github:
    return github.Github(
        auth=github.Auth.Token(token or server.write_token),
        base_url=server.base_url,
        seconds_between_requests=0,
        seconds_between_writes=0,
        retry=None,
        lazy=True,
    )


def get(server: GitHubServer, path: str, **headers: str) -> httpx.Response:
    given = {"Authorization": f"Bearer {server.write_token}"} | headers
    return httpx.get(server.base_url + path, headers=given)


def post(server: GitHubServer, path: str, body: Any) -> httpx.Response:
    given = {"Authorization": f"Bearer {server.write_token}"}
    return httpx.post(server.base_url + path, headers=given, json=body)


def graphql(server: GitHubServer, query: str, **variables: Any) -> Any:
    body = {"query": query, "variables": variables}
    return post(server, "/graphql", body).json()


# honesty


@functools.cache
def description() -> tuple[OpenAPI, dict[str, Any]]:
    trimmed = trim_openapi.load()
    return OpenAPI.from_dict(trimmed), trimmed


def check_exchange(request: Request) -> None:
    openapi, trimmed = description()
    operation = trimmed["paths"][request.route][request.method.lower()]
    sent = as_openapi_request(request)
    if (request.method, request.route) != SENT_OTHERWISE:
        openapi.validate_request(sent)
    content_type = request.answer_headers.get("content-type", "")
    if str(request.status) not in operation["responses"]:
        # The description names few of the errors; all of them look like this.
        schema = {"$ref": "#/components/schemas/basic-error"} | trimmed
        OAS30Validator(schema).validate(json.loads(request.answer))
    elif not content_type.startswith(UNDESCRIBED):
        answer = MockResponse(
            request.answer,
            request.status,
            headers=request.answer_headers,
            content_type=content_type.partition(";")[0],
        )
        openapi.validate_response(sent, answer)


def as_openapi_request(request: Request) -> MockRequest:
    found = routes.find(request.method, request.path)
    path = request.path
    if found is not None:
        # openapi-core knows no parameters with slashes in them.
        _, template, params = found
        path = template.format(**{k: quote(v, safe="") for k, v in params.items()})
    return MockRequest(
        "http://localhost",
        request.method,
        path,
        args=request.query,
        headers=request.headers,
        data=json.dumps(request.body).encode() if request.body is not None else None,
    )


def every_endpoint(g: github.Github, *, issue: Issue, pull: Pull, run: Run) -> None:
    repo = g.get_repo("octo/sample")
    assert repo.id == issue.repository.id
    with pytest.raises(github.GithubException):
        g.get_user().login  # noqa: B018 - PyGithub asks when it is read
    g.get_rate_limit()
    list(g.search_issues("repo:octo/sample is:issue wrong"))
    assert repo.get_collaborator_permission("maintainer") == "admin"
    list(repo.get_labels())
    issue_endpoints(repo, issue)
    pull_endpoints(repo, pull)
    code_endpoints(repo, pull)
    action_endpoints(repo, run)


def issue_endpoints(repo: Any, issue: Issue) -> None:
    list(repo.get_issues(state="all", sort="updated", direction="asc"))
    repo.create_issue("Found", "a body", labels=["bug"])
    shown = repo.get_issue(issue.number)
    assert shown.title == issue.title
    shown.edit(title="Better", body="words", state="closed")
    shown.add_to_labels("one", "two")
    shown.remove_from_labels("one")
    shown.create_reaction("eyes")
    written = shown.create_comment("hello")
    assert [one.body for one in shown.get_comments()] == ["hello"]
    assert [one.body for one in repo.get_issues_comments()] == ["hello"]
    comment = shown.get_comment(written.id)
    comment.edit("hello again")
    comment.create_reaction("+1")
    assert comment.update() is True
    comment.delete()


def pull_endpoints(repo: Any, pull: Pull) -> None:
    list(repo.get_pulls(state="open", head="contributor:change"))
    shown = repo.get_pull(pull.number)
    assert shown.head.sha == pull.head_sha
    assert {one.filename for one in shown.get_files()} >= {"src/app.py"}
    list(shown.get_commits())
    shown.create_review(
        commit=repo.get_commit(pull.head_sha),
        body="Two remarks",
        event="COMMENT",
        comments=[{"path": "src/app.py", "line": 2, "side": "RIGHT", "body": "why?"}],
    )
    assert [one.state for one in shown.get_reviews()] == ["COMMENTED"]
    review = next(iter(shown.get_reviews()))
    review.edit("Two remarks, edited")
    assert review.body == "Two remarks, edited"
    assert len(list(shown.get_single_review_comments(review.id))) == 1
    written = next(iter(shown.get_review_comments()))
    comment = shown.get_review_comment(written.id)
    assert comment.line == 2
    comment.edit("because?")
    comment.create_reaction("rocket")
    replied = shown.create_review_comment_reply(written.id, "so be it")
    shown.get_review_comment(replied.id).delete()


def code_endpoints(repo: Any, pull: Pull) -> None:
    head = pull.head_sha
    wanted = FILES["README.md"]
    assert repo.get_contents("README.md", ref=head).decoded_content.decode() == wanted
    assert [one.name for one in repo.get_contents("src")] == ["app.py", "logo.png"]
    paths = {one.path for one in repo.get_git_tree(head, recursive=True).tree}
    assert {"src", "src/app.py"} <= paths
    assert repo.get_git_ref("heads/main").object.sha == pull.base_sha
    assert repo.get_git_commit(head).parents[0].sha == pull.base_sha
    assert [one.sha for one in repo.get_commits(sha=head)] == [head, pull.base_sha]
    commit = repo.get_commit(head)
    assert commit.stats.total > 0
    assert [one.number for one in commit.get_pulls()] == [pull.number]
    checks = list(commit.get_check_runs())
    assert [one.path for one in checks[0].get_annotations()] == ["src/app.py"]
    assert repo.compare(pull.base_sha, head).ahead_by == 1
    packed = repo.get_archive_link("tarball", ref=head)
    assert f"/_tarballs/octo/sample/{head}" in packed


def action_endpoints(repo: Any, run: Run) -> None:
    assert [one.id for one in repo.get_workflow_runs()] == [run.id]
    shown = repo.get_workflow_run(run.id)
    assert shown.head_sha == run.head_sha
    assert [one.name for one in shown.jobs()] == ["test"]
    assert [one.name for one in shown.get_artifacts()] == ["report"]
    assert [one.name for one in repo.get_artifacts()] == ["report"]
    workflow = next(iter(repo.get_workflows()))
    assert [one.id for one in workflow.get_runs()] == [run.id]
    for tail in (
        f"runs/{run.id}/attempts/1",
        f"runs/{run.id}/attempts/1/jobs",
        f"jobs/{run.jobs[0].id}",
        f"jobs/{run.jobs[0].id}/logs",
        f"artifacts/{run.artifacts[0].id}/zip",
    ):
        path = f"/repos/octo/sample/actions/{tail}"
        status, _, _ = repo.requester.requestJson("GET", path)
        assert status in (200, 302)


def test_every_exchange_with_pygithub_fits_githubs_description(
    server: GitHubServer, repo: Repository
) -> None:
    issue = repo.issue("Something is wrong", labels=["bug"])
    pull = repo.pull(head_files={"src/app.py": "line 1\nline two\n"}, fork=True)
    run = repo.workflow_run(pull=pull, jobs=[("test", "failure", b"boom\n")])
    repo.annotate(run.jobs[0], "src/app.py", line=2, message="boom")
    repo.artifact(run, "report", b"words")
    every_endpoint(client(server), issue=issue, pull=pull, run=run)
    for request in server.requests:
        check_exchange(request)
    served = {(method, path) for method, path, _ in routes.ROUTES}
    assert served <= {(r.method, r.route) for r in server.requests}


EVENT_CASES = [
    ("issues", "opened", "issue", {}),
    ("issues", "labeled", "issue", {"label": "bug"}),
    ("issues", "reopened", "issue", {}),
    ("issue_comment", "created", "comment", {}),
    ("pull_request", "opened", "pull", {}),
    ("pull_request", "synchronize", "pull", {"before": "a" * 40, "after": "b" * 40}),
    ("pull_request", "reopened", "pull", {}),
    ("pull_request", "ready_for_review", "pull", {}),
    ("pull_request_review_comment", "created", "review_comment", {}),
    ("workflow_run", "completed", "run", {}),
    ("workflow_dispatch", "", "nothing", {"inputs": {"number": "1"}}),
]


@pytest.mark.parametrize(("name", "action", "about", "extra"), EVENT_CASES)
def test_every_payload_fits_githubs_description(
    repo: Repository, name: str, action: str, about: str, extra: dict[str, Any]
) -> None:
    issue = repo.issue(labels=["bug"])
    pull = repo.pull(head_files={"src/app.py": "line 1\n"}, fork=True)
    subjects: dict[str, Any] = {
        "issue": issue,
        "comment": repo.comment(issue, "/route why"),
        "pull": pull,
        "review_comment": repo.review_comment(
            pull, "hm", path="src/app.py", line=2, side="LEFT"
        ),
        "run": repo.workflow_run(pull=pull, jobs=[("test", "failure", b"boom\n")]),
    }
    payload = repo.event(name, action, subjects.get(about), **extra)
    schema = f"webhook-{name}-{action}".strip("-").replace("_", "-")
    validator = OAS30Validator(
        {"$ref": f"#/components/schemas/{schema}", **description()[1]}
    )
    validator.validate(payload)
    without_sender = {key: value for key, value in payload.items() if key != "sender"}
    assert not validator.is_valid(without_sender)


def test_a_wrong_answer_would_be_noticed(
    server: GitHubServer, repo: Repository
) -> None:
    repo.issue()
    get(server, "/repos/octo/sample/issues/1")
    wrong = json.loads(server.requests[-1].answer)
    del wrong["user"]
    server.requests[-1].answer = json.dumps(wrong).encode()
    with pytest.raises(OpenAPIError):
        check_exchange(server.requests[-1])


# reading


def test_lists_come_in_pages_linked_by_repository_id(
    server: GitHubServer, repo: Repository
) -> None:
    issue = repo.issue()
    for number in range(65):
        repo.comment(issue, f"comment {number}")
    shown = list(client(server).get_repo("octo/sample").get_issue(1).get_comments())
    assert [one.body for one in shown] == [f"comment {n}" for n in range(65)]
    assert len(server.requests) == 3
    first = get(server, "/repos/octo/sample/issues/1/comments?per_page=20&page=2")
    path = f"/repositories/{repo.id}/issues/1/comments"
    assert first.links["next"]["url"].startswith(f"{server.base_url}{path}?")
    assert first.links["last"]["url"].endswith("page=4")
    last = get(server, "/repos/octo/sample/issues/1/comments?per_page=20&page=4")
    assert set(last.links) == {"prev", "first"}


def test_an_unchanged_answer_is_304_and_costs_nothing(
    server: GitHubServer, repo: Repository
) -> None:
    issue = repo.issue()
    first = get(server, "/repos/octo/sample/issues/1")
    again = get(
        server,
        "/repos/octo/sample/issues/1",
        **{"If-None-Match": first.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    remaining = "x-ratelimit-remaining"
    assert again.headers[remaining] == first.headers[remaining]
    issue.title = "Changed"
    changed = get(
        server,
        "/repos/octo/sample/issues/1",
        **{"If-None-Match": first.headers["etag"]},
    )
    assert changed.status_code == 200


def test_the_date_header_and_new_records_share_one_clock(server: GitHubServer) -> None:
    repo = server.repository()
    server.advance(86_400)
    issue = repo.issue()
    date = parsedate_to_datetime(get(server, "/rate_limit").headers["date"])
    assert date == issue.created_at


def test_issues_sort_and_filter(server: GitHubServer, repo: Repository) -> None:
    first = repo.issue("old", labels=["bug"])
    repo.issue("done", state="closed")
    server.advance(60)
    since = server.world.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    repo.issue("new")
    repo.comment(first, "still there")

    def titles(query: str) -> list[str]:
        shown = get(server, f"/repos/octo/sample/issues?{query}").json()
        return [one["title"] for one in shown]

    assert titles("") == ["new", "old"]
    assert titles("sort=updated") == ["old", "new"]
    assert titles("sort=created&direction=asc&state=all") == ["old", "done", "new"]
    assert titles("labels=bug") == ["old"]
    assert titles(f"since={since}&sort=updated") == ["old", "new"]
    assert get(server, "/repos/octo/sample/issues?state=odd").status_code == 422


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        ("admin", "admin"),
        ("maintain", "write"),
        ("write", "write"),
        ("triage", "read"),
        ("read", "read"),
        ("release-team", "write"),
    ],
)
def test_permission_is_the_coarse_word_and_role_name_the_fine_one(
    server: GitHubServer, repo: Repository, role: str, permission: str
) -> None:
    repo.collaborator("someone", role)
    path = "/repos/octo/sample/collaborators/someone/permission"
    shown = get(server, path).json()
    assert (shown["permission"], shown["role_name"]) == (permission, role)


def test_everyone_may_read_a_public_repository_and_bots_are_no_users(
    server: GitHubServer, repo: Repository
) -> None:
    server.user("stranger")
    collaborators = "/repos/octo/sample/collaborators"
    shown = get(server, f"{collaborators}/stranger/permission").json()
    assert shown["permission"] == "read"
    for login in ("nobody", "github-actions[bot]"):
        path = f"{collaborators}/{login}/permission"
        assert get(server, path).status_code == 404


def test_a_stranger_to_a_private_repository_is_not_found(server: GitHubServer) -> None:
    server.repository("octo/secret", private=True)
    server.user("stranger")
    path = "/repos/octo/secret/collaborators/stranger/permission"
    assert get(server, path).status_code == 404


def test_a_private_repository_is_hidden_from_who_may_not_see_it(
    server: GitHubServer,
) -> None:
    server.repository("octo/secret", private=True).issue("hidden words")
    token = server.token("other[bot]", repositories=frozenset({"octo/sample"}))
    outside = {"Authorization": f"Bearer {token}"}
    assert get(server, "/repos/octo/secret").status_code == 200
    assert get(server, "/repos/octo/secret", **outside).status_code == 404
    assert httpx.get(f"{server.base_url}/repos/octo/secret").status_code == 404
    found = get(server, "/search/issues?q=hidden", **outside).json()
    assert found["total_count"] == 0


def test_search_takes_qualifiers_and_words(
    server: GitHubServer, repo: Repository
) -> None:
    repo.issue("Crash on start", labels=["bug"])
    repo.issue("Crash on exit", state="closed")
    repo.pull("Fix crash", head_files={"a": "b"})
    path = "/search/issues?q="
    for query, count in {
        "repo:octo/sample crash": 3,
        "crash is:issue": 2,
        "crash is:pr": 1,
        "crash is:open label:bug": 1,
        "is:closed author:contributor": 1,
        "repo:octo/other": 0,
    }.items():
        found = get(server, path + quote(query)).json()
        assert found["total_count"] == count, query
    assert get(server, path).status_code == 422


def test_files_come_as_json_raw_and_lists(
    server: GitHubServer, repo: Repository
) -> None:
    contents = "/repos/octo/sample/contents"
    raw = {"Accept": "application/vnd.github.raw+json"}
    assert (
        get(server, f"{contents}/src/logo.png", **raw).content == FILES["src/logo.png"]
    )
    assert get(server, f"{contents}/README.md").json()["encoding"] == "base64"
    root = get(server, f"{contents}/").json()
    assert [(one["type"], one["name"]) for one in root] == [
        ("file", "README.md"),
        ("dir", "src"),
    ]
    assert get(server, f"{contents}/none").status_code == 404
    assert get(server, f"{contents}/README.md?ref=none").status_code == 404


def test_json_holds_no_content_above_a_megabyte(
    server: GitHubServer, repo: Repository
) -> None:
    repo.commit({"at": b"x" * 1_000_000, "over": b"x" * 1_000_001})
    contents = "/repos/octo/sample/contents"
    assert get(server, f"{contents}/at").json()["encoding"] == "base64"
    over = get(server, f"{contents}/over").json()
    assert (over["encoding"], over["content"]) == ("none", "")


# pull requests


def test_a_fork_shares_numbers_of_nothing_but_its_commits(
    server: GitHubServer, repo: Repository
) -> None:
    pull = repo.pull(head_files={"new.py": "x = 1\n"}, fork=True)
    shown = get(server, f"/repos/octo/sample/pulls/{pull.number}").json()
    assert shown["head"]["repo"]["full_name"] == "contributor/sample"
    assert shown["head"]["repo"]["id"] != shown["base"]["repo"]["id"]
    path = f"/repos/octo/sample/contents/new.py?ref={pull.head_sha}"
    assert get(server, path).status_code == 200
    pull.head_repository = None
    shown = get(server, f"/repos/octo/sample/pulls/{pull.number}").json()
    assert shown["head"]["repo"] is None


def test_pulls_are_found_by_head_owner_and_branch(
    server: GitHubServer, repo: Repository
) -> None:
    mine = repo.pull(head_files={"a": "1"}, fork=True)
    repo.pull(head_files={"a": "2"}, branch="other")
    path = "/repos/octo/sample/pulls?state=open&head="
    shown = get(server, path + "contributor:change").json()
    assert [one["number"] for one in shown] == [mine.number]
    assert get(server, path + "octo:change").json() == []


def test_a_push_moves_the_head(server: GitHubServer, repo: Repository) -> None:
    pull = repo.pull(head_files={"a": "1"})
    before = pull.head_sha
    repo.push(pull, {"a": "2"})
    shown = get(server, f"/repos/octo/sample/pulls/{pull.number}").json()
    assert shown["head"]["sha"] == pull.head_sha != before
    commits = get(server, f"/repos/octo/sample/pulls/{pull.number}/commits").json()
    assert [one["sha"] for one in commits] == [before, pull.head_sha]


def test_git_itself_applies_the_diff(
    server: GitHubServer, repo: Repository, tmp_path: Path
) -> None:
    before = {
        "edit.py": "".join(f"{n}\n" for n in range(60)),
        "gone.py": "x\n",
        "moved.py": "as\nit\nwas\n",
        "no newline.txt": "last",
        'grün "q".txt': "a\n",
    }
    repo.commit(before)
    edited = before["edit.py"].replace("5\n", "five\n")
    after: dict[str, str | None] = {
        "edit.py": edited,
        "gone.py": None,
        "moved.py": None,
        "folder/moved.py": before["moved.py"],
        "no newline.txt": "last line",
        'grün "q".txt': "a\nb\n",
        "empty.py": "",
        "new.py": "y\n",
    }
    pull = repo.pull(head_files=after)
    accept = {"Accept": "application/vnd.github.v3.diff"}
    diff = get(server, f"/repos/octo/sample/pulls/{pull.number}", **accept)
    for path, text in before.items():
        (tmp_path / path).write_text(text)
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    apply = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(apply, cwd=tmp_path, check=True, input=diff.content)
    for path, wanted in after.items():
        found = tmp_path / path
        assert (found.read_text() if found.exists() else None) == wanted, path


def test_files_of_a_pull_name_status_and_counts(
    server: GitHubServer, repo: Repository
) -> None:
    pull = repo.pull(
        head_files={
            "README.md": None,
            "docs.md": FILES["README.md"],
            "src/app.py": "line 1\nnew\n",
            "src/logo.png": b"\x89PNG\0\xfe",
        }
    )
    pull.without_patch.add("src/app.py")
    path = f"/repos/octo/sample/pulls/{pull.number}/files"
    shown = {one["filename"]: one for one in get(server, path).json()}
    assert shown["docs.md"]["status"] == "renamed"
    assert shown["docs.md"]["previous_filename"] == "README.md"
    app = shown["src/app.py"]
    assert (app["additions"], app["deletions"], "patch" in app) == (1, 39, False)
    assert "patch" not in shown["src/logo.png"]


@pytest.mark.parametrize(("count", "status"), [(300, 200), (301, 406)])
def test_a_diff_of_too_many_files_is_refused(
    server: GitHubServer, repo: Repository, count: int, status: int
) -> None:
    pull = repo.pull(head_files={f"f{n}": "x\n" for n in range(count)})
    accept = {"Accept": "application/vnd.github.diff"}
    path = f"/repos/octo/sample/pulls/{pull.number}"
    assert get(server, path, **accept).status_code == status
    assert get(server, path).json()["changed_files"] == count


REVIEW_LINES = [
    ({"line": 7}, True),
    ({"line": 13}, True),
    ({"line": 6}, False),
    ({"line": 14}, False),
    ({"line": 10, "side": "LEFT"}, True),
    ({"line": 8, "start_line": 7}, True),
    ({"line": 8, "start_line": 8}, False),
    ({"line": 30, "start_line": 10}, False),
    ({"line": 7, "path": "none.py"}, False),
    ({"line": 7, "body": " "}, False),
    ({}, False),
]


@pytest.mark.parametrize(("placed", "taken"), REVIEW_LINES)
def test_a_review_stands_only_on_lines_the_diff_shows(
    server: GitHubServer, repo: Repository, placed: dict[str, Any], taken: bool
) -> None:
    text = str(FILES["src/app.py"])
    text = text.replace("line 10\n", "ten\n").replace("line 30\n", "thirty\n")
    pull = repo.pull(head_files={"src/app.py": text})
    good = {"path": "src/app.py", "line": 10, "body": "good"}
    comment = {"path": "src/app.py", "body": "look"} | placed
    body = {"event": "COMMENT", "body": "", "comments": [good, comment]}
    answer = post(server, f"/repos/octo/sample/pulls/{pull.number}/reviews", body)
    assert answer.status_code == (200 if taken else 422)
    assert len(repo.review_comments) == (2 if taken else 0)
    assert len(server.writes) == (1 if taken else 0)
    check_exchange(server.requests[-1])


@pytest.mark.parametrize(
    "body",
    [
        {"event": "COMMENT"},
        {"event": "APPROVED", "body": "x"},
        {"event": "COMMENT", "body": "x", "commit_id": "f" * 40},
    ],
)
def test_a_review_github_would_refuse_is_refused(
    server: GitHubServer, repo: Repository, body: dict[str, Any]
) -> None:
    pull = repo.pull(head_files={"a": "b"})
    answer = post(server, f"/repos/octo/sample/pulls/{pull.number}/reviews", body)
    assert answer.status_code == 422
    assert not repo.reviews


# writing


@pytest.mark.parametrize(
    ("body", "status"),
    [("x", 201), ("x" * 65_536, 201), ("x" * 65_537, 422), ("", 422), (None, 422)],
)
def test_a_comment_has_a_text_of_bounded_length(
    server: GitHubServer, repo: Repository, body: str | None, status: int
) -> None:
    repo.issue()
    answer = post(server, "/repos/octo/sample/issues/1/comments", {"body": body})
    assert answer.status_code == status
    assert len(repo.comments) == (status == 201)


def test_a_reaction_counts_once_a_person(
    server: GitHubServer, repo: Repository
) -> None:
    issue = repo.issue()
    path = "/repos/octo/sample/issues/1/reactions"
    statuses = [post(server, path, {"content": "eyes"}).status_code for _ in range(2)]
    assert statuses == [201, 200]
    assert [one.content for one in issue.reactions] == ["eyes"]
    assert post(server, path, {"content": "shrug"}).status_code == 422


def test_a_locked_or_deleted_issue_takes_no_comment(
    server: GitHubServer, repo: Repository
) -> None:
    issue = repo.issue(locked=True)
    path = "/repos/octo/sample/issues/1/comments"
    assert post(server, path, {"body": "x"}).status_code == 403
    issue.is_deleted = True
    assert post(server, path, {"body": "x"}).status_code == 410
    repo.has_issues = False
    repo.issue()
    path = "/repos/octo/sample/issues/2/comments"
    assert post(server, path, {"body": "x"}).status_code == 410
    assert len(server.write_attempts) == 3
    assert not server.writes


def test_editing_the_text_is_remembered_with_its_time(
    server: GitHubServer, repo: Repository
) -> None:
    issue = repo.issue(body="before")
    shown = client(server).get_repo("octo/sample").get_issue(1)
    shown.edit(title="Only the title")
    assert issue.last_edited_at is None
    shown.edit(body="after")
    assert issue.last_edited_at == server.world.now


# tokens


def test_a_read_only_token_changes_nothing(
    server: GitHubServer, repo: Repository
) -> None:
    repo.issue()
    shown = client(server, server.read_token).get_repo("octo/sample").get_issue(1)
    assert shown.title
    with pytest.raises(github.GithubException) as caught:
        shown.create_comment("x")
    assert caught.value.status == 403
    assert caught.value.data["message"] == "Resource not accessible by integration"
    assert not repo.comments


def test_an_unknown_token_is_401_even_for_what_is_public(
    server: GitHubServer, repo: Repository
) -> None:
    unknown = {"Authorization": "Bearer ghs_unknown"}
    assert get(server, "/repos/octo/sample", **unknown).status_code == 401
    assert httpx.get(f"{server.base_url}/repos/octo/sample").status_code == 200
    path = f"{server.base_url}/repos/octo/sample/issues"
    assert httpx.post(path, json={"title": "x"}).status_code == 401


def test_only_a_person_may_ask_who_they_are(server: GitHubServer) -> None:
    assert client(server, server.user_token).get_user().login == "maintainer"
    assert get(server, "/user").status_code == 403
    check_exchange(server.requests[0])


def test_no_record_keeps_a_token(server: GitHubServer) -> None:
    get(server, "/rate_limit")
    assert server.requests[0].headers["authorization"] == "Bearer …"
    assert server.write_token not in repr(server.requests)


# GraphQL


def test_the_viewer_is_the_action_unless_refused(server: GitHubServer) -> None:
    query = "query { viewer { login databaseId } }"
    assert graphql(server, query)["data"]["viewer"] == {
        "login": "github-actions[bot]",
        "databaseId": 41898282,
    }
    server.viewer_is_refused = True
    assert graphql(server, query)["errors"][0]["type"] == "FORBIDDEN"


def test_a_thread_is_resolved_by_its_id(server: GitHubServer, repo: Repository) -> None:
    pull = repo.pull(head_files={"a": "b\n"})
    first = repo.review_comment(pull, "hm", path="a", line=1)
    repo.review_comment(pull, "yes", path="a", line=1, reply_to=first)
    query = """query($n: Int!) { repository(owner: "octo", name: "sample") {
        pullRequest(number: $n) { reviewThreads(first: 5) { totalCount nodes {
            id isResolved comments(first: 5) { nodes { databaseId body } } } } } } }"""

    def threads() -> Any:
        found = graphql(server, query, n=pull.number)["data"]["repository"]
        return found["pullRequest"]["reviewThreads"]["nodes"]

    thread = threads()[0]
    assert [one["body"] for one in thread["comments"]["nodes"]] == ["hm", "yes"]
    assert (len(threads()), thread["isResolved"]) == (1, False)
    mutation = """mutation($id: ID!) {
        resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"""
    graphql(server, mutation, id=thread["id"])
    assert threads()[0]["isResolved"] is True
    assert [one.path for one in server.writes] == ["/graphql"]
    assert graphql(server, mutation, id="PRRT_0")["errors"]
    assert len(server.writes) == 1


def test_blame_and_blobs_are_read_by_expression(
    server: GitHubServer, repo: Repository
) -> None:
    first = repo.branches["main"]
    text = str(FILES["src/app.py"]).replace("line 2\n", "two\n")
    second = repo.commit({"src/app.py": text})
    query = """{ repository(owner: "octo", name: "sample") {
        tip: object(expression: "main") { ... on Commit { blame(path: "src/app.py") {
            ranges { startingLine endingLine commit { oid } } } } }
        file: object(expression: "main:README.md") { ... on Blob { text isBinary } }
        none: object(expression: "main:none") { ... on Blob { text } } } }"""
    found = graphql(server, query)["data"]["repository"]
    ranges = [
        (one["startingLine"], one["endingLine"], one["commit"]["oid"])
        for one in found["tip"]["blame"]["ranges"]
    ]
    assert ranges == [(1, 1, first), (2, 2, second), (3, 40, first)]
    assert found["file"] == {"text": FILES["README.md"], "isBinary": False}
    assert found["none"] is None


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { nickname } }",
        "{ viewer }",
        "{ viewer {",
        "{ ;",
        "{ nothing { id } }",
    ],
)
def test_a_wrong_document_is_a_200_with_errors(
    server: GitHubServer, query: str
) -> None:
    answer = post(server, "/graphql", {"query": query})
    assert answer.status_code == 200
    assert answer.json()["errors"]


# Actions


def test_a_log_lies_behind_a_link_that_wants_no_token_and_expires(
    server: GitHubServer, repo: Repository
) -> None:
    run = repo.workflow_run(branch="main", jobs=[("test", "failure", b"boom\n")])
    path = f"/repos/octo/sample/actions/jobs/{run.jobs[0].id}/logs"
    server.world.log_link_seconds = 60
    link = get(server, path).headers["location"]
    assert httpx.get(link).content == b"boom\n"
    token = {"Authorization": f"Bearer {server.write_token}"}
    assert httpx.get(link, headers=token).status_code == 401
    assert httpx.get(link.replace("sig=", "sig=0")).status_code == 403
    server.advance(59)
    assert httpx.get(link).status_code == 200
    server.advance(1)
    assert httpx.get(link).status_code == 403
    run.jobs[0].log = None
    assert get(server, path).status_code == 410


def test_logs_may_lie_on_another_host(server: GitHubServer, repo: Repository) -> None:
    server.keep_logs_elsewhere()
    run = repo.workflow_run(branch="main", jobs=[("test", "failure", b"boom\n")])
    path = f"/repos/octo/sample/actions/jobs/{run.jobs[0].id}/logs"
    link = get(server, path).headers["location"]
    assert link.startswith("http://127.0.0.1:")
    assert httpx.get(link).content == b"boom\n"


def test_jobs_are_those_of_the_last_attempt_unless_all_are_asked_for(
    server: GitHubServer, repo: Repository
) -> None:
    run = repo.workflow_run(branch="main", jobs=[("a", "failure", b"1")])
    repo.rerun(run, jobs=[("b", "success", b"2")], conclusion="success")
    path = f"/repos/octo/sample/actions/runs/{run.id}"

    def names(tail: str) -> list[str]:
        return [one["name"] for one in get(server, path + tail).json()["jobs"]]

    assert names("/jobs") == names("/jobs?filter=latest") == ["b"]
    assert names("/jobs?filter=all") == ["a", "b"]
    assert names("/attempts/1/jobs") == ["a"]
    assert get(server, f"{path}/attempts/3").status_code == 404


# faults


@pytest.mark.parametrize("status", [401, 403, 404, 406, 410, 422, 429, 502])
def test_a_fault_meets_as_many_requests_as_asked(
    server: GitHubServer, repo: Repository, status: int
) -> None:
    server.fail("GET", "/repos/octo/*", status, times=2)
    path = "/repos/octo/sample"
    seen = [get(server, path).status_code for _ in range(3)]
    assert seen == [status, status, 200]


def test_a_fault_may_come_after_the_effect(
    server: GitHubServer, repo: Repository
) -> None:
    repo.issue()
    server.fail("POST", "/repos/octo/sample/issues/1/comments", after_effect=True)
    answer = post(server, "/repos/octo/sample/issues/1/comments", {"body": "x"})
    assert answer.status_code == 502
    assert len(repo.comments) == len(server.writes) == 1


def test_a_fault_before_the_effect_changes_nothing(
    server: GitHubServer, repo: Repository
) -> None:
    repo.issue()
    server.fail("*", "/", body="<html>Unicorn!</html>")
    answer = post(server, "/repos/octo/sample/issues/1/comments", {"body": "x"})
    assert answer.headers["content-type"] == "text/html"
    assert not repo.comments
    assert not server.writes
    assert len(server.write_attempts) == 1


def test_a_connection_may_drop(server: GitHubServer, repo: Repository) -> None:
    server.fail("GET", "/repos/", drop=True)
    with pytest.raises(httpx.RemoteProtocolError):
        get(server, "/repos/octo/sample")
    assert get(server, "/repos/octo/sample").status_code == 200


def test_the_secondary_limit_says_when_to_come_back(
    server: GitHubServer, repo: Repository
) -> None:
    repo.issue()
    server.secondary_limit("POST", "/repos/", retry_after=7)
    answer = post(server, "/repos/octo/sample/issues/1/comments", {"body": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (403, "7")
    server.secondary_limit("POST", "/repos/")
    shown = client(server).get_repo("octo/sample").get_issue(1)
    with pytest.raises(github.RateLimitExceededException):
        shown.create_comment("x")


def test_the_hours_requests_run_out_and_come_back(
    server: GitHubServer, repo: Repository
) -> None:
    server.exhaust_rate_limit(reset_in=90)
    answer = get(server, "/repos/octo/sample")
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (403, "0")
    assert get(server, "/rate_limit").json()["rate"]["remaining"] == 0
    server.advance(90)
    assert get(server, "/repos/octo/sample").status_code == 200


def test_the_same_files_give_the_same_shas() -> None:
    shas = set()
    for _ in range(2):
        with GitHubServer() as server:
            repo = server.repository("octo/sample", files=FILES)
            shas.add(repo.pull(head_files={"a": "b"}).head_sha)
    assert len(shas) == 1


# A push, and what stands on the lines of the diff.


def _remark(repo: Repository, pull: Pull, line: int) -> ReviewComment:
    return repo.review_comment(pull, "why?", path="src/app.py", line=line)


def test_a_comment_follows_its_line_over_a_push_and_a_rebase(repo: Repository) -> None:
    pull = repo.pull(head_files={"src/app.py": "line 1\nline two\n"})
    comment = _remark(repo, pull, 2)
    repo.push(pull, {"src/app.py": "line 0\nline 1\nline two\n"})
    assert (comment.line, comment.is_outdated) == (3, False)
    repo.commit({"README.md": "# other\n"})
    repo.force_push(pull, {"src/app.py": "line 1\nline two\n"})
    assert (comment.line, comment.is_outdated) == (2, False)
    assert len(pull.shas) == 1


def test_a_comment_whose_line_is_gone_is_outdated(repo: Repository) -> None:
    pull = repo.pull(head_files={"src/app.py": "line 1\nline two\n"})
    comment = _remark(repo, pull, 2)
    repo.push(pull, {"src/app.py": "line 1\nline 2.5\n"})
    assert comment.is_outdated


def test_edits_tell_nobody(server: GitHubServer, repo: Repository) -> None:
    issue = repo.issue()
    shown = client(server).get_repo("octo/sample").get_issue(issue.number)
    shown.create_comment("one").edit("two")
    shown.create_reaction("eyes")
    assert [request.method for request in server.notifications] == ["POST"]
