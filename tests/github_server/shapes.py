"""How accounts, repositories, issues, pull requests and reviews look in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.github_server.repository import Repository
from tests.github_server.state import (
    Comment,
    Issue,
    Label,
    Reaction,
    User,
    World,
)

Json = dict[str, Any]

# What follows an account's and a repository's own address, key by key.
_USER_URLS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_URLS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def when(moment: datetime | None) -> str | None:
    """Write a time as GitHub does: UTC, whole seconds, a Z."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def user(world: World, account: User) -> Json:
    """Return a simple user."""
    url = f"{world.api_url}/users/{account.login}"
    web_login = account.login.removesuffix("[bot]")
    prefix = "apps/" if account.type == "Bot" else ""
    return {
        "login": account.login,
        "id": account.id,
        "node_id": f"U_{account.id}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{world.web_url}/{prefix}{web_login}",
        "type": account.type,
        "user_view_type": "public",
        "site_admin": False,
        **{key: url + tail for key, tail in _USER_URLS.items()},
    }


def maybe_user(world: World, account: User | None) -> Json | None:
    """Return a simple user, or null for a deleted account."""
    return None if account is None else user(world, account)


def minimal_repository(repo: Repository) -> Json:
    """Return what runs and search results show of a repository."""
    url = api(repo)
    return {
        "id": repo.id,
        "node_id": f"R_{repo.id}",
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "owner": user(repo.world, repo.owner),
        "html_url": web(repo),
        "description": None,
        "fork": repo.parent is not None,
        "url": url,
        **{key: url + tail for key, tail in _REPOSITORY_URLS.items()},
    }


def repository(repo: Repository) -> Json:
    """Return a repository as pull requests and events embed it."""
    open_issues = sum(issue.state == "open" for issue in repo.issues.values())
    host = repo.world.web_url.split("://", 1)[1]
    return minimal_repository(repo) | {
        "clone_url": f"{web(repo)}.git",
        "git_url": f"git://{host}/{repo.full_name}.git",
        "ssh_url": f"git@{host}:{repo.full_name}.git",
        "svn_url": web(repo),
        "mirror_url": None,
        "homepage": None,
        "language": "Python",
        "license": None,
        "default_branch": repo.default_branch,
        "visibility": "private" if repo.private else "public",
        "archived": False,
        "disabled": False,
        "is_template": False,
        "allow_forking": True,
        "web_commit_signoff_required": False,
        "topics": [],
        "size": 1,
        "forks": 0,
        "forks_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "stargazers_count": 0,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "has_issues": repo.has_issues,
        "has_projects": True,
        "has_wiki": False,
        "has_pages": False,
        "has_downloads": True,
        "has_discussions": False,
        "created_at": when(repo.created_at),
        "updated_at": when(repo.world.now),
        "pushed_at": when(repo.pushed_at),
    }


def full_repository(repo: Repository, *, can_write: bool) -> Json:
    """Return a repository as its own address shows it."""
    shown = repository(repo) | {
        "permissions": {
            "admin": False,
            "maintain": False,
            "push": can_write,
            "triage": can_write,
            "pull": True,
        },
        "network_count": 0,
        "subscribers_count": 0,
    }
    if repo.parent is not None:
        shown |= {"parent": repository(repo.parent), "source": repository(repo.parent)}
    return shown


def label(repo: Repository, name: str) -> Json:
    """Return one label."""
    found = repo.labels.get(name) or Label(0, name)
    return {
        "id": found.id,
        "node_id": f"LA_{found.id}",
        "url": f"{api(repo)}/labels/{name}",
        "name": found.name,
        "description": found.description,
        "color": found.color,
        "default": False,
    }


def issue(shown: Issue) -> Json:
    """Return an issue; a pull request seen as one carries `pull_request`."""
    repo, number = shown.repository, shown.number
    url = f"{api(repo)}/issues/{number}"
    body = {
        "id": shown.id,
        "node_id": f"I_{shown.id}",
        "number": number,
        "title": shown.title,
        "body": shown.body,
        "user": maybe_user(repo.world, shown.user),
        "author_association": association(repo, shown.user),
        "labels": [label(repo, name) for name in shown.labels],
        "state": shown.state,
        "state_reason": "completed" if shown.state == "closed" else None,
        "locked": shown.is_locked,
        "active_lock_reason": None,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(shown.comments),
        "created_at": when(shown.created_at),
        "updated_at": when(shown.updated_at),
        "closed_at": when(shown.closed_at),
        "closed_by": None,
        "performed_via_github_app": None,
        "reactions": rollup(f"{url}/reactions", shown.reactions),
        "html_url": item_url(shown),
        "url": url,
        "repository_url": api(repo),
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "labels_url": url + "/labels{/name}",
        "timeline_url": f"{url}/timeline",
    }
    if shown.pull is not None:
        body["draft"] = shown.pull.is_draft
        body["pull_request"] = {
            "url": f"{api(repo)}/pulls/{number}",
            "html_url": item_url(shown),
            "diff_url": f"{item_url(shown)}.diff",
            "patch_url": f"{item_url(shown)}.patch",
            "merged_at": when(shown.pull.merged_at),
        }
    return body


def comment(shown: Comment) -> Json:
    """Return a comment on an issue or pull request."""
    repo = shown.issue.repository
    url = f"{api(repo)}/issues/comments/{shown.id}"
    return {
        "id": shown.id,
        "node_id": f"IC_{shown.id}",
        "url": url,
        "html_url": f"{item_url(shown.issue)}#issuecomment-{shown.id}",
        "issue_url": f"{api(repo)}/issues/{shown.issue.number}",
        "user": maybe_user(repo.world, shown.user),
        "author_association": association(repo, shown.user),
        "body": shown.body,
        "created_at": when(shown.created_at),
        "updated_at": when(shown.updated_at),
        "reactions": rollup(f"{url}/reactions", shown.reactions),
        "performed_via_github_app": None,
    }


def reaction(world: World, shown: Reaction) -> Json:
    """Return one reaction."""
    return {
        "id": shown.id,
        "node_id": f"REA_{shown.id}",
        "user": user(world, shown.user),
        "content": shown.content,
        "created_at": when(shown.created_at),
    }


def rollup(url: str, given: list[Reaction]) -> Json:
    """Count the reactions by kind."""
    counts = {name: 0 for name in _REACTIONS}
    for one in given:
        counts[one.content] += 1
    return {"url": url, "total_count": len(given), **counts}


def association(repo: Repository, account: User | None) -> str:
    """Return GitHub's word for how someone relates to the repository."""
    if account is None:
        return "NONE"
    if account is repo.owner:
        return "OWNER"
    if repo.roles.get(account.login, "read") != "read":
        return "COLLABORATOR"
    return "NONE"


def api(repo: Repository) -> str:
    """Return the repository's address in the API."""
    return f"{repo.world.api_url}/repos/{repo.full_name}"


def web(repo: Repository) -> str:
    """Return the repository's address in a browser."""
    return f"{repo.world.web_url}/{repo.full_name}"


def item_url(shown: Issue) -> str:
    """Return the address of an issue or pull request in a browser."""
    kind = "issues" if shown.pull is None else "pull"
    return f"{web(shown.repository)}/{kind}/{shown.number}"
