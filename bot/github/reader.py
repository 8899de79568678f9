"""The world a task reads, from GitHub's API, pinned to one item and one SHA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from bot import http
from bot.errors import Forbidden, HostError
from bot.events import FAILING, Event
from bot.github import PAGE_SIZE, Client
from bot.tasks import IssueSummary, Job, ThreadComment

Result = TypeVar("Result")

EXPIRED = frozenset({403, 404, 410})
LOG_LIMIT = 100 * 1024 * 1024
# What GitHub sends for a file it shows no patch for (too large, binary).
NO_PATCH = "Binary files a/{old} and b/{new} differ\n"


@dataclass(slots=True)
class GitHubReader:
    """`bot.tasks.Reader` over the API; each thing is read at most once."""

    client: Client
    event: Event
    own_login: str = ""
    allow_private: bool = False
    missing: list[str] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)

    def diff(self) -> str:
        """Join the changed files' patches into one unified diff."""
        if not self.event.is_pull_request or self.event.number is None:
            return ""
        where = f"{self.client.path}/pulls/{self.event.number}/files"
        return self._once("diff", lambda: _joined(list(self.client.pages(where))), "")

    def file(self, path: str) -> str | None:
        """Read a file at the pinned SHA, else at the default branch's head."""
        ref = self.event.head_sha

        def read() -> str | None:
            found = self.client.file(path, ref)
            return found[0] if found is not None else None

        return self._once(f"file {path}", read, None)

    def tree(self) -> tuple[str, ...]:
        """List every file at the pinned SHA, as far as GitHub lists them."""
        ref = self.event.head_sha or "HEAD"
        where = f"{self.client.path}/git/trees/{ref}"

        def read() -> tuple[str, ...]:
            found = self.client.get(where, recursive=1)
            if found.get("truncated"):
                self.missing.append("the file list is longer than GitHub returns")
            entries = found.get("tree") or []
            return tuple(e["path"] for e in entries if e.get("type") == "blob")

        return self._once("file list", read, ())

    def comments(self) -> tuple[ThreadComment, ...]:
        """The thread so far, less what came at or after the trigger (contract T19)."""
        if self.event.number is None:
            return ()
        where = f"{self.client.path}/issues/{self.event.number}/comments"
        limit = self.event.comment.created_at if self.event.comment else ""

        def read() -> tuple[ThreadComment, ...]:
            found = self.client.pages(where)
            return tuple(
                self._thread_comment(item) for item in found if _is_before(item, limit)
            )

        return self._once("thread", read, ())

    def failed_jobs(self) -> tuple[Job, ...]:
        """The failed jobs of the event's run, or of its head's latest failed run."""
        run_id = self._run_id()
        if not run_id:
            return ()
        where = f"{self.client.path}/actions/runs/{run_id}/jobs"

        def read() -> tuple[Job, ...]:
            jobs = self.client.pages(where, filter="latest")
            return tuple(_job(job) for job in jobs if job.get("conclusion") in FAILING)

        return self._once(f"jobs of run {run_id}", read, ())

    def job_log(self, job_id: int) -> bytes:
        """One job's raw log; the signed URL is fetched without the token."""
        where = f"{self.client.path}/actions/jobs/{job_id}/logs"

        def read() -> bytes:
            try:
                return self._fetch(where)
            except HostError as exc:
                if exc.status not in EXPIRED:
                    raise
                # The signed address lives for a minute: ask for a new one, once (R20).
                return self._fetch(where)

        return self._once(f"log of job {job_id}", read, b"")

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """The hundred most recently updated open issues, without pull requests."""
        where = f"{self.client.path}/issues"

        def read() -> tuple[IssueSummary, ...]:
            found = self.client.get(
                where, state="open", sort="updated", per_page=PAGE_SIZE
            )
            return tuple(_summary(item) for item in found if "pull_request" not in item)

        return self._once("open issues", read, ())

    def _fetch(self, where: str) -> bytes:
        url = self.client.location(where)
        if not url:
            raise HostError("GitHub gave no address for the log")
        return http.download(
            url,
            limit=LOG_LIMIT,
            host=self.client.host,
            allow_private=self.allow_private,
        )

    def _run_id(self) -> int:
        if self.event.run is not None:
            return self.event.run.id
        if not self.event.is_pull_request or not self.event.head_sha:
            return 0
        where = f"{self.client.path}/actions/runs"

        def read() -> int:
            runs = self.client.get(
                where, head_sha=self.event.head_sha, per_page=PAGE_SIZE
            ).get("workflow_runs", [])
            failed = (run["id"] for run in runs if run.get("conclusion") in FAILING)
            return next(failed, 0)

        return self._once("workflow runs", read, 0)

    def _thread_comment(self, item: dict[str, Any]) -> ThreadComment:
        user = item.get("user") or {}
        return ThreadComment(
            author=user.get("login") or "ghost",
            body=item.get("body") or "",
            created_at=item.get("created_at") or "",
            is_ours=user.get("type") == "Bot" and user.get("login") == self.own_login,
        )

    def _once(self, what: str, read: Callable[[], Result], empty: Result) -> Result:
        if what not in self._kept:
            try:
                self._kept[what] = read()
            except HostError as exc:
                why = "no permission" if isinstance(exc, Forbidden) else str(exc)
                self.missing.append(f"{what} could not be read ({why})")
                self._kept[what] = empty
        kept: Result = self._kept[what]
        return kept


def _joined(files: list[dict[str, Any]]) -> str:
    return "".join(_file_diff(found) for found in files)


def _file_diff(found: dict[str, Any]) -> str:
    new = found["filename"]
    old = found.get("previous_filename") or new
    status = found.get("status")
    lines = [f"diff --git a/{old} b/{new}\n"]
    if status == "added":
        lines.append("new file mode 100644\n")
    if status == "removed":
        lines.append("deleted file mode 100644\n")
    if status == "renamed":
        lines.append(f"rename from {old}\nrename to {new}\n")
    patch = found.get("patch")
    if not patch:
        changed = found.get("changes") or status == "added"
        return "".join([*lines, NO_PATCH.format(old=old, new=new) if changed else ""])
    lines.append("--- /dev/null\n" if status == "added" else f"--- a/{old}\n")
    lines.append("+++ /dev/null\n" if status == "removed" else f"+++ b/{new}\n")
    return "".join([*lines, patch.rstrip("\n"), "\n"])


def _is_before(item: dict[str, Any], limit: str) -> bool:
    if not limit:
        return True
    try:
        trigger = datetime.fromisoformat(limit)
        latest = max(
            datetime.fromisoformat(item[key]) for key in ("created_at", "updated_at")
        )
    except (KeyError, TypeError, ValueError):
        return False
    return latest < trigger


def _job(found: dict[str, Any]) -> Job:
    steps = found.get("steps") or []
    failed = (s.get("name") or "" for s in steps if s.get("conclusion") in FAILING)
    return Job(
        id=found["id"],
        name=found.get("name") or "",
        conclusion=found.get("conclusion") or "",
        failed_steps=tuple(failed),
        url=found.get("html_url") or "",
    )


def _summary(found: dict[str, Any]) -> IssueSummary:
    return IssueSummary(
        number=found["number"],
        title=found.get("title") or "",
        body=found.get("body") or "",
        state=found.get("state") or "open",
        labels=tuple(label.get("name") or "" for label in found.get("labels") or ()),
    )
