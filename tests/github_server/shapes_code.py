"""How commits, trees, files, runs and jobs look in JSON."""

from __future__ import annotations

import base64
from typing import Any

from tests.github_server.diffs import FileChange, blob_sha
from tests.github_server.repository import Repository
from tests.github_server.shapes import (
    api,
    minimal_repository,
    user,
    web,
    when,
)
from tests.github_server.state import Annotation, Artifact, Commit, Job, Pull, Run

Json = dict[str, Any]
INLINE_LIMIT = 1_000_000  # bytes; above it the JSON answer carries no content


def git_commit(repo: Repository, shown: Commit) -> Json:
    """Return the git object behind a commit."""
    return {
        "sha": shown.sha,
        "node_id": f"C_{shown.sha[:12]}",
        "url": f"{api(repo)}/git/commits/{shown.sha}",
        "html_url": f"{web(repo)}/commit/{shown.sha}",
        **_signed(repo, shown),
        "parents": [_parent(repo, sha) for sha in shown.parents],
    }


def commit(repo: Repository, shown: Commit) -> Json:
    """Return a commit as lists show it."""
    url = f"{api(repo)}/commits/{shown.sha}"
    return {
        "sha": shown.sha,
        "node_id": f"C_{shown.sha[:12]}",
        "url": url,
        "html_url": f"{web(repo)}/commit/{shown.sha}",
        "comments_url": f"{url}/comments",
        "commit": {
            **_signed(repo, shown),
            "url": f"{api(repo)}/git/commits/{shown.sha}",
            "comment_count": 0,
        },
        "author": user(repo.world, shown.author),
        "committer": user(repo.world, shown.author),
        "parents": [_parent(repo, sha) for sha in shown.parents],
    }


def _signed(repo: Repository, shown: Commit) -> Json:
    name = shown.author.login
    person = {
        "name": name,
        "email": f"{name}@users.noreply.github.com",
        "date": when(shown.date),
    }
    return {
        "author": person,
        "committer": person,
        "message": shown.message,
        "tree": {
            "sha": shown.tree_sha,
            "url": f"{api(repo)}/git/trees/{shown.tree_sha}",
        },
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def _parent(repo: Repository, sha: str) -> Json:
    return {
        "sha": sha,
        "url": f"{api(repo)}/commits/{sha}",
        "html_url": f"{web(repo)}/commit/{sha}",
    }


def change(repo: Repository, shown: FileChange, *, sha: str, patch: bool) -> Json:
    """Return one changed file; `patch` False leaves the patch out, as GitHub may."""
    after = shown.after if shown.after is not None else shown.before
    body: Json = {
        "sha": blob_sha(after or b""),
        "filename": shown.path,
        "status": shown.status,
        "additions": shown.additions,
        "deletions": shown.deletions,
        "changes": shown.additions + shown.deletions,
        "blob_url": f"{web(repo)}/blob/{sha}/{shown.path}",
        "raw_url": f"{web(repo)}/raw/{sha}/{shown.path}",
        "contents_url": f"{api(repo)}/contents/{shown.path}?ref={sha}",
    }
    if shown.patch is not None and patch:
        body["patch"] = shown.patch
    if shown.previous is not None:
        body["previous_filename"] = shown.previous
    return body


def entry(repo: Repository, path: str, *, ref: str, content: bytes | None) -> Json:
    """Return one line of a directory; `content` None is a directory in it."""
    url = f"{api(repo)}/contents/{path}?ref={ref}"
    is_file = content is not None
    sha = blob_sha(content if content is not None else path.encode())
    git_url = f"{api(repo)}/git/{'blobs' if is_file else 'trees'}/{sha}"
    html_url = f"{web(repo)}/{'blob' if is_file else 'tree'}/{ref}/{path}"
    raw = f"https://raw.githubusercontent.com/{repo.full_name}/{ref}/{path}"
    return {
        "type": "file" if is_file else "dir",
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": sha,
        "size": len(content or b""),
        "url": url,
        "git_url": git_url,
        "html_url": html_url,
        "download_url": raw if is_file else None,
        "_links": {"self": url, "git": git_url, "html": html_url},
    }


def file(repo: Repository, path: str, *, ref: str, content: bytes) -> Json:
    """Return a file with its content; above 1 MB GitHub sends none in JSON."""
    inline = len(content) <= INLINE_LIMIT
    return entry(repo, path, ref=ref, content=content) | {
        "content": base64.encodebytes(content).decode() if inline else "",
        "encoding": "base64" if inline else "none",
    }


def tree(repo: Repository, shown: Commit, *, recursive: bool) -> Json:
    """Return the files of a commit, with the directories they lie in."""
    url = f"{api(repo)}/git"
    entries: dict[str, Json] = {}
    for path, content in sorted(shown.files.items()):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            sha = blob_sha(folder.encode())
            entries[folder] = {
                "path": folder,
                "mode": "040000",
                "type": "tree",
                "sha": sha,
                "url": f"{url}/trees/{sha}",
            }
        sha = blob_sha(content)
        entries[path] = {
            "path": path,
            "mode": "100644",
            "type": "blob",
            "sha": sha,
            "size": len(content),
            "url": f"{url}/blobs/{sha}",
        }
    kept = [e for path, e in entries.items() if recursive or "/" not in path]
    return {
        "sha": shown.tree_sha,
        "url": f"{url}/trees/{shown.tree_sha}",
        "tree": kept,
        "truncated": repo.tree_truncated,
    }


def git_ref(repo: Repository, ref: str, sha: str) -> Json:
    """Return a branch as git names it; `ref` without `refs/`."""
    return {
        "ref": f"refs/{ref}",
        "node_id": f"REF_{repo.id}_{ref}",
        "url": f"{api(repo)}/git/refs/{ref}",
        "object": {
            "type": "commit",
            "sha": sha,
            "url": f"{api(repo)}/git/commits/{sha}",
        },
    }


def run(shown: Run, *, attempt: int | None = None) -> Json:
    """Return a workflow run, as of one of its attempts."""
    repo = shown.repository
    url = f"{api(repo)}/actions/runs/{shown.id}"
    head = repo.commits[shown.head_sha]
    attempt = attempt or shown.attempt
    return {
        "id": shown.id,
        "node_id": f"WFR_{shown.id}",
        "name": shown.name,
        "path": shown.path,
        "display_title": head.message,
        "head_branch": shown.head_branch,
        "head_sha": shown.head_sha,
        "run_number": shown.number,
        "run_attempt": attempt,
        "event": shown.event,
        "status": shown.status,
        "conclusion": shown.conclusion,
        "workflow_id": shown.workflow_id,
        "check_suite_id": shown.id + 1_000_000,
        "check_suite_node_id": f"CS_{shown.id}",
        "actor": user(repo.world, shown.actor),
        "triggering_actor": user(repo.world, shown.triggering_actor),
        "pull_requests": [_run_pull(pull) for pull in shown.pulls],
        "referenced_workflows": [],
        "created_at": when(shown.created_at),
        "updated_at": when(shown.created_at),
        "run_started_at": when(shown.created_at),
        "url": url,
        "html_url": f"{web(repo)}/actions/runs/{shown.id}",
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "check_suite_url": f"{api(repo)}/check-suites/{shown.id + 1_000_000}",
        "workflow_url": f"{api(repo)}/actions/workflows/{shown.workflow_id}",
        "previous_attempt_url": (
            f"{url}/attempts/{attempt - 1}" if attempt > 1 else None
        ),
        "head_commit": {
            "id": head.sha,
            "tree_id": head.tree_sha,
            "message": head.message,
            "timestamp": when(head.date),
            "author": _mail(head),
            "committer": _mail(head),
        },
        "repository": minimal_repository(repo),
        "head_repository": (
            None
            if shown.head_repository is None
            else minimal_repository(shown.head_repository)
        ),
    }


def _mail(shown: Commit) -> Json:
    name = shown.author.login
    return {"name": name, "email": f"{name}@users.noreply.github.com"}


def _run_pull(pull: Pull) -> Json:
    repo = pull.repository
    ends = {
        "head": (pull.head_ref, pull.head_sha),
        "base": (pull.base_ref, pull.base_sha),
    }
    place = {"id": repo.id, "url": api(repo), "name": repo.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api(repo)}/pulls/{pull.number}",
        **{
            end: {"ref": ref, "sha": sha, "repo": place}
            for end, (ref, sha) in ends.items()
        },
    }


def workflow(repo: Repository, path: str) -> Json:
    """Return a workflow that has run."""
    id = repo.workflows[path]
    name = next(run.name for run in repo.runs.values() if run.path == path)
    stem = path.rsplit("/", 1)[-1]
    return {
        "id": id,
        "node_id": f"W_{id}",
        "name": name,
        "path": path,
        "state": "active",
        "created_at": when(repo.created_at),
        "updated_at": when(repo.created_at),
        "url": f"{api(repo)}/actions/workflows/{id}",
        "html_url": f"{web(repo)}/blob/{repo.default_branch}/{path}",
        "badge_url": f"{web(repo)}/actions/workflows/{stem}/badge.svg",
    }


def job(shown: Job) -> Json:
    """Return one job of a run."""
    repo, run = shown.run.repository, shown.run
    is_done = shown.conclusion is not None
    status = "completed" if is_done else "in_progress"
    started = when(shown.started_at)
    return {
        "id": shown.id,
        "node_id": f"CR_{shown.id}",
        "run_id": run.id,
        "run_attempt": shown.attempt,
        "run_url": f"{api(repo)}/actions/runs/{run.id}",
        "workflow_name": run.name,
        "head_sha": run.head_sha,
        "head_branch": run.head_branch,
        "name": shown.name,
        "status": status,
        "conclusion": shown.conclusion,
        "created_at": started,
        "started_at": started,
        "completed_at": started if is_done else None,
        "url": f"{api(repo)}/actions/jobs/{shown.id}",
        "html_url": f"{web(repo)}/actions/runs/{run.id}/job/{shown.id}",
        "check_run_url": f"{api(repo)}/check-runs/{shown.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1,
        "runner_name": "GitHub Actions 1",
        "runner_group_id": 0,
        "runner_group_name": "GitHub Actions",
        "steps": [
            {
                "name": name,
                "number": number,
                "status": "completed" if conclusion else "in_progress",
                "conclusion": conclusion or None,
                "started_at": started,
                "completed_at": started if conclusion else None,
            }
            for number, (name, conclusion) in enumerate(shown.steps, start=1)
        ],
    }


def artifact(run: Run, shown: Artifact) -> Json:
    """Return one artifact of a run."""
    repo = run.repository
    url = f"{api(repo)}/actions/artifacts/{shown.id}"
    head = run.head_repository or repo
    return {
        "id": shown.id,
        "node_id": f"A_{shown.id}",
        "name": shown.name,
        "size_in_bytes": shown.size,
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": shown.is_expired,
        "created_at": when(shown.created_at),
        "updated_at": when(shown.created_at),
        "expires_at": when(shown.created_at),
        "workflow_run": {
            "id": run.id,
            "repository_id": repo.id,
            "head_repository_id": head.id,
            "head_branch": run.head_branch,
            "head_sha": run.head_sha,
        },
    }


def check_run(shown: Job) -> Json:
    """Return the check run GitHub keeps beside a job."""
    repo, run = shown.run.repository, shown.run
    url = f"{api(repo)}/check-runs/{shown.id}"
    as_job = job(shown)
    return {
        "id": shown.id,
        "node_id": f"CR_{shown.id}",
        "head_sha": run.head_sha,
        "external_id": "",
        "name": shown.name,
        "url": url,
        "html_url": as_job["html_url"],
        "details_url": as_job["html_url"],
        "status": as_job["status"],
        "conclusion": shown.conclusion,
        "started_at": as_job["started_at"],
        "completed_at": as_job["completed_at"],
        "check_suite": {"id": run.id + 1_000_000},
        "app": None,
        "output": {
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": len(shown.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "pull_requests": [],
    }


def annotation(repo: Repository, shown: Annotation, *, sha: str) -> Json:
    """Return one annotation of a check run."""
    return {
        "path": shown.path,
        "blob_href": f"{web(repo)}/blob/{sha}/{shown.path}",
        "start_line": shown.line,
        "end_line": shown.line,
        "start_column": None,
        "end_column": None,
        "annotation_level": shown.level,
        "title": shown.title,
        "message": shown.message,
        "raw_details": None,
    }


def comparison(repo: Repository, base: Commit, head: Commit, *, files: Json) -> Json:
    """Return how two commits differ; `files` holds the key the caller filled."""
    url = f"{api(repo)}/compare/{base.sha}...{head.sha}"
    web_url = f"{web(repo)}/compare/{base.sha}...{head.sha}"
    ahead = _between(repo, base, head)
    return {
        "url": url,
        "html_url": web_url,
        "permalink_url": web_url,
        "diff_url": f"{web_url}.diff",
        "patch_url": f"{web_url}.patch",
        "base_commit": commit(repo, base),
        "merge_base_commit": commit(repo, base),
        "status": "ahead" if ahead else "identical",
        "ahead_by": len(ahead),
        "behind_by": 0,
        "total_commits": len(ahead),
        "commits": [commit(repo, one) for one in ahead],
        **files,
    }


def _between(repo: Repository, base: Commit, head: Commit) -> list[Commit]:
    path: list[Commit] = []
    while head.sha != base.sha:
        path.insert(0, head)
        if not head.parents:
            break
        head = repo.commits[head.parents[0]]
    return path
