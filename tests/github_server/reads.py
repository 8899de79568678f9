"""What reading answers: repositories, issues, pull requests, code and search."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Any

from tests.github_server import diffs, shapes, shapes_code, shapes_pulls
from tests.github_server.exchange import (
    Answer,
    Call,
    Listing,
    Refused,
    invalid,
    may_see,
    not_found,
)
from tests.github_server.state import Comment, Commit, Issue, Pull, Review

MOST_DIFF_FILES = 300
MOST_DIFF_LINES = 20_000
MOST_DIFF_BYTES = 1_000_000
_ROLES_AS_PERMISSION = {
    "admin": "admin",
    "maintain": "write",
    "write": "write",
    "triage": "read",
    "read": "read",
}


def user(call: Call) -> Answer:
    """Answer who asks; the Action's token may not know."""
    if call.token is None:
        raise Refused(401, "Requires authentication")
    if call.token.is_installation:
        raise Refused(403, "Resource not accessible by integration")
    blank = dict.fromkeys(
        ("bio", "blog", "company", "email", "hireable", "location", "name")
    )
    zero = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    moment = shapes.when(call.world.now)
    stamps = {"created_at": moment, "updated_at": moment}
    return Answer(shapes.user(call.world, call.actor) | blank | zero | stamps)


def repository(call: Call) -> Answer:
    """Answer the repository itself."""
    can_write = call.token is not None and call.token.can_write
    return Answer(shapes.full_repository(call.repo, can_write=can_write))


def permission(call: Call) -> Answer:
    """Answer what someone may do; maintain counts as write, triage as read."""
    login = call.params["username"]
    account = call.world.users.get(login)
    if account is None or account.type == "Bot":
        raise Refused(404, f"{login} is not a user")
    role = call.repo.roles.get(login)
    if account is call.repo.owner:
        role = "admin"
    if role is None and call.repo.private:
        raise not_found()
    role = role or "read"
    # A custom role stands on one of the five; this GitHub builds them all on write.
    granted = _ROLES_AS_PERMISSION.get(role, "write")
    person = shapes.user(call.world, account) | {"role_name": role}
    return Answer({"permission": granted, "role_name": role, "user": person})


def issues(call: Call) -> Listing:
    """List issues and pull requests, newest first."""
    query = call.request.query
    found = list(call.repo.issues.values())
    found = _in_state(found, query.get("state", "open"))
    if "since" in query:
        found = [i for i in found if i.updated_at >= _moment(query["since"])]
    if "creator" in query:
        found = [i for i in found if i.user and i.user.login == query["creator"]]
    wanted = {name for name in query.get("labels", "").split(",") if name}
    found = [i for i in found if wanted <= set(i.labels) and not i.is_deleted]
    return Listing([shapes.issue(i) for i in _sorted(found, query)])


def _in_state(found: list[Issue], state: str) -> list[Issue]:
    if state not in ("open", "closed", "all"):
        raise invalid("Issue", "state", f"{state} is not a state")
    return [i for i in found if state in ("all", i.state)]


def _sorted(found: list[Issue], query: dict[str, str]) -> list[Issue]:
    keys: dict[str, Any] = {
        "created": lambda i: (i.created_at, i.id),
        "updated": lambda i: (i.updated_at, i.id),
        "comments": lambda i: (len(i.comments), i.id),
    }
    key = keys.get(query.get("sort", "created"), keys["created"])
    return sorted(found, key=key, reverse=query.get("direction", "desc") != "asc")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refused(422, "Invalid since parameter") from None


def issue(call: Call) -> Answer:
    """Answer one issue."""
    return Answer(shapes.issue(find_issue(call)))


def find_issue(call: Call) -> Issue:
    """Find the issue the path names; 404 for none, 410 for a deleted one."""
    found = call.repo.issues.get(call.number("issue_number"))
    if found is None:
        raise not_found()
    if found.is_deleted:
        raise Refused(410, "This issue was deleted")
    if not call.repo.has_issues and found.pull is None:
        raise Refused(410, "Issues are disabled for this repo")
    return found


def comments(call: Call) -> Listing:
    """List the comments of one issue, oldest first."""
    found = find_issue(call).comments
    if "since" in call.request.query:
        since = _moment(call.request.query["since"])
        found = [one for one in found if one.updated_at >= since]
    return Listing([shapes.comment(one) for one in found])


def every_comment(call: Call) -> Listing:
    """List the comments of all issues and pull requests, oldest first by default."""
    query = call.request.query
    found = [one for one in call.repo.comments.values() if not one.issue.is_deleted]
    if "since" in query:
        since = _moment(query["since"])
        found = [one for one in found if one.updated_at >= since]
    if query.get("sort") == "updated":
        found.sort(key=lambda one: (one.updated_at, one.id))
    if query.get("direction") == "desc" and "sort" in query:
        found.reverse()
    return Listing([shapes.comment(one) for one in found])


def comment(call: Call) -> Answer:
    """Answer one comment."""
    return Answer(shapes.comment(find_comment(call)))


def find_comment(call: Call) -> Comment:
    """Find the comment the path names."""
    found = call.repo.comments.get(call.number("comment_id"))
    if found is None:
        raise not_found()
    return found


def labels(call: Call) -> Listing:
    """List the repository's labels."""
    return Listing([shapes.label(call.repo, name) for name in call.repo.labels])


def pulls(call: Call) -> Listing:
    """List pull requests; `head` is `owner:branch`."""
    query = call.request.query
    found = [p.issue for p in call.repo.pulls.values()]
    found = _sorted(_in_state(found, query.get("state", "open")), query)
    kept = [i.pull for i in found if i.pull is not None]
    if ":" in query.get("head", ""):
        kept = [p for p in kept if _names_head(p, query["head"])]
    if "base" in query:
        kept = [p for p in kept if p.base_ref == query["base"]]
    return Listing([shapes_pulls.pull_simple(p) for p in kept])


def _names_head(pull: Pull, head: str) -> bool:
    return f"{pull.head_owner.login}:{pull.head_ref}" == head


def find_pull(call: Call) -> Pull:
    """Find the pull request the path names."""
    found = call.repo.pulls.get(call.number("pull_number"))
    if found is None:
        raise not_found()
    return found


def pull(call: Call) -> Answer:
    """Answer one pull request, or its diff when that media type is asked for."""
    found = find_pull(call)
    if not call.accepts("diff"):
        return Answer(shapes_pulls.pull_full(found))
    changed = call.repo.changes(found)
    text = diffs.unified(changed)
    if found.diff_too_large or len(changed) > MOST_DIFF_FILES:
        raise _too_large(f"files ({MOST_DIFF_FILES})")
    if text.count("\n") > MOST_DIFF_LINES:
        raise _too_large(f"lines ({MOST_DIFF_LINES})")
    if len(text.encode()) > MOST_DIFF_BYTES:
        raise _too_large(f"bytes ({MOST_DIFF_BYTES})")
    kind = "application/vnd.github.diff; charset=utf-8"
    return Answer(text.encode(), content_type=kind)


def _too_large(limit: str) -> Refused:
    error = {"resource": "PullRequest", "field": "diff", "code": "too_large"}
    message = f"Sorry, the diff exceeded the maximum number of {limit}."
    return Refused(406, message, errors=[error])


def pull_files(call: Call) -> Listing:
    """List the changed files of a pull request, at most 3000 as GitHub does."""
    found = find_pull(call)
    changed = call.repo.changes(found)[:3000]
    return Listing(
        [
            shapes_code.change(
                call.repo,
                one,
                sha=found.head_sha,
                patch=one.path not in found.without_patch,
            )
            for one in changed
        ]
    )


def pull_commits(call: Call) -> Listing:
    """List the commits of a pull request, oldest first, at most 250."""
    shas = find_pull(call).shas[:250]
    return Listing([_commit(call, sha) for sha in shas])


def _commit(call: Call, sha: str) -> dict[str, Any]:
    return shapes_code.commit(call.repo, call.repo.commits[sha])


def reviews(call: Call) -> Listing:
    """List the submitted reviews of a pull request."""
    found, every = find_pull(call), call.repo.reviews.values()
    return Listing([shapes_pulls.review(one) for one in every if one.pull is found])


def find_review(call: Call) -> Review:
    """Find the review the path names."""
    found = call.repo.reviews.get(call.number("review_id"))
    if found is None or found.pull is not find_pull(call):
        raise not_found()
    return found


def comments_of_review(call: Call) -> Listing:
    """List the comments that one review brought."""
    found, every = find_review(call), call.repo.review_comments.values()
    return Listing(
        [shapes_pulls.review_comment(one) for one in every if one.review is found]
    )


def review_comments(call: Call) -> Listing:
    """List the comments on a pull request's diff."""
    found, every = find_pull(call), call.repo.review_comments.values()
    return Listing(
        [shapes_pulls.review_comment(one) for one in every if one.pull is found]
    )


def review_comment(call: Call) -> Answer:
    """Answer one comment on a diff."""
    found = call.repo.review_comments.get(call.number("comment_id"))
    if found is None:
        raise not_found()
    return Answer(shapes_pulls.review_comment(found))


def find_commit(call: Call, ref: str) -> Commit:
    """Find a commit by any name git takes for it."""
    found = call.repo.resolve(ref)
    if found is None:
        raise not_found()
    return found


def contents(call: Call) -> Answer:
    """Answer a file (JSON or raw) or the list of a directory, at a ref."""
    ref = call.request.query.get("ref", call.repo.default_branch)
    found = call.repo.resolve(ref)
    if found is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    path = call.params.get("path", "").strip("/")
    content = found.files.get(path)
    if content is None:
        return Answer(_directory(call, path, ref=ref, commit=found))
    if call.accepts("raw"):
        kind = "application/vnd.github.raw+json; charset=utf-8"
        return Answer(content, content_type=kind)
    return Answer(shapes_code.file(call.repo, path, ref=ref, content=content))


def _directory(
    call: Call, path: str, *, ref: str, commit: Commit
) -> list[dict[str, Any]]:
    prefix = f"{path}/" if path else ""
    inside = {
        prefix + name.removeprefix(prefix).split("/")[0]
        for name in commit.files
        if name.startswith(prefix)
    }
    if not inside:
        raise not_found()
    return [
        shapes_code.entry(call.repo, name, ref=ref, content=commit.files.get(name))
        for name in sorted(inside)
    ]


def tree(call: Call) -> Answer:
    """Answer the tree of a commit, found by the commit's or the tree's own name."""
    name = call.params["tree_sha"]
    named = (c for c in call.repo.commits.values() if c.tree_sha == name)
    found = next(named, None) or find_commit(call, name)
    recursive = bool(call.request.query.get("recursive"))
    return Answer(shapes_code.tree(call.repo, found, recursive=recursive))


def git_ref(call: Call) -> Answer:
    """Answer where a branch points."""
    ref = call.params["ref"]
    sha = call.repo.branches.get(ref.removeprefix("heads/"))
    if sha is None or not ref.startswith("heads/"):
        raise not_found()
    return Answer(shapes_code.git_ref(call.repo, ref, sha))


def git_commit(call: Call) -> Answer:
    """Answer the git object of a commit."""
    found = find_commit(call, call.params["commit_sha"])
    return Answer(shapes_code.git_commit(call.repo, found))


def commit(call: Call) -> Answer:
    """Answer one commit with what it changed."""
    found = find_commit(call, call.params["ref"])
    parent = call.repo.commits[found.parents[0]].files if found.parents else {}
    changed = diffs.changes(parent, found.files)
    body = shapes_code.commit(call.repo, found)
    added = sum(change.additions for change in changed)
    removed = sum(change.deletions for change in changed)
    body["stats"] = {"additions": added, "deletions": removed, "total": added + removed}
    return Answer(body | _files(call, changed, sha=found.sha))


def _files(call: Call, changed: list[diffs.FileChange], *, sha: str) -> dict[str, Any]:
    shown = [shapes_code.change(call.repo, c, sha=sha, patch=True) for c in changed]
    return {"files": shown}


def commits(call: Call) -> Listing:
    """List the commits that lead to a branch or SHA, newest first."""
    query = call.request.query
    found: Commit | None = find_commit(call, query.get("sha", ""))
    chain = []
    while found is not None:
        chain.append(found)
        found = call.repo.commits[found.parents[0]] if found.parents else None
    return Listing([shapes_code.commit(call.repo, one) for one in chain])


def commit_pulls(call: Call) -> Listing:
    """List the pull requests that hold a commit."""
    sha = find_commit(call, call.params["commit_sha"]).sha
    found = [p for p in call.repo.pulls.values() if sha in p.shas]
    return Listing([shapes_pulls.pull_simple(p) for p in found])


def compare(call: Call) -> Answer:
    """Answer how two commits differ."""
    base, separator, head = call.params["basehead"].partition("...")
    if not separator:
        raise not_found()
    first = find_commit(call, base)
    last = find_commit(call, head.rsplit(":", 1)[-1])
    changed = diffs.changes(first.files, last.files)
    if call.accepts("diff"):
        kind = "application/vnd.github.diff; charset=utf-8"
        return Answer(diffs.unified(changed).encode(), content_type=kind)
    files = _files(call, changed, sha=last.sha)
    return Answer(shapes_code.comparison(call.repo, first, last, files=files))


def search_issues(call: Call) -> Listing:
    """Search issues: repo:, is:, state:, label:, author: and plain words."""
    words = shlex.split(call.request.query.get("q", ""))
    if not words:
        error = {"resource": "Search", "field": "q", "code": "missing"}
        raise Refused(422, "Validation Failed", errors=[error])
    seen = [r for r in call.world.repositories.values() if may_see(call.token, r)]
    every = (i for r in seen for i in r.issues.values() if not i.is_deleted)
    found = [i for i in every if all(_matches(i, word) for word in words)]
    shown = [shapes.issue(i) | {"score": 1.0} for i in reversed(found)]
    return Listing(
        shown,
        key="items",
        extra={"incomplete_results": False, "search_type": "lexical"},
    )


def _matches(found: Issue, word: str) -> bool:
    name, separator, value = word.partition(":")
    kind = "pr" if found.pull is not None else "issue"
    tests = {
        "repo": lambda: found.repository.full_name == value,
        "is": lambda: value in (kind, found.state),
        "type": lambda: value == kind,
        "state": lambda: value == found.state,
        "label": lambda: value in found.labels,
        "author": lambda: found.user is not None and found.user.login == value,
    }
    if separator and name in tests:
        return tests[name]()
    text = f"{found.title} {found.body or ''}".lower()
    return word.lower() in text
