"""Which function answers which method and path; names are those of GitHub's docs."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.github_server import actions, reads, writes
from tests.github_server.exchange import Answer, Call, Listing

Route = Callable[[Call], Answer | Listing]
_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/{{issue_number}}"
_COMMENT = f"{_REPO}/issues/comments/{{comment_id}}"
_PULL = f"{_REPO}/pulls/{{pull_number}}"
_DIFF_COMMENT = f"{_REPO}/pulls/comments/{{comment_id}}"
_RUN = f"{_REPO}/actions/runs/{{run_id}}"
_WORKFLOW = f"{_REPO}/actions/workflows/{{workflow_id}}"

# `/rate_limit`, `/graphql` and the signed log links are answered by the server itself.
ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("GET", "/user", reads.user),
    ("GET", "/search/issues", reads.search_issues),
    ("GET", _REPO, reads.repository),
    ("GET", f"{_REPO}/collaborators/{{username}}/permission", reads.permission),
    ("GET", f"{_REPO}/labels", reads.labels),
    ("GET", f"{_REPO}/issues", reads.issues),
    ("POST", f"{_REPO}/issues", writes.create_issue),
    ("GET", f"{_REPO}/issues/comments", reads.every_comment),
    ("GET", _COMMENT, reads.comment),
    ("PATCH", _COMMENT, writes.edit_comment),
    ("DELETE", _COMMENT, writes.delete_comment),
    ("POST", f"{_COMMENT}/reactions", writes.react_to_comment),
    ("GET", _ISSUE, reads.issue),
    ("PATCH", _ISSUE, writes.edit_issue),
    ("GET", f"{_ISSUE}/comments", reads.comments),
    ("POST", f"{_ISSUE}/comments", writes.create_comment),
    ("POST", f"{_ISSUE}/labels", writes.add_labels),
    ("DELETE", f"{_ISSUE}/labels/{{name}}", writes.remove_label),
    ("POST", f"{_ISSUE}/reactions", writes.react_to_issue),
    ("GET", f"{_REPO}/pulls", reads.pulls),
    ("GET", _DIFF_COMMENT, reads.review_comment),
    ("PATCH", _DIFF_COMMENT, writes.edit_review_comment),
    ("DELETE", _DIFF_COMMENT, writes.delete_review_comment),
    ("POST", f"{_DIFF_COMMENT}/reactions", writes.react_to_review_comment),
    ("GET", _PULL, reads.pull),
    ("GET", f"{_PULL}/files", reads.pull_files),
    ("GET", f"{_PULL}/commits", reads.pull_commits),
    ("GET", f"{_PULL}/comments", reads.review_comments),
    ("POST", f"{_PULL}/comments/{{comment_id}}/replies", writes.reply),
    ("GET", f"{_PULL}/reviews", reads.reviews),
    ("POST", f"{_PULL}/reviews", writes.create_review),
    ("PUT", f"{_PULL}/reviews/{{review_id}}", writes.edit_review),
    ("GET", f"{_PULL}/reviews/{{review_id}}/comments", reads.comments_of_review),
    ("GET", f"{_REPO}/contents/{{path}}", reads.contents),
    ("GET", f"{_REPO}/git/trees/{{tree_sha}}", reads.tree),
    ("GET", f"{_REPO}/tarball/{{ref}}", actions.tarball),
    ("GET", f"{_REPO}/git/ref/{{ref}}", reads.git_ref),
    ("GET", f"{_REPO}/git/commits/{{commit_sha}}", reads.git_commit),
    ("GET", f"{_REPO}/commits", reads.commits),
    ("GET", f"{_REPO}/commits/{{commit_sha}}/pulls", reads.commit_pulls),
    ("GET", f"{_REPO}/commits/{{ref}}/check-runs", actions.check_runs),
    ("GET", f"{_REPO}/commits/{{ref}}", reads.commit),
    ("GET", f"{_REPO}/compare/{{basehead}}", reads.compare),
    (
        "GET",
        f"{_REPO}/check-runs/{{check_run_id}}/annotations",
        actions.check_annotations,
    ),
    ("GET", f"{_REPO}/actions/runs", actions.runs),
    ("GET", _RUN, actions.run),
    ("GET", f"{_RUN}/attempts/{{attempt_number}}", actions.run_attempt),
    ("GET", f"{_RUN}/attempts/{{attempt_number}}/jobs", actions.jobs),
    ("GET", f"{_RUN}/jobs", actions.jobs),
    ("GET", f"{_RUN}/artifacts", actions.artifacts),
    ("GET", f"{_REPO}/actions/artifacts", actions.every_artifact),
    (
        "GET",
        f"{_REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}",
        actions.artifact_archive,
    ),
    ("GET", f"{_REPO}/actions/jobs/{{job_id}}", actions.job),
    ("GET", f"{_REPO}/actions/jobs/{{job_id}}/logs", actions.job_logs),
    ("GET", f"{_REPO}/actions/workflows", actions.workflows),
    ("GET", f"{_WORKFLOW}/runs", actions.runs),
)
# These parameters may hold slashes, and a directory's path may be empty.
_SLASHED = {
    "path": "(?P<path>.*)",
    "ref": "(?P<ref>.+?)",
    "basehead": "(?P<basehead>.+)",
}


def find(method: str, path: str) -> tuple[Route, str, dict[str, str]] | None:
    """Find the function for a request, its template, and what fills the template."""
    for pattern, (name, template, function) in zip(_COMPILED, ROUTES, strict=True):
        match = pattern.fullmatch(path) if name == method else None
        if match is not None:
            return function, template, match.groupdict()
    return None


def _compiled(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    for index in range(1, len(parts), 2):
        name = parts[index]
        parts[index] = _SLASHED.get(name, f"(?P<{name}>[^/]+)")
    return re.compile("".join(parts))


_COMPILED = tuple(_compiled(template) for _, template, _ in ROUTES)
