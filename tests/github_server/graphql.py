"""The part of GitHub's GraphQL that REST lacks: viewer, threads, blame, blobs."""

from __future__ import annotations

import difflib
from typing import Any

from tests.github_server import graphql_text, shapes, shapes_pulls
from tests.github_server.diffs import is_binary
from tests.github_server.exchange import Answer, Refused, Request, may_see
from tests.github_server.graphql_text import Field
from tests.github_server.repository import Repository
from tests.github_server.state import (
    Commit,
    Issue,
    Pull,
    Review,
    ReviewComment,
    Token,
    User,
    World,
)

# An object is its fields; a field is a value, or a function of its arguments.
Node = dict[str, Any]


class _Problem(Exception):
    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


def is_write(request: Request) -> bool:
    """Whether a request means to change something; a GraphQL query does not."""
    if request.path != "/graphql":
        return request.method != "GET"
    text = request.body.get("query", "") if isinstance(request.body, dict) else ""
    return isinstance(text, str) and text.lstrip().startswith("mutation")


def answer(
    world: World, request: Request, token: Token | None, *, refuses_viewer: bool
) -> Answer:
    """Answer one document; what goes wrong inside it is a 200 with `errors`."""
    if token is None:
        raise Refused(401, "This endpoint requires you to be authenticated.")
    sent = request.body if isinstance(request.body, dict) else {}
    if not isinstance(sent.get("query"), str):
        raise Refused(400, "A query attribute must be specified and must be a string.")
    try:
        kind, fields = graphql_text.read(sent["query"], sent.get("variables") or {})
        if kind == "mutation" and not token.can_write:
            raise _Problem("Resource not accessible by integration", "FORBIDDEN")
        root = _mutation(world, token) if kind == "mutation" else _query(world, token)
        if refuses_viewer and any(field.name == "viewer" for field in fields):
            raise _Problem("Resource not accessible by integration", "FORBIDDEN")
        return Answer({"data": _select(root, fields)})
    except (graphql_text.SyntaxProblem, _Problem) as problem:
        error = {"message": str(problem)}
        if isinstance(problem, _Problem) and problem.kind:
            error["type"] = problem.kind
        return Answer({"data": None, "errors": [error]})


def _select(node: Any, fields: list[Field]) -> Any:
    if node is None or not fields:
        return node
    if isinstance(node, list):
        return [_select(one, fields) for one in node]
    found: Node = {}
    for field in fields:
        if not field.on:
            found[field.alias or field.name] = _field(node, field)
        elif field.on == node["__typename"]:
            found |= _select(node, field.selected)
    return found


def _field(node: Node, field: Field) -> Any:
    if field.name not in node:
        kind = node["__typename"]
        raise _Problem(f"Field '{field.name}' doesn't exist on type '{kind}'")
    value = node[field.name]
    if callable(value):
        value = value(field.arguments)
    if isinstance(value, dict) and not field.selected:
        raise _Problem(f"Field '{field.name}' must have selections")
    return _select(value, field.selected)


def _query(world: World, token: Token) -> Node:
    return {
        "__typename": "Query",
        "viewer": _account(token.user, login=token.user.login),
        "repository": lambda given: _repository(
            _find_repository(world, given, token=token), token
        ),
        "rateLimit": {"__typename": "RateLimit", "remaining": 5000, "cost": 1},
    }


def _mutation(world: World, token: Token) -> Node:
    return {
        "__typename": "Mutation",
        "resolveReviewThread": lambda given: _resolve(world, given, by=token),
        "unresolveReviewThread": lambda given: _resolve(world, given, by=None),
    }


def _resolve(world: World, given: Node, *, by: Token | None) -> Node:
    wanted = given.get("input", {}).get("threadId")
    for repo in world.repositories.values():
        for comment in repo.review_comments.values():
            if comment.thread_id == wanted:
                if by is not None and not by.may_resolve:
                    message = "Resource not accessible by integration"
                    raise _Problem(message, "FORBIDDEN")
                world.resolved_threads.pop(wanted, None)
                if by is not None:
                    world.resolved_threads[wanted] = by.user
                thread = _thread(world, [comment], by)
                return {
                    "__typename": "ResolveReviewThreadPayload",
                    "thread": thread,
                    "clientMutationId": None,
                }
    raise _Problem(f"Could not resolve to a node with the global id of '{wanted}'.")


def _find_repository(world: World, given: Node, *, token: Token) -> Repository:
    name = f"{given.get('owner')}/{given.get('name')}"
    repo = world.repositories.get(name)
    if repo is None or not may_see(token, repo):
        message = f"Could not resolve to a Repository with the name '{name}'."
        raise _Problem(message, "NOT_FOUND")
    return repo


def _repository(repo: Repository, token: Token) -> Node:
    return {
        "__typename": "Repository",
        "id": f"R_{repo.id}",
        "databaseId": repo.id,
        "nameWithOwner": repo.full_name,
        "isPrivate": repo.private,
        "issue": lambda given: _item(repo, given, "Issue", token=token),
        "pullRequest": lambda given: _item(repo, given, "PullRequest", token=token),
        "issueOrPullRequest": lambda given: _item(repo, given, "", token=token),
        "object": lambda given: _object(repo, given),
        "refs": lambda given: _connection(_tags(repo, given), given),
    }


def _item(repo: Repository, given: Node, kind: str, *, token: Token) -> Node:
    issue = repo.issues.get(given.get("number", 0))
    found = "" if issue is None else "PullRequest" if issue.pull else "Issue"
    if issue is None or kind not in ("", found):
        number = given.get("number")
        message = f"Could not resolve to an {kind or 'issue'} with the number {number}."
        raise _Problem(message, "NOT_FOUND")
    node = _issue(issue) | {"__typename": found}
    return node if issue.pull is None else node | _pull(issue.pull, token)


def _issue(issue: Issue) -> Node:
    return {
        "id": f"I_{issue.id}",
        "number": issue.number,
        "title": issue.title,
        "body": issue.body or "",
        "state": issue.state.upper(),
        "locked": issue.is_locked,
        "author": _author(issue.user),
        "createdAt": shapes.when(issue.created_at),
        "updatedAt": shapes.when(issue.updated_at),
        "lastEditedAt": shapes.when(issue.last_edited_at),
    }


def _pull(pull: Pull, token: Token) -> Node:
    return {
        "id": f"PR_{pull.id}",
        "isDraft": pull.is_draft,
        "headRefOid": pull.head_sha,
        "baseRefOid": pull.base_sha,
        "headRefName": pull.head_ref,
        "baseRefName": pull.base_ref,
        "reviewThreads": lambda given: _connection(_threads(pull, token), given),
        "reviews": lambda given: _connection(_reviews(pull), given),
    }


def _reviews(pull: Pull) -> list[Node]:
    reviews = pull.repository.reviews.values()
    return [_review(review) for review in reviews if review.pull is pull]


def _review(review: Review) -> Node:
    return {
        "__typename": "PullRequestReview",
        "id": f"PRR_{review.id}",
        "databaseId": review.id,
        "body": review.body,
        "state": review.state,
        "author": _author(review.user),
        "createdAt": shapes.when(review.submitted_at),
        "submittedAt": shapes.when(review.submitted_at),
    }


def _threads(pull: Pull, token: Token) -> list[Node]:
    grouped: dict[str, list[ReviewComment]] = {}
    for comment in pull.repository.review_comments.values():
        if comment.pull is pull:
            grouped.setdefault(comment.thread_id, []).append(comment)
    world = pull.repository.world
    return [_thread(world, group, token) for group in grouped.values()]


def _thread(world: World, comments: list[ReviewComment], token: Token | None) -> Node:
    first = comments[0]
    resolver = world.resolved_threads.get(first.thread_id)
    may_resolve = token is not None and token.can_write and token.may_resolve
    return {
        "__typename": "PullRequestReviewThread",
        "id": first.thread_id,
        "isResolved": resolver is not None,
        "resolvedBy": _author(resolver),
        "viewerCanResolve": may_resolve and resolver is None,
        "isOutdated": first.is_outdated,
        "path": first.path,
        "line": None if first.is_outdated else first.line,
        "originalLine": first.line,
        "startLine": None if first.is_outdated else first.start_line,
        "diffSide": first.side,
        "comments": lambda given: _connection(
            [_thread_comment(comment) for comment in comments], given
        ),
    }


def _thread_comment(comment: ReviewComment) -> Node:
    return {
        "__typename": "PullRequestReviewComment",
        "id": f"PRRC_{comment.id}",
        "databaseId": comment.id,
        "fullDatabaseId": str(comment.id),
        "body": comment.body,
        "path": comment.path,
        "author": _author(comment.user),
        "createdAt": shapes.when(comment.created_at),
        "url": shapes_pulls.review_comment(comment)["html_url"],
    }


def _author(account: User | None) -> Node | None:
    # As an author a bot goes by its bare name; as `viewer` it does not.
    if account is None:
        return None
    return _account(account, login=account.login.removesuffix("[bot]"))


def _account(account: User, *, login: str) -> Node:
    return {
        "__typename": account.type,
        "id": f"U_{account.id}",
        "login": login,
        "databaseId": account.id,
    }


def _connection(nodes: list[Node], given: Node) -> Node:
    size = given.get("first") or given.get("last")
    if not isinstance(size, int) or not 1 <= size <= 100:
        raise _Problem("You must provide a `first` or `last` value from 1 to 100.")
    start = int(given.get("after") or 0)
    if "last" in given and "first" not in given:
        start = max(0, len(nodes) - size)
    end = min(start + size, len(nodes))
    return {
        "__typename": "Connection",
        "totalCount": len(nodes),
        "nodes": nodes[start:end],
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": end < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": str(start),
            "endCursor": str(end),
        },
    }


def _object(repo: Repository, given: Node) -> Node | None:
    name = given.get("expression") or given.get("oid") or ""
    ref, colon, path = name.partition(":")
    commit = repo.resolve(ref)
    if commit is None or (colon and path not in commit.files):
        return None
    return _blob(commit.files[path]) if colon else _commit(repo, commit)


def _tags(repo: Repository, given: Node) -> list[Node]:
    if given.get("refPrefix") != "refs/tags/":
        raise _Problem("this GitHub lists tags alone")
    return [
        {"__typename": "Ref", "name": name, "target": _commit(repo, repo.commits[sha])}
        for name, sha in repo.tags.items()
        if given.get("query", "") in name
    ]


def _blob(content: bytes) -> Node:
    return {
        "__typename": "Blob",
        "byteSize": len(content),
        "isBinary": is_binary(content),
        "isTruncated": False,
        "text": None if is_binary(content) else content.decode(),
    }


def _commit(repo: Repository, commit: Commit) -> Node:
    moment = shapes.when(commit.date)
    name = commit.author.login
    return {
        "__typename": "Commit",
        "oid": commit.sha,
        "abbreviatedOid": commit.sha[:7],
        "message": commit.message,
        "messageHeadline": commit.message.split("\n")[0],
        "committedDate": moment,
        "authoredDate": moment,
        "author": {
            "__typename": "GitActor",
            "name": name,
            "date": moment,
            "user": _author(commit.author),
        },
        "blame": lambda given: _blame(repo, commit, path=given.get("path", "")),
    }


def _blame(repo: Repository, commit: Commit, *, path: str) -> Node:
    if path not in commit.files:
        raise _Problem(f"Could not find a blob at {path}", "NOT_FOUND")
    ranges: list[Node] = []
    owner: Commit | None = None
    for number, source in enumerate(_line_commits(repo, commit, path), start=1):
        if source is not owner:
            owner = source
            ranges.append(
                {
                    "__typename": "BlameRange",
                    "age": 1,
                    "startingLine": number,
                    "commit": _commit(repo, source),
                }
            )
        ranges[-1]["endingLine"] = number
    return {"__typename": "Blame", "ranges": ranges}


def _line_commits(repo: Repository, commit: Commit, path: str) -> list[Commit]:
    chain = [commit]
    while chain[-1].parents:
        chain.append(repo.commits[chain[-1].parents[0]])
    lines: list[bytes] = []
    owners: list[Commit] = []
    for one in reversed(chain):
        now = one.files.get(path, b"").splitlines()
        owners = _carried(lines, now, owners=owners, commit=one)
        lines = now
    return owners


def _carried(
    before: list[bytes], after: list[bytes], *, owners: list[Commit], commit: Commit
) -> list[Commit]:
    carried = [commit] * len(after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for old, new, size in matcher.get_matching_blocks():
        carried[new : new + size] = owners[old : old + size]
    return carried
