"""The client over real HTTP: pages, files, and every fault mapped once."""

from __future__ import annotations

import socket

import pytest

from bot import github
from bot.errors import Forbidden, HostError, UsageError

PATH = "/repos/octo/sample"


def test_a_document_is_read_and_counted(client):
    assert client.get(PATH)["full_name"] == "octo/sample"
    assert client.calls == 1


def test_all_pages_are_read(client, repository):
    issue = repository.issue()
    for number in range(205):
        repository.comment(issue, f"comment {number}")
    found = list(client.pages(f"{PATH}/issues/{issue.number}/comments"))
    assert [item["body"] for item in found] == [f"comment {n}" for n in range(205)]
    assert client.calls == 3


def test_pages_shorter_than_asked_for_are_all_read(client, repository, server):
    server.world.longest_page = 30
    issue = repository.issue()
    for _ in range(65):
        repository.comment(issue, "text")
    where = f"{PATH}/issues/{issue.number}/comments"
    assert client.page(where, 1)[1]
    # Three times thirty, as they are cut here, whatever was asked for.
    assert len(list(client.pages(where))) == 65
    assert client.calls == 4


def test_a_server_that_names_no_further_page_is_asked_for_one(client, server):
    where = f"{PATH}/issues/comments"
    server.fail("GET", where, 200, body=[{"id": n} for n in range(100)])
    assert len(list(client.pages(where))) == 100
    assert client.calls == 2


def test_pages_end_at_the_cap(client, monkeypatch):
    endless = [{"id": 1}], True
    monkeypatch.setattr(github.Client, "page", lambda *a, **b: endless)
    assert len(list(client.pages("/x"))) == github.PAGE_CAP


def test_an_empty_page_is_the_last_one(client, monkeypatch):
    asked = []
    monkeypatch.setattr(
        github.Client, "page", lambda *a, **b: (asked.append(1) or [], True)
    )
    assert list(client.pages("/x")) == []
    assert len(asked) == 1


def test_a_list_inside_an_object_is_found(client, repository):
    repository.workflow_run()
    assert len(list(client.pages(f"{PATH}/actions/runs"))) == 1


def test_no_link_header_leads_elsewhere(client, repository, server):
    issue = repository.issue()
    for _ in range(100):
        repository.comment(issue, "text")
    server.fail(
        "GET",
        f"{PATH}/issues/{issue.number}/comments",
        200,
        headers={"Link": '<http://evil.example/2>; rel="next"'},
        body=[{"id": 1}] * 100,
    )
    assert len(list(client.pages(f"{PATH}/issues/{issue.number}/comments"))) == 100
    assert all(
        request.headers["host"].startswith("localhost") for request in server.requests
    )


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_survives_two_passing_faults(client, server, status):
    server.fail("GET", PATH, status, times=2)
    assert client.get(PATH)["full_name"] == "octo/sample"


def test_a_read_gives_up_after_three(client, server):
    server.fail("GET", PATH, 502, times=3)
    with pytest.raises(HostError, match="502"):
        client.get(PATH)
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [404, 406, 410, 422])
def test_a_refused_read_is_not_repeated(client, server, status):
    server.fail("GET", PATH, status)
    with pytest.raises(HostError) as caught:
        client.get(PATH)
    assert caught.value.status == status
    assert len(server.requests) == 1


def test_a_write_is_sent_once_whatever_comes_back(client, repository, server):
    issue = repository.issue()
    where = f"{PATH}/issues/{issue.number}/comments"
    server.fail("POST", where, 502, times=5)
    with pytest.raises(HostError):
        client.write("POST", where, body={"body": "x"})
    assert len(server.write_attempts) == 1


def test_a_forbidden_write_says_so(connect, repository, server):
    issue = repository.issue()
    with pytest.raises(Forbidden, match="may not do this"):
        connect(server.read_token).write(
            "POST", f"{PATH}/issues/{issue.number}/comments", body={"body": "x"}
        )


def test_a_wrong_token_names_the_input(connect):
    with pytest.raises(HostError, match="check github-token") as caught:
        connect("ghs_wrong").get(PATH)
    assert caught.value.status == 401
    assert not isinstance(caught.value, Forbidden)


def test_a_rate_limit_is_no_missing_permission(client, server):
    server.exhaust_rate_limit()
    with pytest.raises(HostError, match="rate limit") as caught:
        client.get(PATH)
    assert not isinstance(caught.value, Forbidden)


def test_a_secondary_limit_is_no_missing_permission(client, repository, server):
    issue = repository.issue()
    where = f"{PATH}/issues/{issue.number}/comments"
    server.secondary_limit("POST", where, times=9)
    with pytest.raises(HostError, match="rate limit") as caught:
        client.write("POST", where, body={"body": "x"})
    assert not isinstance(caught.value, Forbidden)


def test_a_dropped_connection_is_a_fault_without_a_status(client, server):
    server.fail("GET", PATH, drop=True, times=9)
    with pytest.raises(HostError, match="did not answer") as caught:
        client.get(PATH)
    assert caught.value.status == 0


def test_a_page_instead_of_an_answer_is_a_fault(client, server):
    server.fail("GET", PATH, 200, times=9, body="<html>maintenance</html>")
    with pytest.raises(HostError):
        client.get(PATH)


def test_a_host_that_nobody_answers_for_is_a_fault():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    closed = github.connect(
        "octo/sample", token="t", api_url=f"http://localhost:{port}"
    )
    with pytest.raises(HostError, match="did not answer"):
        closed.get(PATH)


def test_a_file_is_read_at_a_commit(client, repository):
    old = repository.branches["main"]
    repository.commit({"README.md": "# New\n"})
    assert client.file("README.md", old)[0] == "# Orchard\n"
    assert client.file("README.md", "")[0] == "# New\n"
    assert len(client.file("README.md", "")[1]) == 40


def test_a_path_with_odd_characters_is_one_path(client, repository):
    repository.commit({"a dir/ü?#.md": "text\n"})
    assert client.file("a dir/ü?#.md", "")[0] == "text\n"


def test_what_is_not_there_or_no_text_is_none(client):
    assert client.file("gone.md", "") is None
    assert client.file("data.bin", "") is None
    assert client.file("orchard", "") is None


def test_bytes_are_read_as_they_are(client):
    assert client.blob("data.bin", "")[0] == b"\xff\xfe\x00"


def test_a_file_that_may_not_be_read_is_a_fault(client, server):
    server.fail("GET", f"{PATH}/contents", 403)
    with pytest.raises(Forbidden):
        client.file("README.md", "")


def test_graphql_answers_data(client):
    data = client.graphql("query { viewer { login } }", {})
    assert data == {"viewer": {"login": "github-actions[bot]"}}


def test_a_graphql_error_is_a_fault(client, server):
    server.viewer_is_refused = True
    with pytest.raises(HostError):
        client.graphql("query { viewer { login } }", {})


def test_owner_and_name_cannot_leave_their_place_in_a_path(connect):
    assert connect(full_name="o/../../user").path == "/repos/o/..%2F..%2Fuser"


@pytest.mark.parametrize(
    "url", ["", "api.github.com", "ftp://x", "https://", "http://["]
)
def test_what_is_no_address_is_named(url):
    with pytest.raises(UsageError, match="GITHUB_API_URL is no address"):
        github.connect("octo/sample", token="t", api_url=url)


def test_graphql_is_asked_where_the_environment_says(repository, server):
    client = github.connect(
        "octo/sample",
        token=server.write_token,
        api_url=server.base_url,
        graphql_url=f"{server.base_url}/api/graphql",
    )
    with pytest.raises(HostError):
        client.graphql("query { viewer { login } }", {})
    assert server.requests[-1].path == "/api/graphql"
