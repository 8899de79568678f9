"""How pull requests, reviews and their comments look in JSON."""

from __future__ import annotations

from typing import Any

from tests.github_server.repository import Repository
from tests.github_server.shapes import (
    api,
    association,
    item_url,
    label,
    maybe_user,
    repository,
    rollup,
    user,
    when,
)
from tests.github_server.state import Pull, Review, ReviewComment, User, World

Json = dict[str, Any]


def pull_simple(pull: Pull) -> Json:
    """Return a pull request as lists show it."""
    shown = pull.issue
    repo = pull.repository
    url = f"{api(repo)}/pulls/{pull.number}"
    as_issue = f"{api(repo)}/issues/{pull.number}"
    web_url = item_url(shown)
    links = {
        "self": url,
        "html": web_url,
        "issue": as_issue,
        "comments": f"{as_issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api(repo)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api(repo)}/statuses/{pull.head_sha}",
    }
    return {
        "id": pull.id,
        "node_id": f"PR_{pull.id}",
        "number": pull.number,
        "title": shown.title,
        "body": shown.body,
        "user": user(repo.world, shown.user or repo.world.add_user("ghost")),
        "author_association": association(repo, shown.user),
        "labels": [label(repo, name) for name in shown.labels],
        "state": shown.state,
        "locked": shown.is_locked,
        "active_lock_reason": None,
        "draft": pull.is_draft,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "milestone": None,
        "auto_merge": None,
        "merge_commit_sha": None,
        "created_at": when(shown.created_at),
        "updated_at": when(shown.updated_at),
        "closed_at": when(shown.closed_at),
        "merged_at": when(pull.merged_at),
        "base": _end(pull.base_ref, pull.base_sha, owner=repo.owner, repo=repo),
        "head": _end(
            pull.head_ref,
            pull.head_sha,
            owner=pull.head_owner,
            repo=pull.head_repository,
            world=repo.world,
        ),
        "url": url,
        "html_url": web_url,
        "diff_url": f"{web_url}.diff",
        "patch_url": f"{web_url}.patch",
        "issue_url": as_issue,
        "comments_url": links["comments"],
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "statuses_url": links["statuses"],
        "_links": {name: {"href": target} for name, target in links.items()},
    }


def pull_full(pull: Pull) -> Json:
    """Return a pull request as its own address shows it."""
    repo = pull.repository
    changed = repo.changes(pull)
    review_comments = [c for c in repo.review_comments.values() if c.pull is pull]
    return pull_simple(pull) | {
        "additions": sum(change.additions for change in changed),
        "deletions": sum(change.deletions for change in changed),
        "changed_files": len(changed),
        "commits": len(pull.shas),
        "comments": len(pull.issue.comments),
        "review_comments": len(review_comments),
        "maintainer_can_modify": pull.is_fork,
        "mergeable": pull.mergeable,
        "mergeable_state": pull.mergeable_state,
        "rebaseable": pull.mergeable,
        "merged": pull.merged_at is not None,
        "merged_by": None,
    }


def review(shown: Review) -> Json:
    """Return a submitted review."""
    repo, pull = shown.pull.repository, shown.pull
    web_url = f"{item_url(pull.issue)}#pullrequestreview-{shown.id}"
    url = f"{api(repo)}/pulls/{pull.number}"
    return {
        "id": shown.id,
        "node_id": f"PRR_{shown.id}",
        "user": maybe_user(repo.world, shown.user),
        "author_association": association(repo, shown.user),
        "body": shown.body,
        "state": shown.state,
        "commit_id": shown.commit_sha,
        "submitted_at": when(shown.submitted_at),
        "html_url": web_url,
        "pull_request_url": url,
        "_links": {"html": {"href": web_url}, "pull_request": {"href": url}},
    }


def review_comment(shown: ReviewComment) -> Json:
    """Return a comment on lines of the diff; an outdated one has no `line`."""
    repo, pull = shown.pull.repository, shown.pull
    url = f"{api(repo)}/pulls/comments/{shown.id}"
    pull_url = f"{api(repo)}/pulls/{pull.number}"
    web_url = f"{item_url(pull.issue)}#discussion_r{shown.id}"
    body = {
        "id": shown.id,
        "node_id": f"PRRC_{shown.id}",
        "pull_request_review_id": shown.review.id,
        "user": maybe_user(repo.world, shown.user),
        "author_association": association(repo, shown.user),
        "body": shown.body,
        "path": shown.path,
        "diff_hunk": shown.diff_hunk,
        "position": None if shown.is_outdated else 1,
        "original_position": 1,
        "line": None if shown.is_outdated else shown.line,
        "original_line": shown.line,
        "start_line": None if shown.is_outdated else shown.start_line,
        "original_start_line": shown.start_line,
        "side": shown.side,
        "start_side": shown.start_side,
        "subject_type": "line",
        "commit_id": shown.commit_sha,
        "original_commit_id": shown.commit_sha,
        "created_at": when(shown.created_at),
        "updated_at": when(shown.updated_at),
        "reactions": rollup(f"{url}/reactions", shown.reactions),
        "url": url,
        "html_url": web_url,
        "pull_request_url": pull_url,
        "_links": {
            "self": {"href": url},
            "html": {"href": web_url},
            "pull_request": {"href": pull_url},
        },
    }
    if shown.reply_to is not None:
        body["in_reply_to_id"] = shown.reply_to
    return body


def _end(
    ref: str,
    sha: str,
    *,
    owner: User,
    repo: Repository | None,
    world: World | None = None,
) -> Json:
    world = world or (repo.world if repo is not None else None)
    assert world is not None
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(world, owner),
        "repo": None if repo is None else repository(repo),
    }
