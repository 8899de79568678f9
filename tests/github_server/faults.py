"""Faults on demand: a test says which request fails, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.github_server.exchange import DOCS, Answer

SECONDARY_LIMIT = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you "
    "try again."
)
_MESSAGES = {
    401: "Bad credentials",
    403: "Resource not accessible by integration",
    404: "Not Found",
    406: "Sorry, the diff exceeded the maximum number of files (300).",
    410: "This issue was deleted",
    422: "Validation Failed",
    429: "API rate limit exceeded",
    502: "Server Error",
}


@dataclass(slots=True)
class Fault:
    """One failure: the first `times` requests that match meet it.

    `pattern` is a path's beginning or a glob over all of it. `after_effect` does the
    work first and loses the answer; `drop` closes the connection without one.
    """

    method: str
    pattern: str
    status: int
    times: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    after_effect: bool = False
    drop: bool = False

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is the one to fail; counts it when it is."""
        if self.times <= 0 or self.method not in ("*", method):
            return False
        if not (path.startswith(self.pattern) or fnmatchcase(path, self.pattern)):
            return False
        self.times -= 1
        return True

    def answer(self) -> Answer:
        """Return the failing answer: JSON as GitHub's, or the given body."""
        if isinstance(self.body, str | bytes):
            content = self.body.encode() if isinstance(self.body, str) else self.body
            return Answer(content, self.status, "text/html", dict(self.headers))
        message = _MESSAGES.get(self.status, "Server Error")
        body = self.body or {
            "message": message,
            "documentation_url": DOCS,
            "status": str(self.status),
        }
        return Answer(body, self.status, headers=dict(self.headers))


def secondary_limit(retry_after: int | None) -> dict[str, Any]:
    """Return headers and body of the secondary rate limit."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = {"message": SECONDARY_LIMIT, "documentation_url": DOCS}
    return {"headers": headers, "body": body}
