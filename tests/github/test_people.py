"""Whose token it is, and what an account may do; no answer is a no."""

from __future__ import annotations

import pytest

from bot.access import Permission
from bot.github import people


@pytest.mark.parametrize(
    ("role", "permission"),
    [("admin", "admin"), ("maintain", "write"), ("triage", "read")],
)
def test_permissions_are_what_the_api_says(repository, client, role, permission):
    repository.collaborator("somebody", role)
    assert people.permission(client, "somebody") == Permission(permission, role)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_permission_that_cannot_be_asked_for_is_none(
    repository, client, server, status
):
    server.fail("GET", "/repos/octo/sample/collaborators", status, times=9)
    assert people.permission(client, "contributor") is None


def test_the_token_says_whose_it_is_unless_that_is_refused(
    repository, client, connect, server
):
    assert people.viewer(client).login == "github-actions[bot]"
    assert people.viewer(connect(server.user_token)).id > 0
    server.viewer_is_refused = True
    assert people.viewer(client) is None
