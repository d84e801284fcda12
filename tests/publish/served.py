"""A small web server for feeds: strong ETags, Last-Modified, 304 (RFC 9110, 13), and a record of what was asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from litwatch.publish.channels import content_type
from tests.publish.sample import PUBLISHED

MODIFIED = format_datetime(PUBLISHED, usegmt=True)


@dataclass
class Served:
    """What is served at `base_url`, and (method, path, status) of every request so far. POST is answered by `take`."""

    base_url: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    take: Callable[[str], int] = lambda body: 405

    def statuses(self) -> dict[str, list[int]]:
        """Path → the statuses of its answers in turn."""
        found: dict[str, list[int]] = {}
        for _, path, status in self.asked:
            found.setdefault(path, []).append(status)
        return found


@contextmanager
def serving() -> Iterator[Served]:
    """A server at a free port of this machine; what it serves may be set later."""
    state = Served()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = state.files.get(self.path.lstrip("/"))
            if content is None:
                self.answer(404)
                return
            tag = f'"{hashlib.sha256(content).hexdigest()}"'
            headers = {"ETag": tag, "Last-Modified": MODIFIED, "Cache-Control": "public, max-age=0, must-revalidate"}
            known = self.headers.get("If-None-Match")
            if known == tag or (known is None and self.headers.get("If-Modified-Since") == MODIFIED):
                self.answer(304, headers)
            else:
                kind = content_type(self.path.lstrip("/")) or "text/plain"
                self.answer(200, headers | {"Content-Type": kind}, content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(state.take(body))

        def answer(self, status: int, headers: Mapping[str, str] | None = None, content: bytes = b"") -> None:
            state.asked.append((self.command, self.path.lstrip("/"), status))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.base_url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
