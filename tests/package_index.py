"""A package registry on loopback with one small wheel, for installers to talk to."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = "routebot-tiny"
FILE = "routebot_tiny-1.0-py3-none-any.whl"
_INFO = "routebot_tiny-1.0.dist-info"
_FILES = {
    "routebot_tiny.py": "WORD = 'installed'\n",
    f"{_INFO}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n",
    f"{_INFO}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def wheel() -> bytes:
    """Return the wheel, the same bytes each time."""
    record = "".join(f"{name},,\n" for name in (*_FILES, f"{_INFO}/RECORD"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {**_FILES, f"{_INFO}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def locked(digest: str = "") -> str:
    """Return a lock file's text that names the wheel, with its hash or another."""
    digest = digest or hashlib.sha256(wheel()).hexdigest()
    return f"{NAME}==1.0 \\\n    --hash=sha256:{digest}\n"


@contextmanager
def serving() -> Iterator[str]:
    """Serve the registry and yield the address of its index."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Registry)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Registry(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if self.path.endswith(FILE):
            self._send(wheel(), "application/octet-stream")
        elif self.path == f"/simple/{NAME}/":
            page = f'<!DOCTYPE html><a href="/files/{FILE}">{FILE}</a>'
            self._send(page.encode(), "text/html")
        else:
            self.send_error(404)

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
