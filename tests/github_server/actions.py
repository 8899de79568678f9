"""What reading Actions answers: runs, attempts, jobs, logs, artifacts, annotations."""

from __future__ import annotations

import hashlib
import io
import tarfile
from datetime import timedelta
from typing import Any

from tests.github_server import shapes_actions
from tests.github_server.exchange import Answer, Call, Listing, Refused, not_found
from tests.github_server.shapes import when
from tests.github_server.state import Artifact, Job, Run, World

LOG_PATH = "/_logs/"
ARTIFACT_PATH = "/_artifacts/"
# Signed links lead here: to the stores behind GitHub, which take no token.
TARBALL_PATH = "/_tarballs/"
STORES = (LOG_PATH, ARTIFACT_PATH, TARBALL_PATH)


def runs(call: Call) -> Listing:
    """List workflow runs, newest first; of one workflow when the path names one."""
    query = call.request.query
    found = list(call.repo.runs.values())[::-1]
    if "workflow_id" in call.params:
        found = [r for r in found if _is_of(r, call.params["workflow_id"])]
    tests: dict[str, Any] = {
        "branch": lambda r: r.head_branch,
        "event": lambda r: r.event,
        "head_sha": lambda r: r.head_sha,
        "actor": lambda r: r.actor.login,
    }
    for name, value_of in tests.items():
        if name in query:
            found = [r for r in found if value_of(r) == query[name]]
    if query.get("created", "").startswith(">="):
        since = query["created"].removeprefix(">=")
        found = [r for r in found if when(r.created_at) >= since]
    if "status" in query:
        found = [r for r in found if query["status"] in (r.status, r.conclusion)]
    return Listing([shapes_actions.run(r) for r in found], key="workflow_runs")


def _is_of(run: Run, workflow: str) -> bool:
    return workflow in (str(run.workflow_id), run.path.rsplit("/", 1)[-1])


def find_run(call: Call) -> Run:
    """Find the run the path names."""
    found = call.repo.runs.get(call.number("run_id"))
    if found is None:
        raise not_found()
    return found


def run(call: Call) -> Answer:
    """Answer one run as its last attempt left it."""
    return Answer(shapes_actions.run(find_run(call)))


def _packed(world: World, path: str) -> tuple[bytes, str]:
    """A commit as GitHub packs it: all below one folder, named after the commit."""
    name, _, sha = path.removeprefix(TARBALL_PATH).rpartition("/")
    folder = f"{name.replace('/', '-')}-{sha[:7]}"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for at, content in world.repositories[name].commits[sha].files.items():
            info = tarfile.TarInfo(f"{folder}/{at}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue(), "application/x-gzip"


def run_attempt(call: Call) -> Answer:
    """Answer one run as of one attempt."""
    found, attempt = find_run(call), call.number("attempt_number")
    if not 1 <= attempt <= found.attempt:
        raise not_found()
    return Answer(shapes_actions.run(found, attempt=attempt))


def jobs(call: Call) -> Listing:
    """List the jobs of a run: of its last attempt, of all, or of the one named."""
    found = find_run(call)
    shown = found.jobs
    if "attempt_number" in call.params:
        attempt = call.number("attempt_number")
        shown = [j for j in shown if j.attempt == attempt]
    elif call.request.query.get("filter", "latest") == "latest":
        shown = [j for j in shown if j.attempt == found.attempt]
    return Listing([shapes_actions.job(j) for j in shown], key="jobs")


def _find_job(call: Call, name: str) -> Job:
    every = (j for r in call.repo.runs.values() for j in r.jobs)
    found = next((j for j in every if j.id == call.number(name)), None)
    if found is None:
        raise not_found()
    return found


def job(call: Call) -> Answer:
    """Answer one job."""
    return Answer(shapes_actions.job(_find_job(call, "job_id")))


def job_logs(call: Call) -> Answer:
    """Redirect to a link that holds the log for a while; 410 once the log is gone."""
    found = _find_job(call, "job_id")
    if found.log is None:
        raise Refused(410, "Server Error")
    return _link(call.world, f"{LOG_PATH}{found.id}")


def _link(world: World, path: str) -> Answer:
    expires = world.now + timedelta(seconds=world.log_link_seconds)
    stamp = int(expires.timestamp())
    host = world.log_url or world.api_url
    link = f"{host}{path}?se={stamp}&sig={_signature(path, stamp)}"
    return Answer(b"", 302, "text/html", {"Location": link})


def signed(world: World, path: str, *, query: dict[str, str]) -> Answer:
    """Answer a log or an artifact by its signed link, as the stores do."""
    is_tarball = path.startswith(TARBALL_PATH)
    stored = _packed(world, path) if is_tarball else _stored(world).get(path)
    stamp = query.get("se", "")
    if stored is None or not stamp.isdigit():
        return _storage_error(404, "BlobNotFound")
    if query.get("sig") != _signature(path, int(stamp)):
        return _storage_error(403, "AuthenticationFailed")
    if world.now.timestamp() >= int(stamp):
        return _storage_error(403, "AuthenticationFailed")
    content, content_type = stored
    return Answer(content, content_type=content_type)


def tarball(call: Call) -> Answer:
    """Redirect to the archive of a commit."""
    found = call.repo.resolve(call.params["ref"])
    if found is None:
        raise not_found()
    return _link(call.world, f"{TARBALL_PATH}{call.repo.full_name}/{found.sha}")


def _stored(world: World) -> dict[str, tuple[bytes, str]]:
    runs = [run for repo in world.repositories.values() for run in repo.runs.values()]
    logs = {
        f"{LOG_PATH}{job.id}": (job.log, "text/plain; charset=utf-8")
        for run in runs
        for job in run.jobs
        if job.log is not None
    }
    archives = {
        f"{ARTIFACT_PATH}{each.id}": (each.content, "application/zip")
        for run in runs
        for each in run.artifacts
    }
    return logs | archives


def with_authorization() -> Answer:
    """Answer a signed link asked for with a token on top: the store refuses."""
    return _storage_error(401, "InvalidAuthenticationInfo")


def _signature(path: str, stamp: int) -> str:
    return hashlib.sha256(f"{path} until {stamp}".encode()).hexdigest()[:32]


def _storage_error(status: int, code: str) -> Answer:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Answer(text.encode(), status, "application/xml")


def artifacts(call: Call) -> Listing:
    """List what a run left behind."""
    found = find_run(call)
    shown = found.artifacts
    if "name" in call.request.query:
        shown = [a for a in shown if a.name == call.request.query["name"]]
    return Listing([shapes_actions.artifact(found, a) for a in shown], key="artifacts")


def every_artifact(call: Call) -> Listing:
    """List what all runs left behind, newest first."""
    found = [(r, a) for r in call.repo.runs.values() for a in r.artifacts]
    if "name" in call.request.query:
        found = [pair for pair in found if pair[1].name == call.request.query["name"]]
    found.sort(key=lambda pair: -pair[1].id)
    shown = [shapes_actions.artifact(run, left) for run, left in found]
    return Listing(shown, key="artifacts")


def artifact_archive(call: Call) -> Answer:
    """Redirect to a link that holds the archive for a while; 410 once it expired."""
    if call.params["archive_format"] != "zip":
        raise not_found()
    found = _find_artifact(call)
    if found.is_expired:
        raise Refused(410, "Artifact has expired")
    return _link(call.world, f"{ARTIFACT_PATH}{found.id}")


def _find_artifact(call: Call) -> Artifact:
    every = (a for r in call.repo.runs.values() for a in r.artifacts)
    found = next((a for a in every if a.id == call.number("artifact_id")), None)
    if found is None:
        raise not_found()
    return found


def workflows(call: Call) -> Listing:
    """List the workflows that have run."""
    shown = [shapes_actions.workflow(call.repo, path) for path in call.repo.workflows]
    return Listing(shown, key="workflows")


def check_runs(call: Call) -> Listing:
    """List the check runs of a commit: one a job."""
    commit = call.repo.resolve(call.params["ref"])
    if commit is None:
        raise Refused(422, f"No commit found for SHA: {call.params['ref']}")
    found = [
        shapes_actions.check_run(j)
        for r in call.repo.runs.values()
        for j in r.jobs
        if r.head_sha == commit.sha and j.attempt == r.attempt
    ]
    return Listing(found, key="check_runs")


def check_annotations(call: Call) -> Listing:
    """List the annotations of a check run."""
    found = _find_job(call, "check_run_id")
    sha = found.run.head_sha
    return Listing(
        [shapes_actions.annotation(call.repo, a, sha=sha) for a in found.annotations]
    )
