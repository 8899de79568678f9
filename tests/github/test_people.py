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


@pytest.mark.parametrize(
    ("who", "login", "is_it"),
    [
        ({"type": "Bot", "login": "app[bot]"}, "app[bot]", True),
        ({"__typename": "Bot", "login": "app"}, "app[bot]", True),
        ({"type": "User", "login": "app"}, "app[bot]", False),
        ({"__typename": "User", "login": "app"}, "app[bot]", False),
        ({"__typename": "Bot", "login": "other"}, "app[bot]", False),
        ({"type": "User", "login": "maintainer"}, "maintainer", True),
        ({"type": "User", "login": "Maintainer2"}, "maintainer", False),
        ({"type": "User", "login": "app", "id": 7}, "app[bot]", True),
        ({"__typename": "Bot", "login": "x", "databaseId": 7}, "app[bot]", True),
        ({"__typename": "Bot", "login": "x", "databaseId": None}, "app[bot]", False),
        ({"type": "Bot", "login": ""}, "", False),
        ({}, "", False),
    ],
)
def test_an_account_is_known_by_its_id_or_its_whole_login(who, login, is_it):
    assert people.is_account(who, login, id=7) is is_it
    assert not people.is_account({**who, "id": 8, "databaseId": 8, "login": "y"}, login)
