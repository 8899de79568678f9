"""GitHub, the only package that knows PyGithub: one client, errors mapped once."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from github import Auth, Github, GithubException
from github.Requester import Requester

from bot.errors import Forbidden, HostError, UsageError
from bot.github import answers
from bot.github.pace import REACHED, TRIES, Pace, is_limit

Result = TypeVar("Result", bound=tuple[Any, ...])

PAGE_SIZE = 100
NEXT = 'rel="next"'
DIFF_TYPE = "application/vnd.github.diff"
PAGE_CAP = 30
TIMEOUT_SECONDS = 20
_PAUSES = (0.5, 2.0)
# What reading an answer raises that has not the shape GitHub gives its answers (R09).
ODD = (AttributeError, KeyError, TypeError, ValueError)
# Why there is nothing, where the status says it.
_GONE = {
    404: "404: GitHub has none",
    410: "410: it has expired or was deleted",
}
UNREADABLE = "GitHub answered with nothing that can be read"
NO_ANSWER = "GraphQL did not answer the question"


@dataclass(slots=True)
class Client:
    """One token's view of one repository; `calls` counts requests to the API."""

    full_name: str
    requester: Requester
    pace: Pace = field(default_factory=Pace)
    graphql_url: str = ""
    calls: int = 0

    @property
    def path(self) -> str:
        """The API path of the repository."""
        owner, _, name = self.full_name.partition("/")
        return f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"

    @property
    def host(self) -> str:
        """The host name of the API."""
        return self.requester.hostname

    def get(self, path: str, **parameters: str | int) -> Any:
        """Read one JSON document. Raises `HostError`, `Forbidden`."""
        return self._read(path, parameters)[1]

    def _read(
        self, path: str, parameters: dict[str, str | int]
    ) -> tuple[dict[str, Any], Any]:
        for pause in (*_PAUSES, None):
            self.pace.before_read()
            try:
                return self._request("GET", path, parameters=parameters)
            except HostError as exc:
                # Writes are never repeated: one may have had its effect (R13).
                if not exc.is_lost or pause is None:
                    raise
                self.pace.sleep(pause)
        raise AssertionError("unreachable")

    def pages(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """Read the items of a list, page after page, 3,000 at most.

        Whether another page follows is GitHub's to say, since pages may be shorter than
        asked for; its number is ours, so that no link leads elsewhere (R24).
        """
        for page in range(1, PAGE_CAP + 1):
            items, has_more = self.page(path, page, **parameters)
            yield from items
            if not items or not has_more:
                return

    def page(
        self, path: str, number: int, **parameters: str | int
    ) -> tuple[list[dict[str, Any]], bool]:
        """Read one page of a list; returns its items and whether another one follows.

        Raises as `get`.
        """
        asked = {"per_page": PAGE_SIZE, "page": number, **parameters}
        headers, found = self._read(path, asked)
        if isinstance(found, dict):
            found = next((v for v in found.values() if isinstance(v, list)), [])
        items = [item for item in found if isinstance(item, dict)]
        link = headers.get("link")
        # A server between that takes the header away still fills its pages.
        has_more = len(found) >= PAGE_SIZE if link is None else NEXT in str(link)
        return items, has_more

    def write(
        self, verb: str, path: str, *, body: dict[str, Any], notifies: bool = False
    ) -> Any:
        """Send one write, again only where a limit refused it; one after another.

        `notifies` says that people are told of it. Raises `HostError`, `Forbidden`.
        """
        self.pace.before_write(notifies=notifies)
        return self._request(verb, path, body=body)[1]

    def diff(self, path: str) -> str:
        """Read a pull request or comparison as a unified diff, asking once.

        Raises `HostError` (status 406 for one that is too large), `Forbidden`.
        """
        self.pace.before_read()
        headers, answer = self._mapped(
            lambda: self.requester.requestJsonAndCheck(
                "GET", path, headers={"Accept": DIFF_TYPE}
            )
        )
        if "diff" not in str(headers.get("content-type", "")):
            raise HostError("GitHub answered with something that is no diff")
        # PyGithub wraps what is no JSON; an empty answer is None.
        return str(answer["data"]) if isinstance(answer, dict) else ""

    def location(self, path: str) -> str:
        """Where a redirecting endpoint points to, "" when it answers otherwise."""
        headers, _ = self._mapped(
            lambda: self.requester.requestBlobAndCheck("GET", path)
        )
        return str(headers.get("location", ""))

    def graphql(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Ask GraphQL; returns its `data`. Raises `HostError`, `Forbidden`."""
        url = self.graphql_url or self.requester.graphql_url
        body = {"query": query, "variables": variables}
        answer = self._request("POST", url, body=body)[1]
        if not isinstance(answer, dict) or answer.get("errors"):
            raise HostError(NO_ANSWER)
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def file(self, path: str, ref: str) -> tuple[str, str] | None:
        """Read a file's text and blob SHA at a ref; None when it is not there.

        Files above 1 MB and anything that is not text count as not there.
        """
        found = self.blob(path, ref)
        if found is None:
            return None
        content, sha = found
        try:
            return content.decode("utf-8"), sha
        except UnicodeDecodeError:
            return None

    def blob(self, path: str, ref: str) -> tuple[bytes, str] | None:
        """Read a file's bytes and blob SHA at a ref; None when it is not there.

        "" is the default branch's head. Files above 1 MB count as not there.
        """
        where = f"{self.path}/contents/{quote(path)}"
        try:
            found = self.get(where, ref=ref) if ref else self.get(where)
        except HostError as exc:
            if exc.status == 404:
                return None
            raise
        if not isinstance(found, dict) or found.get("encoding") != "base64":
            return None
        try:
            content = base64.b64decode(found["content"])
        except ValueError:
            return None
        return content, str(found.get("sha", ""))

    def _request(
        self,
        verb: str,
        path: str,
        *,
        parameters: dict[str, str | int] | None = None,
        body: dict[str, Any] | None = None,
    ) -> tuple[dict[str, Any], Any]:
        headers, answer = self._mapped(
            lambda: self.requester.requestJsonAndCheck(
                verb, path, parameters=parameters or None, input=body
            )
        )
        # A proxy's page comes as a 200, too, and PyGithub wraps it (contract R09).
        if answer is not None and "json" not in str(headers.get("content-type", "")):
            raise HostError("GitHub answered with something that is no JSON")
        if verb != "DELETE" and not isinstance(answer, dict | list):
            raise HostError(UNREADABLE)
        return headers, answer

    def _mapped(self, call: Callable[[], Result]) -> Result:
        for tries in range(1, TRIES + 1):
            self.calls += 1
            try:
                result = call()
            except GithubException as exc:
                headers = _lowered(exc.headers)
                self.pace.heard(headers)
                status, message = int(exc.status or 0), _message(exc)
                if not self.pace.takes_again(
                    status, message, headers=headers, tries=tries
                ):
                    raise _mapped_error(status, message, headers=headers) from exc
            except (OSError, AssertionError, ValueError, RuntimeError) as exc:
                # requests' own errors are OSErrors; PyGithub asserts on foreign hosts
                # and raises a bare RuntimeError on a redirect to one.
                name = type(exc).__name__
                raise HostError(f"GitHub did not answer ({name})") from exc
            else:
                # Every call of PyGithub's requester answers headers first.
                self.pace.heard(_lowered(result[0]))
                return result
        raise AssertionError("unreachable")


def connect(
    full_name: str,
    *,
    token: str,
    api_url: str,
    graphql_url: str = "",
    pace: Pace | None = None,
) -> Client:
    """Open a client for one repository; makes no request yet. Raises `UsageError`."""
    if not _is_address(api_url):
        raise UsageError("GITHUB_API_URL is no address, such as https://api.github.com")
    github = Github(
        auth=Auth.Token(token) if token else None,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        lazy=True,
    )
    answers.cap(github.requester)
    return Client(full_name, github.requester, pace or Pace(), graphql_url)


def why(error: HostError) -> str:
    """Say in a few words why something could not be read."""
    if isinstance(error, Forbidden):
        return "no permission"
    return _GONE.get(error.status or 0) or str(error)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _message(exc: GithubException) -> str:
    return str(exc.data.get("message", "")) if isinstance(exc.data, dict) else ""


def _lowered(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in (headers or {}).items()}


def _mapped_error(
    status: int, message: str, *, headers: Mapping[str, str]
) -> HostError:
    if status == 401:
        return HostError(
            "GitHub refused the token (401); check github-token", status=401
        )
    if is_limit(status, message, headers=headers):
        return HostError(REACHED, status=status)
    if status == 403:
        return Forbidden("the token may not do this on GitHub (403)", status=403)
    return HostError(f"GitHub answered {status}", status=status)
