"""The webhook payloads GitHub writes to `GITHUB_EVENT_PATH`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github_server.state import Comment, Issue, Pull, ReviewComment, Run, User

if TYPE_CHECKING:
    from tests.github_server.repository import Repository

Json = dict[str, Any]
Subject = Issue | Pull | Comment | ReviewComment | Run | None


def payload(
    repo: Repository,
    name: str,
    *,
    action: str,
    subject: Subject,
    sender: str | None,
    extra: Json,
) -> Json:
    """Return the payload of one event about one subject."""
    # The shapes need the repository, which needs this module.
    from tests.github_server import shapes

    who = _sender(repo, subject, login=sender)
    body: Json = {"action": action} if action else {}
    body |= _about(repo, name, subject=subject, extra=extra)
    body["repository"] = shapes.repository(repo)
    body["sender"] = shapes.user(repo.world, who)
    return body | extra


def _about(repo: Repository, name: str, *, subject: Subject, extra: Json) -> Json:
    from tests.github_server import shapes, shapes_actions, shapes_pulls

    if isinstance(subject, Pull) and name == "pull_request":
        body: Json = {
            "number": subject.number,
            "pull_request": shapes_pulls.pull_full(subject),
        }
        return body | _label(repo, extra)
    if isinstance(subject, Issue):
        return {"issue": shapes.issue(subject)} | _label(repo, extra)
    if isinstance(subject, Comment):
        issue = shapes.issue(subject.issue)
        return {"issue": issue, "comment": shapes.comment(subject)}
    if isinstance(subject, ReviewComment):
        return {
            "comment": shapes_pulls.review_comment(subject),
            "pull_request": shapes_pulls.pull_simple(subject.pull),
        }
    if isinstance(subject, Run):
        return {
            "workflow_run": shapes_actions.run(subject),
            "workflow": shapes_actions.workflow(repo, subject.path),
        }
    return {
        "inputs": None,
        "ref": f"refs/heads/{repo.default_branch}",
        "workflow": ".github/workflows/routebot.yml",
    }


def _label(repo: Repository, extra: Json) -> Json:
    from tests.github_server import shapes

    if not isinstance(extra.get("label"), str):
        return {}
    return {"label": shapes.label(repo, repo.label(extra.pop("label")).name)}


def _sender(repo: Repository, subject: Subject, *, login: str | None) -> User:
    if login is not None:
        return repo.world.add_user(login)
    found: User | None = None
    if isinstance(subject, Run):
        found = subject.triggering_actor
    elif isinstance(subject, Pull):
        found = subject.issue.user
    elif subject is not None:
        found = subject.user
    return found or repo.world.add_user("maintainer")
