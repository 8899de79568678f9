"""The part of GitHub's GraphQL that REST lacks: viewer, threads, blame, blobs."""

from __future__ import annotations

from typing import Any

from tests.github_server import graphql_commits, graphql_text, shapes, shapes_pulls
from tests.github_server import graphql_nodes as nodes
from tests.github_server.exchange import Answer, Refused, Request, may_see
from tests.github_server.graphql_nodes import Node
from tests.github_server.graphql_text import Field
from tests.github_server.repository import Repository
from tests.github_server.state import (
    Issue,
    Pull,
    Review,
    ReviewComment,
    Token,
    World,
)


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
            raise nodes.Problem("Resource not accessible by integration", "FORBIDDEN")
        root = _mutation(world, token) if kind == "mutation" else _query(world, token)
        if refuses_viewer and any(field.name == "viewer" for field in fields):
            raise nodes.Problem("Resource not accessible by integration", "FORBIDDEN")
        return Answer({"data": _select(root, fields)})
    except (graphql_text.SyntaxProblem, nodes.Problem) as problem:
        error = {"message": str(problem)}
        if isinstance(problem, nodes.Problem) and problem.kind:
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
        raise nodes.Problem(f"Field '{field.name}' doesn't exist on type '{kind}'")
    value = node[field.name]
    if callable(value):
        value = value(field.arguments)
    if isinstance(value, dict) and not field.selected:
        raise nodes.Problem(f"Field '{field.name}' must have selections")
    return _select(value, field.selected)


def _query(world: World, token: Token) -> Node:
    return {
        "__typename": "Query",
        "viewer": nodes.account(token.user, login=token.user.login),
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
                    raise nodes.Problem(message, "FORBIDDEN")
                world.resolved_threads.pop(wanted, None)
                if by is not None:
                    world.resolved_threads[wanted] = by.user
                thread = _thread(world, [comment], by)
                return {
                    "__typename": "ResolveReviewThreadPayload",
                    "thread": thread,
                    "clientMutationId": None,
                }
    raise nodes.Problem(
        f"Could not resolve to a node with the global id of '{wanted}'."
    )


def _find_repository(world: World, given: Node, *, token: Token) -> Repository:
    name = f"{given.get('owner')}/{given.get('name')}"
    repo = world.repositories.get(name)
    if repo is None or not may_see(token, repo):
        message = f"Could not resolve to a Repository with the name '{name}'."
        raise nodes.Problem(message, "NOT_FOUND")
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
        "refs": lambda given: nodes.connection(_tags(repo, given), given),
    }


def _item(repo: Repository, given: Node, kind: str, *, token: Token) -> Node:
    issue = repo.issues.get(given.get("number", 0))
    found = "" if issue is None else "PullRequest" if issue.pull else "Issue"
    if issue is None or kind not in ("", found):
        number = given.get("number")
        message = f"Could not resolve to an {kind or 'issue'} with the number {number}."
        raise nodes.Problem(message, "NOT_FOUND")
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
        "author": nodes.author(issue.user),
        "createdAt": shapes.when(issue.created_at),
        "updatedAt": shapes.when(issue.updated_at),
        "lastEditedAt": shapes.when(issue.last_edited_at),
    }


def _pull(pull: Pull, token: Token) -> Node:
    return {
        "id": f"PR_{pull.id}",
        "state": "MERGED" if pull.merged_at else pull.issue.state.upper(),
        "commits": lambda given: nodes.connection(_commits(pull), given),
        "isDraft": pull.is_draft,
        "headRefOid": pull.head_sha,
        "baseRefOid": pull.base_sha,
        "headRefName": pull.head_ref,
        "baseRefName": pull.base_ref,
        "reviewThreads": lambda given: nodes.connection(_threads(pull, token), given),
        "reviews": lambda given: nodes.connection(_reviews(pull), given),
    }


def _commits(pull: Pull) -> list[Node]:
    repo = pull.repository
    return [
        {
            "__typename": "PullRequestCommit",
            "commit": graphql_commits.commit(repo, repo.commits[sha]),
        }
        for sha in pull.shas
    ]


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
        "reactionGroups": nodes.reaction_groups([]),
        "author": nodes.author(review.user),
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
    may_resolve = (
        token is not None
        and token.can_write
        and (token.may_resolve or token.is_told_so)
    )
    return {
        "__typename": "PullRequestReviewThread",
        "id": first.thread_id,
        "isResolved": resolver is not None,
        "resolvedBy": nodes.author(resolver),
        "viewerCanResolve": may_resolve and resolver is None,
        "isOutdated": first.is_outdated,
        "path": first.path,
        "line": None if first.is_outdated else first.line,
        "originalLine": first.line,
        "startLine": None if first.is_outdated else first.start_line,
        "diffSide": first.side,
        "comments": lambda given: nodes.connection(
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
        "author": nodes.author(comment.user),
        "createdAt": shapes.when(comment.created_at),
        "reactionGroups": nodes.reaction_groups(comment.reactions),
        "url": shapes_pulls.review_comment(comment)["html_url"],
    }


def _object(repo: Repository, given: Node) -> Node | None:
    name = given.get("expression") or given.get("oid") or ""
    ref, colon, path = name.partition(":")
    commit = repo.resolve(ref)
    if commit is None or (colon and path not in commit.files):
        return None
    return (
        graphql_commits.blob(commit.files[path])
        if colon
        else graphql_commits.commit(repo, commit)
    )


def _tags(repo: Repository, given: Node) -> list[Node]:
    if given.get("refPrefix") != "refs/tags/":
        raise nodes.Problem("this GitHub lists tags alone")
    return [
        {
            "__typename": "Ref",
            "name": name,
            "target": graphql_commits.commit(repo, repo.commits[sha]),
        }
        for name, sha in repo.tags.items()
        if given.get("query", "") in name
    ]
