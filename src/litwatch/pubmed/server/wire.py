"""HTTP for the local E-utilities server: requests read, answers written, and both spoilt on demand."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Protocol, cast
from urllib.parse import parse_qsl, urlsplit

from litwatch.pubmed.server.answers import NO_SUCH_UTILITY, TOO_LARGE, TOO_LONG, Answer
from litwatch.pubmed.server.faults import Strike

LONGEST_URL = 8_190
"""Characters of a request's path and query."""
LARGEST_BODY = 20 * 2**20
"""Bytes of a POST."""
_PATH = "/entrez/eutils/"
_SUFFIX = ".fcgi"
_IDLE = 120.0
"""Seconds that a connection may be silent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, further headers, and what happens to it on its way."""

    answer: Answer
    headers: Mapping[str, str]
    harm: Strike | None = None


class Listener(Protocol):
    """What a handler needs of its server."""

    reply: Callable[[str, str, Mapping[str, str], str], Reply]
    closing: threading.Event

    def opened(self, handler: Handler) -> None: ...

    def closed(self, handler: Handler) -> None: ...


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "litwatch"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    timeout = _IDLE

    @property
    def listener(self) -> Listener:
        return cast("Listener", self.server)

    def setup(self) -> None:
        super().setup()
        self.listener.opened(self)

    def finish(self) -> None:
        self.listener.closed(self)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def hang_up(self) -> None:
        """End the connection from another thread: whatever waits on it wakes up."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Quiet: the server keeps a record of its requests."""

    def do_GET(self) -> None:
        if len(self.path) > LONGEST_URL:
            self._send(Reply(TOO_LONG, {}))
        else:
            self._serve("GET", "")

    def do_POST(self) -> None:
        self.wfile.flush()  # the "100 Continue" that a client may be waiting for
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(Reply(TOO_LARGE, {}))
            return
        self._serve("POST", self.rfile.read(int(length)).decode("utf-8", "replace"))

    def _serve(self, method: str, form: str) -> None:
        parts = urlsplit(self.path)
        _, found, name = parts.path.rpartition("/")
        if _PATH not in parts.path or not found or not name.endswith(_SUFFIX):
            self._send(Reply(NO_SUCH_UTILITY, {}))
            return
        params = parameters(f"{parts.query}&{form}")
        address = str(self.client_address[0])
        self._send(self.listener.reply(name.removesuffix(_SUFFIX), method, params, address))

    def _send(self, reply: Reply) -> None:
        harm, body = reply.harm, reply.answer.body
        if harm is None:
            self._head(reply, str(len(body)))
            self.wfile.write(body)
            self.wfile.flush()
        elif harm.fault.kind == "truncate":
            self._truncate(reply, harm)
        elif harm.fault.kind == "reset":
            self._reset(reply, harm)
        else:
            self._stall(reply, harm)

    def _head(self, reply: Reply, length: str | None, *, closing: bool = False) -> None:
        self.send_response(reply.answer.status)
        self.send_header("Content-Type", reply.answer.content_type)
        for name, value in {**reply.headers, **reply.answer.headers}.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", length)
        if closing or self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _truncate(self, reply: Reply, harm: Strike) -> None:
        """Part of the body, its length told as the fault wants it, then the end of the connection."""
        body = reply.answer.body
        sent = body[: harm.cut(len(body))]
        self.close_connection = True
        if harm.fault.transfer == "chunked":
            self._head(Reply(reply.answer, {**reply.headers, "Transfer-Encoding": "chunked"}), None, closing=True)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(sent), sent) if sent else b"")
        else:
            lengths = {"length": str(len(body)), "exact": str(len(sent)), "close": None}
            self._head(reply, lengths[harm.fault.transfer], closing=True)
            self.wfile.write(sent)
        self.wfile.flush()

    def _reset(self, reply: Reply, harm: Strike) -> None:
        """A TCP reset: before the head, or after so many bytes of the body."""
        if harm.fault.at is not None:
            self._head(reply, str(len(reply.answer.body)))
            self.wfile.write(reply.answer.body[: harm.cut(len(reply.answer.body))])
            self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        # Without this the server's orderly shutdown would send FIN first and the linger option would come too late.
        self.connection.close()

    def _stall(self, reply: Reply, harm: Strike) -> None:
        """Silence, before the head or within the body; then the rest as if nothing had happened."""
        body = reply.answer.body
        sent = 0
        if harm.fault.at is not None:
            sent = harm.cut(len(body))
            self._head(reply, str(len(body)))
            self.wfile.write(body[:sent])
            self.wfile.flush()
        self.listener.closing.wait(harm.fault.seconds)
        if harm.fault.at is None:
            self._head(reply, str(len(body)))
        self.wfile.write(body[sent:])
        self.wfile.flush()


def parameters(encoded: str) -> dict[str, str]:
    """Parameters by lower-case name. Repeated ids are joined with commas; of anything else the last one counts."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        key = name.lower()
        found[key] = f"{found[key]},{value}" if key == "id" and key in found else value
    return found
