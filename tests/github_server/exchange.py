"""One request, one answer, and the refusal that takes the answer's place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.github_server.repository import Repository
from tests.github_server.state import Token, User, World

Json = dict[str, Any]
DOCS = "https://docs.github.com/rest"


class Refused(Exception):
    """GitHub says no: a status, a message and, for 422, what was wrong."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: Json = {"message": message}
        if errors is not None:
            self.body["errors"] = errors
        self.body |= {"documentation_url": DOCS, "status": str(status)}


@dataclass(slots=True)
class Answer:
    """What goes back: `body` is JSON, or bytes of the given content type."""

    body: Any = None
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Listing:
    """A list to be cut into pages; with `key` it lies under that name in an object."""

    items: list[Any]
    key: str = ""
    extra: Json = field(default_factory=dict)


@dataclass(slots=True)
class Request:
    """One recorded request and what became of it.

    `headers` have lower-case names; the token's value is not kept. `path` names the
    repository even where the request did so by id. `is_write` is a method other than
    GET (for GraphQL: a mutation); `took_effect` says whether it changed anything.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None
    login: str = ""
    route: str = ""
    is_write: bool = False
    took_effect: bool = False
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""


@dataclass(slots=True)
class Call:
    """What a route's function gets: who asks, for what, in which repository."""

    world: World
    request: Request
    token: Token | None
    params: dict[str, str]
    repository: Repository | None

    @property
    def repo(self) -> Repository:
        """Return the repository the path names."""
        assert self.repository is not None, "this path names no repository"
        return self.repository

    @property
    def actor(self) -> User:
        """Return the account behind the token."""
        assert self.token is not None, "only writes ask for the actor"
        return self.token.user

    @property
    def body(self) -> Json:
        """Return the JSON object that was sent, {} for none."""
        return self.request.body if isinstance(self.request.body, dict) else {}

    def number(self, name: str) -> int:
        """Return a number out of the path, 0 where it holds something else."""
        text = self.params[name]
        return int(text) if text.isascii() and text.isdigit() else 0

    def accepts(self, kind: str) -> bool:
        """Whether the request asks for this media type ("diff", "raw")."""
        asked = self.request.headers.get("accept", "")
        return any(
            kind in part.strip().removeprefix("application/vnd.github.").split("+")[0]
            for part in asked.split(",")
            if "vnd.github" in part
        )


def may_see(token: Token | None, repo: Repository) -> bool:
    """Whether a token reaches a repository; no token reaches the public ones."""
    if not repo.private:
        return True
    if token is None:
        return False
    return token.repositories is None or repo.full_name in token.repositories


def not_found() -> Refused:
    """Return GitHub's answer for what is not there, or not to be seen."""
    return Refused(404, "Not Found")


def invalid(resource: str, field_name: str, message: str) -> Refused:
    """Return GitHub's 422 about one field."""
    error = {
        "resource": resource,
        "code": "custom",
        "field": field_name,
        "message": message,
    }
    return Refused(422, "Validation Failed", errors=[error])
