"""The loopback GitHub serves what GitHub describes, and fails on demand."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import github
import httpx
import pytest
from jsonschema import Draft4Validator
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests import trim_openapi
from tests.github_server import GitHubServer, Repository, routes
from tests.github_server.exchange import Request
from tests.github_server.state import Issue, Pull, Run

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
        Draft4Validator(schema).validate(json.loads(request.answer))
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
    written = next(iter(shown.get_review_comments()))
    comment = shown.get_review_comment(written.id)
    assert comment.line == 2
    comment.edit("because?")
    comment.create_reaction("rocket")
    shown.create_review_comment_reply(written.id, "so be it")


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


def action_endpoints(repo: Any, run: Run) -> None:
    assert [one.id for one in repo.get_workflow_runs()] == [run.id]
    shown = repo.get_workflow_run(run.id)
    assert shown.head_sha == run.head_sha
    assert [one.name for one in shown.jobs()] == ["test"]
    assert [one.name for one in shown.get_artifacts()] == ["report"]
    workflow = next(iter(repo.get_workflows()))
    assert [one.id for one in workflow.get_runs()] == [run.id]
    for tail in (
        f"runs/{run.id}/attempts/1",
        f"runs/{run.id}/attempts/1/jobs",
        f"jobs/{run.jobs[0].id}",
        f"jobs/{run.jobs[0].id}/logs",
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
