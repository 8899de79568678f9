"""What writing does: issues, comments, labels, reactions and reviews."""

from __future__ import annotations

from typing import Any

from tests.github_server import diffs, reads, shapes, shapes_pulls
from tests.github_server.exchange import Answer, Call, Refused, invalid, not_found
from tests.github_server.state import (
    Comment,
    Issue,
    Pull,
    Reaction,
    Review,
    ReviewComment,
)

LONGEST_BODY = 65_536
LONGEST_TITLE = 256
_REVIEW_STATES = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}
_REACTIONS = frozenset(
    ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
)


def create_issue(call: Call) -> Answer:
    """Open an issue as the token's account."""
    title = call.body.get("title")
    if not isinstance(title, str) or not 0 < len(title) <= LONGEST_TITLE:
        raise invalid("Issue", "title", "title is missing or too long")
    if not call.repo.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    labels = [_label_name(one) for one in call.body.get("labels", [])]
    body = call.body.get("body")
    login = call.actor.login
    made = call.repo.issue(title, body, author=login, labels=labels)
    return _created(shapes.issue(made))


def _label_name(sent: Any) -> str:
    return str(sent["name"] if isinstance(sent, dict) else sent)


def _created(body: dict[str, Any]) -> Answer:
    return Answer(body, 201, headers={"Location": body["url"]})


def edit_issue(call: Call) -> Answer:
    """Change title, body, state or labels of an issue."""
    found = reads.find_issue(call)
    if call.body.get("state", "open") not in ("open", "closed"):
        raise invalid("Issue", "state", "state is neither open nor closed")
    now = call.world.tick()
    if "body" in call.body and call.body["body"] != found.body:
        found.last_edited_at = now
    found.title = call.body.get("title", found.title)
    found.body = call.body.get("body", found.body)
    if "labels" in call.body:
        names = [_label_name(one) for one in call.body["labels"]]
        found.labels = [call.repo.label(name).name for name in names]
    found.state = call.body.get("state", found.state)
    found.closed_at = now if found.state == "closed" else None
    found.updated_at = now
    return Answer(shapes.issue(found))


def add_labels(call: Call) -> Answer:
    """Add labels to an issue; those it has stay."""
    found = reads.find_issue(call)
    sent = call.request.body
    names = sent.get("labels", []) if isinstance(sent, dict) else sent or []
    for one in names:
        name = call.repo.label(_label_name(one)).name
        if name not in found.labels:
            found.labels.append(name)
    found.updated_at = call.world.tick()
    return Answer([shapes.label(call.repo, name) for name in found.labels])


def remove_label(call: Call) -> Answer:
    """Take one label off an issue."""
    found = reads.find_issue(call)
    if call.params["name"] not in found.labels:
        raise Refused(404, "Label does not exist")
    found.labels.remove(call.params["name"])
    return Answer([shapes.label(call.repo, name) for name in found.labels])


def create_comment(call: Call) -> Answer:
    """Write a comment on an issue or pull request."""
    found = reads.find_issue(call)
    _check_unlocked(call, found)
    body = _body(call, "IssueComment")
    made = call.repo.comment(found, body, author=call.actor.login)
    return _created(shapes.comment(made))


def _check_unlocked(call: Call, found: Issue) -> None:
    role = call.repo.roles.get(call.actor.login, "read")
    if found.is_locked and role not in ("admin", "maintain", "write"):
        raise Refused(403, "Unable to create comment because issue is locked.")


def _body(call: Call, resource: str) -> str:
    text = call.body.get("body")
    if not isinstance(text, str) or not text.strip():
        raise invalid(resource, "body", "body cannot be blank")
    if len(text) > LONGEST_BODY:
        message = f"body is too long (maximum is {LONGEST_BODY} characters)"
        raise invalid(resource, "body", message)
    return text


def edit_comment(call: Call) -> Answer:
    """Replace a comment's text."""
    found = _own_comment(call)
    found.body = _body(call, "IssueComment")
    found.updated_at = call.world.tick()
    return Answer(shapes.comment(found))


def delete_comment(call: Call) -> Answer:
    """Delete a comment."""
    del call.repo.comments[_own_comment(call).id]
    return Answer(b"", 204)


def _own_comment(call: Call) -> Comment:
    found = reads.find_comment(call)
    role = call.repo.roles.get(call.actor.login, "read")
    is_writer = call.token is not None and call.token.is_installation
    if found.user is not call.actor and role == "read" and not is_writer:
        raise Refused(403, "Must have admin rights to Repository.")
    return found


def react_to_issue(call: Call) -> Answer:
    """React to an issue or pull request."""
    return _react(call, reads.find_issue(call).reactions)


def react_to_comment(call: Call) -> Answer:
    """React to a comment."""
    return _react(call, reads.find_comment(call).reactions)


def react_to_review_comment(call: Call) -> Answer:
    """React to a comment on a diff."""
    found = call.repo.review_comments.get(call.number("comment_id"))
    if found is None:
        raise not_found()
    return _react(call, found.reactions)


def _react(call: Call, reactions: list[Reaction]) -> Answer:
    content = call.body.get("content")
    if content not in _REACTIONS:
        raise invalid("Reaction", "content", "content is not a reaction")
    for one in reactions:
        if (one.content, one.user) == (content, call.actor):
            return Answer(shapes.reaction(call.world, one), 200)
    made = Reaction(call.world.next_id(), content, call.actor, call.world.tick())
    reactions.append(made)
    return Answer(shapes.reaction(call.world, made), 201)


def create_review(call: Call) -> Answer:
    """Submit a review; one comment that fits no hunk refuses all of it."""
    pull = reads.find_pull(call)
    event, sent = call.body.get("event", ""), call.body.get("comments") or []
    text = call.body.get("body") or ""
    sha = call.body.get("commit_id") or pull.head_sha
    _check_review(call, pull, event=event, text=text, has_comments=bool(sent))
    if sha not in pull.shas:
        raise _unprocessable("Commit could not be resolved")
    placed = [_place(call, pull, one) for one in sent]
    now = call.world.tick()
    state = _REVIEW_STATES.get(event, "PENDING")
    made = Review(call.world.next_id(), pull, call.actor, text, state, sha, now)
    call.repo.reviews[made.id] = made
    for one in placed:
        _write_comment(call, made, one)
    return Answer(shapes_pulls.review(made))


def _check_review(
    call: Call, pull: Pull, *, event: str, text: str, has_comments: bool
) -> None:
    if event not in ("", *_REVIEW_STATES):
        raise _unprocessable(f"Variable $event has an invalid value {event}")
    if event in ("COMMENT", "REQUEST_CHANGES") and not text and not has_comments:
        raise _unprocessable("You need to leave a comment indicating the changes")
    if event == "APPROVE" and pull.issue.user is call.actor:
        raise _unprocessable("Can not approve your own pull request")


def _unprocessable(error: str) -> Refused:
    return Refused(422, "Unprocessable Entity", errors=[error])


def _place(call: Call, pull: Pull, sent: dict[str, Any]) -> dict[str, Any]:
    change = next((c for c in call.repo.changes(pull) if c.path == sent["path"]), None)
    if change is None:
        raise _unprocessable("Path could not be resolved")
    side, line = sent.get("side", "RIGHT"), sent.get("line")
    shown = [h for h in diffs.hunks(change.patch) if h.shows(line or 0, side)]
    if not shown:
        raise _unprocessable("Line could not be resolved")
    start = sent.get("start_line")
    start_side = sent.get("start_side", side)
    if start is not None and start >= line and side == start_side:
        raise _unprocessable("Start line must precede the end line")
    if start is not None and not shown[0].shows(start, start_side):
        raise _unprocessable("Start line must be part of the same hunk as the line")
    if not sent.get("body", "").strip():
        raise _unprocessable("Body can't be blank")
    return {
        "path": change.path,
        "line": line,
        "side": side,
        "start_line": start,
        "start_side": None if start is None else start_side,
        "body": sent["body"],
        "diff_hunk": shown[0].text,
    }


def _write_comment(call: Call, review: Review, placed: dict[str, Any]) -> None:
    made = ReviewComment(
        id=call.world.next_id(),
        pull=review.pull,
        review=review,
        user=review.user,
        commit_sha=review.commit_sha,
        created_at=review.submitted_at,
        updated_at=review.submitted_at,
        **placed,
    )
    call.repo.review_comments[made.id] = made


def edit_review(call: Call) -> Answer:
    """Replace the text of a review; nobody is told."""
    found = reads.find_review(call)
    if found.user is not call.actor:
        raise Refused(403, "Must have admin rights to Repository.")
    found.body = _body(call, "PullRequestReview")
    return Answer(shapes_pulls.review(found))


def delete_review_comment(call: Call) -> Answer:
    """Delete a comment on a diff."""
    if call.number("comment_id") not in call.repo.review_comments:
        raise not_found()
    del call.repo.review_comments[call.number("comment_id")]
    return Answer(b"", 204)


def reply(call: Call) -> Answer:
    """Answer a comment on a diff, in its thread."""
    pull = reads.find_pull(call)
    found = call.repo.review_comments.get(call.number("comment_id"))
    if found is None or found.pull is not pull:
        raise not_found()
    made = call.repo.review_comment(
        pull,
        _body(call, "PullRequestReviewComment"),
        path=found.path,
        line=found.line,
        side=found.side,
        author=call.actor.login,
        reply_to=found,
    )
    return _created(shapes_pulls.review_comment(made))


def edit_review_comment(call: Call) -> Answer:
    """Replace the text of a comment on a diff."""
    found = call.repo.review_comments.get(call.number("comment_id"))
    if found is None:
        raise not_found()
    found.body = _body(call, "PullRequestReviewComment")
    found.updated_at = call.world.tick()
    return Answer(shapes_pulls.review_comment(found))
