"""How workflow runs, jobs, artifacts and check runs look in JSON."""

from __future__ import annotations

from typing import Any

from tests.github_server.repository import Repository
from tests.github_server.shapes import api, minimal_repository, user, web, when
from tests.github_server.state import Annotation, Artifact, Commit, Job, Pull, Run

Json = dict[str, Any]


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
