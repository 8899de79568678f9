"""The HTTP side: read a request, write an answer, close everything at the end."""

from __future__ import annotations

import json
import socket
import sys
import threading
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.github_server import graphql
from tests.github_server.exchange import Request

if TYPE_CHECKING:
    from tests.github_server.server import GitHubServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def _any(self) -> None:
        github = self.server.github
        request, raw_token = self._request()
        answer = github.exchange(request, raw_token)
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        self.send_header("Server", "github.com")
        self.send_header("Date", format_datetime(github.world.now, usegmt=True))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any

    def _request(self) -> tuple[Request, str | None]:
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self.rfile.read(int(headers.get("content-length") or 0))
        raw_token = None
        if "authorization" in headers:
            scheme, _, raw_token = headers["authorization"].partition(" ")
            headers["authorization"] = f"{scheme} …"
        request = Request(
            method=self.command,
            path=self._by_name(unquote(split.path)),
            query=dict(parse_qsl(split.query, keep_blank_values=True)),
            headers=headers,
            body=_json(raw),
        )
        request.is_write = graphql.is_write(request)
        return request, raw_token

    def _by_name(self, path: str) -> str:
        parts = path.split("/", 3)
        if len(parts) < 3 or parts[1] != "repositories" or not parts[2].isdigit():
            return path
        repo = self.server.github.world.repository_by_id(int(parts[2]))
        name = repo.full_name if repo is not None else "none/none"
        return "/".join(["", "repos", name, *parts[3:]])

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: the requests are recorded."""


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


class Listener(ThreadingHTTPServer):
    """A port of its own on loopback.

    Threads are joined and sockets closed at the end: tests turn warnings into errors.
    """

    daemon_threads = False

    def __init__(self, github: GitHubServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.github = github
        self._open: set[socket.socket] = set()
        self._loop = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.01}
        )

    def start(self) -> None:
        """Begin to serve, in a thread."""
        self._loop.start()

    def stop(self) -> None:
        """Close every connection and wait for the threads."""
        self.shutdown()
        self._loop.join()
        for connection in list(self._open):
            # The other side may have closed it already.
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `stop` can close it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that closes by itself."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report a bug of ours; a client that hangs up is none."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
