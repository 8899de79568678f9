"""The loopback GitHub: HTTP, tokens, pages, ETags, limits and the record of calls."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.github_server import actions, faults, graphql, routes
from tests.github_server.exchange import (
    Answer,
    Call,
    Listing,
    Refused,
    Request,
    may_see,
    not_found,
)
from tests.github_server.listener import Listener
from tests.github_server.repository import Repository
from tests.github_server.state import ACTION_BOT, Token, User, World

RATE_LIMIT = 5000
_JSON = "application/json; charset=utf-8"
_NOTIFYING = frozenset(
    ("POST", f"/repos/{{owner}}/{{repo}}/{path}")
    for path in (
        "issues",
        "issues/{issue_number}/comments",
        "pulls/{pull_number}/reviews",
        "pulls/{pull_number}/comments/{comment_id}/replies",
    )
)


class GitHubServer:
    """A GitHub that lives as long as its `with` block, on a port of its own.

    `write_token` is an Action's token with every right, `read_token` one that may
    only read, `user_token` that of the person `maintainer`.
    """

    def __init__(
        self, *, now: datetime | None = None, web_url: str = "https://github.com"
    ) -> None:
        self.world = World(now, web_url=web_url)
        self.requests: list[Request] = []
        self.rate_limit = RATE_LIMIT
        self.rate_used = 0
        self.rate_reset = self.world.now + timedelta(hours=1)
        self.viewer_is_refused = False
        self._faults: list[faults.Fault] = []
        self._lock = threading.RLock()
        self.write_token = self.token(ACTION_BOT, value="ghs_" + "w" * 36)
        self.read_token = self.token(
            ACTION_BOT, value="ghs_" + "r" * 36, can_write=False
        )
        self.user_token = self.token(
            "maintainer", value="ghp_" + "m" * 36, is_installation=False
        )
        self._http: Listener | None = None

    def __enter__(self) -> GitHubServer:
        self._http = Listener(self)
        self.world.api_url = f"http://localhost:{self._http.server_port}"
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._http is not None
        self._http.stop()

    @property
    def base_url(self) -> str:
        """Return what `GITHUB_API_URL` is to be."""
        return self.world.api_url

    @property
    def graphql_url(self) -> str:
        """Return what `GITHUB_GRAPHQL_URL` is to be."""
        return f"{self.world.api_url}/graphql"

    @property
    def write_attempts(self) -> list[Request]:
        """Return every request that meant to change something."""
        return [request for request in self.requests if request.is_write]

    @property
    def writes(self) -> list[Request]:
        """Return every request that did change something."""
        return [request for request in self.requests if request.took_effect]

    @property
    def notifications(self) -> list[Request]:
        """Return every request that told people something: edits tell nobody."""
        return [one for one in self.writes if (one.method, one.route) in _NOTIFYING]

    def repository(
        self,
        full_name: str = "octo/sample",
        *,
        files: Mapping[str, str | bytes | None] | None = None,
        private: bool = False,
        default_branch: str = "main",
    ) -> Repository:
        """Return the repository of that name, made with one commit of `files`."""
        repositories = self.world.repositories
        if full_name not in repositories:
            repo = Repository(
                self.world, full_name, private=private, default_branch=default_branch
            )
            repositories[full_name] = repo
            repo.commit(files or {"README.md": "# sample\n"}, message="Start")
            repo.collaborator("maintainer", "admin")
        return repositories[full_name]

    def user(self, login: str, *, id: int | None = None, type: str = "User") -> User:
        """Return the account with this login, made when there is none."""
        return self.world.add_user(login, id=id, type=type)

    def token(
        self,
        login: str,
        *,
        value: str = "",
        can_write: bool = True,
        is_installation: bool = True,
        repositories: frozenset[str] | None = None,
    ) -> str:
        """Make a token for an account and return its value."""
        value = value or f"ghs_{hashlib.sha256(login.encode()).hexdigest()[:36]}"
        account = self.world.add_user(login)
        self.world.tokens[value] = Token(
            account, can_write, is_installation, repositories
        )
        return value

    def advance(self, seconds: float) -> None:
        """Move this GitHub's clock on."""
        self.world.now += timedelta(seconds=seconds)

    def keep_logs_elsewhere(self, *, seconds: int = 600) -> None:
        """Let job logs lie on 127.0.0.1 (not `localhost`), for `seconds`."""
        self.world.log_url = self.world.api_url.replace("localhost", "127.0.0.1")
        self.world.log_link_seconds = seconds

    # faults

    def fail(
        self,
        method: str,
        pattern: str,
        status: int = 502,
        *,
        times: int = 1,
        headers: dict[str, str] | None = None,
        body: Any = None,
        after_effect: bool = False,
        drop: bool = False,
    ) -> None:
        """Make the next `times` matching requests fail; see `faults.Fault`.

        `method` "*" is any; `body` a str or bytes is sent as HTML, else as JSON.
        """
        self._faults.append(
            faults.Fault(
                method,
                pattern,
                status,
                times,
                headers=headers or {},
                body=body,
                after_effect=after_effect,
                drop=drop,
            )
        )

    def secondary_limit(
        self,
        method: str,
        pattern: str,
        *,
        retry_after: int | None = 60,
        status: int = 403,
        times: int = 1,
    ) -> None:
        """Answer as GitHub does when too much is written at once."""
        said = faults.secondary_limit(retry_after)
        self.fail(method, pattern, status, times=times, **said)

    def exhaust_rate_limit(self, *, reset_in: float = 3600) -> None:
        """Use up the hour's requests: all but `/rate_limit` answers 403 until then."""
        self.rate_used = self.rate_limit
        self.rate_reset = self.world.now + timedelta(seconds=reset_in)

    # one exchange

    def exchange(self, request: Request, raw_token: str | None) -> Answer | None:
        """Answer one request and record it; None closes the connection."""
        with self._lock:
            self.requests.append(request)
            answer = self._with_faults(request, raw_token)
            if answer is not None:
                self._finish(request, answer)
            return answer

    def _with_faults(self, request: Request, raw_token: str | None) -> Answer | None:
        fault = next(
            (f for f in self._faults if f.takes(request.method, request.path)), None
        )
        if fault is None or fault.after_effect:
            answer = self._answer(request, raw_token)
            request.took_effect = request.is_write and _succeeded(answer)
        if fault is None:
            return answer
        return None if fault.drop else fault.answer()

    def _answer(self, request: Request, raw_token: str | None) -> Answer:
        if request.path.startswith(actions.STORES):
            if raw_token is not None:
                return actions.with_authorization()
            return actions.signed(self.world, request.path, query=request.query)
        try:
            return self._api(request, self._check_token(request, raw_token))
        except Refused as refused:
            return Answer(refused.body, refused.status, headers=refused.headers)

    def _check_token(self, request: Request, raw_token: str | None) -> Token | None:
        if "user-agent" not in request.headers:
            raise Refused(403, "Request forbidden by administrative rules.")
        token = self.world.tokens.get(raw_token or "")
        if raw_token is not None and token is None:
            raise Refused(401, "Bad credentials")
        request.login = "" if token is None else token.user.login
        return token

    def _api(self, request: Request, token: Token | None) -> Answer:
        if request.method == "GET" and request.path == "/rate_limit":
            request.route = request.path
            return Answer(self._limits())
        self._begin_hour()
        if self.rate_used >= self.rate_limit:
            raise Refused(403, "API rate limit exceeded for installation.")
        self.rate_used += 1
        if request.path == "/graphql":
            refuses = self.viewer_is_refused
            return graphql.answer(self.world, request, token, refuses_viewer=refuses)
        found = routes.find(request.method, request.path)
        if found is None:
            raise not_found()
        function, request.route, params = found
        repo = self._repository(request, params, token=token)
        result = function(Call(self.world, request, token, params, repo))
        return result if isinstance(result, Answer) else self._page(request, result)

    def _repository(
        self, request: Request, params: dict[str, str], *, token: Token | None
    ) -> Repository | None:
        if "owner" not in params:
            return None
        name = f"{params['owner']}/{params['repo']}"
        repo = self.world.repositories.get(name)
        if repo is None or not may_see(token, repo):
            raise not_found()
        if request.is_write and token is None:
            raise Refused(401, "Requires authentication")
        if request.is_write and token is not None and not token.can_write:
            raise Refused(403, "Resource not accessible by integration")
        return repo

    def _page(self, request: Request, listing: Listing) -> Answer:
        size = min(_number(request.query, "per_page", 30), self.world.longest_page)
        page = _number(request.query, "page", 1)
        last = max(1, -(-len(listing.items) // size))
        shown: Any = listing.items[(page - 1) * size : page * size]
        if listing.key:
            total = {"total_count": len(listing.items), **listing.extra}
            shown = total | {listing.key: shown}
        ends = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        if page >= last:
            del ends["next"], ends["last"]
        if page == 1:
            del ends["prev"], ends["first"]
        links = [f'<{self._link(request, n)}>; rel="{rel}"' for rel, n in ends.items()]
        return Answer(shown, headers={"Link": ", ".join(links)} if links else {})

    def _link(self, request: Request, page: int) -> str:
        # GitHub's own links name the repository by id.
        path = request.path
        parts = path.split("/", 4)
        if parts[1] == "repos":
            repo = self.world.repositories[f"{parts[2]}/{parts[3]}"]
            path = "/".join(["", "repositories", str(repo.id), *parts[4:]])
        query = urlencode({**request.query, "page": str(page)})
        return f"{self.world.api_url}{path}?{query}"

    # what every answer carries

    def _finish(self, request: Request, answer: Answer) -> None:
        if not isinstance(answer.body, bytes):
            answer.body = json.dumps(answer.body).encode()
        tag = f'W/"{hashlib.sha256(answer.body).hexdigest()}"'
        if request.method == "GET" and answer.status == 200:
            answer.headers.setdefault("ETag", tag)
            if request.headers.get("if-none-match") == tag:
                answer.status, answer.body = 304, b""
                self.rate_used -= 1
        if not request.path.startswith(actions.STORES):
            for name, value in self._standing_headers(request).items():
                answer.headers.setdefault(name, value)
        if answer.status not in (204, 304):
            answer.headers.setdefault("Content-Type", answer.content_type)
        request.status = answer.status
        request.answer = answer.body
        request.answer_headers = {k.lower(): v for k, v in answer.headers.items()}

    def _standing_headers(self, request: Request) -> dict[str, str]:
        rate = self._rate()
        resource = "search" if request.path.startswith("/search") else "core"
        return {
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": f"{len(self.requests):04X}:0",
            "X-RateLimit-Limit": str(rate["limit"]),
            "X-RateLimit-Remaining": str(rate["remaining"]),
            "X-RateLimit-Used": str(rate["used"]),
            "X-RateLimit-Reset": str(rate["reset"]),
            "X-RateLimit-Resource": resource,
        }

    def _begin_hour(self) -> None:
        if self.world.now >= self.rate_reset:
            self.rate_used = 0
            self.rate_reset = self.world.now + timedelta(hours=1)

    def _rate(self) -> dict[str, int]:
        used = min(self.rate_used, self.rate_limit)
        reset = int(self.rate_reset.timestamp())
        left = self.rate_limit - used
        return {
            "limit": self.rate_limit,
            "used": used,
            "remaining": left,
            "reset": reset,
        }

    def _limits(self) -> dict[str, Any]:
        rate = self._rate()
        names = ("core", "search", "graphql")
        return {"resources": {name: rate for name in names}, "rate": rate}


def _succeeded(answer: Answer) -> bool:
    # GraphQL says no with a 200.
    has_errors = isinstance(answer.body, dict) and "errors" in answer.body
    return answer.status < 300 and not has_errors


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdigit() else default
